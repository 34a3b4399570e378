import type { Mutation } from "../mutation";
import { bucket, database, queue, settingsChange, table, zone } from "../settings-change";
import { refusedBySettings, refusedEverywhere } from "../ways";

/** Whole sections that are taken out of a stack's file, and what decides over all of them. */
export const sectionMutations: readonly Mutation[] = [
  settingsChange(
    "The section database is taken out",
    (settings) => {
      settings.remove("database");
    },
    refusedEverywhere({ rule: "deletes-data", type: database, name: "database", id: /^db-/ }),
  ),
  settingsChange(
    "The section reports is taken out",
    (settings) => {
      settings.remove("reports");
    },
    refusedEverywhere(
      { rule: "deletes-data", type: table, name: "reports-reports", id: "dev_reports" },
      { rule: "deletes-data", type: table, name: "reports-sessions", id: "dev_sessions" },
      { rule: "deletes-data", type: bucket, name: "reports-bucket", id: "weaveworks-dev-reports" },
    ),
  ),
  settingsChange(
    "The section messaging is taken out",
    (settings) => {
      settings.remove("messaging");
    },
    refusedEverywhere(
      { rule: "deletes-data", type: queue, name: "messaging-mail", id: /dev_mail$/ },
      { rule: "deletes-data", type: queue, name: "messaging-mail-dead", id: /dev_mail_dead$/ },
      { rule: "deletes-data", type: queue, name: "messaging-usage", id: /dev_usage\.fifo$/ },
    ),
  ),
  settingsChange(
    "The section dns is taken out",
    (settings) => {
      settings.remove("dns");
    },
    refusedEverywhere({ rule: "deletes-data", type: zone, name: "dns", id: /^Z/ }),
  ),
  settingsChange(
    "The section network is taken out, under the database",
    (settings) => {
      settings.remove("network");
    },
    refusedBySettings(),
  ),
  settingsChange(
    "The sections network and database are taken out together",
    (settings) => {
      settings.remove("network");
      settings.remove("database");
    },
    refusedEverywhere({ rule: "deletes-data", type: database, name: "database", id: /^db-/ }),
  ),
  settingsChange(
    "Everything is taken out",
    (settings) => {
      for (const section of ["network", "database", "reports", "messaging", "users", "dns"]) {
        settings.remove(section);
      }
    },
    refusedEverywhere(
      { rule: "deletes-data", type: database, name: "database" },
      { rule: "deletes-data", type: table, name: "reports-reports" },
      { rule: "deletes-data", type: bucket, name: "reports-bucket" },
      { rule: "deletes-data", type: queue, name: "messaging-mail" },
      { rule: "deletes-data", type: zone, name: "dns" },
    ),
  ),
  settingsChange(
    "A section is written with a typing error",
    (settings) => {
      settings.remove("messaging");
      settings.set("mesaging", ["queues", "mail"], {});
    },
    refusedBySettings(),
  ),
];
