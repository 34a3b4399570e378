import { expect } from "chai";
import * as path from "node:path";
import { main } from "../../operations/cli";
import { FakeTerminal } from "../support/fake-terminal";

const projectDirectory = path.join(__dirname, "../..");

async function call(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const fake = new FakeTerminal();
  const exitCode = await main({ argv, projectDirectory, terminal: fake.terminal });
  return { exitCode, out: fake.out, err: fake.err };
}

const commands = [
  "rehearse",
  "new",
  "preview",
  "drift",
  "timeline",
  "up",
  "adopt",
  "destroy",
  "exec",
  "stack",
  "iam",
  "kubeconfig",
  "nodes",
  "database",
  "dns",
  "queues",
  "image",
  "smoke",
  "fleet",
  "access",
  "state",
  "workers",
  "doctor",
  "releases",
  "promote",
  "ci",
  "secrets",
  "guard",
  "explain",
  "completion",
];
/** As they are listed to whoever called none of them. */
const known = `${commands.slice(0, -1).join(", ")} or ${commands.at(-1)}`;

describe("a call of groundwork", () => {
  it("with --help says what there is, on stdout, and is done", async () => {
    const { exitCode, out, err } = await call("--help");
    expect(exitCode).to.equal(0);
    for (const command of commands) {
      expect(out).to.match(new RegExp(`^  ${command} `, "m"));
    }
    expect(err).to.equal("");
  });

  const subcommands: Readonly<Record<string, readonly string[]>> = {
    stack: ["init", "change-secrets-provider"],
    state: ["init", "move", "lock", "unlock", "backup", "history", "restore"],
  };
  for (const command of commands.flatMap(
    (name) => subcommands[name]?.map((subcommand) => `${name} ${subcommand}`) ?? [name],
  )) {
    it(`${command} takes --rehearse, --json, --yes and --help`, async () => {
      const { exitCode, out } = await call(...command.split(" "), "--help");
      expect(exitCode).to.equal(0);
      for (const option of ["--rehearse", "--json", "--yes", "--help"]) {
        expect(out).to.contain(option);
      }
    });
  }

  it("without a command is wrong and names those that there are", async () => {
    const { exitCode, out, err } = await call();
    expect(exitCode).to.equal(2);
    expect(out).to.equal("");
    expect(err.endsWith(`No command was given. Known: ${known}.\n`), err).to.equal(true);
  });

  it("with an unknown command is wrong, says what it may have meant, and names those that there are", async () => {
    const { exitCode, out, err } = await call("preveiw", "dev");
    expect(exitCode).to.equal(2);
    expect(out).to.equal("");
    expect(err).to.equal(
      "unknown command 'preveiw'\n(Did you mean preview?)\n" +
        `Known: ${known}. \`./groundwork --help\` says what they do.\n`,
    );
  });

  it("with an unknown option is wrong", async () => {
    const { exitCode, err } = await call("preview", "dev", "--force");
    expect(exitCode).to.equal(2);
    expect(err).to.contain("unknown option '--force'");
  });

  it("ci says which stacks CI runs, and for one of them the role to take and where its state is", async () => {
    expect((await call("ci")).out).to.equal('stacks=["dev","prod"]\n');
    expect((await call("ci", "prod", "apply")).out).to.equal(
      "role=arn:aws:iam::730164928835:role/groundwork-prod-ci-apply\nregion=eu-west-1\nseconds=14400\nenvironment=prod\nhome=prod\n" +
        "backend=azblob://state?storage_account=weaveworksprodstate\nazureSubscription=c4d7b2a1-5e63-4f0d-8a9b-1f2e3d4c5b6a\n" +
        "azureTenant=9d0b5c7e-3a41-4f68-b2d7-8e1c6a5f4b09\n",
    );
    expect(JSON.parse((await call("ci", "dev", "--json")).out)).to.deep.include({
      stack: "dev",
      role: "arn:aws:iam::482913067251:role/groundwork-dev-ci-plan",
      seconds: "3600",
    });
    expect((await call("ci", "dev", "everything")).exitCode).to.equal(2);
  });

  it("without the stack that a command needs is wrong", async () => {
    const { exitCode, err } = await call("preview");
    expect(exitCode).to.equal(2);
    expect(err).to.contain("missing stack. The stacks that have a file: dev or prod.");
  });

  it("with a stack that has no file is wrong and names those that have one", async () => {
    const { exitCode, out, err } = await call("preview", "staging", "--rehearse");
    expect(exitCode).to.equal(2);
    expect(out).to.equal("");
    expect(err).to.equal(
      'There is no stack "staging": no file Pulumi.staging.yaml. Known: dev or prod. ' +
        "`./groundwork new staging --rehearse` begins one.\n",
    );
  });

  it("with --json tells an error as one JSON document on stdout", async () => {
    const { exitCode, out, err } = await call("up", "staging", "--json");
    expect(exitCode).to.equal(2);
    expect(JSON.parse(out)).to.deep.equal({
      error: {
        message:
          'There is no stack "staging": no file Pulumi.staging.yaml. Known: dev or prod. ' +
          "`./groundwork new staging` begins one.",
      },
    });
    expect(err).to.equal("");
  });

  it("with --json tells a command line that cannot be read as JSON too", async () => {
    const { exitCode, out } = await call("up", "--json");
    expect(exitCode).to.equal(2);
    expect(Object.keys(JSON.parse(out) as object)).to.deep.equal(["error"]);
  });

  it("takes --json after -- for the other command's", async () => {
    const { exitCode, out } = await call("nothing", "--", "--json");
    expect(exitCode).to.equal(2);
    expect(out).to.equal("");
  });

  it("takes a time for a plan in hours of a week, and only with the file that it is sealed in", async () => {
    for (const hours of ["0", "-1", "169", "soon"]) {
      const { exitCode, err } = await call("preview", "dev", "--out", "plan", "--plan-for", hours);
      expect(exitCode).to.equal(2);
      expect(err).to.contain("It is a number of hours, above 0 and up to 168.");
    }
    const alone = await call("preview", "dev", "--plan-for", "2");
    expect([alone.exitCode, alone.err.includes("add --out FILE")]).to.deep.equal([2, true]);
    const both = await call("destroy", "dev", "--out", "plan", "--plan", "plan");
    expect([both.exitCode, both.err.includes("one of them. Nothing was touched.")]).to.deep.equal([2, true]);
  });

  it("refuses options of a rehearsal where nothing is rehearsed", async () => {
    for (const option of ["--account=111122223333", "--faults=faults.yaml"]) {
      const { exitCode, err } = await call("preview", "dev", option);
      expect(exitCode, option).to.equal(2);
      expect(err).to.equal("--account, --faults and --weather are for a rehearsal: add --rehearse.\n");
    }
  });
});
