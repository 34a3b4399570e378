import { expect } from "chai";
import * as path from "node:path";
import type { Command } from "commander";
import { main } from "../../../operations/cli";
import { commandLine } from "../../../operations/command-line";
import { ActionArgument } from "../../../operations/terminal/stack-and-action";
import { mayBeProposed, withStackInPlace } from "../../../operations/terminal/wrong-call";
import { FakeTerminal } from "../../support/fake-terminal";

const projectDirectory = path.join(__dirname, "../../..");

/** What a wrong call is told: its last lines, which stand behind the help where that is printed. */
async function told(...argv: string[]): Promise<string> {
  const fake = new FakeTerminal();
  const exitCode = await main({ argv, projectDirectory, terminal: fake.terminal });
  expect(exitCode, argv.join(" ")).to.equal(2);
  expect(fake.out, argv.join(" ")).to.equal("");
  return fake.err;
}

function program(): Command {
  return commandLine(
    () => {
      throw new Error("nothing is run here");
    },
    () => undefined,
    new FakeTerminal().terminal,
  );
}

describe("a word of another tool", () => {
  const answers: Readonly<Record<string, readonly string[]>> = {
    "`./groundwork up STACK`": ["deploy", "apply", "update", "create", "Deploy"],
    "`./groundwork preview STACK`": ["plan", "diff"],
    "`destroy` takes everything down": ["down", "rm", "delete", "remove", "teardown"],
    "`./groundwork exec -- pulumi login`": ["login"],
    "`./groundwork exec -- pulumi stack output --stack STACK`": ["output"],
    "`preview`, `up` and `destroy` read the cloud by themselves, and `./groundwork drift STACK` shows what moved there.":
      ["refresh"],
    "`./groundwork exec -- pulumi import --stack STACK TYPE NAME ID`": ["import"],
    "`./groundwork exec -- pulumi config --stack STACK`": ["config"],
    "`./groundwork exec -- pulumi logs --stack STACK`": ["logs"],
    "`./groundwork stack init STACK` begins a stack": ["init"],
  };
  for (const [answer, words] of Object.entries(answers)) {
    it(`is answered with ours: ${words.join(", ")}`, async () => {
      for (const word of words) {
        const message = await told(word, "dev");
        expect(message.split("\n")[0]).to.equal(`unknown command '${word}'`);
        expect(message.split("\n")[1]?.startsWith(answer), message).to.equal(true);
        expect(message).not.to.contain("Did you mean").and.not.to.contain("groundwork destroy");
      }
    });
  }

  it("is not told to use what breaks a lock", async () => {
    for (const word of ["cancel", "force-unlock"]) {
      expect(await told(word, "dev"))
        .to.contain("`./groundwork state lock STACK`")
        .and.not.to.contain("state unlock");
    }
  });
});

/** Each letter left out, doubled, and exchanged with the next. */
function misspelt(name: string): string[] {
  const start = name.startsWith("--") ? 2 : 0;
  return [...name].flatMap((letter, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    return at < start
      ? []
      : [
          before + after,
          before + letter + letter + after,
          ...(after === "" || after[0] === letter
            ? []
            : [before + after.slice(0, 1) + letter + after.slice(1)]),
        ];
  });
}

/** Every command, action and option of a command and of what is below it. */
function namesOf(command: Command): readonly string[] {
  return [
    ...command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long }) => long ?? []),
    ...command.registeredArguments.flatMap((one) => (one instanceof ActionArgument ? one.actions : [])),
    ...command.commands.flatMap((one) => [one.name(), ...namesOf(one)]),
  ];
}

describe("a misspelt name", () => {
  it("leads to nothing that the command line does not have", () => {
    const names = namesOf(program());
    expect([...mayBeProposed].filter((name) => !names.includes(name))).to.deep.equal([]);
  });

  it("of a command that looks leads to it, at each level", async () => {
    expect(await told("preveiw", "dev")).to.contain("\n(Did you mean preview?)\n");
    expect(await told("doctr", "dev")).to.contain("\n(Did you mean doctor?)\n");
    expect(await told("state", "lokc", "dev")).to.contain("\n(Did you mean lock?)\n");
    expect(await told("preview", "dev", "--rehears")).to.contain("\n(Did you mean --rehearse?)\n");
  });

  it("of a command that takes down, breaks or overwrites never leads to it", async () => {
    for (const name of ["destroy", "state unlock", "state restore", "state move"]) {
      const words = name.split(" ");
      for (const word of misspelt(words.at(-1) ?? "")) {
        const message = await told(...words.slice(0, -1), word, "dev");
        expect(message, word)
          .to.contain(`unknown command '${word}'`)
          .and.not.to.match(/mean (destroy|unlock|restore|move)/);
      }
    }
  });

  it("of an option that forces, forgets or agrees never leads to it", async () => {
    const options = {
      "state unlock": ["--force"],
      doctor: ["--fix"],
      rehearse: ["--fresh"],
      queues: ["--with-messages"],
      fleet: ["--take-over", "--skip-check", "--outside-window"],
      up: ["--yes"],
    };
    for (const [command, names] of Object.entries(options)) {
      for (const option of names.flatMap(misspelt)) {
        const message = await told(...command.split(" "), "dev", option);
        expect(message, option)
          .to.contain(`unknown option '${option}'`)
          .and.not.to.match(new RegExp(`mean (${names.join("|")})`));
      }
    }
  });

  it("of a stack leads to it, unless the call takes down or gives up something", async () => {
    expect(await told("preview", "dve", "--rehearse")).to.equal(
      'There is no stack "dve": no file Pulumi.dve.yaml. Known: dev or prod. `./groundwork new dve --rehearse` begins one.\n' +
        "Did you mean dev?\n",
    );
    expect(await told("state", "history", "prdo")).to.contain("\nDid you mean prod?\n");
    for (const call of ["destroy prdo", "state unlock prdo", "guard prdo revoke x", "queues prdo clean"]) {
      expect(await told(...call.split(" "), "--rehearse"), call)
        .to.contain('There is no stack "prdo"')
        .and.not.to.contain("Did you mean");
    }
  });
});

describe("a call that lacks a word", () => {
  const calls: Readonly<Record<string, string>> = {
    "workers dev": "missing action: one of list, replace, retry, drain",
    "fleet dev": "missing action: one of roll, status, list",
    "secrets dev": "missing action: one of list, check, set, import",
    "guard dev": "missing action: one of approve, list, revoke, explain",
    "image prod build-group": "missing action: one of build, deploy, list, clean",
    "queues dev": "missing action: clean",
    "dns dev": "missing action: check",
    "workers list":
      "missing stack: `./groundwork workers STACK list`. The stacks that have a file: dev or prod.",
    "image prod build": "missing group: `./groundwork image STACK GROUP build`",
    preview: "missing stack. The stacks that have a file: dev or prod.",
    "iam dev": "missing user: the service user, e.g. report_writer",
    "state lock": "missing stack. The stacks that have a file: dev or prod.",
  };
  for (const [call, message] of Object.entries(calls)) {
    it(`is told which: ${call}`, async () => {
      const command = call.startsWith("state") ? call : call.split(" ")[0];
      expect(await told(...call.split(" "))).to.equal(
        `${message}\n\`./groundwork ${command} --help\` says how it is called.\n`,
      );
    });
  }

  it("is told the actions of its own command, not all commands", async () => {
    const own = "Known: init, move, lock, unlock, backup, history or restore.";
    expect(await told("state", "nope")).to.equal(
      `unknown command 'nope'\n${own} \`./groundwork state --help\` says what they do.\n`,
    );
    expect((await told("state")).split("\n").at(-2)).to.equal(
      `\`./groundwork state\`: missing action. ${own}`,
    );
  });
});

describe("a stack that is given as to Pulumi", () => {
  const typed: Readonly<Record<string, string>> = {
    "preview --stack dev": "preview dev",
    "preview --stack=dev --json": "preview dev --json",
    "up -s dev --yes": "up dev --yes",
    "--stack dev preview": "preview dev",
    "state lock --json -s dev": "state lock dev --json",
    "iam report_writer --stack dev": "iam dev report_writer",
    "workers list --stack prod": "workers prod list",
    "access -s dev vpn grant ann --for 2h": "access dev vpn grant ann --for 2h",
    // Not ours to read.
    "exec --rehearse -- pulumi preview --stack dev": "exec --rehearse -- pulumi preview --stack dev",
    "exec pulumi refresh -s dev": "exec pulumi refresh -s dev",
    "preview dev -- --stack prod": "preview dev -- --stack prod",
    // No stack follows.
    "preview --stack": "preview --stack",
    "preview --stack --json": "preview --stack --json",
    "nonsense --stack dev": "nonsense --stack dev",
  };
  for (const [call, meant] of Object.entries(typed)) {
    it(`is taken: ${call}`, () => {
      expect(withStackInPlace(program(), call.split(" ")).join(" ")).to.equal(meant);
    });
  }

  it("is looked for like any other, and two of them are one too many", async () => {
    expect(await told("preview", "--stack", "staging")).to.contain('There is no stack "staging"');
    expect(await told("destroy", "dev", "--stack", "prod")).to.contain("too many arguments for 'destroy'");
    expect(await told("preview", "--stack")).to.equal(
      "unknown option '--stack'\nThe stack comes right after the command: `./groundwork preview STACK`.\n",
    );
  });
});
