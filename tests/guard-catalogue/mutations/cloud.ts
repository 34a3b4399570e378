import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { CloudResource, Walk } from "../../engine/support/walk";
import { byHand, putInCloud, withProperties } from "../cloud-edits";
import type { Attempt, Mutation } from "../mutation";
import { engineWayOn, gateCall, gateWith } from "../own-ways";
import { editPart, parts, removePart, setParts, stack } from "../stages";
import {
  plainUp,
  plainUpWithPack,
  preview,
  pulumiDone,
  refusedByTheGate,
  refusedEverywhere,
  up,
} from "../ways";

const table = "aws:dynamodb/table:Table";
const queue = "aws:sqs/queue:Queue";
const volume = "aws:ebs/volume:Volume";
const database = "aws:rds/instance:Instance";

/** What somebody has deleted by hand: no run is to blame for that. */
const gone =
  (...types: readonly string[]) =>
  ({ type }: Pick<CloudResource, "type">): boolean =>
    types.includes(type);

/** What happens in the cloud past this program. */
export const cloudMutations: readonly Mutation[] = [
  {
    name: "Somebody deleted the database by hand, and the state was refreshed",
    area: "cloud",
    stage: stack,
    change: async (walk: Walk): Promise<void> => {
      byHand(walk, database, undefined);
      await pulumiDone(walk, "refresh", "--skip-preview", "--yes");
    },
    attempts: refusedByTheGate({ rule: "recreates-data", type: database, name: "database" }).map(
      (attempt) => ({
        ...attempt,
        mayLose: gone(database),
      }),
    ),
  },
  {
    name: "Somebody deleted a volume by hand, and the state was refreshed",
    area: "cloud",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      byHand(walk, volume, undefined);
      await pulumiDone(walk, "refresh", "--skip-preview", "--yes");
    },
    attempts: refusedByTheGate({ rule: "recreates-data", type: volume, name: "volume" }).map((attempt) => ({
      ...attempt,
      mayLose: gone(volume),
    })),
  },
  {
    name: "Somebody deleted a table by hand, and each run refreshes the state first",
    area: "cloud",
    stage: parts,
    change: (walk: Walk): void => {
      byHand(walk, table, undefined);
      const file = path.join(walk.project, "Pulumi.yaml");
      writeFileSync(file, `${readFileSync(file, "utf8")}\noptions:\n  refresh: always\n`);
    },
    attempts: [
      ...[preview, up].map((way) => ({
        way,
        expected: "refused" as const,
        refusals: [
          { rule: ["missing-in-cloud", "recreates-data"], type: table, name: "table", says: /dev_parts/ },
        ],
      })),
      { way: plainUp, expected: "held" as const },
      {
        way: engineWayOn("up --refresh", () => ["up", "--skip-preview", "--yes", "--refresh"]),
        expected: "held" as const,
      },
    ].map((attempt) => ({ ...attempt, mayLose: gone(table) })),
  },
  {
    name: "Somebody deleted a table by hand, and the environment asks the engine to refresh",
    area: "cloud",
    stage: parts,
    change: (walk: Walk): void => {
      byHand(walk, table, undefined);
    },
    attempts: [
      {
        way: gateWith("PULUMI_OPTION_REFRESH=true up", { PULUMI_OPTION_REFRESH: "true" }, "up", "--yes"),
        expected: "refused",
        refusals: [{ rule: ["missing-in-cloud", "recreates-data"], type: table, name: "table" }],
        mayLose: gone(table),
      },
    ],
  },
  {
    name: "Somebody took the locks off by hand, the state was refreshed, and table and database are removed",
    area: "cloud",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      byHand(walk, table, withProperties({ deletionProtectionEnabled: false }));
      byHand(walk, database, withProperties({ deletionProtection: false }));
      await pulumiDone(walk, "refresh", "--skip-preview", "--yes");
      removePart(walk, "table", "database");
    },
    attempts: refusedEverywhere(
      { rule: "deletes-data", type: table, name: "table" },
      { rule: "deletes-data", type: database, name: "database" },
    ).map((attempt) => ({ ...attempt, mayChange: gone(table, database) })),
  },
  {
    name: "Somebody shortened retention by hand, and the settings are made to say the same",
    area: "cloud",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      byHand(walk, queue, withProperties({ messageRetentionSeconds: 60 }));
      byHand(walk, database, withProperties({ backupRetentionPeriod: 1 }));
      await pulumiDone(walk, "refresh", "--skip-preview", "--yes");
      editPart(walk, "queue", { props: { messageRetentionSeconds: 60 } });
      editPart(walk, "database", { props: { backupRetentionPeriod: 1 } });
    },
    // What the state already says is no change: the floors of the pack speak.
    attempts: [
      { way: preview, expected: "refused", policies: ["guard/retention"] },
      { way: up, expected: "refused", policies: ["guard/retention"] },
      { way: plainUp, expected: "held" },
      { way: plainUpWithPack, expected: "refused" },
    ].map((attempt) => ({ ...attempt, mayChange: gone(queue, database) }) as Attempt),
  },
  {
    name: "A table is given an `import` of another one",
    area: "cloud",
    stage: parts,
    change: (walk: Walk): void => {
      putInCloud(walk, "theirs", {
        type: table,
        id: "dev_theirs",
        inputs: {
          name: "dev_theirs",
          billingMode: "PAY_PER_REQUEST",
          hashKey: "id",
          attributes: [{ name: "id", type: "S" }],
          deletionProtectionEnabled: true,
        },
      });
      editPart(walk, "table", { props: { name: "dev_theirs" }, options: { import: "dev_theirs" } });
    },
    attempts: refusedEverywhere({ rule: "replaces-data", type: table, name: "table", id: "dev_parts" }),
  },
  {
    name: "Another stack's queue is imported",
    area: "cloud",
    stage: parts,
    change: (walk: Walk): void => {
      const name = "twin";
      writeFileSync(
        path.join(walk.project, `Pulumi.${name}.yaml`),
        readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8"),
      );
      setParts(walk, (all) =>
        all
          .filter((part) => part.name === "queue" || part.name === "home")
          .map((part) =>
            part.name === "queue"
              ? { ...part, options: { import: "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_parts" } }
              : part,
          ),
      );
    },
    attempts: ["preview", "up"].map((command) => ({
      way: gateCall(`${command} twin`, command, "twin", ...(command === "up" ? ["--yes"] : [])),
      expected: "refused" as const,
      refusals: [{ rule: "belongs-to-other-stack", type: queue, name: "queue", says: /dev/ }],
    })),
  },
  {
    name: "The credentials are another account's, and the state is refreshed on the way",
    area: "cloud",
    stage: parts,
    change: (): void => undefined,
    attempts: [
      {
        way: gateCall("up --account OTHER", "up", "dev", "--yes", "--account", "111111111111"),
        expected: ["passed", "refused by the cloud"],
      },
      {
        way: {
          name: "pulumi up --refresh, with another account's credentials",
          through: "engine",
          run: (walk) =>
            walk.groundwork(
              ...["exec", "--rehearse", "--account", "111111111111", "--", "pulumi", "up", "--skip-preview"],
              ...["--yes", "--refresh", "--stack", "dev", "--non-interactive"],
            ),
        },
        expected: "refused by the cloud",
      },
    ],
  },
  {
    name: "The credentials are another account's, and so is the account that the settings allow",
    area: "cloud",
    stage: parts,
    change: (walk: Walk): void => {
      const file = path.join(walk.project, "Pulumi.dev.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(/482913067251/g, "111111111111"));
    },
    attempts: [
      ...[preview, up].map((way) => ({
        way,
        expected: "refused" as const,
        refusals: [{ rule: "moved-provider", type: "pulumi:providers:aws" }],
      })),
      {
        way: engineWayOn("up --refresh", () => ["up", "--skip-preview", "--yes", "--refresh"]),
        expected: "held",
      },
    ],
  },
];
