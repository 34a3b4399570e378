import type { Walk } from "../../engine/support/walk";
import type { Harmless } from "../mutation";
import { stores } from "../mutations/azure";
import {
  account,
  blobContainer,
  blobService,
  lettersPolicy,
  lockPart,
  nameOf,
  postMaySend,
} from "../program/store-parts";
import { editPart, setParts } from "../stages";
import { plainUpWithPack, up } from "../ways";

/** What is done on any day to storage accounts and keys. */
export const harmlessStoreChanges: readonly Harmless[] = [
  {
    name: "Deleted blobs can be restored for longer, and a container and a lock are added",
    stage: stores,
    change: (walk: Walk): void => {
      editPart(walk, "copies-service", {
        props: {
          deleteRetentionPolicy: { enabled: true, days: 60, allowPermanentDelete: false },
          containerDeleteRetentionPolicy: { enabled: true, days: 60 },
          restorePolicy: { enabled: true, days: 59 },
        },
      });
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "photographs",
          type: blobContainer,
          provider: "azure",
          props: {
            resourceGroupName: "parts-dev",
            accountName: nameOf("copies"),
            containerName: "photographs",
            publicAccess: "None",
          },
          options: { dependsOn: ["copies-service"] },
        },
        lockPart("copies-stay", "copies", "CanNotDelete"),
      ]);
    },
    plan: { create: 2, update: 1 },
    mayChange: ({ type }) => type === blobService || type === account,
    ways: [up, plainUpWithPack],
  },
  {
    name: "An alias comes to point to another key, and a policy beside a queue keeps its lock and lets a role send",
    stage: stores,
    change: (walk: Walk): void => {
      editPart(walk, "alias", { props: { targetKeyId: { $ref: "other-key.id" } } });
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "queue-policy",
          type: "aws:sqs/queuePolicy:QueuePolicy",
          props: { queueUrl: { $ref: "queue.id" }, policy: lettersPolicy(postMaySend) },
        },
      ]);
    },
    plan: { create: 1, update: 1 },
    ways: [up],
  },
];
