import type { Mutation } from "../mutation";
import { bucket, settingsChange, table, zone } from "../settings-change";
import { refusedBySettings, refusedEverywhere } from "../ways";

const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** What a person may do to the settings of tables, the bucket and the zone that stand. */
export const reportsMutations: readonly Mutation[] = [
  settingsChange(
    "A table is taken out",
    (settings) => {
      settings.remove("reports", ["tables", "sessions"]);
    },
    refusedEverywhere({ rule: "deletes-data", type: table, name: "reports-sessions", id: "dev_sessions" }),
  ),
  settingsChange(
    "A table is renamed",
    (settings) => {
      settings.remove("reports", ["tables", "sessions"]);
      settings.set("reports", ["tables", "logins"], { hashKey: { name: "id", type: "S" } });
    },
    refusedEverywhere({ rule: "deletes-data", type: table, name: "reports-sessions", id: "dev_sessions" }),
  ),
  settingsChange(
    "The tables are left to their default, which is one of the two",
    (settings) => {
      settings.remove("reports", ["tables"]);
    },
    refusedEverywhere({ rule: "deletes-data", type: table, name: "reports-sessions", id: "dev_sessions" }),
  ),
  settingsChange(
    "A table's hash key is renamed",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "hashKey", "name"], "session");
    },
    refusedEverywhere({
      rule: "replaces-data",
      type: table,
      name: "reports-sessions",
      id: "dev_sessions",
      says: /hashKey/,
    }),
  ),
  settingsChange(
    "A table loses its range key",
    (settings) => {
      settings.remove("reports", ["tables", "reports", "rangeKey"]);
    },
    refusedEverywhere({
      rule: "replaces-data",
      type: table,
      name: "reports-reports",
      id: "dev_reports",
      says: /rangeKey/,
    }),
  ),
  settingsChange(
    "A table gets a range key",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "rangeKey"], { name: "ts", type: "N" });
    },
    refusedEverywhere({ rule: "replaces-data", type: table, name: "reports-sessions", id: "dev_sessions" }),
  ),
  settingsChange(
    "A table's items begin to expire",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "ttlAttribute"], "expiresAt");
    },
    refusedEverywhere({ rule: "loosened", type: table, name: "reports-sessions", says: /ttl/ }),
  ),
  settingsChange(
    "A table can be restored for fewer days",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "recoveryDays"], 7);
    },
    refusedEverywhere({ rule: "lowered-retention", type: table, name: "reports-sessions", says: /35/ }),
  ),
  settingsChange(
    "A table's recovery is set to no days at all",
    (settings) => {
      settings.set("reports", ["tables", "sessions", "recoveryDays"], 0);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The bucket is renamed",
    (settings) => {
      settings.set("reports", ["bucket", "name"], "weaveworks-dev-documents");
    },
    refusedEverywhere({
      rule: "replaces-data",
      type: bucket,
      name: "reports-bucket",
      id: "weaveworks-dev-reports",
    }),
  ),
  settingsChange(
    "The bucket is taken out, and the tables stay",
    (settings) => {
      settings.remove("reports", ["bucket"]);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The bucket's objects expire sooner",
    (settings) => {
      settings.set("reports", ["bucket", "lifecycle", "expireAfterDays"], 30);
    },
    refusedEverywhere({ rule: "shortened-lifecycle", type: lifecycle, name: "reports-bucket" }),
  ),
  settingsChange(
    "The bucket's objects expire on the day after",
    (settings) => {
      settings.set("reports", ["bucket", "lifecycle", "expireAfterDays"], 1);
    },
    refusedEverywhere({ rule: "shortened-lifecycle", type: lifecycle, name: "reports-bucket" }),
  ),
  settingsChange(
    "The bucket's overwritten versions are kept for fewer days",
    (settings) => {
      settings.set("reports", ["bucket", "lifecycle", "noncurrentVersionDays"], 7);
    },
    refusedEverywhere({ rule: "shortened-lifecycle", type: lifecycle, name: "reports-bucket" }),
  ),
  settingsChange(
    "The bucket's overwritten versions are kept for a day, under the floor",
    (settings) => {
      settings.set("reports", ["bucket", "lifecycle", "noncurrentVersionDays"], 1);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The zone's domain is another one",
    (settings) => {
      settings.set("dns", ["domain"], "test.weave.works");
    },
    refusedEverywhere({ rule: "replaces-data", type: zone, name: "dns", id: /^Z/, says: /name/ }),
  ),
];
