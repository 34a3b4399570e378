import type { StatefulType } from "../stateful-type";

/** Lightsail. */
export const awsLightsail: readonly StatefulType[] = [
  {
    type: "aws:lightsail/database:Database",
    noun: "Lightsail database",
    holds: "every database in it",
    name: "relationalDatabaseName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "backupRetentionEnabled",
        safe: true,
        absent: true,
        otherwise: "Automated backups are deleted and no longer made.",
        demanded: true,
      },
    ],
    finalCopy: { skip: "skipFinalSnapshot", name: "finalSnapshotName" },
    copyFirst: "Take a snapshot with `aws lightsail create-relational-database-snapshot` first.",
  },
  {
    type: "aws:lightsail/instance:Instance",
    noun: "Lightsail instance",
    holds: "everything on its disk",
    name: "name",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "addOn.status",
        safe: "Enabled",
        absent: "Disabled",
        otherwise: "No snapshots are taken of it from then on.",
        demanded: false,
      },
    ],
    copyFirst: "Take a snapshot with `aws lightsail create-instance-snapshot` first.",
  },
  {
    type: "aws:lightsail/disk:Disk",
    noun: "Lightsail disk",
    holds: "everything on it",
    name: "name",
    size: [{ path: "sizeInGb", unit: " GiB" }],
    locks: [],
    life: [],
    copyFirst: "Take a snapshot with `aws lightsail create-disk-snapshot` first.",
  },
  {
    type: "aws:lightsail/bucket:Bucket",
    noun: "Lightsail bucket",
    holds: "every object in it",
    name: "name",
    locks: [],
    life: [],
    forced: "forceDelete",
    copyFirst: "Copy its objects to another bucket first.",
  },
  {
    type: "aws:lightsail/domain:Domain",
    noun: "Lightsail DNS zone",
    holds: "its records and its name servers",
    name: "domainName",
    locks: [],
    life: [],
    copyFirst: "Export its records first.",
  },
];
