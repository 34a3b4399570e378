import { expect } from "chai";
import { CommanderError } from "commander";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { commandLine } from "../../operations/command-line";
import { namedStack } from "../../operations/engine/pulumi-arguments";
import {
  checkout,
  printedByDocuments,
  printedBySources,
  wordsOf,
  type Printed,
  type PrintedCommand,
} from "../support/printed-commands";
import { FakeTerminal } from "../support/fake-terminal";

class Reached extends Error {}

/** What the real command line says of a call, up to where the command would begin; undefined when nothing is wrong. */
async function wrongWith({ text }: PrintedCommand): Promise<string | undefined> {
  // In a document `<stack>` stands for a stack; what a program puts in is one of those that are allowed.
  const argv = wordsOf(
    text.replace(/<[a-z-]+>/g, "dev").replace("--operation X", "--operation delete"),
  ).slice(1);
  if (argv.includes("…")) {
    return undefined;
  }
  const program = commandLine(
    () => {
      throw new Reached();
    },
    () => undefined,
    new FakeTerminal().terminal,
  );
  try {
    await program.parseAsync(argv, { from: "user" });
    return "no command";
  } catch (error) {
    const isRight = error instanceof Reached || (error instanceof CommanderError && error.exitCode === 0);
    return isRight ? undefined : String(error);
  }
}

/** `call` and its like: which words stand there is said by whoever calls them. */
const fromElsewhere = /^\.\/groundwork (X|X X|X X X|fleet X|workers X X X)$/;

/** Of calls of the engine that need no stack; `WORD` alone stands for login, logout and whoami (foreign-words.ts). */
const stackless = /^(login|whoami|state move|state upgrade|WORD$)/;

/** Where plain Pulumi is what is spoken of, as a whole call. */
const plainPulumi: readonly RegExp[] = [
  // One way of several to run what groundwork builds.
  /^pulumi preview --stack dev( --policy-pack policies)?$/,
  // The program of the state's container, without groundwork.
  /^pulumi -C state preview --stack dev --config-file \.\.\/Pulumi\.dev\.yaml$/,
];

describe("printed commands", () => {
  const sources = printedBySources();
  const documents = printedByDocuments();
  const all = [...sources.commands, ...documents.commands];
  const told = ({ where, text }: PrintedCommand): string => `${where}: ${text}`;

  it("are found: in messages, settings and documents", () => {
    expect(sources.commands.length).to.be.greaterThan(90);
    expect(documents.commands.length).to.be.greaterThan(120);
  });

  it("are all taken by the command line, with their options and as many words as it wants", async () => {
    const wrong: string[] = [];
    for (const command of all) {
      if (fromElsewhere.test(command.text)) continue;
      const why = await wrongWith(command);
      if (why !== undefined) wrong.push(`${told(command)}\n    ${why}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it("name stacks, roles, groups and users that the committed stack files have, in documents", () => {
    const unknown = (text: string): string | undefined => unknownName({ where: "here", text })?.split(":")[0];
    expect(unknown("./groundwork fleet dev roll apy")).to.equal("apy");
    expect(unknown("./groundwork nodes prod fast +1")).to.equal("fast");
    expect(unknown("./groundwork iam dev reporter")).to.equal("reporter");
    expect(unknown("./groundwork iam dev role:users_ap rotate")).to.equal("role");
    expect(unknown("./groundwork up staging")).to.equal("no stack that there is");
    const wrong = documents.commands.flatMap((command) => {
      const why = unknownName(command);
      return why === undefined ? [] : [`${told(command)}\n    ${why}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it("come from the one function wherever something is put in, so that it is quoted", () => {
    expect(sources.handMade.map(told)).to.deep.equal([]);
  });

  it("name the stack where they call the engine: none is selected", () => {
    const engine = all.flatMap((command) => {
      const words = wordsOf(command.text.replace(/<[a-z-]+>/g, "dev"));
      const at = words.indexOf("pulumi");
      return words[1] === "exec" && at >= 0 ? [{ command, args: words.slice(at + 1) }] : [];
    });
    expect(engine.length).to.be.greaterThan(20);
    const without = engine.filter(({ args }) => namedStack(args) === undefined && !args.includes("…"));
    expect(
      without.filter(({ args }) => !stackless.test(args.join(" "))).map(({ command }) => told(command)),
    ).to.deep.equal([]);
  });

  /** `groundwork state init`, `groundwork image … list` name a command; with a stack or an option it is one to be typed. */
  it("are written with the launcher when they are more than a command's name", () => {
    const names = commandNames();
    const isName = (text: string): boolean => names.has(text.replace(/^groundwork /, "").replace("… ", ""));
    expect(
      mentions(sources, documents, "groundwork")
        .filter(({ text }) => !isName(text))
        .map(told),
    ).to.deep.equal([]);
    expect(mentions(sources, documents, "npx groundwork").map(told)).to.deep.equal([]);
  });

  it("call the engine over groundwork, but where plain Pulumi is spoken of", () => {
    const typed = mentions(sources, documents, "pulumi")
      // What the real provider says; what plain Pulumi was tried with; why things are as they are.
      .filter(({ where }) => !/^rehearsal\/|^docs\/(guard-catalogue\.md|adr\/)/.test(where))
      .filter(({ text }) => !plainPulumi.some((pattern) => pattern.test(text)))
      // A name, `pulumi stack export`, with options of no value: no stack, no URN, no URL.
      .filter(
        ({ text }) =>
          !/^pulumi( (?!dev\b)[a-z-]+| …)+( --(secret|plan|run-program|policy-pack policies|show-secrets))*$/.test(
            text,
          ),
      );
    expect(typed.map(told)).to.deep.equal([]);
  });
});

/** Where a command has the name of something that a stack file has, and in which section it stands. */
const named: Readonly<Record<string, readonly [RegExp, string]>> = {
  access: [/^\S+ (\S+) (?:grant|revoke|list)\b/, "fleets"],
  fleet: [/^\S+ (?:roll|status) (\S+)/, "fleets"],
  image: [/^\S+ (\S+) (?:build|deploy|list|clean)\b/, "workerGroups"],
  nodes: [/^\S+ (\S+)/, "cluster.nodeGroups"],
};
const users = ["report_writer", "report_reader", "sqs_readwriter"];
/** Stacks of which a document says that they are made, and what stands for a stack. */
const otherStacks = ["acme", "tools", "STACK", "FROM", "X", "…"];

/** A login of the database, as `iam` takes it; in capitals it stands for one. */
function rolesIn(stacks: readonly string[]): string[] {
  return ["ROLE", ...stacks.flatMap((stack) => namesIn(stack, "database.bootstrap.roles"))].map(
    (role) => `role:${role}`,
  );
}

/** A stack, a role, a group or a user that a document names, and that no committed stack file has. */
function unknownName({ text }: PrintedCommand): string | undefined {
  const [command = "", ...words] = wordsOf(text.replace(/<[a-z-]+>/g, "STACK")).slice(1);
  const call = words.filter((word) => !word.startsWith("--")).join(" ");
  const ofStack = words.find((word) => word === "dev" || word === "prod");
  const takesStack =
    !["exec", "new", "explain", "completion", "COMMAND"].includes(command) && words.length > 0;
  if (takesStack && ofStack === undefined && !words.some((word) => otherStacks.includes(word))) {
    return "no stack that there is";
  }
  const [pattern, section = ""] = named[command] ?? [];
  const name = command === "iam" ? words[1] : pattern?.exec(call)?.[1];
  // In capitals it stands for a name.
  if (name === undefined || /^[A-Z…]+$/.test(name)) {
    return undefined;
  }
  const stacks = ofStack === undefined ? ["dev", "prod"] : [ofStack];
  const known =
    command === "iam" ? [...users, ...rolesIn(stacks)] : stacks.flatMap((stack) => namesIn(stack, section));
  return known.includes(name) ? undefined : `${name}: ${known.join(", ")}`;
}

function namesIn(stack: string, section: string): string[] {
  const { config } = parse(readFileSync(path.join(checkout, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const [first = "", ...rest] = section.split(".");
  const found = rest.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    config[`groundwork:${first}`],
  );
  return Object.keys(found ?? {});
}

function mentions(sources: Printed, documents: Printed, program: string): PrintedCommand[] {
  return [...sources.mentions, ...documents.mentions].filter(({ text }) => text.startsWith(`${program} `));
}

/** "up", "state lock", and with the action that some take as a word: "guard approve". */
function commandNames(): ReadonlySet<string> {
  const { commands } = commandLine(
    () => {
      throw new Reached();
    },
    () => undefined,
    new FakeTerminal().terminal,
  );
  const actions = [
    "approve",
    "list",
    "revoke",
    "explain",
    "roll",
    "status",
    "clean",
    "deploy",
    "build",
    "replace",
    "check",
  ];
  return new Set(
    commands.flatMap((command) => [
      command.name(),
      ...command.commands.map((inner) => `${command.name()} ${inner.name()}`),
      ...actions.map((action) => `${command.name()} ${action}`),
    ]),
  );
}
