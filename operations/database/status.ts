import type * as cloudwatchModule from "@aws-sdk/client-cloudwatch";
import type { DBInstance } from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { groundworkCommand } from "../../guard/printed-command";
import { describeAwsError, using } from "../engine/aws-clients";
import { waitingOf } from "../plan/waiting";
import type { CommandContext } from "../terminal/command-context";
import { FailedError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { askRds, instanceOf, instanceType, withDatabase, type DatabaseServer } from "./server";

const load = createRequire(__filename);

/** Minutes that are looked back for the newest free storage: RDS tells it once a minute, and CloudWatch some minutes later. */
const lookBackMinutes = 15;
const gib = 2 ** 30;

/** Says how the server is: what it is, what waits for its window, how full it is, and how far back it can be restored. */
export async function status(context: CommandContext, stackName: string, named?: string): Promise<ExitCode> {
  return withDatabase(
    context,
    stackName,
    async (server) => {
      const { identifier, stack } = server;
      const instance = await instanceOf(server);
      if (instance === undefined) {
        throw new FailedError(
          `RDS has no instance ${identifier} (${stack.where}), and the state of ${stackName} has. \`${stack.call("drift")}\` says what else ` +
            `has gone, \`${groundworkCommand`database ${stackName} backups`}\` what there is to restore from.`,
        );
      }
      const [free, maintenance] = [await freeStorage(server), await announced(server, instance)];
      const told = documentOf(server, instance, free, maintenance);
      context.output.document(told);
      context.output.print(table(rowsOf(told)));
      return exitCodes.done;
    },
    named,
  );
}

type Told = ReturnType<typeof documentOf>;

function documentOf(
  { endpoint, identifier, resource, resources, stack }: DatabaseServer,
  instance: DBInstance,
  free: number | string,
  maintenance: readonly string[],
) {
  const beside = resources
    .filter((one) => one.type === instanceType && one !== resource && one.delete !== true)
    .map(({ outputs }) => outputs?.["identifier"]);
  return {
    stack: stack.name,
    identifier,
    endpoint,
    beside,
    state: instance.DBInstanceStatus ?? "unknown",
    class: instance.DBInstanceClass ?? null,
    engineVersion: instance.EngineVersion ?? null,
    storage: {
      type: instance.StorageType ?? null,
      allocatedGiB: instance.AllocatedStorage ?? null,
      mostGiB: instance.MaxAllocatedStorage ?? null,
      freeGiB: typeof free === "number" ? Math.round((free / gib) * 10) / 10 : null,
      ...(typeof free === "string" && { whyFreeIsUnknown: free }),
    },
    multiAz: instance.MultiAZ === true,
    zone: instance.AvailabilityZone ?? null,
    backups: {
      days: instance.BackupRetentionPeriod ?? 0,
      window: instance.PreferredBackupWindow ?? null,
      latestRestorableTime: instance.LatestRestorableTime?.toISOString() ?? null,
    },
    maintenance: {
      window: instance.PreferredMaintenanceWindow ?? null,
      waiting: waitingOf(instance),
      announced: maintenance,
    },
    replicas: instance.ReadReplicaDBInstanceIdentifiers ?? [],
    replicaOf: instance.ReadReplicaSourceDBInstanceIdentifier ?? null,
    locks: {
      deletionProtection: instance.DeletionProtection === true,
      protectedInState: resource.protect === true,
    },
    certificate: {
      authority: instance.CACertificateIdentifier ?? null,
      validTill: instance.CertificateDetails?.ValidTill?.toISOString() ?? null,
    },
  };
}

function rowsOf(told: Told): readonly (readonly string[])[] {
  const { backups, certificate, locks, maintenance, storage } = told;
  const [allocated = 0, free] = [storage.allocatedGiB ?? undefined, storage.freeGiB];
  const waiting = Object.entries(maintenance.waiting).map(
    ([name, value]) => `${name} becomes ${String(value)}`,
  );
  const yes = (is: boolean): string => (is ? "on" : "off");
  const list = (items: readonly unknown[]): string =>
    items.length === 0 ? "none" : items.map(String).join(", ");
  return [
    ["instance", `${told.identifier} (${told.state})`],
    ["endpoint", told.endpoint],
    ...(told.beside.length > 0 ? [["beside it", list(told.beside)]] : []),
    ["class", `${told.class ?? "unknown"}, PostgreSQL ${told.engineVersion ?? "unknown"}`],
    [
      "storage",
      `${String(allocated)} GiB ${storage.type ?? ""}, ` +
        (free === null
          ? `free: unknown (${storage.whyFreeIsUnknown ?? ""})`
          : `${String(Math.round((allocated - free) * 10) / 10)} used, ${String(free)} free`) +
        (storage.mostGiB === null ? "" : `; grows by itself to ${String(storage.mostGiB)}`),
    ],
    [
      "zones",
      told.multiAz ? `${told.zone ?? ""}, and a standby in another` : `${told.zone ?? ""}, no standby`,
    ],
    ["replicas", told.replicaOf === null ? list(told.replicas) : `it is one, of ${told.replicaOf}`],
    [
      "backups",
      backups.days === 0
        ? "none: it can be restored from snapshots only"
        : `${String(backups.days)} days, taken ${backups.window ?? ""} UTC; ${backups.latestRestorableTime === null ? "no moment can be restored yet" : `restorable up to ${backups.latestRestorableTime}`}`,
    ],
    [
      "waits",
      waiting.length === 0 ? "nothing" : `${waiting.join(", ")} (until ${maintenance.window ?? ""} UTC)`,
    ],
    ["announced", list(maintenance.announced)],
    [
      "locks",
      `deletion protection ${yes(locks.deletionProtection)}, protected in the state ${yes(locks.protectedInState)}`,
    ],
    [
      "certificate",
      `${certificate.authority ?? "unknown"}, to ${certificate.validTill?.slice(0, 10) ?? "unknown"}`,
    ],
  ];
}

/** Bytes; or why nobody knows. A database whose metrics may not be read is looked at all the same. */
async function freeStorage(server: DatabaseServer): Promise<number | string> {
  const { CloudWatch } = load("@aws-sdk/client-cloudwatch") as typeof cloudwatchModule;
  const until = new Date();
  const metric = {
    Namespace: "AWS/RDS",
    MetricName: "FreeStorageSpace",
    Dimensions: [{ Name: "DBInstanceIdentifier", Value: server.identifier }],
  };
  const config = await server.aws();
  try {
    const { MetricDataResults: [found] = [] } = await using(new CloudWatch(config), (client) =>
      client.getMetricData({
        StartTime: new Date(until.getTime() - lookBackMinutes * 60_000),
        EndTime: until,
        ScanBy: "TimestampDescending",
        MetricDataQueries: [{ Id: "free", MetricStat: { Metric: metric, Period: 60, Stat: "Average" } }],
      }),
    );
    return found?.Values?.[0] ?? `CloudWatch has none of the last ${String(lookBackMinutes)} minutes`;
  } catch (error) {
    return `CloudWatch: ${describeAwsError(error)}`;
  }
}

/** What RDS has announced for the instance: `db-upgrade after 2026-12-20`. */
async function announced(
  server: DatabaseServer,
  { DBInstanceArn: arn }: DBInstance,
): Promise<readonly string[]> {
  const { PendingMaintenanceActions: found = [] } = await askRds(server, (rds) =>
    rds.describePendingMaintenanceActions({ ResourceIdentifier: arn }),
  );
  return found
    .flatMap(({ PendingMaintenanceActionDetails: details = [] }) => details)
    .map(({ Action: action = "", CurrentApplyDate: at, Description: text }) =>
      [
        action,
        text === undefined ? "" : `(${text})`,
        at === undefined ? "" : `on ${at.toISOString().slice(0, 10)}`,
      ]
        .filter((part) => part !== "")
        .join(" "),
    );
}
