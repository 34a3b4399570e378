import { checkTlsRequired, parameterGroupTypes } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "docdb/encrypted-transport",
  description: "DocumentDB clusters with parameters of their own take connections over TLS only.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html",
  types: parameterGroupTypes.docdb,
  check: ({ wanted }) => checkTlsRequired(wanted),
});
