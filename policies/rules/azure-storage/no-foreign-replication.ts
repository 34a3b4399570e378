import { checkNoForeignReplication, isStorage } from "../../../guard/azure-storage";
import { resourceRule } from "../../rule";

export const noForeignReplication = resourceRule({
  name: "azure-storage/no-foreign-replication",
  description: "No blob can be replicated into another tenant.",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkNoForeignReplication(wanted.inputs),
});
