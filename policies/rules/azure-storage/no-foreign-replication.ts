import { checkNoForeignReplication, isStorage } from "../../../guard/rules/azure-storage";
import { resourceRule } from "../../rule";

export const noForeignReplication = resourceRule({
  name: "azure-storage/no-foreign-replication",
  description: "No blob can be replicated into another tenant.",
  why: "Whoever may write the account's settings could else copy it out to a tenant of their own.",
  reference:
    "https://learn.microsoft.com/en-us/azure/storage/blobs/object-replication-prevent-cross-tenant-policies",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkNoForeignReplication(wanted.inputs),
});
