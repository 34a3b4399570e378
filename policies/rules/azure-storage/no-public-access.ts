import { checkNoAnonymousAccess, isStorage } from "../../../guard/azure-storage";
import { resourceRule } from "../../rule";

export const noPublicAccess = resourceRule({
  name: "azure-storage/no-public-access",
  description: "No blob can be read without saying who reads it.",
  types: (type) => isStorage("StorageAccount", type) || isStorage("BlobContainer", type),
  check: ({ wanted }) => checkNoAnonymousAccess(wanted.type, wanted.inputs),
});
