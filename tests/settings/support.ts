import { expect } from "chai";
import { Document, Scalar, visit } from "yaml";
import { engineText } from "../../settings/engine-yaml";
import { settingsFromConfig, type StackIdentity, type StackSettings } from "../../settings/load";
import { SettingsError, type Problem } from "../../settings/problem";
import { parseStackFile } from "../../settings/stack-file";

/** A stack's configuration as a test writes it: what stands under `config:` in a stack file. */
export type Config = Record<string, unknown>;

export const identity: StackIdentity = { project: "groundwork", stack: "dev" };

/** Small and right. Tests change one thing in it. */
export function rightConfig(): Config {
  return {
    "aws:region": "eu-west-1",
    "aws:allowedAccountIds": ["123456789012"],
    "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
    "groundwork:guard": { level: "development" },
    "groundwork:network": {
      cidrBlock: "10.0.0.0/16",
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      publicSubnets: ["10.0.0.0/24", "10.0.1.0/24"],
      privateSubnets: ["10.0.2.0/24", "10.0.3.0/24"],
      databaseSubnets: ["10.0.4.0/24", "10.0.5.0/24"],
    },
    "groundwork:database": {
      engineVersion: "16",
      instanceClass: "db.t4g.medium",
      allocatedStorage: 100,
      backupRetentionDays: 7,
    },
    "groundwork:reports": { bucket: { name: "example-dev-reports" } },
    "groundwork:messaging": { queues: { mail: {} } },
    "groundwork:users": {},
    "groundwork:tags": { team: "platform" },
  };
}

/** `groundwork:network` of an existing VPC. */
export function existingNetwork(): Config {
  return {
    vpcId: "vpc-0a1b2c3d4e5f60718",
    publicSubnetIds: ["subnet-0000000000000000a"],
    privateSubnetIds: ["subnet-0000000000000000b"],
    databaseSubnetIds: ["subnet-0000000000000000c", "subnet-0000000000000000d"],
  };
}

/** The right configuration with parts of some sections exchanged; a value of undefined takes the key away. */
export function changed(changes: Readonly<Record<string, Config | undefined>>): Config {
  const config = rightConfig();
  for (const [key, change] of Object.entries(changes)) {
    if (change === undefined) {
      delete config[key];
    } else {
      config[key] = withoutUndefined({ ...(config[key] as Config | undefined), ...change });
    }
  }
  return config;
}

/** At guard level production, with what that demands of the rest. */
export function production(changes: Readonly<Record<string, Config | undefined>> = {}): Config {
  return changed({
    ...changes,
    "groundwork:guard": { level: "production" },
    "groundwork:database": { multiAz: true, ...changes["groundwork:database"] },
  });
}

/** As a person writes it: text that looks like a date in quotes. */
function fileOf(config: Config): string {
  const document = new Document({ config });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString();
}

/** What both loaders make of a configuration. They must agree, in every test that asks. */
export function settingsOf(config: Config, whose: StackIdentity = identity): StackSettings {
  const fromConfig = settingsFromConfig(asTheEngineSays(config), whose);
  expect(parseStackFile(fileOf(config), "Pulumi.dev.yaml", whose)).to.deep.equal(fromConfig);
  return fromConfig;
}

/** What both loaders find wrong with a configuration; empty when nothing is. */
export function problemsOf(config: Config, whose: StackIdentity = identity): readonly Problem[] {
  const fromConfig = caught(() => settingsFromConfig(asTheEngineSays(config), whose));
  const fromFile = caught(() => parseStackFile(fileOf(config), "Pulumi.dev.yaml", whose));
  expect(fromFile.map((problem) => without(problem, "location"))).to.deep.equal(fromConfig);
  return fromConfig;
}

/** The problems of a SettingsError; empty when the action throws none. */
export function caught(action: () => unknown): readonly Problem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems;
    }
    throw error;
  }
}

export function asTheEngineSays(config: Config): {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: ReadonlySet<string>;
} {
  const values = Object.entries(config).map(([key, value]) => [key, engineText(value)] as const);
  return { values: Object.fromEntries(values), secretKeys: new Set() };
}

/** A copy without one key. */
export function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const copy: Partial<T> = { ...object };
  delete copy[key];
  return copy as Omit<T, K>;
}

function withoutUndefined(section: Config): Config {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined));
}
