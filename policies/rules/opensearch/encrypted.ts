import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "opensearch/encrypted",
  description: "OpenSearch domains are encrypted at rest.",
  types: ["aws:opensearch/domain:Domain"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
