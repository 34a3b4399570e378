import { checkNoAnonymousAccess, isStorage } from "../../../guard/rules/azure-storage";
import { resourceRule } from "../../rule";

export const noPublicAccess = resourceRule({
  name: "azure-storage/no-public-access",
  description: "No blob can be read without saying who reads it.",
  why: "One container that somebody opens is open to the internet.",
  reference: "https://learn.microsoft.com/en-us/azure/storage/blobs/anonymous-read-access-prevent",
  types: (type) => isStorage("StorageAccount", type) || isStorage("BlobContainer", type),
  check: ({ wanted }) => checkNoAnonymousAccess(wanted.type, wanted.inputs),
});
