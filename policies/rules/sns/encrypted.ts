import { checkTopicEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "sns/encrypted",
  description: "Topics are encrypted at rest.",
  why: "Messages would lie open on AWS's disks.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1",
  types: ["aws:sns/topic:Topic"],
  check: ({ wanted }) => checkTopicEncrypted(wanted),
});
