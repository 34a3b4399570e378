import { checkTlsRequired, parameterGroupTypes } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "redshift/encrypted-transport",
  description: "Redshift clusters with parameters of their own take connections over TLS only.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/redshift-controls.html#redshift-2",
  types: parameterGroupTypes.redshift,
  check: ({ wanted }) => checkTlsRequired(wanted),
});
