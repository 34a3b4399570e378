import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "opensearch/encrypted",
  description: "OpenSearch domains are encrypted at rest.",
  why: "On old versions it cannot be switched on later: data would have to move.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/opensearch-controls.html#opensearch-1",
  types: ["aws:opensearch/domain:Domain"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
