import { copyFileSync } from "node:fs";
import * as path from "node:path";
import type { Walk } from "../../engine/support/walk";
import type { Mutation } from "../mutation";
import { parts, removePart, setParts, stack } from "../stages";
import { editResources, editState, stateFile, takeOutOfState, urnOf } from "../state-edits";
import { preview, pulumiDone, refusedByTheGate, up, plainUp } from "../ways";

const recreates = "recreates-data";

/** `pulumi state delete` with everything that it asks for. */
async function stateDelete(walk: Walk, name: string): Promise<void> {
  await pulumiDone(walk, "state", "delete", urnOf(walk, name), "--force", "--yes");
}

/** A queue that is put up after the state was copied. */
async function copyStateThenAddQueue(walk: Walk): Promise<void> {
  copyFileSync(stateFile(walk), path.join(walk.rehearsal, "backup.json"));
  setParts(walk, (all) => [...all, { name: "newer", type: "aws:sqs/queue:Queue", props: newer }]);
  await walk.done("up", "dev", "--rehearse", "--yes");
}
const newer = { name: "dev_newer", messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true };

function restoreBackup(walk: Walk): void {
  copyFileSync(path.join(walk.rehearsal, "backup.json"), stateFile(walk));
}

/** What is taken out of the state, and would be made anew, empty. */
export const stateRemovedMutations: readonly Mutation[] = [
  {
    name: "`state delete` of a table that the program still has",
    area: "state",
    stage: parts,
    change: (walk: Walk): Promise<void> => stateDelete(walk, "table"),
    attempts: refusedByTheGate({
      rule: recreates,
      type: "aws:dynamodb/table:Table",
      name: "table",
      says: /dev_parts/,
    }),
  },
  {
    name: "`state delete` of the database that the settings still have",
    area: "state",
    stage: stack,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "database");
    },
    attempts: refusedByTheGate({ rule: recreates, type: "aws:rds/instance:Instance", name: "database" }),
  },
  {
    name: "`state delete` of a queue that the program still has",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "queue");
    },
    attempts: refusedByTheGate({ rule: recreates, type: "aws:sqs/queue:Queue", name: "queue" }),
  },
  {
    name: "`state delete` of a bucket that the program still has",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "store");
    },
    attempts: refusedByTheGate({ rule: recreates, type: "aws:s3/bucket:Bucket", name: "store" }),
  },
  {
    name: "`state delete` of a volume, whose twin has no fixed name that could be in the way",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "volume");
    },
    attempts: refusedByTheGate({
      rule: recreates,
      type: "aws:ebs/volume:Volume",
      name: "volume",
      says: /vol-/,
    }),
  },
  {
    name: "`state delete` of a DNS zone, whose twin would have other name servers",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "zone");
    },
    attempts: refusedByTheGate({ rule: recreates, type: "aws:route53/zone:Zone", name: "zone" }),
  },
  {
    name: "`state delete` of the key that encrypts a table",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "key");
    },
    attempts: refusedByTheGate({ rule: recreates, type: "aws:kms/key:Key", name: "key" }),
  },
  {
    name: "`state delete` of a queue that was taken out of the program at the same time",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      takeOutOfState(walk, "queue");
      removePart(walk, "queue");
    },
    attempts: refusedByTheGate({ rule: "lost-from-state", type: "aws:sqs/queue:Queue" }),
  },
  {
    name: "An old backup of the state is imported, which does not know a queue",
    area: "state",
    stage: parts,
    before: copyStateThenAddQueue,
    change: restoreBackup,
    attempts: refusedByTheGate({
      rule: recreates,
      type: "aws:sqs/queue:Queue",
      name: "newer",
      says: /dev_newer/,
    }),
  },
  {
    name: "An old backup of the state is imported together with the program of its day",
    area: "state",
    stage: parts,
    before: copyStateThenAddQueue,
    change: (walk: Walk): void => {
      restoreBackup(walk);
      removePart(walk, "newer");
    },
    attempts: refusedByTheGate({ rule: "lost-from-state", type: "aws:sqs/queue:Queue" }),
  },
  {
    name: "An empty deployment is imported",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editState(walk, (deployment) => {
        deployment.resources = [];
      });
    },
    attempts: refusedByTheGate(
      { rule: recreates, type: "aws:dynamodb/table:Table", name: "table" },
      { rule: recreates, type: "aws:ebs/volume:Volume", name: "volume" },
      { rule: recreates, type: "aws:s3/bucket:Bucket", name: "store" },
      { rule: recreates, type: "aws:route53/zone:Zone", name: "zone" },
      { rule: recreates, type: "aws:kms/key:Key", name: "key" },
    ),
  },
  {
    name: "`state rename` of a table that the program calls as before",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "rename", urnOf(walk, "table"), "renamed", "--yes");
    },
    attempts: [
      ...refusedByTheGate({
        rule: ["deletes-data", recreates],
        type: "aws:dynamodb/table:Table",
        name: "renamed",
        id: "dev_parts",
      }),
    ],
  },
  {
    name: "`state rename` of a volume that the program calls as before",
    area: "state",
    stage: parts,
    change: async (walk: Walk): Promise<void> => {
      await pulumiDone(walk, "state", "rename", urnOf(walk, "volume"), "renamed", "--yes");
    },
    attempts: refusedByTheGate({
      rule: "deletes-data",
      type: "aws:ebs/volume:Volume",
      name: "renamed",
      id: /^vol-/,
    }),
  },
  {
    name: "`state move` of a table into another stack, while the program still has it",
    area: "state",
    stage: parts,
    before: async (walk: Walk): Promise<void> => {
      // The other stack's file is out of the way again: what counts is its state.
      await pulumiDone(walk, "stack", "ls");
      const made = await walk.groundwork(
        ...[
          "exec",
          "--rehearse",
          "--",
          "bash",
          "-c",
          "pulumi stack init other --no-select --non-interactive",
        ],
      );
      if (made.exitCode !== 0) throw new Error(made.stderr);
    },
    change: async (walk: Walk): Promise<void> => {
      const moved = await walk.groundwork(
        ...[
          "exec",
          "--rehearse",
          "--",
          "pulumi",
          "state",
          "move",
          "--source",
          "dev",
          "--dest",
          "other",
          "--yes",
        ],
        ...["--include-parents", "--non-interactive", urnOf(walk, "table")],
      );
      if (moved.exitCode !== 0) throw new Error(moved.stdout + moved.stderr);
    },
    attempts: refusedByTheGate({
      rule: [recreates, "belongs-to-other-stack"],
      type: "aws:dynamodb/table:Table",
      name: "table",
    }),
  },
  {
    name: "The state has another id for a table than the last good run left",
    area: "state",
    stage: parts,
    change: (walk: Walk): void => {
      editResources(walk, ["table"], (table) => {
        table.id = "dev_elsewhere";
      });
    },
    attempts: [
      {
        way: preview,
        expected: "refused",
        refusals: [{ rule: "lost-from-state", type: "aws:dynamodb/table:Table" }],
      },
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "lost-from-state", type: "aws:dynamodb/table:Table" }],
      },
      { way: plainUp, expected: "held" },
    ],
  },
];
