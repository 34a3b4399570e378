import { checkTlsRequired, parameterGroupTypes } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "rds/encrypted-transport",
  description: "Databases with parameters of their own take connections over TLS only.",
  why: "A client that does not ask for TLS sends passwords and rows in the clear, and nobody sees it.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-38",
  types: parameterGroupTypes.rds,
  check: ({ wanted }) => checkTlsRequired(wanted),
});
