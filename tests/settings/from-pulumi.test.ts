import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { loadSettings } from "../../settings/from-pulumi";
import { settingsFromConfig } from "../../settings/load";
import { SettingsError } from "../../settings/problem";
import { asTheEngineSays, changed, identity, rightConfig, type Config } from "./support";

function configure(config: Config, secretKeys: string[] = []): void {
  pulumi.runtime.setAllConfig({ ...asTheEngineSays(config).values }, secretKeys);
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

describe("settings in the Pulumi program", () => {
  beforeEach(async () => {
    await pulumi.runtime.setMocks(
      { newResource: () => ({ id: undefined, state: {} }), call: () => ({}) },
      identity.project,
      identity.stack,
    );
  });
  afterEach(() => {
    configure({});
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
    configure(rightConfig(), ["groundwork:tags"]);
    expect(refusal().message).to.contain("groundwork:tags\n    holds an encrypted value");
  });

  it("leave encrypted values of other packages alone", () => {
    configure({ ...rightConfig(), "equinix-metal:authToken": "x" }, ["equinix-metal:authToken"]);
    expect(loadSettings().context.stack).to.equal("dev");
  });
});
