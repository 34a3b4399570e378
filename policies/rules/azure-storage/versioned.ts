import { checkBlobServices } from "../../../guard/rules/azure-storage";
import { stackRule } from "../../rule";

/** That versioning and soft delete, where the blob service says something of them, are on: guard/retention. */
export const versioned = stackRule({
  name: "azure-storage/versioned",
  description:
    "Every storage account keeps blobs that are overwritten or deleted in it, except at guard level disposable.",
  why: "A state file that is overwritten or deleted cannot be restored otherwise.",
  reference: "https://learn.microsoft.com/en-us/azure/storage/blobs/versioning-overview",
  check: (resources, { level }) => (level === "disposable" ? [] : checkBlobServices(resources)),
});
