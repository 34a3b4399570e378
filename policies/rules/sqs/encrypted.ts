import { checkQueueEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "sqs/encrypted",
  description: "Queues are encrypted at rest.",
  why: "Messages would lie open on AWS's disks.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-1",
  types: ["aws:sqs/queue:Queue"],
  check: ({ wanted }) => checkQueueEncrypted(wanted),
});
