import type { Walk } from "../../engine/support/walk";
import { putInCloud } from "../cloud-edits";
import type { ExpectedRefusal, Mutation } from "../mutation";
import { database, queue, table, volume } from "../settings-change";
import { postMaySend, queuePolicy } from "../program/store-parts";
import { editPart, removePart, setParts } from "../stages";
import { quickest, refusedByTheGate, refusedInPlace } from "../ways";
import { stores } from "./azure";

function storeChange(
  name: string,
  change: (walk: Walk) => void,
  refusals: readonly ExpectedRefusal[],
  more: Partial<Mutation> = {},
): Mutation {
  return {
    name,
    area: "properties",
    stage: stores,
    change,
    attempts: refusedInPlace(...refusals),
    ...more,
  };
}

const message = "aws:sqs/message:Message";
const deadLetters = "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_letters_dead";

/** Keys, last copies, and the way of messages that cannot be handled. */
export const keyMutations: readonly Mutation[] = [
  storeChange(
    "A dead-letter queue with messages in it is taken out while its source stands",
    (walk) => {
      removePart(walk, "dead");
      editPart(walk, "queue", { options: { dependsOn: [] } });
    },
    [{ rule: "deletes-data", type: queue, name: "dead", id: deadLetters }],
    {
      before: async (walk) => {
        putInCloud(walk, "dead-letter", {
          type: message,
          id: "0f4c1d6e-5a47-4b0e-9d20-6f1f0f3b7a11",
          inputs: { queueUrl: deadLetters, body: "unreadable" },
        });
        return Promise.resolve();
      },
      still: (walk) => {
        if (!walk.cloud().some(({ type }) => type === message)) throw new Error("The dead letter is gone.");
      },
    },
  ),
  storeChange(
    "A queue no longer sends messages that cannot be handled to its dead-letter queue",
    (walk) => {
      editPart(walk, "queue", { props: { redrivePolicy: undefined } });
    },
    [],
    {
      // Its provider leaves a policy in place that is no longer asked for: plain pulumi sees no change.
      attempts: quickest(
        refusedByTheGate({ rule: "exchanged", type: queue, name: "queue", says: /redrivePolicy/ }),
      ),
    },
  ),
  storeChange(
    "A table, a database and a volume are to be encrypted with another key",
    (walk) => {
      const kmsKeyArn = { $ref: "other-key.arn" };
      editPart(walk, "table", { props: { serverSideEncryption: { enabled: true, kmsKeyArn } } });
      editPart(walk, "database", { props: { kmsKeyId: kmsKeyArn } });
      editPart(walk, "volume", { props: { kmsKeyId: kmsKeyArn } });
    },
    [
      { rule: "exchanged", type: table, name: "table", says: /kmsKeyArn/ },
      { rule: "replaces-data", type: database, name: "database", says: /kmsKeyId/ },
      { rule: "replaces-data", type: volume, name: "volume", says: /kmsKeyId/ },
    ],
  ),
  storeChange(
    "Policies come beside a key and a queue: one shuts everybody out of the key, the other takes the lock off the queue",
    (walk) => {
      const shut = { Effect: "Deny", Principal: "*", Action: "kms:*", Resource: "*" };
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "key-policy",
          type: "aws:kms/keyPolicy:KeyPolicy",
          props: {
            keyId: { $ref: "key.id" },
            bypassPolicyLockoutSafetyCheck: true,
            policy: JSON.stringify({ Version: "2012-10-17", Statement: [shut] }),
          },
        },
        {
          name: "queue-policy",
          type: "aws:sqs/queuePolicy:QueuePolicy",
          props: { queueUrl: { $ref: "queue.id" }, policy: queuePolicy(postMaySend) },
        },
      ]);
    },
    [
      { rule: "loosened", name: "key-policy", says: /bypassPolicyLockoutSafetyCheck/ },
      { rule: "loosened", name: "key-policy", says: /Everybody is denied it/ },
      { rule: "removes-lock", name: "queue-policy", says: /sqs:DeleteQueue and sqs:PurgeQueue/ },
    ],
  ),
  storeChange(
    "A database and a warehouse leave no last snapshot, and files are no longer backed up",
    (walk) => {
      editPart(walk, "database", { props: { skipFinalSnapshot: true } });
      editPart(walk, "warehouse", { props: { skipFinalSnapshot: true } });
      editPart(walk, "shared-files-backups", { props: { backupPolicy: { status: "DISABLED" } } });
    },
    [
      { rule: "removes-final-copy", type: database, name: "database" },
      { rule: "removes-final-copy", type: "aws:redshift/cluster:Cluster", name: "warehouse" },
      { rule: "loosened", type: "aws:efs/backupPolicy:BackupPolicy", says: /backupPolicy\.status/ },
    ],
  ),
];
