import { expect } from "chai";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { runParallelism } from "../../../operations/engine/engine-access";
import { UsageError } from "../../../operations/terminal/errors";
import { forgetRehearsal, openRehearsalFolder } from "../../../operations/engine/rehearsal-folder";
import { readEnvironment } from "../../../settings/environment";
import { engineVersion } from "../../../toolchain/engine-version";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");

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

  describe("with --rehearse", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "groundwork-fresh-"));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /** With an engine that is there by its name, and does nothing. */
    function rehearse(...argv: string[]): Promise<Called> {
      const pulumi = path.join(directory, "pulumi");
      for (const file of [pulumi, path.join(directory, "pulumi-language-nodejs")]) {
        writeFileSync(file, `#!/bin/sh\necho v${engineVersion}\n`, { mode: 0o755 });
      }
      return callWith(
        {
          GROUNDWORK_REHEARSAL_DIR: folder,
          GROUNDWORK_PULUMI: pulumi,
          PATH: "/usr/bin:/bin",
          XDG_CACHE_HOME: directory,
        },
        ...argv,
      );
    }
    const fill = (): void => {
      for (const file of [
        "home/ann/thesis.txt",
        "project/code.c",
        "state/x",
        "cloud/y",
        "containers/data/z",
      ]) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), "");
      }
    };
    const files = (): readonly string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .sort();

    for (const argv of [
      ["rehearse", "dev", "--fresh"],
      ["rehearse", "dev"],
      ["preview", "dev", "--rehearse"],
      ["exec", "--rehearse", "--", "true"],
      ["state", "lock", "dev", "--rehearse"],
      ["secrets", "dev", "list", "--rehearse"],
    ]) {
      it(`\`${argv.join(" ")}\` leaves a folder that is not a rehearsal's as it is, and says what it is`, async () => {
        fill();
        const before = files();
        const { exitCode, err } = await rehearse(...argv);
        expect(exitCode).to.equal(2);
        expect(err)
          .to.contain(`${folder} is no folder of a rehearsal: it holds `)
          .and.to.contain("GROUNDWORK_REHEARSAL_DIR")
          .and.to.contain("Nothing was touched.");
        expect(files()).to.deep.equal(before);
      });
    }

    it("nothing is deleted for a stack that there is none of, whose settings are wrong, or without an engine", async () => {
      openRehearsalFolder(folder);
      writeFileSync(path.join(folder, "log.jsonl"), "{}\n");
      const before = files();
      expect((await rehearse("rehearse", "nosuch", "--fresh")).exitCode).to.equal(2);
      const noEngine = await callWith({ GROUNDWORK_REHEARSAL_DIR: folder }, "rehearse", "dev", "--fresh");
      expect(noEngine.exitCode).to.equal(1);
      breakSettings();
      expect((await rehearse("rehearse", "dev", "--fresh")).exitCode).to.equal(2);
      expect(files()).to.deep.equal(before);
    });
  });
});

describe("how many resources a run works on at a time", () => {
  it("is what the person says, and 16 where the engine would take it for nothing said", () => {
    const parallel = (said?: string): number =>
      runParallelism({
        environment: { ...readEnvironment(checkout), variables: { PULUMI_PARALLEL: said } },
      });
    expect([undefined, "4", "64", "", "0", "-1", "many"].map(parallel)).to.deep.equal([
      ...[16, 4, 64, 16, 16, 16, 16],
    ]);
  });
});

describe("the folder of a rehearsal", () => {
  let directory: string;
  const at = (...names: string[]): string => path.join(directory, ...names);
  const put = (name: string): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), "");
  };
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-fresh-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("is marked when it is made, and is emptied of what rehearsals wrote and of nothing else", () => {
    openRehearsalFolder(at("made"));
    expect(JSON.parse(readFileSync(at("made", "rehearsal.json"), "utf8"))).to.include({ format: 1 });
    for (const entry of [
      "state/file",
      "cloud/file",
      "project/file",
      "home/file",
      "photos/file",
      "log.jsonl",
      "page.html",
    ]) {
      put(`made/${entry}`);
    }
    forgetRehearsal(at("made"));
    expect(readdirSync(at("made"))).to.deep.equal(["photos", "rehearsal.json"]);
    expect(existsSync(at("made", "photos", "file"))).to.equal(true);
  });

  it("gets its mark where an earlier version made it, or where somebody has put things into its cloud", () => {
    for (const file of [
      "state/.pulumi/meta.yaml",
      "home/workspaces/a",
      "project/Pulumi.dev.yaml",
      "log.jsonl",
    ]) {
      put(`before/${file}`);
    }
    put("seeded/cloud/theirs.json");
    for (const name of ["before", "seeded"]) {
      openRehearsalFolder(at(name));
      expect(readdirSync(at(name))).to.include("rehearsal.json");
    }
  });

  it("is none with anything else in it, and none when its mark is of another version, a folder or a link", () => {
    put("photos/summer.jpg");
    put("named/state/notes.txt");
    put("linked/home/logs/a");
    symlinkSync(at("photos"), at("linked", "state"));
    put("empty-mark/rehearsal.json");
    mkdirSync(at("folder-mark", "rehearsal.json"), { recursive: true });
    writeFileSync(at("true.json"), '{"format":1}');
    mkdirSync(at("link-mark"));
    symlinkSync(at("true.json"), at("link-mark", "rehearsal.json"));
    mkdirSync(at("newer"));
    writeFileSync(at("newer", "rehearsal.json"), '{"format":2}');
    for (const name of [
      "photos",
      "named",
      "linked",
      "empty-mark",
      "folder-mark",
      "link-mark",
      "newer",
      "true.json",
    ]) {
      expect(() => forgetRehearsal(at(name)), name).to.throw(UsageError, "Nothing was touched.");
    }
    expect(existsSync(at("named", "state", "notes.txt"))).to.equal(true);
  });

  it("loses a link, and never what it leads to", () => {
    put("photos/summer.jpg");
    openRehearsalFolder(at("own"));
    symlinkSync(at("photos"), at("own", "state"));
    forgetRehearsal(at("own"));
    expect(existsSync(at("own", "state"))).to.equal(false);
    expect(existsSync(at("photos", "summer.jpg"))).to.equal(true);
  });
});
