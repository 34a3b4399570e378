import { checkEncryptedTransport, isStorage } from "../../../guard/rules/azure-storage";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "azure-storage/encrypted-transport",
  description: "Storage accounts are reached over HTTPS with TLS 1.2 or later only.",
  why: "What goes over HTTP, or over TLS before 1.2, can be read and changed on its way.",
  reference: "https://learn.microsoft.com/en-us/azure/storage/common/storage-require-secure-transfer",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkEncryptedTransport(wanted.inputs),
});
