import { checkInTransit } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "opensearch/encrypted-transport",
  description: "OpenSearch domains take HTTPS with TLS 1.2 or later only, and their nodes talk in secret.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/opensearch-controls.html#opensearch-8",
  types: ["aws:opensearch/domain:Domain"],
  check: ({ wanted }) => checkInTransit(wanted),
});
