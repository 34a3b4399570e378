import { checkNoSharedKeys, isStorage } from "../../../guard/azure-storage";
import { resourceRule } from "../../rule";

export const noSharedKeys = resourceRule({
  name: "azure-storage/no-shared-keys",
  description: "No storage account takes its own keys, which are in nobody's name and open all of it.",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkNoSharedKeys(wanted.inputs),
});
