import type { DBInstanceAutomatedBackup, DBSnapshot } from "@aws-sdk/client-rds";
import { groundworkCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { askRds, instanceType, withAnyDatabase } from "./server";

/** RDS gives a list without a type what it and people took; what AWS Backup keeps in its vaults it tells apart. */
const snapshotTypes = [undefined, "awsbackup"] as const;

/** Lists what the database can be restored from, each with the call that does it; also when the instance itself has gone. */
export async function backups(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withAnyDatabase(context, stackName, async (database, serving) => {
    const { identifier } = database;
    const beside = (serving?.resources ?? []).filter(({ type }) => type === instanceType);
    const ofStack = new Set([identifier, ...beside.map(({ outputs }) => String(outputs?.["identifier"]))]);
    const [automated, snapshots] = await askRds(database, async (rds) => {
      const { DBInstanceAutomatedBackups: kept = [] } = await rds.describeDBInstanceAutomatedBackups({
        DBInstanceIdentifier: identifier,
      });
      const found: DBSnapshot[] = [];
      for (const DBInstanceIdentifier of ofStack) {
        for (const SnapshotType of snapshotTypes) {
          let Marker: string | undefined;
          do {
            const page = await rds.describeDBSnapshots({ DBInstanceIdentifier, SnapshotType, Marker });
            found.push(...(page.DBSnapshots ?? []));
            Marker = page.Marker;
          } while (Marker !== undefined && Marker !== "");
        }
      }
      return [kept, found] as const;
    });
    const windows = automated.map((one) => windowOf(stackName, one));
    const newestFirst = [...snapshots].sort((a, b) => takenAt(b).localeCompare(takenAt(a)));
    const listed = newestFirst.map((one) => snapshotOf(stackName, one));
    context.output.document({ stack: stackName, identifier, automatedBackups: windows, snapshots: listed });
    context.output.print(
      windows.length === 0
        ? `There are no automated backups of ${identifier}: no moment to restore, snapshots alone.`
        : windows.map(windowText).join("\n"),
    );
    context.output.print(
      listed.length === 0
        ? `\nThere are no snapshots of ${[...ofStack].join(" or ")}.`
        : [
            "\nSnapshots, which stay until somebody deletes them (automated: RDS):",
            ...listed.map(snapshotText),
          ].join("\n"),
    );
    return exitCodes.done;
  });
}

/** From when to when any moment can be had back. */
function windowOf(
  stack: string,
  { DbiResourceId: id, RestoreWindow: within, Status: state }: DBInstanceAutomatedBackup,
) {
  const [from, until] = [within?.EarliestTime, within?.LatestTime].map((at) => at && momentOf(at));
  return {
    resourceId: id ?? null,
    /** `active`, `retained` after the instance was deleted, `creating` before the first is whole. */
    state: state ?? "unknown",
    from: from ?? null,
    until: until ?? null,
    restore: until === undefined ? null : groundworkCommand`database ${stack} restore --moment ${until}`,
  };
}

function windowText({ from, restore, resourceId, state, until }: ReturnType<typeof windowOf>): string {
  const whose = state === "retained" ? ` (of ${resourceId ?? "an instance"}, which was deleted)` : "";
  return restore === null
    ? `Automated backups: ${state}${whose}; no moment can be restored yet.`
    : `Automated backups: any moment from ${from ?? ""} to ${until ?? ""}${whose}:\n  ${restore}`;
}

function snapshotOf(stack: string, snapshot: DBSnapshot) {
  const {
    AllocatedStorage: gib = null,
    DBSnapshotIdentifier: name = "",
    KmsKeyId: key = null,
    SnapshotType: type,
  } = snapshot;
  const state = snapshot.Status ?? "unknown";
  // Recovery points of AWS Backup go by their ARN.
  const restored = type === "awsbackup" ? (snapshot.DBSnapshotArn ?? name) : name;
  return {
    name,
    of: snapshot.DBInstanceIdentifier ?? null,
    takenAt: takenAt(snapshot),
    /** `manual` are those of people, of groundwork, and the last ones of deleted instances. */
    takenBy: type ?? "unknown",
    state,
    gib,
    kmsKey: key,
    restore:
      state === "available" ? groundworkCommand`database ${stack} restore --snapshot ${restored}` : null,
  };
}

function snapshotText({
  gib,
  name,
  of,
  restore,
  state,
  takenAt: at,
  takenBy,
}: ReturnType<typeof snapshotOf>): string {
  const what = `${name} (${takenBy}) of ${of ?? "unknown"}, ${at}, ${String(gib ?? "?")} GiB`;
  return restore === null ? `${what}: ${state}` : `${what}:\n  ${restore}`;
}

/** To the second, as `restore` takes it. */
function momentOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}

function takenAt({ SnapshotCreateTime: at }: DBSnapshot): string {
  return at === undefined ? "" : momentOf(at);
}
