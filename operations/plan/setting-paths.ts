import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Refusal, Step } from "../../guard/step";
import { groundworkCommand } from "../../guard/printed-command";
import { stackOf } from "../../guard/urns";
import type { ScalarEdit } from "../engine/stack-file-edit";
import { sectionNames, type SectionName } from "../../settings/schema";
import { Places } from "../../settings/stack-file-places";
import { readYaml } from "../../settings/yaml-file";
import { nameOf, typeOf } from "./plan";

/** How the settings of one type of resource are found from its name and its properties. */
interface Way {
  readonly section: SectionName;
  /** Keys below the section: of the one thing itself, where the section has many of them. */
  readonly item?: (name: string) => readonly string[];
  /** Property of the resource to key of the settings. What is not here is not said. */
  readonly keys: Readonly<Record<string, string>>;
}

/** `reports-sessions` as `sessions`. */
const within = (prefix: string, name: string): string =>
  name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : name;

/** What holds data and is made of settings whose keys a person knows. Of everything else the section is said. */
const ways: Readonly<Record<string, Way>> = {
  "aws:rds/instance:Instance": {
    section: "database",
    keys: {
      allocatedStorage: "allocatedStorage",
      backupRetentionPeriod: "backupRetentionDays",
      dbName: "databaseName",
      engineVersion: "engineVersion",
      finalSnapshotIdentifier: "finalSnapshotIdentifier",
      storageType: "storageType",
      username: "masterUsername",
    },
  },
  "aws:eks/cluster:Cluster": { section: "cluster", keys: { version: "version" } },
  "aws:eks/nodeGroup:NodeGroup": { section: "cluster", keys: { version: "version" } },
  "aws:dynamodb/table:Table": {
    section: "reports",
    item: (name) => ["tables", within("reports", name)],
    keys: {
      hashKey: "hashKey",
      rangeKey: "rangeKey",
      pointInTimeRecovery: "recoveryDays",
      ttl: "ttlAttribute",
    },
  },
  "aws:s3/bucket:Bucket": { section: "reports", item: () => ["bucket"], keys: { bucket: "name" } },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    section: "reports",
    item: () => ["bucket", "lifecycle"],
    keys: {},
  },
  "aws:sqs/queue:Queue": {
    section: "messaging",
    // A queue's dead letters have its name.
    item: (name) => ["queues", within("messaging", name).replace(/-dead$/, "")],
    keys: { fifoQueue: "fifo", messageRetentionSeconds: "messageRetentionSeconds" },
  },
  "aws:route53/zone:Zone": { section: "dns", keys: { name: "domain" } },
};

/**
 * The setting that a resource is made of: `groundwork:database.engineVersion`, of what cannot be said as closely
 * `groundwork:database`; undefined for what no section makes. A resource's URN has the types of the components around it, and
 * those are named by their sections.
 *
 * @param properties What changes of it, as far as it is known: `engineVersion`, `ttl.attributeName`.
 */
export function settingOf(urn: string, properties: readonly string[] = []): string | undefined {
  return settingPath(urn, properties)?.path.join(".");
}

/** The section that makes a resource, by the outermost component around it; undefined for what none makes. */
export function sectionOf(urn: string): SectionName | undefined {
  const outermost = /^groundwork:([\w-]+):/.exec(urn.split("::")[2] ?? "")?.[1];
  return sectionNames.find(
    (name) => name === outermost?.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase()),
  );
}

/** The same, key by key; `isWhole` says that no single key was found for what changes. */
export function settingPath(
  urn: string,
  properties: readonly string[],
): { readonly path: readonly string[]; readonly isWhole: boolean } | undefined {
  const section = sectionOf(urn);
  if (section === undefined) {
    return undefined;
  }
  const way = ways[typeOf(urn)];
  const whole = `groundwork:${section}`;
  if (way?.section !== section) {
    return { path: [whole], isWhole: true };
  }
  const item = way.item?.(nameOf(urn)) ?? [];
  const keys = new Set(
    properties
      .map((property) => way.keys[property.split(/[.[]/)[0] ?? ""])
      .filter((key) => key !== undefined),
  );
  const [only] = keys;
  return keys.size === 1 && only !== undefined
    ? { path: [whole, ...item, only], isWhole: false }
    : { path: [whole, ...item], isWhole: true };
}

/** What to write into the stack file for a change not to be one, where a setting says no more and no less: path and value. */
export function standingSetting({ urn, standing }: Refusal): ScalarEdit | undefined {
  const found = standing === undefined ? undefined : settingPath(urn, [standing.property]);
  // A queue's dead letters have its name, but not its retention.
  const isOther = urn.endsWith("-dead");
  return found === undefined || found.isWhole || standing === undefined || isOther
    ? undefined
    : { path: found.path, value: standing.value };
}

function writesIt(urn: string, setting: string, { value }: ScalarEdit): string {
  return `Where nobody here meant it: set ${setting} to ${JSON.stringify(value)}; \`${groundworkCommand`adopt ${stackOf(urn)}`}\` writes it.`;
}

/** The refusals with the setting that each comes from, where it is known. */
export function withSettings(refusals: readonly Refusal[], steps: readonly Step[]): Refusal[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  return refusals.map((refusal) => {
    const step = byUrn.get(refusal.urn);
    const properties =
      step === undefined || refusal.op === "delete"
        ? []
        : step.replaceKeys.length > 0
          ? step.replaceKeys
          : step.changedKeys;
    const standing = standingSetting(refusal);
    const setting = standing?.path.join(".") ?? settingOf(refusal.urn, properties);
    if (setting === undefined) {
      return refusal;
    }
    return standing === undefined
      ? { ...refusal, setting }
      : { ...refusal, setting, safeWay: `${writesIt(refusal.urn, setting, standing)} ${refusal.safeWay}` };
  });
}

/**
 * A setting and where it stands: `groundwork:database.engineVersion (Pulumi.dev.yaml:12)`; of one that is not set, where it would.
 *
 * @param file the stack's file, which could be read before.
 */
export function settingAt(file: string, setting: string): string {
  const [section = "", ...keys] = setting.split(".");
  const name = path.basename(file);
  const { document, lines } = readYaml(readFileSync(file, "utf8"), name, { stack: name });
  return `${setting} (${name}:${new Places(document, lines, name).of(["config", section, ...keys]).line})`;
}
