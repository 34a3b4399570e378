import { checkEncryptedTransport, isStorage } from "../../../guard/azure-storage";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "azure-storage/encrypted-transport",
  description: "Storage accounts are reached over HTTPS with TLS 1.2 or later only.",
  types: (type) => isStorage("StorageAccount", type),
  check: ({ wanted }) => checkEncryptedTransport(wanted.inputs),
});
