// Every test, the ones through the real engine included (they bring the engine if there is none), in as many processes as there are
// processors: an engine waits for its disk and for others a good deal.
const { readdirSync, statSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const path = require("node:path");

// What takes longest begins first, so that no process is left alone with it at the end. The largest file is about the longest.
const kinds = [
  "tests/engine/guard-catalogue/",
  "tests/engine/",
  "tests/kubernetes/",
  "tests/boot/",
  "tests/",
];
const kindOf = (file) => kinds.findIndex((kind) => file.startsWith(kind));
const files = readdirSync(path.join(__dirname, "tests"), { recursive: true })
  .map((file) => path.posix.join("tests", ...file.split(path.sep)))
  .filter((file) => file.endsWith(".test.ts"))
  .sort((a, b) => kindOf(a) - kindOf(b) || statSync(b).size - statSync(a).size);

// The workers have it from here. bin/groundwork.js sets it too: the SDK says in each process which Node.js it will want one day.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

module.exports = {
  // As the command line and the program load it (bin/groundwork.js): the SDK without what it does not need there is four times as
  // fast under mocks, and commands run in the tests' own process as they do in theirs.
  require: ["./bin/lean-sdk.js", "./bin/register-typescript.js", "./tests/support/before-all.ts"],
  // Mocha would add the files of a call (`npm test -- tests/engine/dns.test.ts`) to these.
  spec: process.argv.some((word) => word.endsWith(".test.ts")) ? [] : files,
  parallel: true,
  jobs: Math.max(2, availableParallelism()),
  reporter: "./tests/support/reporter.ts",
  // A stack that is stood up, changed and taken down through the engine, on a slow machine that does other things besides.
  timeout: 1_200_000,
};
