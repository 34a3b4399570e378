import { checkTopicEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "sns/encrypted",
  description: "Topics are encrypted at rest with a key of KMS.",
  why: "SNS's own encryption of its disks asks nobody; a key asks whoever reads whether they may.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1",
  types: ["aws:sns/topic:Topic"],
  check: ({ wanted }) => checkTopicEncrypted(wanted),
});
