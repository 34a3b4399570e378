import { expect } from "chai";
import execa from "execa";
import { main } from "../../operations/cli";
import { atHome, typedHere } from "../../operations/terminal/typed-here";
import { readEnvironment } from "../../settings/environment";
import { FakeTerminal } from "../support/fake-terminal";
import { testEngine } from "../support/engine";
import { printedByDocuments, printedBySources, wordsOf } from "../support/printed-commands";
import { Walk } from "./support/walk";

/** Reads, of which a stack of queues and users has something to tell. */
const reads =
  /^((preview|drift) dev|state (lock|history) dev|guard dev (list|explain)|secrets dev (list|check)|queues clean dev --dry-run|iam dev sqs_readwriter)\b/;
/** What has a command write a file, and where it is called. */
const writes: ReadonlySet<string> = new Set(["--markdown", "--out", "--page"]);
const engineReads = /^(stack --stack dev|stack output --show-secrets --stack dev|whoami -v)$/;

/** Every command that is printed anywhere, about the stack dev, as a rehearsal prints it. */
const printed = [...printedBySources().commands, ...printedByDocuments().commands].map(({ text }) =>
  wordsOf(
    typedHere(
      text
        .replace(/<stack>|\bSTACK\b|\bprod\b/g, "dev")
        .replace(/\bX\b/, "dev")
        .replace(/<name>/g, "NAME"),
      { ...atHome, rehearsed: true },
    ),
  ).slice(1),
);

function once(calls: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(calls.map((words) => [words.join("\n"), words])).values()];
}

describe("commands as they are printed in a rehearsal", () => {
  let walk: Walk;
  let next: readonly string[];
  before(async () => {
    walk = Walk.create();
    walk.edit("dev", (settings) => settings.keepOnly("messaging", "users"));
    const { stdout } = await walk.done("rehearse", "dev", "--json");
    ({ next } = JSON.parse(stdout) as { readonly next: readonly string[] });
  });

  it("run, all that only read", async () => {
    const variables = {
      ...readEnvironment(walk.project).variables,
      GROUNDWORK_REHEARSAL_DIR: walk.rehearsal,
    };
    const toTry = next.map((line) => wordsOf(/\.\/groundwork .*?(?= {3}|$)/.exec(line)?.[0] ?? "").slice(1));
    expect(toTry.map((words) => words.join(" "))).to.include("iam dev sqs_readwriter --rehearse");
    const calls = once(
      [...printed, ...toTry].filter(
        (words) => reads.test(words.join(" ")) && !words.some((word) => writes.has(word)),
      ),
    );
    expect(calls.length).to.be.greaterThan(9);
    for (const argv of calls) {
      const fake = new FakeTerminal();
      const exitCode = await main({
        argv,
        projectDirectory: walk.project,
        terminal: fake.terminal,
        variables,
      });
      // 4: `secrets check` finds that nothing is set.
      expect(exitCode, `${argv.join(" ")}\n${fake.out}${fake.err}`).to.be.oneOf([0, 4]);
    }
    expect(walk.changes().filter(({ method }) => method !== "create")).to.deep.equal([]);
  });

  it("of the engine run too, all that only read", async () => {
    const calls = once(
      printed.filter(
        (words) =>
          words[0] === "exec" && engineReads.test(words.slice(words.indexOf("pulumi") + 1).join(" ")),
      ),
    );
    expect(calls).to.have.length(3);
    for (const call of calls) {
      await walk.done(...call);
    }
  });

  it("of the engine are known to it, with their options", async () => {
    const { pulumi } = await testEngine();
    const calls = once(
      printed
        // WORD stands for the command that somebody typed (foreign-words.ts).
        .filter((words) => words[0] === "exec" && !words.includes("…") && !words.includes("WORD"))
        .map((words) => words.slice(words.indexOf("pulumi") + 1)),
    );
    expect(calls.length).to.be.greaterThan(12);
    for (const words of calls) {
      const { exitCode, stderr } = await execa(pulumi, [...words, "--help"], {
        reject: false,
        stdin: "ignore",
        cwd: walk.project,
      });
      expect(exitCode, `pulumi ${words.join(" ")}\n${stderr}`).to.equal(0);
    }
  });
});
