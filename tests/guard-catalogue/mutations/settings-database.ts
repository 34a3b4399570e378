import type { Mutation } from "../mutation";
import { database, settingsChange } from "../settings-change";
import { refusedByTheGate, refusedBySettings, refusedEverywhere } from "../ways";

const name = "database";

/**
 * Of the two subnets the one that RDS has put the server into. Plain pulumi begins with it, and RDS ends that: the database
 * stays, at most with other security groups.
 */
const underDatabase = refusedByTheGate({
  rule: "moves-network",
  type: "aws:ec2/subnet:Subnet",
  name: /^network-database-eu-west-1[ab]$/,
}).map((attempt) =>
  attempt.way.through === "gate"
    ? attempt
    : { ...attempt, mayChange: ({ type }: { readonly type: string }) => type === database },
);

/** What a person may do to the settings of the database that stands. */
export const databaseMutations: readonly Mutation[] = [
  settingsChange(
    "The database's master user is renamed",
    (settings) => {
      settings.set("database", ["masterUsername"], "somebody");
    },
    refusedEverywhere({ rule: "replaces-data", type: database, name, id: /^db-/, says: /username/ }),
  ),
  settingsChange(
    "The database's first database is renamed",
    (settings) => {
      settings.set("database", ["databaseName"], "people");
    },
    refusedEverywhere({ rule: "replaces-data", type: database, name, id: /^db-/, says: /dbName/ }),
  ),
  settingsChange(
    "The database goes down by a major version",
    (settings) => {
      settings.set("database", ["engineVersion"], "15");
    },
    // RDS takes no older version in place; whoever gets one has made a new, empty server.
    refusedByTheGate({ rule: "downgrades", type: database, name }),
  ),
  settingsChange(
    "The database goes down by a minor version",
    (settings) => {
      settings.set("database", ["engineVersion"], "16.4");
    },
    refusedByTheGate({ rule: "downgrades", type: database, name }),
  ),
  settingsChange(
    "The database's storage becomes smaller",
    (settings) => {
      settings.set("database", ["allocatedStorage"], 50);
    },
    refusedByTheGate({ rule: "shrinks", type: database, name }),
  ),
  settingsChange(
    "The database's backups are kept for half as long",
    (settings) => {
      settings.set("database", ["backupRetentionDays"], 7);
    },
    refusedEverywhere({ rule: "lowered-retention", type: database, name, says: /14/ }),
  ),
  settingsChange(
    "The database's backups are switched off",
    (settings) => {
      settings.set("database", ["backupRetentionDays"], 0);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The database's retention of backups is left out",
    (settings) => {
      settings.remove("database", ["backupRetentionDays"]);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The last snapshot of the database gets a name that RDS does not take",
    (settings) => {
      settings.set("database", ["finalSnapshotIdentifier"], "users_final");
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The VPC under the database gets another block of addresses",
    (settings) => {
      settings.set("network", [], {
        cidrBlock: "10.30.0.0/16",
        availabilityZones: ["eu-west-1a", "eu-west-1b"],
        publicSubnets: ["10.30.0.0/22", "10.30.4.0/22"],
        privateSubnets: ["10.30.64.0/19", "10.30.96.0/19"],
        databaseSubnets: ["10.30.128.0/24", "10.30.129.0/24"],
        natGateways: "single",
      });
    },
    // The database cannot move into another VPC, and cannot be without the one that it is in.
    underDatabase,
  ),
  settingsChange(
    "The subnets under the database get other blocks of addresses",
    (settings) => {
      settings.set("network", ["databaseSubnets"], ["10.10.130.0/24", "10.10.131.0/24"]);
    },
    underDatabase,
  ),
  settingsChange(
    "The subnets under the database are taken out",
    (settings) => {
      settings.remove("network", ["databaseSubnets"]);
    },
    refusedBySettings(),
  ),
];
