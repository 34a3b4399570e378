import type { Settings } from "../../engine/support/walk";
import type { Harmless } from "../mutation";
import { database, queue, table } from "../settings-change";
import { commonConfig, networkConfig, stack, stackStage } from "../stages";
import { destroy, plainUpWithPack, up } from "../ways";

/** A change to the settings of the stage `stack`, by `groundwork up`: which previews, asks the pack, judges and applies. */
function harmlessSettings(
  name: string,
  change: (settings: Settings) => void,
  plan: Harmless["plan"],
  changed: readonly string[] = [],
  more: Partial<Harmless> = {},
): Harmless {
  return {
    name,
    stage: stack,
    change: (walk) => {
      walk.edit("dev", change);
    },
    plan,
    mayChange: ({ type }) => changed.includes(type),
    ways: [up],
    ...more,
  };
}

/** What a person may do to settings on any day. */
export const harmlessSettingsChanges: readonly Harmless[] = [
  harmlessSettings(
    "The database gets a larger machine",
    (settings) => settings.set("database", ["instanceClass"], "db.m7g.large"),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database gets more storage",
    (settings) => settings.set("database", ["allocatedStorage"], 200),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database's storage may grow by itself",
    (settings) => settings.set("database", ["maxAllocatedStorage"], 1000),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database gets a standby in another zone",
    (settings) => settings.set("database", ["multiAz"], true),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database's backups are kept longer",
    (settings) => settings.set("database", ["backupRetentionDays"], 35),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database goes up by a minor version",
    (settings) => settings.set("database", ["engineVersion"], "16.14"),
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "The database gets other windows for backups and maintenance",
    (settings) => {
      settings.set("database", ["backupWindow"], "02:00-03:00");
      settings.set("database", ["maintenanceWindow"], "sun:04:00-sun:05:00");
    },
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "Changes to the database come into force at once from now on",
    (settings) => settings.set("database", ["applyImmediately"], true),
    // And its parameters may be deleted with it again.
    { update: 2 },
    [database],
  ),
  harmlessSettings(
    "The database gets one more parameter",
    (settings) => settings.set("database", ["parameters"], { log_min_duration_statement: "500" }),
    { update: 1 },
  ),
  harmlessSettings(
    "The database may be reached from one more network",
    (settings) => settings.set("database", ["allowedCidrBlocks"], ["10.10.64.0/19", "10.10.96.0/19"]),
    { create: 1 },
  ),
  harmlessSettings(
    "A table is added",
    (settings) =>
      settings.set("reports", ["tables", "events"], { hashKey: { name: "id", type: "S" }, recoveryDays: 35 }),
    // Two users may write and read it.
    { create: 1, update: 2 },
  ),
  harmlessSettings(
    "A table gets a secondary index, and another units of its own where it was paid for by request",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "globalSecondaryIndexes"], {
        by_user: { hashKey: { name: "user", type: "S" } },
      });
      settings.set("reports", ["tables", "reports", "billing"], {
        mode: "provisioned",
        read: { min: 5, max: 50 },
        write: { min: 5, max: 50 },
      });
    },
    // A user may read the index; reading and writing of the other table each get a target and a policy.
    { create: 4, update: 3 },
    [table],
  ),
  harmlessSettings(
    "Objects of the bucket and their old versions live longer",
    (settings) =>
      settings.set("reports", ["bucket", "lifecycle"], { expireAfterDays: 730, noncurrentVersionDays: 90 }),
    { update: 1 },
    ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
  ),
  harmlessSettings(
    "Objects of the bucket do not expire any more",
    (settings) => settings.set("reports", ["bucket", "lifecycle"], { noncurrentVersionDays: 30 }),
    { update: 1 },
    ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
  ),
  harmlessSettings(
    "A queue is added, with its dead letters and alarms",
    (settings) => settings.set("messaging", ["queues", "audit"], {}),
    { create: 5 },
  ),
  harmlessSettings(
    "A queue keeps its messages longer",
    (settings) => settings.set("messaging", ["queues", "mail", "messageRetentionSeconds"], 1_209_600),
    { update: 1 },
    [queue],
  ),
  harmlessSettings(
    "A queue hides messages for longer, and tries them more often",
    (settings) => {
      settings.set("messaging", ["queues", "mail", "visibilityTimeoutSeconds"], 300);
      settings.set("messaging", ["queues", "mail", "maxReceiveCount"], 10);
    },
    { update: 2 },
    [queue],
  ),
  harmlessSettings(
    "A queue's alarms come earlier",
    (settings) => settings.set("messaging", ["queues", "mail", "alarms"], { ageSeconds: 600, depth: 50 }),
    { update: 2 },
  ),
  harmlessSettings(
    "A record is added to the zone",
    (settings) =>
      settings.set(
        "dns",
        ["records"],
        [
          { name: "status", type: "A", values: ["192.0.2.10"] },
          { name: "www", type: "A", values: ["192.0.2.11"] },
        ],
      ),
    { create: 1 },
  ),
  harmlessSettings(
    "A record of the zone points elsewhere",
    (settings) => settings.set("dns", ["records"], [{ name: "status", type: "A", values: ["192.0.2.20"] }]),
    { update: 1 },
  ),
  harmlessSettings(
    "The records of the zone are taken out",
    (settings) => settings.remove("dns", ["records"]),
    { delete: 1 },
  ),
  harmlessSettings("The users are taken out, who hold nothing", (settings) => settings.remove("users"), {
    delete: 13,
  }),
  harmlessSettings(
    "Every zone gets a gateway of its own",
    (settings) => settings.set("network", ["natGateways"], "perZone"),
    { create: 2, update: 1 },
  ),
  harmlessSettings(
    "The network's log of its traffic is kept longer",
    (settings) => settings.set("network", ["flowLogs"], { retentionDays: 90 }),
    { update: 1 },
    ["aws:cloudwatch/logGroup:LogGroup"],
  ),
  harmlessSettings(
    "The stack gets one more tag",
    (settings) => settings.set("tags", ["team"], "platform"),
    { update: 49 },
    [database, table, queue, "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:route53/zone:Zone"],
  ),
  harmlessSettings(
    "The stack goes up to production, its settings being above those floors",
    (settings) => {
      settings.set("guard", ["level"], "production");
      settings.set("database", ["multiAz"], true);
    },
    { update: 1 },
    [database],
  ),
  harmlessSettings(
    "Keys change their order",
    (settings) => {
      settings.remove("messaging");
      settings.set("messaging", [], {
        queues: { usage: { fifo: true }, mail: { messageRetentionSeconds: 604800 } },
      });
      settings.remove("database", ["allocatedStorage"]);
      settings.set("database", ["allocatedStorage"], 100);
    },
    {},
  ),
  harmlessSettings(
    "Much of this happens in one run, by groundwork and by plain pulumi",
    (settings) => {
      settings.set("database", ["instanceClass"], "db.m7g.large");
      settings.set("database", ["allocatedStorage"], 200);
      settings.set("database", ["backupRetentionDays"], 30);
      settings.set("reports", ["tables", "events"], { hashKey: { name: "id", type: "S" } });
      settings.set("messaging", ["queues", "audit"], {});
      settings.remove("dns", ["records"]);
    },
    { create: 6, update: 3, delete: 1 },
    [database],
    { ways: [up, plainUpWithPack] },
  ),
];

const bare = stackStage("bare", { ...commonConfig, ...networkConfig });

/** What is done to a stack that holds nothing. */
export const harmlessBareChanges: readonly Harmless[] = [
  harmlessSettings("A stack that holds nothing is taken down", () => undefined, { delete: 39 }, [], {
    stage: bare,
    ways: [destroy],
  }),
  harmlessSettings(
    "Queues, a table and a zone are set up beside what there is",
    (settings) => {
      settings.set("messaging", [], { queues: { mail: {} } });
      settings.set("reports", [], {
        tables: { reports: { hashKey: { name: "id", type: "S" } } },
        bucket: { name: "weaveworks-dev-reports" },
      });
      settings.set("dns", [], { domain: "dev.weave.works" });
    },
    { create: 17 },
    [],
    { stage: bare },
  ),
  harmlessSettings(
    "The gateways of a stack that holds nothing are taken out",
    (settings) => settings.set("network", ["natGateways"], "none"),
    { delete: 4 },
    [],
    { stage: bare },
  ),
];
