import type * as rds from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { read } from "../../guard/unknown";
import { awsClientConfig, type AwsClientConfig, type AwsTarget } from "../engine/aws-clients";
import type { Drift, DriftEntry, DriftedProperty } from "./drift";
import type { Knowledge } from "./drift-report";
import { overlap } from "./differences";
import { isChange, type Plan } from "./plan";

const load = createRequire(__filename);

/** A database with what it has been told, and does in its maintenance window. */
export interface Waiting {
  readonly identifier: string;
  /** The provider's id. */
  readonly id: string;
  /** `sun:03:30-sun:05:00`, UTC. */
  readonly window: string;
  /** By the provider's properties. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The provider's property for each of RDS's pending values that settings lead to. Source: Amazon RDS API Reference, PendingModifiedValues. */
const properties: Readonly<Record<string, string>> = {
  AllocatedStorage: "allocatedStorage",
  DBInstanceClass: "instanceClass",
  DedicatedLogVolume: "dedicatedLogVolume",
  EngineVersion: "engineVersion",
  Iops: "iops",
  LicenseModel: "licenseModel",
  MultiAZ: "multiAz",
  StorageThroughput: "storageThroughput",
  StorageType: "storageType",
};

/** What RDS has been told of an instance, and does in its maintenance window: by the provider's properties. */
export function waitingOf({ PendingModifiedValues: pending = {} }: rds.DBInstance): Waiting["values"] {
  return Object.fromEntries(
    Object.entries(pending).flatMap(([key, value]) => {
      const property = properties[key];
      return property === undefined || value === undefined ? [] : [[property, value as unknown]];
    }),
  );
}

/** The databases of the account in which something waits. */
export async function waitingIn(config: AwsClientConfig): Promise<readonly Waiting[]> {
  const { RDSClient, paginateDescribeDBInstances } = load("@aws-sdk/client-rds") as typeof rds;
  const client = new RDSClient(config);
  const found: Waiting[] = [];
  try {
    for await (const { DBInstances: page = [] } of paginateDescribeDBInstances({ client }, {})) {
      for (const one of page) {
        const values = waitingOf(one);
        if (Object.keys(values).length > 0) {
          const { DBInstanceIdentifier: identifier = "", DbiResourceId: id = identifier } = one;
          found.push({ identifier, id, window: one.PreferredMaintenanceWindow ?? "", values });
        }
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** The drift with what only seems to have moved told apart: RDS has it from the last run, and does it in its window. */
export async function withWaiting(stack: AwsTarget, drift: Drift): Promise<Drift> {
  const mayWait = ({ properties: moved }: DriftEntry): boolean =>
    moved.some(({ note }) => note !== undefined);
  if (!drift.moved.some(mayWait)) {
    return drift;
  }
  let waiting: readonly Waiting[];
  try {
    waiting = await waitingIn(await awsClientConfig(stack));
  } catch {
    // Then the note stays, that it may be so.
    return drift;
  }
  return { ...drift, moved: drift.moved.map((entry) => (mayWait(entry) ? told(entry, waiting) : entry)) };
}

function told(entry: DriftEntry, waiting: readonly Waiting[]): DriftEntry {
  const own = waiting.find(({ id, identifier }) => entry.id === id || entry.id === identifier);
  const moved = entry.properties.map((property): DriftedProperty => {
    const isSet =
      own !== undefined && property.note !== undefined && own.values[property.path] === property.from;
    return isSet ? { ...property, willBe: "waits", note: `until ${own.window} UTC` } : property;
  });
  return {
    ...entry,
    properties: moved,
    willBe: moved.every(({ willBe }) => willBe === "waits") ? "waits" : entry.willBe,
  };
}

/** Whether a plan says nothing but once more what RDS has been told and does in its window. */
export function onlyWaits({ outcome }: Pick<Plan, "outcome">, cloud: Knowledge): boolean {
  const changes = outcome.filter(isChange);
  const entries = cloud.isRead ? cloud.drift.moved : [];
  return (
    changes.length > 0 &&
    changes.every(({ new: wanted, op, paths, restated, urn }) => {
      const waits = entries
        .filter((entry) => entry.urn === urn)
        .flatMap(({ properties: moved }) => moved.filter(({ willBe }) => willBe === "waits"));
      return (
        op === "update" &&
        restated.length === 0 &&
        paths.length > 0 &&
        paths.every((path) =>
          waits.some((one) => overlap(path, one.path) && read(wanted?.inputs ?? {}, path) === one.from),
        )
      );
    })
  );
}
