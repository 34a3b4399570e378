import { expect } from "chai";
import { renderProblems, type Problem } from "../../settings/problem";
import {
  asTheEngineSays,
  caught,
  changed,
  identity,
  problemsOf,
  rightConfig,
  settingsOf,
  without,
  type Config,
} from "./support";
import { settingsFromConfig } from "../../settings/load";

describe("loading settings", () => {
  it("tells everything that is wrong at once: keys, values, and rules across keys", () => {
    const config = changed({
      "groundwork:network": { publicSubnets: ["10.0.0.0/24", "10.9.9.0/24"], natGateway: "none" },
      "groundwork:database": { backupRetentionDays: 0, multiAz: "yes", allocatedStorage: 5 },
      "groundwork:reports": { tables: { events: {} } },
      "groundwork:queues": {},
    });
    expect(problemsOf(config).map(({ path }) => path)).to.deep.equal([
      "groundwork:database.allocatedStorage",
      "groundwork:database.backupRetentionDays",
      "groundwork:database.multiAz",
      "groundwork:network.natGateway",
      "groundwork:network.publicSubnets[1]",
      "groundwork:queues",
      "groundwork:reports.tables.events.hashKey",
    ]);
  });

  it("wants the engine's own providers off, which would take whatever credentials are there", () => {
    const key = "pulumi:disable-default-providers";
    const told = (value: unknown): readonly string[] =>
      problemsOf({ ...rightConfig(), [key]: value }).map(
        ({ path, message }) => `${path} ${message.split(":")[0]}`,
      );
    expect(problemsOf(without(rightConfig(), key)).map(({ path }) => path)).to.deep.equal([key]);
    expect(told(["aws"])).to.deep.equal([`${key} does not name azure-native, kubernetes`]);
    expect(told("aws")).to.deep.equal([`${key} does not name aws, azure-native, kubernetes`]);
    expect(told(["kubernetes", "random", "azure-native", "aws"])).to.deep.equal([]);
    expect(told(["*"])).to.deep.equal([]);
  });

  it("wants region and account", () => {
    expect(problemsOf({ "pulumi:disable-default-providers": ["*"] })).to.deep.equal([
      {
        path: "aws:allowedAccountIds",
        message: "is missing",
        allowed: "a list of exactly one account id of 12 digits, in quotes",
      },
      {
        path: "aws:region",
        message: "is missing",
        allowed: "a region of the commercial AWS partition, such as eu-west-1",
      },
    ]);
  });

  it("refuses a region that there is none of", () => {
    expect(problemsOf({ ...rightConfig(), "aws:region": "eu-west-7" })).to.deep.equal([
      {
        path: "aws:region",
        message: 'found "eu-west-7"',
        allowed: "a region of the commercial AWS partition, such as eu-west-1",
      },
    ]);
  });

  it("refuses an account id that YAML took for a number", () => {
    expect(problemsOf({ ...rightConfig(), "aws:allowedAccountIds": [12345678901] })).to.deep.equal([
      {
        path: "aws:allowedAccountIds[0]",
        message: "found the number 12345678901",
        allowed: "an account id of 12 digits, in quotes",
        suggestion: "Put it in quotes: unquoted, YAML reads it as a number and drops zeros at its ends.",
      },
    ]);
  });

  it("refuses two accounts, none, and one that is no list", () => {
    const accounts = (value: unknown): readonly string[] =>
      problemsOf({ ...rightConfig(), "aws:allowedAccountIds": value }).map(
        ({ path, message, allowed }) => `${path} ${message} (${allowed})`,
      );
    const allowed = "(a list of exactly one account id of 12 digits, in quotes)";
    expect(accounts(["123456789012", "210987654321"])).to.deep.equal([
      `aws:allowedAccountIds found a list of 2 ${allowed}`,
    ]);
    expect(accounts([])).to.deep.equal([`aws:allowedAccountIds found an empty list ${allowed}`]);
    // As text or as a number: a value that is no mapping and no list is handed over as text.
    expect(accounts("123456789012")).to.deep.equal([`aws:allowedAccountIds found 123456789012 ${allowed}`]);
    expect(problemsOf({ ...rightConfig(), "aws:allowedAccountIds": "123456789012" })[0]?.suggestion).to.equal(
      'A list is meant, also of one: ["123456789012"].',
    );
    expect(accounts(["1234"])).to.deep.equal([
      'aws:allowedAccountIds[0] found "1234" (an account id of 12 digits, in quotes)',
    ]);
  });

  it("proposes quotes where a name was read as a number, a truth value or a date", () => {
    const config = changed({
      "groundwork:database": { engineVersion: 16.1 },
      "groundwork:tags": { team: true, since: new Date("2026-01-31") },
    });
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "groundwork:database.engineVersion",
        message: "found the number 16.1",
        allowed: "a PostgreSQL version from 13 on, in quotes",
        suggestion: "Put it in quotes: unquoted, YAML reads it as a number and drops zeros at its ends.",
      },
      {
        path: "groundwork:tags.since",
        message: 'found the date "2026-01-31 00:00:00 +0000 UTC"',
        allowed: "a text in quotes",
        suggestion: "Put it in quotes: unquoted, YAML reads it as a moment in time.",
      },
      {
        path: "groundwork:tags.team",
        message: "found true",
        allowed:
          "up to 256 letters, digits, spaces and _ . : / = + - @, in quotes where it looks like a number",
        suggestion: "Put it in quotes: unquoted, YAML reads it as true or false.",
      },
    ]);
  });

  it("refuses a section without a value, and one that is no mapping", () => {
    const problem = (value: unknown): unknown =>
      problemsOf({ ...rightConfig(), "groundwork:guard": value }).map(({ path, message }) => [path, message]);
    expect(problem(null)).to.deep.equal([["groundwork:guard", "found nothing (a key without a value)"]]);
    expect(problem("production")).to.deep.equal([["groundwork:guard", 'found "production"']]);
    expect(problem([])).to.deep.equal([["groundwork:guard", "found an empty list"]]);
  });

  it("takes a section that was set as JSON text, as `pulumi config set` does", () => {
    const config = { ...rightConfig(), "groundwork:guard": '{"level":"disposable"}' };
    expect(settingsOf(config).context.guardLevel).to.equal("disposable");
  });

  it("refuses an encrypted value in a section, and shows nothing of it", () => {
    const { values } = asTheEngineSays({ ...rightConfig(), "groundwork:tags": { team: "hush" } });
    const problems = caught(() =>
      settingsFromConfig({ values, secretKeys: new Set(["groundwork:tags"]) }, identity),
    );
    expect(problems).to.deep.equal([
      {
        path: "groundwork:tags",
        message: "holds an encrypted value",
        allowed:
          "plain values: nothing here is secret, and what stands here shows in names, tags and previews",
        suggestion: "Write it in plain, without `secure:` (`pulumi config set` without --secret).",
      },
    ]);
    expect(JSON.stringify(problems)).to.not.contain("hush");
  });

  it("names what is wrong for any wrong value at any place, and never fails itself", () => {
    const wrong = [null, -1, 0.5, 1e9, "", "?", true, [], [null], {}, { "?": 1 }];
    for (const place of placesOf(rightConfig())) {
      for (const value of wrong) {
        const config = exchanged(rightConfig(), place, value);
        for (const { path, message, allowed } of problemsAsTheEngineSays(config)) {
          expect(path, JSON.stringify([place, value])).to.match(/^(groundwork|aws|pulumi):/);
          expect(message).to.not.match(/undefined|\[object|Invalid input/);
          expect(allowed).to.not.match(/undefined|\[object|what the reference/);
        }
      }
    }
  });

  it("leaves out the sections that are absent", () => {
    const { sections } = settingsOf({
      "aws:region": "eu-west-1",
      "pulumi:disable-default-providers": ["*"],
      "aws:allowedAccountIds": ["123456789012"],
    });
    expect(sections).to.deep.equal({
      guard: { level: "production", advisory: [], exceptions: [] },
      iam: { path: "/" },
      sessions: { idleMinutes: 20, longestMinutes: 720, logRetentionDays: 365 },
      tags: {},
    });
  });
});

/** Every place in a configuration, containers too. */
function placesOf(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  const below =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, entry]) => placesOf(entry, [...at, key]))
      : [];
  return at.length === 0 ? below : [at, ...below];
}

function exchanged(config: Config, [key = "", ...rest]: readonly string[], value: unknown): Config {
  const copy = structuredClone(config);
  let container = copy;
  let last = key;
  for (const step of rest) {
    container = container[last] as Config;
    last = step;
  }
  container[last] = value;
  return copy;
}

function problemsAsTheEngineSays(config: Config): readonly Problem[] {
  return caught(() => settingsFromConfig(asTheEngineSays(config), identity));
}

describe("problems on a terminal", () => {
  it("are counted, in the order of the file, with place, what is allowed and what to do", () => {
    const text = renderProblems("dev", [
      {
        path: "groundwork:b",
        message: "is wrong",
        allowed: "right",
        location: { file: "Pulumi.dev.yaml", line: 9, column: 3 },
      },
      {
        path: "groundwork:c",
        message: "is wrong too",
        allowed: "right",
        suggestion: "Do it right.",
        location: { file: "Pulumi.dev.yaml", line: 2, column: 3 },
      },
    ]);
    expect(text).to.equal(
      [
        "The settings of stack dev have 2 problems; nothing was touched.",
        "",
        "  groundwork:c  (Pulumi.dev.yaml:2:3)",
        "    is wrong too",
        "    allowed: right",
        "    Do it right.",
        "",
        "  groundwork:b  (Pulumi.dev.yaml:9:3)",
        "    is wrong",
        "    allowed: right",
      ].join("\n"),
    );
  });

  it("are one where there is one, without a place where none is known", () => {
    expect(
      renderProblems("dev", [{ path: "aws:region", message: "is missing", allowed: "a region" }]),
    ).to.equal(
      [
        "The settings of stack dev have 1 problem; nothing was touched.",
        "",
        "  aws:region",
        "    is missing",
        "    allowed: a region",
      ].join("\n"),
    );
  });
});
