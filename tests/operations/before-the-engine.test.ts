import { expect } from "chai";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../operations/cli";
import { forgetRehearsal } from "../../operations/rehearsal-session";
import { FakeTerminal } from "./terminal";

const checkout = path.join(__dirname, "../..");

interface Called {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

describe("before anything is started", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-call-"));
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
      cpSync(path.join(checkout, file), path.join(directory, file));
    }
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** With an engine that is not there: whoever looks for it fails. */
  function call(...argv: string[]): Promise<Called> {
    return callWith({}, ...argv);
  }

  async function callWith(more: NodeJS.ProcessEnv, ...argv: string[]): Promise<Called> {
    const fake = new FakeTerminal();
    const variables = { GROUNDWORK_PULUMI: path.join(directory, "no-pulumi"), PATH: "", ...more };
    const exitCode = await main({ argv, projectDirectory: directory, terminal: fake.terminal, variables });
    return { exitCode, out: fake.out, err: fake.err };
  }

  const breakSettings = (): void => {
    const file = path.join(directory, "Pulumi.dev.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("natGateways: single", "natGateway: one"));
  };

  it("no command takes an option from the environment that leaves a part of the stack out", async () => {
    for (const command of [["preview"], ["up", "--yes"], ["destroy", "--yes"], ["rehearse"]]) {
      const [name = "", ...flags] = command;
      const { exitCode, err } = await callWith(
        {
          PULUMI_OPTION_TARGET: "urn:x",
          PULUMI_OPTION_EXCLUDE: "",
          PULUMI_OPTION_EXCLUDE_PROTECTED: "1",
          PULUMI_OPTION_TARGET_DEPENDENTS: "false",
        },
        ...[name, "dev", "--rehearse", ...flags],
      );
      expect(exitCode, name).to.equal(2);
      expect(err)
        .to.contain("PULUMI_OPTION_TARGET and PULUMI_OPTION_EXCLUDE_PROTECTED are set in the environment")
        .and.contain("Nothing was touched.");
      expect(readdirSync(directory)).to.have.members(["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]);
    }
  });

  for (const command of [
    ["preview", "dev"],
    ["up", "dev", "--yes"],
    ["destroy", "dev", "--yes"],
    ["rehearse", "dev"],
    ["iam", "dev", "report_writer"],
  ]) {
    it(`${command[0]} says what is wrong with the settings, and leaves no trace`, async () => {
      breakSettings();
      const { exitCode, out } = await call(...command, "--rehearse", "--json");
      expect(exitCode).to.equal(2);
      const { error } = JSON.parse(out) as { error: { message: string; problems: { path: string }[] } };
      expect(error.problems.map(({ path: at }) => at)).to.include("groundwork:network.natGateway");
      expect(readdirSync(directory)).to.have.members(["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]);
    });
  }

  it("a person is told every problem with its place in the file", async () => {
    breakSettings();
    const { exitCode, out, err } = await call("preview", "dev", "--rehearse");
    expect(exitCode).to.equal(2);
    expect(out).to.equal("");
    expect(err).to.match(/groundwork:network\.natGateway {2}\(Pulumi\.dev\.yaml:\d+:\d+\)/);
    expect(err).to.contain("nothing was touched");
  });

  it("an engine that is not there is told without a stack trace, and leaves no trace", async () => {
    const { exitCode, err } = await call("preview", "dev", "--rehearse");
    expect(exitCode).to.equal(1);
    expect(err).to.contain("GROUNDWORK_PULUMI names");
    expect(err).to.not.contain("    at ");
    expect(readdirSync(directory)).to.have.members(["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"]);
  });

  it("a project without Pulumi.yaml is told by name", async () => {
    rmSync(path.join(directory, "Pulumi.yaml"));
    const { exitCode, err } = await call("preview", "dev");
    expect(exitCode).to.equal(1);
    expect(err).to.contain("Pulumi.yaml");
  });
});

describe("a fresh rehearsal", () => {
  it("forgets what rehearsals wrote, and touches nothing else in the folder", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-fresh-"));
    try {
      for (const entry of ["state", "cloud", "project", "home", "photos"]) {
        mkdirSync(path.join(directory, entry));
        writeFileSync(path.join(directory, entry, "file"), "");
      }
      writeFileSync(path.join(directory, "log.jsonl"), "{}\n");
      forgetRehearsal(directory);
      expect(readdirSync(directory)).to.deep.equal(["photos"]);
      expect(existsSync(path.join(directory, "photos", "file"))).to.equal(true);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
