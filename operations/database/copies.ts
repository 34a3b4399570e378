import type { DBInstanceAutomatedBackup, DBSnapshot } from "@aws-sdk/client-rds";
import { isError } from "../plan/memory/copy";
import { FailedError, UsageError } from "../terminal/errors";
import { askRds, type Database } from "./server";

/** Of what an instance is to be made. */
export type Wanted =
  | { readonly snapshot: string }
  /** `latest`: as late as the backups go. */
  | { readonly moment: string };

/** A copy that RDS has, as the stack file names it, and what an instance of it has to agree with. */
export interface Copy {
  readonly source: { readonly snapshot: string } | { readonly moment: string; readonly of: string };
  /** Whose data it is. */
  readonly identifier: string;
  /** The data is as it was then. */
  readonly asOf: string;
  readonly storage: number;
  readonly engineVersion: string;
  /** ARN; absent where it is not encrypted. */
  readonly key?: string;
}

/** @throws FailedError where RDS does not have it, or will not make an instance of it. */
export async function copyOf(database: Database, wanted: Wanted): Promise<Copy> {
  return "snapshot" in wanted ? ofSnapshot(database, wanted.snapshot) : ofBackups(database, wanted.moment);
}

/** @returns undefined where RDS has no such snapshot. */
export async function snapshotOf(database: Database, id: string): Promise<DBSnapshot | undefined> {
  // An ARN names its region, and RDS looks in its own alone; by the name behind it it is found as by its ARN.
  const name = id.replace(/^arn:[^:]*:rds:[^:]*:[^:]*:snapshot:/, "");
  const isOwn = id.split(":")[4] === database.stack.settings.context.accountId;
  try {
    const { DBSnapshots: [found] = [] } = await askRds(database, (rds) =>
      rds.describeDBSnapshots({
        DBSnapshotIdentifier: isOwn ? name : id,
        ...(!isOwn && { IncludeShared: true }),
      }),
    );
    return found;
  } catch (error) {
    if (isError(error, "DBSnapshotNotFound", "DBSnapshotNotFoundFault")) return undefined;
    throw error;
  }
}

async function ofSnapshot(database: Database, id: string): Promise<Copy> {
  const { stack } = database;
  const { region } = stack.settings.context;
  const [, , , named = region] = id.split(":");
  if (id.startsWith("arn:") && named !== region) {
    throw new FailedError(
      `The snapshot ${id} is in ${named}, and ${stack.name} in ${region}: RDS restores within a region. Copy it first: ` +
        `\`aws rds copy-db-snapshot --region ${region} --source-region ${named} …\`. Nothing was touched.`,
    );
  }
  const found = await snapshotOf(database, id);
  if (found === undefined) {
    throw new FailedError(`RDS has no snapshot ${id} (${stack.where}). Nothing was touched.`);
  }
  if (found.Status !== "available") {
    throw new FailedError(
      `The snapshot ${id} is ${found.Status ?? "of unknown state"}, not available. Call again when it is. Nothing was touched.`,
    );
  }
  return judged(
    {
      source: { snapshot: id },
      identifier: found.DBInstanceIdentifier ?? "",
      asOf: (found.SnapshotCreateTime ?? new Date(0)).toISOString(),
      storage: found.AllocatedStorage ?? 0,
      engineVersion: found.EngineVersion ?? "",
      ...(found.Encrypted === true && { key: found.KmsKeyId }),
    },
    found.Engine,
    database,
  );
}

/** Backups of the instance that serves, whether it stands or has gone and left them. */
async function ofBackups(database: Database, wanted: string): Promise<Copy> {
  const { identifier, stack } = database;
  const { DBInstanceAutomatedBackups: all = [] } = await askRds(database, (rds) =>
    rds.describeDBInstanceAutomatedBackups({ DBInstanceIdentifier: identifier }),
  );
  const windows = all.flatMap((one) => {
    const { EarliestTime: from, LatestTime: until } = one.RestoreWindow ?? {};
    return from === undefined || until === undefined ? [] : [{ one, from, until }];
  });
  const newest = windows.toSorted((a, b) => b.until.getTime() - a.until.getTime())[0];
  const asked = wanted === "latest" ? newest?.until : new Date(wanted);
  // One name may have had several lives, each with backups of its own.
  const found = windows.find(({ from, until }) => asked !== undefined && from <= asked && asked <= until);
  if (found === undefined || asked === undefined) {
    const kept = windows.map(({ from, until }) => `from ${seconds(from)} to ${seconds(until)}`).join(", ");
    throw new FailedError(
      (kept === ""
        ? `RDS has no backups of ${identifier} that reach anywhere yet (${stack.where}).`
        : `The backups of ${identifier} go ${kept}, and ${seconds(new Date(wanted))} is not in there.`) +
        " A snapshot may be older or younger: `aws rds describe-db-snapshots`. Nothing was touched.",
    );
  }
  return judged(ofWindow(found.one, seconds(asked)), found.one.Engine, database);
}

function ofWindow(backup: DBInstanceAutomatedBackup, moment: string): Copy {
  return {
    source: { moment, of: backup.DbiResourceId ?? "" },
    identifier: backup.DBInstanceIdentifier ?? "",
    asOf: moment,
    storage: backup.AllocatedStorage ?? 0,
    engineVersion: backup.EngineVersion ?? "",
    ...(backup.Encrypted === true && { key: backup.KmsKeyId }),
  };
}

const seconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

/** What RDS would take, and the next run would trip over. */
function judged(copy: Copy, engine: string | undefined, { settings, stack }: Database): Copy {
  const { engineVersion: wanted } = settings;
  const [major = "", minor] = wanted.split(".");
  const [hasMajor = "", hasMinor = "0"] = copy.engineVersion.split(".");
  const file = `Pulumi.${stack.name}.yaml`;
  if (engine !== "postgres") {
    throw new UsageError(
      `It is a copy of ${engine ?? "something unknown"}, not of PostgreSQL. Nothing was touched.`,
    );
  }
  if (copy.key === undefined) {
    throw new UsageError(
      "It is not encrypted, and what is made of it would not be either. Copy it under a key first: `aws rds copy-db-snapshot " +
        "--kms-key-id …`, and restore that copy. Nothing was touched.",
    );
  }
  if (hasMajor !== major || (minor !== undefined && Number(minor) < Number(hasMinor))) {
    throw new UsageError(
      `It is of PostgreSQL ${copy.engineVersion}, and ${file} says engineVersion "${wanted}": the instances of a stack have one version. ` +
        (Number(hasMajor) < Number(major)
          ? "Restore it on a stack of that version, upgrade it there, and take a snapshot. Nothing was touched."
          : `Write "${copy.engineVersion}" there first. Nothing was touched.`),
    );
  }
  return copy;
}
