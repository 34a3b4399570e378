import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadSettings } from "../../settings/from-pulumi";
import { settingsFromConfig } from "../../settings/load";
import { SettingsError } from "../../settings/problem";
import { setRootDirectory } from "../support/mocks";
import { secretOf } from "../../settings/secrets";
import { asTheEngineSays, changed, identity, rightConfig, without, type Config } from "./support";

let folder: string;

function write(file: string, content: unknown): void {
  fs.writeFileSync(path.join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
}

/** What the engine hands the program, and what the stack's file says. */
function configure(config: Config, secretKeys: string[] = [], written: Config = config): void {
  pulumi.runtime.setAllConfig({ ...asTheEngineSays(config).values }, secretKeys);
  write("Pulumi.dev.yaml", { config: written });
}

/** What the program would end with. */
function refusal(): Error {
  try {
    loadSettings();
  } catch (error) {
    if (error instanceof Error) {
      return error;
    }
  }
  throw new Error("The settings were taken.");
}

const mocks: pulumi.runtime.Mocks = {
  newResource: () => ({ id: undefined, state: {} }),
  call: () => ({}),
};

describe("settings in the Pulumi program", () => {
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "groundwork-program-"));
    await pulumi.runtime.setMocks(mocks, identity.project, identity.stack);
    setRootDirectory(folder);
  });
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
    setRootDirectory();
    fs.rmSync(folder, { recursive: true });
  });

  it("are the engine's configuration of the stack that is run", () => {
    configure(rightConfig());
    const { context, ...settings } = loadSettings();
    const wanted = settingsFromConfig(asTheEngineSays(rightConfig()), identity);
    expect({ ...settings, context: wanted.context }).to.deep.equal({ ...wanted, secrets: {} });
    expect(context).to.deep.include({ ...wanted.context, approvals: [], isGated: false });
  });

  it("end the program with a message and no stack trace when they are wrong", () => {
    configure(
      changed({ "groundwork:database": { allocatedStorage: 5 }, "groundwork:guard": { level: "none" } }),
    );
    const error = refusal();
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(error.cause).to.be.instanceOf(SettingsError);
    expect(error.message).to.equal(
      [
        "The settings of stack dev have 2 problems; nothing was touched.",
        "",
        "  groundwork:database.allocatedStorage",
        "    found the number 5",
        "    allowed: a whole number from 20 to 65536, in GiB",
        "",
        "  groundwork:guard.level",
        '    found "none"',
        '    allowed: one of "production", "development", "disposable"',
      ].join("\n"),
    );
  });

  it("refuse an encrypted value", () => {
    configure({ ...rightConfig(), "groundwork:tags": "{}" }, ["groundwork:tags"], {
      ...rightConfig(),
      "groundwork:tags": { secure: "v1:hush" },
    });
    expect(refusal().message).to.contain("groundwork:tags\n    holds an encrypted value");
  });

  it("leave encrypted values of other packages alone", () => {
    configure({ ...rightConfig(), "equinix-metal:authToken": "x" }, ["equinix-metal:authToken"]);
    expect(loadSettings().context.stack).to.equal("dev");
  });

  describe("are refused where the engine hands over something else than the stack's file says:", () => {
    const told = (): readonly (readonly [path: string, message: string])[] => {
      const { cause } = refusal();
      return cause instanceof SettingsError
        ? cause.problems.map(({ path: where, message }) => [where, message] as const)
        : [];
    };

    it("another value, one that the file does not have, and none where the file has one", () => {
      const handed: Config = { ...rightConfig(), "groundwork:guard": { level: "disposable" } };
      configure({ ...handed, "groundwork:mail": { catcher: {} } }, [], {
        ...rightConfig(),
        "groundwork:dns": { domain: "example.com" },
      });
      expect(told()).to.deep.equal([
        ["groundwork:dns", "Pulumi.dev.yaml sets it, and the engine hands the program nothing"],
        ["groundwork:guard", "the engine hands the program another value than Pulumi.dev.yaml has"],
        ["groundwork:mail", "Pulumi.dev.yaml does not set it, and the engine hands the program a value"],
      ]);
      expect(refusal().message)
        .to.contain("--config-file")
        .and.to.contain("Set it in Pulumi.dev.yaml.")
        .and.to.not.contain("disposable");
    });

    it("another account, region, or set of providers that must not be made by themselves", () => {
      const key = "pulumi:disable-default-providers";
      configure(
        { ...rightConfig(), "aws:region": "eu-central-1", "aws:allowedAccountIds": ["210987654321"] },
        [],
        { ...rightConfig(), [key]: ["aws"] },
      );
      expect(told().map(([where]) => where)).to.deep.equal(["aws:allowedAccountIds", "aws:region", key]);
    });

    it("what Pulumi.yaml sets, with its line", () => {
      const level = { level: "disposable" };
      for (const entry of [
        "  groundwork:guard: { value: { level: disposable } }",
        "  groundwork:guard: { default: { level: disposable } }",
        "  groundwork:guard: { level: disposable }",
        "  guard: { level: disposable }",
        "  groundwork:config:guard: { level: disposable }",
      ]) {
        write("Pulumi.yaml", `name: groundwork\nruntime: nodejs\nconfig:\n  other:key: 1\n${entry}\n`);
        configure(
          { ...rightConfig(), "groundwork:guard": level },
          [],
          changed({ "groundwork:guard": undefined }),
        );
        expect(refusal().message, entry).to.contain("groundwork:guard  (Pulumi.yaml:5:3)");
        expect(told(), entry).to.have.length(1);
      }
    });

    it("the file of a stack that has none", () => {
      configure(rightConfig());
      fs.rmSync(path.join(folder, "Pulumi.dev.yaml"));
      expect(told()).to.deep.equal([["Pulumi.dev.yaml", "there is no such file"]]);
    });

    it("a passphrase at guard level production", () => {
      const config = without(rightConfig(), "groundwork:guard");
      configure(config);
      write("Pulumi.dev.yaml", { encryptionsalt: "v1:a", config });
      expect(told()).to.deep.equal([
        ["encryptionsalt", "a passphrase encrypts the secrets of a stack at guard level production"],
      ]);
    });

    it("an ESC environment of the file", () => {
      configure(rightConfig());
      write("Pulumi.dev.yaml", { environment: ["shared"], config: rightConfig() });
      expect(told().map(([where]) => where)).to.deep.equal(["environment"]);
    });

    it("a value in clear where the file has an encrypted one, and the other way round", () => {
      const key = "groundwork:sendgridApiKey";
      configure({ ...rightConfig(), [key]: "x", "groundwork:tags": "{}" }, ["groundwork:tags"], {
        ...rightConfig(),
        [key]: { secure: "v1:hush" },
      });
      expect(told().map(([where]) => where)).to.deep.equal([key, "groundwork:tags"]);
    });
  });

  it("are taken where the same is written otherwise, and whatever other packages are given", () => {
    configure({ ...rightConfig(), "kubernetes:context": "x" }, [], {
      ...without(rightConfig(), "groundwork:tags"),
      tags: '{"team":"platform"}',
      "cloudflare:token": "y",
    });
    expect(loadSettings().sections.tags).to.deep.equal({ team: "platform" });
  });

  it("take a declared secret that the file does not have, as a rehearsal supplies it, but not in clear", () => {
    const key = "groundwork:sendgridApiKey";
    const { placeholder } = secretOf("sendgridApiKey");
    configure({ ...rightConfig(), [key]: placeholder }, [key], rightConfig());
    expect(loadSettings().secrets).to.have.all.keys("sendgridApiKey");
    configure({ ...rightConfig(), [key]: placeholder }, [], rightConfig());
    expect(refusal().message).to.contain("groundwork:sendgridApiKey");
  });

  it("of another project are those of its stack's file, also where that leaves the project's name away", () => {
    const { guard, ...others } = {
      ...without(rightConfig(), "groundwork:guard"),
      guard: { level: "disposable" },
    };
    fs.mkdirSync(path.join(folder, "state"));
    setRootDirectory(path.join(folder, "state"));
    configure({ ...others, "groundwork:guard": guard }, [], { ...others, guard });
    expect(loadSettings("groundwork", folder).context.guardLevel).to.equal("disposable");
  });

  it("take a passphrase at guard level production in the program of state/ alone, which makes the key vault", async () => {
    await pulumi.runtime.setMocks(mocks, "groundwork-state", identity.stack);
    const config = without(without(rightConfig(), "groundwork:guard"), "groundwork:database");
    fs.mkdirSync(path.join(folder, "state"));
    setRootDirectory(path.join(folder, "state"));
    configure(config);
    write("Pulumi.dev.yaml", { encryptionsalt: "v1:a", config });
    expect(loadSettings("groundwork", folder).context.guardLevel).to.equal("production");
  });
});
