#!/usr/bin/env node
// A stand-in for GitHub's `gh`, which keeps comments, issues and pull requests in the file GH_STAND_IN names, and takes what gh takes
// and nothing else. What it assumes of options and arguments: pkg/cmd of github.com/cli/cli at v2.60.0.
const { readFileSync, writeFileSync } = require("node:fs");

const flags = (text) => Object.fromEntries(text.split(" ").map((flag) => [flag, true]));
const value = (text) => Object.fromEntries(text.split(" ").map((flag) => [flag, "value"]));
const commands = {
  api: { words: 1, options: { ...flags("--paginate --silent"), ...value("--method --field") } },
  "issue list": { words: 0, options: value("--state --limit --json") },
  "issue create": { words: 0, options: value("--title --body-file") },
  "issue close": { words: 1, options: value("--comment") },
  "pr comment": { words: 1, options: value("--body-file") },
  "pr create": { words: 0, options: value("--base --head --title --body-file") },
  "pr list": { words: 0, options: value("--state --head --json") },
};

function fail(message, code = 1) {
  process.stderr.write(`gh: ${message}\n`);
  process.exit(code);
}

const argv = process.argv.slice(2);
const name = argv[0] === "api" ? "api" : argv.slice(0, 2).join(" ");
const command = commands[name] ?? fail(`unknown command "${name}"`);
const options = {};
const words = [];
const rest = argv.slice(name.split(" ").length);
while (rest.length > 0) {
  const word = rest.shift();
  if (!word.startsWith("-")) words.push(word);
  else if (command.options[word] === undefined) fail(`unknown flag: ${word}`);
  else
    options[word] =
      command.options[word] === "value" ? (rest.shift() ?? fail(`flag needs an argument: ${word}`)) : true;
}
if (words.length !== command.words)
  fail(`${name} takes ${String(command.words)} arguments, received ${String(words.length)}`);
if ((process.env.GH_TOKEN ?? "") === "") fail("set the GH_TOKEN environment variable", 4);

const file = process.env.GH_STAND_IN;
const github = JSON.parse(readFileSync(file, "utf8"));
const bodyOf = (place) => readFileSync(place, "utf8");
const bot = { login: "github-actions[bot]" };
const repository = `repos/${process.env.GITHUB_REPOSITORY}`;
let printed = "";
const next = () => (github.last += 1);

if (name === "api") {
  const [endpoint] = words;
  const [, kind, number] =
    new RegExp(`^${repository}/(issues/comments|issues|pulls)/(\\d+)$`).exec(endpoint) ?? [];
  const listed = new RegExp(`^${repository}/issues/(\\d+)/comments$`).exec(endpoint);
  if (listed !== null && options["--method"] === undefined) {
    printed = JSON.stringify(github.comments.filter((one) => one.issue === Number(listed[1])));
  } else if (kind !== undefined && options["--method"] === "PATCH") {
    const [key, place] = (options["--field"] ?? "").split("=@");
    if (key !== "body") fail("HTTP 422: Validation Failed");
    const list = { "issues/comments": github.comments, issues: github.issues, pulls: github.pulls }[kind];
    const found = list.find((one) => (one.id ?? one.number) === Number(number));
    if (found === undefined) fail("HTTP 404: Not Found");
    found.body = bodyOf(place);
    if (options["--silent"] !== true) printed = JSON.stringify(found);
  } else fail("HTTP 404: Not Found");
} else if (name === "pr comment") {
  github.comments.push({
    id: next(),
    issue: Number(words[0]),
    user: bot,
    body: bodyOf(options["--body-file"]),
  });
} else if (name === "issue create" || name === "pr create") {
  if (options["--title"] === undefined || options["--body-file"] === undefined)
    fail("must provide `--title` and `--body` when not running interactively");
  const made = {
    number: next(),
    state: "open",
    title: options["--title"],
    body: bodyOf(options["--body-file"]),
  };
  if (name === "pr create") github.pulls.push({ ...made, base: options["--base"], head: options["--head"] });
  else github.issues.push(made);
} else if (name === "issue close") {
  const found = github.issues.find(({ number }) => number === Number(words[0])) ?? fail("could not find it");
  found.state = "closed";
} else {
  const list =
    name === "issue list" ? github.issues : github.pulls.filter(({ head }) => head === options["--head"]);
  const fields = (options["--json"] ?? fail("without --json it prints a table")).split(",");
  printed = JSON.stringify(
    list
      .filter(({ state }) => state === options["--state"])
      .map((one) => Object.fromEntries(fields.map((field) => [field, one[field]]))),
  );
}
// As GitHub, of whatever has a body.
if ([...github.comments, ...github.issues, ...github.pulls].some(({ body }) => body.length > 65536)) {
  fail("GraphQL: Body is too long (maximum is 65536 characters)");
}
github.calls.push(argv);
writeFileSync(file, JSON.stringify(github));
if (printed !== "") process.stdout.write(`${printed}\n`);
