import { expect } from "chai";
import { appendFileSync } from "node:fs";
import * as path from "node:path";
import type { CloudResource, Walk } from "../../engine/support/walk";
import { putInCloud } from "../cloud-edits";
import type { Attempt, Mutation } from "../mutation";
import { database, queue, settingsChange, table } from "../settings-change";
import { parts, removePart } from "../stages";
import {
  destroy,
  destroyRefused,
  engineWay,
  gateWay,
  plainDestroy,
  plainDestroyWithProgram,
  plainUp,
  plainUpWithPack,
  preview,
  refusedBySettings,
  refusedEverywhere,
  sameEverywhere,
  up,
} from "../ways";

/** The first of the two runs that it takes to destroy: lifts protection and locks. */
async function lifted(walk: Walk): Promise<void> {
  walk.edit("dev", (settings) => {
    settings.set("guard", ["level"], "disposable");
  });
  await walk.done("up", "dev", "--rehearse", "--yes");
}

const anything = (): boolean => true;

/** A plain run that sets the level may take locks off what it does not destroy: that is what the level is for. */
function settingTheLevel(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.map((attempt) =>
    attempt.way.through === "engine" ? { ...attempt, mayChange: anything } : attempt,
  );
}

const snapshot = "aws:rds/snapshot:Snapshot";
/** Its last part is of the database's key. */
const finalSnapshot = /^groundwork-dev-users-final(-[0-9a-f]{8})?$/;

function snapshotIsThere(walk: Walk): void {
  expect(
    walk.cloud().some(({ type, id }) => type === snapshot && finalSnapshot.test(id)),
    "the last snapshot",
  ).to.equal(true);
}

/** What goes with the database when it is given up on purpose. */
function ofTheDatabase({ type, name }: Pick<CloudResource, "type" | "name">): boolean {
  return name === "database" || name === "database-key" || type.startsWith("aws:secretsmanager/");
}

/** The guard's own settings, together with what they guard. */
export const levelMutations: readonly Mutation[] = [
  settingsChange(
    "The level becomes disposable, and the database goes in the same run",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
      settings.remove("database");
    },
    settingTheLevel([
      ...refusedEverywhere({ rule: "still-locked", type: database, name: "database", id: /^db-/ }),
      { way: engineWay("up", "--yes"), expected: "refused" },
      {
        way: gateWay("rehearse"),
        expected: "refused",
        refusals: [{ rule: "still-locked", type: database, name: "database" }],
      },
    ]),
  ),
  settingsChange(
    "The level becomes disposable, and the database is replaced in the same run",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
      settings.set("database", ["masterUsername"], "somebody");
    },
    settingTheLevel(
      refusedEverywhere({ rule: "still-locked", type: database, name: "database", id: /^db-/ }),
    ),
  ),
  settingsChange(
    "The level becomes disposable, and a table is replaced in the same run",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
      settings.set("reports", ["tables", "sessions", "hashKey", "name"], "session");
    },
    settingTheLevel(
      refusedEverywhere({ rule: "still-locked", type: table, name: "reports-sessions", id: "dev_sessions" }),
    ),
  ),
  settingsChange(
    "The level becomes disposable, and a queue, which no cloud locks, is replaced in the same run",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
      settings.set("messaging", ["queues", "mail", "fifo"], true);
    },
    settingTheLevel(
      refusedEverywhere({ rule: "still-locked", type: queue, name: "messaging-mail", id: /dev_mail$/ }),
    ),
  ),
  settingsChange(
    "The level becomes disposable, and a queue, which no cloud locks, is taken out in the same run",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
      settings.remove("messaging", ["queues", "mail"]);
    },
    settingTheLevel(
      refusedEverywhere({ rule: "still-locked", type: queue, name: "messaging-mail", id: /dev_mail$/ }),
    ),
  ),
  settingsChange(
    "The level becomes disposable, and the stack is destroyed at once",
    (settings) => {
      settings.set("guard", ["level"], "disposable");
    },
    destroyRefused(
      { rule: "still-locked", type: database, name: "database", id: /^db-/ },
      { rule: "still-locked", type: queue, name: "messaging-mail" },
    ),
  ),
  settingsChange(
    "The stack is destroyed as it stands",
    () => undefined,
    destroyRefused(
      { rule: "deletes-data", type: database, name: "database", id: /^db-/ },
      { rule: "deletes-data", type: table, name: "reports-sessions", id: "dev_sessions" },
      { rule: "deletes-data", type: queue, name: "messaging-mail", id: /dev_mail$/ },
    ),
  ),
  settingsChange(
    "The database is taken out in the run after the one that lifted the locks, and leaves its last snapshot",
    (settings) => {
      settings.remove("database");
    },
    [
      { way: preview, expected: "passed" },
      ...[up, plainUp, plainUpWithPack].map((way) => ({
        way,
        expected: "passed" as const,
        mayLose: ofTheDatabase,
      })),
    ],
    {
      before: lifted,
      still: (walk) => {
        if (!walk.cloud().some(({ type }) => type === database)) snapshotIsThere(walk);
      },
    },
  ),
  settingsChange(
    "The stack is destroyed in the run after the one that lifted the locks, and leaves its last snapshot",
    () => undefined,
    [destroy, plainDestroy, plainDestroyWithProgram].map((way) => ({
      way,
      expected: "passed" as const,
      mayLose: anything,
    })),
    { before: lifted, still: snapshotIsThere },
  ),
  settingsChange(
    "The database is destroyed on purpose, and the name of its last snapshot is taken",
    (settings) => {
      settings.remove("database");
    },
    [
      { way: up, expected: "refused by the cloud" },
      { way: plainUp, expected: "refused by the cloud" },
    ],
    {
      before: async (walk) => {
        await lifted(walk);
        // One that somebody has taken by hand.
        const taken = walk.cloud().find(({ type }) => type === database)?.inputs["finalSnapshotIdentifier"];
        putInCloud(walk, "earlier-snapshot", {
          type: snapshot,
          id: String(taken),
          inputs: { dbSnapshotIdentifier: String(taken) },
        });
      },
      // Its key's alias and the like go before it; they hold nothing.
      still: snapshotIsThere,
    },
  ),
  settingsChange(
    "The locks were lifted, and the level is set back together with the removal",
    (settings) => {
      settings.set("guard", ["level"], "development");
      settings.remove("database");
    },
    [preview, up].map((way) => ({
      way,
      expected: "refused" as const,
      refusals: [{ rule: "deletes-data", type: database, name: "database", id: /^db-/ }],
    })),
    { before: lifted },
  ),
  settingsChange(
    "The section guard is taken out, which makes the level production",
    (settings) => {
      settings.remove("guard");
    },
    refusedBySettings(),
  ),
  {
    name: "Pulumi.yaml sets the level to disposable for stacks whose file has none, and a queue goes",
    area: "settings",
    stage: parts,
    change: (walk: Walk): void => {
      walk.edit("dev", (settings) => {
        settings.remove("guard");
      });
      appendFileSync(
        path.join(walk.project, "Pulumi.yaml"),
        "config: { groundwork:guard: { value: { level: disposable } } }\n",
      );
      removePart(walk, "queue");
    },
    attempts: sameEverywhere("refused by settings"),
  },
  settingsChange(
    "The level is one that there is not",
    (settings) => {
      settings.set("guard", ["level"], "none");
      settings.remove("database");
    },
    refusedBySettings(),
  ),
  settingsChange(
    "A rule of the guard is made advisory",
    (settings) => {
      settings.set("guard", ["advisory"], ["guard/protected"]);
      settings.remove("database");
    },
    refusedBySettings(),
  ),
  settingsChange(
    "An exception is asked for from a rule of the guard",
    (settings) => {
      settings.set(
        "guard",
        ["exceptions"],
        [
          {
            rule: "guard/protected",
            resource: `${database}::database`,
            who: "ann@example.com",
            why: "it is in the way",
            until: "2099-12-31",
          },
        ],
      );
      settings.remove("database");
    },
    refusedBySettings(),
  ),
];
