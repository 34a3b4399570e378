import { checkNoSharedKeys, isStorage } from "../../../guard/rules/azure-storage";
import { resourceRule } from "../../rule";

export const noSharedKeys = resourceRule({
  name: "azure-storage/no-shared-keys",
  description: "No storage account takes its own keys, which are in nobody's name and open all of it.",
  why: "A key that got out opens everything, and no log says who used it.",
  reference: "https://learn.microsoft.com/en-us/azure/storage/common/shared-key-authorization-prevent",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkNoSharedKeys(wanted.inputs),
});
