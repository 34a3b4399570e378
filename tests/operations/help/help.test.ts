import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { commandLine } from "../../../operations/command-line";
import { commandHelp, type CommandHelp } from "../../../operations/terminal/command-help";
import { commandsFile } from "./commands-file";
import { commandsBelow, wordsOf } from "../../../operations/terminal/help";
import { FakeTerminal } from "../../support/fake-terminal";

const projectDirectory = path.join(__dirname, "../../..");
const notCalled = (): never => {
  throw new Error("no command is called");
};
const program = commandLine(notCalled, notCalled, new FakeTerminal().terminal);
const all = commandsBelow(program);

async function call(...argv: string[]): Promise<string> {
  const fake = new FakeTerminal();
  expect(await main({ argv, projectDirectory, terminal: fake.terminal })).to.equal(0);
  expect(fake.err).to.equal("");
  return fake.out;
}

describe("the help of commands", () => {
  it("has its words for each command there is, and for no other", () => {
    expect(Object.keys(commandHelp).sort()).to.deep.equal(all.map(wordsOf).sort());
  });

  it("has a short line and a heading for each in the list, and an example for each that can be called", () => {
    for (const one of program.commands) {
      const { summary, group } = commandHelp[wordsOf(one)] as CommandHelp;
      expect(summary).to.match(/^.{10,60}$/);
      expect(group).to.match(/:$/);
    }
    for (const one of all.filter(({ commands }) => commands.length === 0)) {
      const { examples = [] } = commandHelp[wordsOf(one)] ?? {};
      expect(examples.length, wordsOf(one)).to.be.greaterThan(0);
      for (const [text] of examples) {
        expect(text.startsWith(`./groundwork ${wordsOf(one)}`), text).to.equal(true);
      }
    }
  });

  it("leads to pages that there are", () => {
    const absent = Object.values(commandHelp).filter(
      ({ page }) => !existsSync(path.join(projectDirectory, page)),
    );
    expect(absent).to.deep.equal([]);
  });

  it("fits 80 columns but for what is to be copied, has a command's own options first, and ends with the page", async () => {
    for (const words of ["", ...all.map(wordsOf)]) {
      const text = await call(...words.split(" ").filter(Boolean), "--help");
      const wide = text
        .split("\n")
        .filter((line) => line.length > 80 && !/^( {2}\.\/groundwork|Usage:)/.test(line));
      expect(wide, words).to.deep.equal([]);
    }
    const preview = await call("preview", "--help");
    expect(preview.indexOf("--expect-no-changes")).to.be.lessThan(preview.indexOf("Everywhere:"));
    expect(preview.indexOf("Everywhere:")).to.be.lessThan(preview.indexOf("Examples:"));
    expect(preview.trimEnd().endsWith("More: docs/review.md")).to.equal(true);
  });

  it("is one document with --json, and the version too", async () => {
    const lock = JSON.parse(await call("state", "lock", "--help", "--json")) as Record<string, unknown>;
    expect(lock).to.deep.include({
      command: "state lock",
      page: "docs/runbooks/state-lock.md",
      commands: [],
    });
    expect(lock.arguments).to.deep.equal([
      { name: "stack", description: "the stack, as in Pulumi.<stack>.yaml" },
    ]);
    expect(JSON.parse(await call("help", "state", "--json"))).to.deep.include({
      commands: ["init", "move", "lock", "unlock", "backup", "history", "restore", "help"],
    });
    expect(JSON.parse(await call("--version", "--json"))).to.deep.equal({ version: "0.1.0" });
  });

  it("is in docs/commands.md as `npm run commands:update` would write it", async () => {
    const { file, text } = await commandsFile(projectDirectory);
    expect(
      readFileSync(file, "utf8") === text,
      "docs/commands.md is stale: run `npm run commands:update`",
    ).to.equal(true);
  });
});
