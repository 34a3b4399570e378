import type { CloudRecord } from "../../cloud/store";
import { numberOf, textOf } from "../../interpreter/values";
import { writtenByServices } from "../entries/aws/cloudwatch";
import { defaultVersions, majorOf } from "../entries/aws/rds-engines";
import { move, valuesOf, type Happening } from "./happening";

const databaseType = "aws:rds/instance:Instance";

/** Gibibytes by which RDS grows storage at least; and the part of what there is. */
const [leastGrowth, partOfGrowth] = [10, 0.1];

function storageOf(record: CloudRecord): { readonly has: number; readonly most: number } {
  const values = valuesOf(record);
  return {
    has: numberOf(values, "allocatedStorage") ?? 0,
    most: numberOf(values, "maxAllocatedStorage") ?? 0,
  };
}

/** The minor version that RDS moves an instance to: the newest that is known, or the next when that is the one it has. */
function nextMinor(record: CloudRecord): string | undefined {
  const { outputs } = record;
  const [engine, version] = [textOf(outputs, "engine"), textOf(outputs, "engineVersionActual")];
  const major = majorOf(engine, version);
  const minor = Number(version.slice(major.length + 1));
  if (engine !== "postgres" || !Number.isInteger(minor)) return undefined;
  const newest = Number((defaultVersions[`${engine}${major}`] ?? "").slice(major.length + 1));
  return `${major}.${String(Math.max(newest, minor + 1))}`;
}

export const data = {
  "storage-grows": {
    type: databaseType,
    source:
      "RDS user guide, Managing capacity automatically with storage autoscaling: 10 GiB or a tenth, whichever is more",
    can: (record) => storageOf(record).has < storageOf(record).most,
    happen: (record, cloud) => {
      const { has, most } = storageOf(record);
      const grown = Math.min(most, has + Math.max(leastGrowth, Math.ceil(has * partOfGrowth)));
      move(record, { allocatedStorage: grown }, cloud);
      return `its storage has grown from ${String(has)} to ${String(grown)} GiB`;
    },
  },
  "minor-is-forced": {
    type: databaseType,
    source:
      "RDS user guide, Upgrading the PostgreSQL DB engine: at the end of a minor version's support RDS upgrades, whatever autoMinorVersionUpgrade says",
    can: (record) => nextMinor(record) !== undefined,
    happen: (record, cloud) => {
      const had = textOf(record.outputs, "engineVersionActual");
      const next = nextMinor(record) ?? had;
      const named = textOf(record.outputs, "engineVersion").includes(".");
      move(record, { engineVersionActual: next, ...(named && { engineVersion: next }) }, cloud);
      return `RDS has upgraded it from ${had} to ${next}`;
    },
  },
  "log-group-comes-back": {
    type: "aws:cloudwatch/logGroup:LogGroup",
    source:
      "terraform-aws-modules/terraform-aws-eks 2763: who writes to a group that has been deleted makes it anew, by a role of its own",
    can: ({ id }) => writtenByServices.some((pattern) => pattern.test(id)),
    happen: (record, cloud) => {
      move(record, { stillWritten: true }, cloud);
      return "its writer has last lines to write: deleted, the group comes back";
    },
  },
} satisfies Readonly<Record<string, Happening>>;
