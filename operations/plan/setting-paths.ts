import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Refusal, Step } from "../../guard/step";
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
  const outermost = /^groundwork:([\w-]+):/.exec(urn.split("::")[2] ?? "")?.[1];
  const section = sectionNames.find(
    (name) => name === outermost?.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase()),
  );
  if (section === undefined) {
    return undefined;
  }
  const way = ways[typeOf(urn)];
  const whole = `groundwork:${section}`;
  if (way?.section !== section) {
    return whole;
  }
  const item = way.item?.(nameOf(urn)) ?? [];
  const keys = new Set(
    properties
      .map((property) => way.keys[property.split(/[.[]/)[0] ?? ""])
      .filter((key) => key !== undefined),
  );
  const [only] = keys;
  return [whole, ...item, ...(keys.size === 1 && only !== undefined ? [only] : [])].join(".");
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
    const setting = settingOf(refusal.urn, properties);
    return setting === undefined ? refusal : { ...refusal, setting };
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
