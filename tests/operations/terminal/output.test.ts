import { expect } from "chai";
import { PassThrough } from "node:stream";
import { confirm } from "../../../operations/terminal/confirm";
import { oneOf, UsageError } from "../../../operations/terminal/errors";
import { duration, indent, Output, table } from "../../../operations/terminal/output";
import { FakeTerminal } from "../../support/fake-terminal";

describe("what a command prints", () => {
  it("is text on stdout without --json, and no document", () => {
    const fake = new FakeTerminal();
    const output = fake.output();
    output.print("3 to create");
    output.document({ create: 3 });
    output.note("looking for the engine");
    expect(fake.out).to.equal("3 to create\n");
    expect(fake.err).to.equal("looking for the engine\n");
  });

  it("is one document on stdout with --json, and no text", () => {
    const fake = new FakeTerminal();
    const output = fake.output(true);
    output.print("3 to create");
    output.document({ create: 3 });
    output.note("looking for the engine");
    expect(fake.out).to.equal('{\n  "create": 3\n}\n');
    expect(fake.err).to.equal("looking for the engine\n");
  });

  it("has no colours in a pipe, and none with --json", () => {
    expect(new FakeTerminal(false).output().colors.red("x")).to.equal("x");
    expect(new FakeTerminal(true).output(true).colors.red("x")).to.equal("x");
    expect(new FakeTerminal(true).output().colors.red("x")).to.equal("\u001b[31mx\u001b[39m");
  });

  it("lines up columns by what is visible, with no space at the end of a line", () => {
    expect(
      table(
        [
          ["\u001b[31mdelete\u001b[39m", "a", ""],
          ["up", "bcd", "x"],
        ],
        "  ",
      ),
    ).to.equal("  \u001b[31mdelete\u001b[39m  a\n  up      bcd  x");
  });

  it("gives durations in the unit that one would say", () => {
    expect([400, 9949, 10_000, 59_400, 60_000, 125_000].map(duration)).to.deep.equal([
      "0.4 s",
      "9.9 s",
      "10 s",
      "59 s",
      "1 min 0 s",
      "2 min 5 s",
    ]);
  });

  it("moves every line but the empty ones", () => {
    expect(indent("a\n\nb", "  ")).to.equal("  a\n\n  b");
  });

  it("lists what is allowed as one would say it", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(oneOf)).to.deep.equal([
      "",
      "a",
      "a or b",
      "a, b or c",
    ]);
  });
});

describe("a question", () => {
  /** A terminal on which somebody types this. */
  function typing(text: string | undefined): { output: Output; said: () => string } {
    const stdin = new PassThrough();
    const stderr = new PassThrough();
    if (text === undefined) {
      stdin.end();
    } else {
      stdin.write(text);
    }
    const terminal = Object.assign({}, new FakeTerminal(true).terminal, {
      stdin: Object.assign(stdin, { isTTY: true }),
      stderr: Object.assign(stderr, { isTTY: true }),
    });
    return {
      output: new Output(terminal, false, false),
      said: () => String(stderr.read()),
    };
  }

  for (const [answer, yes] of [
    ["y", true],
    ["Yes", true],
    ["", false],
    ["no", false],
    ["yesterday", false],
  ] as const) {
    it(`that is answered with "${answer}" is ${yes ? "agreed to" : "declined"}`, async () => {
      const { output, said } = typing(`${answer}\n`);
      expect(await confirm("Change dev?", { yes: false, output })).to.equal(yes);
      expect(said()).to.contain("Change dev? [y/N] ");
    });
  }

  for (const [answer, yes] of [
    ["dev", true],
    [" dev ", true],
    ["y", false],
    ["yes", false],
    ["DEV", false],
    ["", false],
  ] as const) {
    it(`by name that is answered with "${answer}" is ${yes ? "agreed to" : "declined"}`, async () => {
      const { output, said } = typing(`${answer}\n`);
      expect(await confirm("Destroy dev?", { yes: false, output }, "dev")).to.equal(yes);
      expect(said()).to.contain("Destroy dev? Type dev to go on: ");
    });
  }

  it("that nobody answers any more (Ctrl-D) is declined", async () => {
    expect(await confirm("Change dev?", { yes: false, output: typing(undefined).output })).to.equal(false);
  });

  it("is not asked with --yes", async () => {
    const fake = new FakeTerminal();
    expect(await confirm("Change dev?", { yes: true, output: fake.output() })).to.equal(true);
    expect(fake.out + fake.err).to.equal("");
  });

  for (const [where, fake, json] of [
    ["without a terminal", new FakeTerminal(false), false],
    ["with --json", new FakeTerminal(true), true],
  ] as const) {
    it(`is an error of the call ${where}, and never a wait`, async () => {
      const error = await confirm("Change dev?", { yes: false, output: fake.output(json) }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(UsageError);
      expect((error as UsageError).exitCode).to.equal(2);
      expect((error as UsageError).message).to.equal(
        "Change dev? There is no terminal to answer on: add --yes to go on without being asked. Nothing was touched.",
      );
    });
  }
});
