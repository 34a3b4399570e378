import { expect } from "chai";
import execa from "execa";
import { main } from "../../operations/cli";
import { atHome, typedHere } from "../../operations/terminal/typed-here";
import { readEnvironment } from "../../settings/environment";
import { FakeTerminal } from "../support/fake-terminal";
import { testEngine } from "../support/engine";
import { recorded } from "../examples/terminal-picture";
import { printedByDocuments, printedBySources, wordsOf } from "../support/printed-commands";
import { shows, transcriptsOf, transcriptsOfDocuments, type Transcript } from "../support/transcripts";
import { Walk } from "./support/walk";

/** Reads, of which a stack of queues, reports, users and two fleets has something to tell. */
const reads =
  /^((preview|drift|timeline|adopt) dev|state (lock|history) dev|guard dev (list|explain)|secrets dev (list|check)|queues clean dev --dry-run|iam dev (sqs_readwriter|report_writer|report_reader)(?! rotate| retire)|access dev list|fleet dev status(?! api))\b/;
/** Of the committed files alone: they start no engine. */
const ofFiles: ReadonlySet<string> = new Set(["new", "nodes", "ci"]);
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
    walk = Walk.whole();
    walk.edit("dev", (settings) => {
      settings.keepOnly("messaging", "users", "reports", "network", "fleets", "releases");
      // They need a certificate of the zone, and a volume.
      settings.remove("fleets", ["api"]);
      settings.remove("fleets", ["git"]);
    });
    const { stdout } = await walk.done("rehearse", "dev", "--json");
    ({ next } = JSON.parse(stdout) as { readonly next: readonly string[] });
  });

  it("run, all that only read", async () => {
    const variables = {
      ...readEnvironment(walk.project).variables,
      GROUNDWORK_REHEARSAL_DIR: walk.rehearsal,
    };
    const toTry = next.map((line) => wordsOf(/\.\/groundwork .*?(?= {3}|$)/.exec(line)?.[0] ?? "").slice(1));
    expect(toTry.map((words) => words.join(" "))).to.include("iam dev report_writer --rehearse");
    const calls = once(
      [...printed, ...toTry].filter(
        (words) => reads.test(words.join(" ")) && !words.some((word) => writes.has(word)),
      ),
    );
    expect(calls.length).to.be.greaterThan(15);
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

  it("print what the pages show", async () => {
    const transcripts = transcriptsOfDocuments();
    expect(transcripts).to.have.length.greaterThan(13);
    const committed = Walk.whole();
    expect(
      await wrongOnes(transcripts, ({ argv }) => (ofFiles.has(argv[0] ?? "") ? committed : walk)),
    ).to.deep.equal([]);
  });

  it("print what the README's picture shows", async () => {
    const transcripts = transcriptsOf(recorded(), "the picture");
    expect(transcripts).to.have.length(3);
    const own = Walk.whole();
    expect(await wrongOnes(transcripts, () => own)).to.deep.equal([]);
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

/** What is printed in place of what is shown, call by call. */
async function wrongOnes(
  transcripts: readonly Transcript[],
  walkOf: (transcript: Transcript) => Walk,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const transcript of transcripts) {
    const walk = walkOf(transcript);
    walk.reads = true;
    const { argv, shown, where } = transcript;
    const rehearsed = ["new", "rehearse"].includes(argv[0] ?? "") || argv.includes("--rehearse");
    const { stdout, stderr } = await walk.groundwork(...argv, ...(rehearsed ? [] : ["--rehearse"]));
    const printed = (stdout.trim() === "" ? stderr : stdout).replaceAll(walk.rehearsal, ".rehearsal");
    if (!shows(shown, printed)) {
      wrong.push(`${where}: ${argv.join(" ")} prints\n${printed}`);
    }
  }
  return wrong;
}
