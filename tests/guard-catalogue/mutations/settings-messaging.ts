import type { Mutation } from "../mutation";
import { queue, settingsChange } from "../settings-change";
import { refusedBySettings, refusedEverywhere } from "../ways";

/** What a person may do to the settings of queues that stand. */
export const messagingMutations: readonly Mutation[] = [
  settingsChange(
    "A queue is taken out",
    (settings) => {
      settings.remove("messaging", ["queues", "mail"]);
    },
    refusedEverywhere(
      { rule: "deletes-data", type: queue, name: "messaging-mail", id: /dev_mail$/ },
      { rule: "deletes-data", type: queue, name: "messaging-mail-dead", id: /dev_mail_dead$/ },
    ),
  ),
  settingsChange(
    "All queues are taken out, and the section stays",
    (settings) => {
      settings.remove("messaging", ["queues"]);
    },
    refusedEverywhere(
      { rule: "deletes-data", type: queue, name: "messaging-mail" },
      { rule: "deletes-data", type: queue, name: "messaging-usage" },
    ),
  ),
  settingsChange(
    "A queue is renamed",
    (settings) => {
      settings.remove("messaging", ["queues", "mail"]);
      settings.set("messaging", ["queues", "post"], { messageRetentionSeconds: 604800 });
    },
    refusedEverywhere({ rule: "deletes-data", type: queue, name: "messaging-mail", id: /dev_mail$/ }),
  ),
  settingsChange(
    "A standard queue becomes a FIFO queue",
    (settings) => {
      settings.set("messaging", ["queues", "mail", "fifo"], true);
    },
    refusedEverywhere(
      { rule: "replaces-data", type: queue, name: "messaging-mail", id: /dev_mail$/ },
      { rule: "replaces-data", type: queue, name: "messaging-mail-dead", id: /dev_mail_dead$/ },
    ),
  ),
  settingsChange(
    "A FIFO queue becomes a standard queue",
    (settings) => {
      settings.set("messaging", ["queues", "usage"], {});
    },
    refusedEverywhere({ rule: "replaces-data", type: queue, name: "messaging-usage", id: /\.fifo$/ }),
  ),
  settingsChange(
    "A queue's messages are kept for fewer days",
    (settings) => {
      settings.set("messaging", ["queues", "mail", "messageRetentionSeconds"], 345600);
    },
    refusedEverywhere({
      rule: "lowered-retention",
      type: queue,
      name: "messaging-mail",
      says: /604800|7 days/,
    }),
  ),
  settingsChange(
    "A queue's retention is left to its default, which is shorter",
    (settings) => {
      settings.remove("messaging", ["queues", "mail", "messageRetentionSeconds"]);
    },
    refusedEverywhere({ rule: "lowered-retention", type: queue, name: "messaging-mail" }),
  ),
  settingsChange(
    "A queue's messages are kept for ten minutes, under the floor",
    (settings) => {
      settings.set("messaging", ["queues", "mail", "messageRetentionSeconds"], 600);
    },
    refusedBySettings(),
  ),
  settingsChange(
    "A queue's messages stay invisible until they are too old for the dead-letter queue",
    (settings) => {
      settings.set("messaging", ["queues", "usage", "visibilityTimeoutSeconds"], 43200);
      settings.set("messaging", ["queues", "usage", "maxReceiveCount"], 10);
    },
    refusedBySettings(),
  ),
];
