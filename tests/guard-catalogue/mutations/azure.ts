import type { Walk } from "../../engine/support/walk";
import type { ExpectedRefusal, Mutation } from "../mutation";
import {
  account,
  azureParts,
  blobContainer,
  blobService,
  immutability,
  keyParts,
  lifecycle,
  lock,
  lifecyclePart,
  nameOf,
} from "../program/store-parts";
import { editPart, partsStage, removePart, setParts } from "../stages";
import { refusedInPlace } from "../ways";

/** Storage accounts of Azure, and what keys of AWS encrypt. */
export const stores = partsStage("stores", [...azureParts, ...keyParts]);

function azureChange(
  name: string,
  change: (walk: Walk) => void,
  ...refusals: readonly ExpectedRefusal[]
): Mutation {
  return { name, area: "types", stage: stores, change, attempts: refusedInPlace(...refusals) };
}

/** Takes parts out, and what depended on them no longer does. */
function takeOut(walk: Walk, ...names: string[]): void {
  removePart(walk, ...names);
  setParts(walk, (parts) =>
    parts.map((part) =>
      part.options?.dependsOn === undefined
        ? part
        : {
            ...part,
            options: {
              ...part.options,
              dependsOn: part.options.dependsOn.filter((name) => !names.includes(name)),
            },
          },
    ),
  );
}

/** What a program may do to what holds data in Azure. */
export const azureMutations: readonly Mutation[] = [
  azureChange(
    "A storage account is taken out",
    (walk) => {
      takeOut(walk, "copies", "copies-service");
    },
    { rule: "deletes-data", type: account, name: "copies", id: /\/storageAccounts\/partsdevcopies$/ },
    { rule: "deletes-data", type: blobService, name: "copies-service" },
  ),
  azureChange(
    "A storage account is renamed, and another goes to another region",
    (walk) => {
      editPart(walk, "copies", { props: { accountName: "partsdevsecond" } });
      editPart(walk, "blobs", { props: { location: "northeurope" } });
    },
    // The engine ends its preview at the first of the two, and does not say of which property.
    { rule: "replaces-data", type: account, id: /\/storageAccounts\/partsdev(copies|blobs)$/ },
  ),
  azureChange(
    "A blob container is taken out",
    (walk) => {
      takeOut(walk, "invoices", "invoices-kept");
    },
    { rule: "deletes-data", type: blobContainer, name: "invoices", id: /\/containers\/invoices$/ },
    { rule: "deletes-data", type: immutability, name: "invoices-kept" },
  ),
  azureChange(
    "A blob container is renamed, and another goes to another account",
    (walk) => {
      editPart(walk, "letters", { props: { containerName: "post" } });
      editPart(walk, "invoices", { props: { accountName: nameOf("copies") } });
    },
    { rule: "replaces-data", type: blobContainer, id: /\/containers\/(letters|invoices)$/ },
  ),
  azureChange(
    "All that brings deleted blobs back is loosened at once",
    (walk) => {
      editPart(walk, "blobs-service", {
        props: {
          isVersioningEnabled: false,
          deleteRetentionPolicy: { enabled: true, days: 10, allowPermanentDelete: true },
          containerDeleteRetentionPolicy: { enabled: false },
          restorePolicy: { enabled: false, days: 29 },
        },
      });
    },
    { rule: "loosened", type: blobService, name: "blobs-service", says: /isVersioningEnabled/ },
    { rule: "lowered-retention", type: blobService, says: /deleteRetentionPolicy\.days goes from 30 days/ },
    { rule: "loosened", type: blobService, says: /allowPermanentDelete/ },
    { rule: "loosened", type: blobService, says: /containerDeleteRetentionPolicy\.enabled/ },
    { rule: "loosened", type: blobService, says: /restorePolicy\.enabled/ },
  ),
  azureChange(
    "A container's blobs may be deleted sooner than its immutability policy says",
    (walk) => {
      editPart(walk, "invoices-kept", { props: { immutabilityPeriodSinceCreationInDays: 30 } });
    },
    {
      rule: "lowered-retention",
      type: immutability,
      name: "invoices-kept",
      says: /from 365 days to 30 days/,
    },
  ),
  azureChange(
    "The lock of a storage account is taken out",
    (walk) => {
      takeOut(walk, "stays");
    },
    { rule: "deletes-data", type: lock, name: "stays", id: /\/locks\/stays$/ },
  ),
  azureChange(
    "The lock of a container is lowered from ReadOnly to CanNotDelete",
    (walk) => {
      editPart(walk, "frozen", { props: { level: "CanNotDelete" } });
    },
    { rule: "exchanged", type: lock, name: "frozen", says: /level goes from ReadOnly to CanNotDelete/ },
  ),
  azureChange(
    "Blobs of one account begin to end on the day after, and another account gets such a rule",
    (walk) => {
      const soon = lifecyclePart("copies", {
        baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } },
      });
      setParts(walk, (parts) => [...parts, soon]);
      editPart(walk, "blobs-lifecycle", {
        props: lifecyclePart("blobs", {
          baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } },
          version: { delete: { daysAfterCreationGreaterThan: 1 } },
        }).props,
      });
    },
    { rule: "shortened-lifecycle", type: lifecycle, name: "copies-lifecycle" },
    { rule: "shortened-lifecycle", type: lifecycle, name: "blobs-lifecycle" },
  ),
];
