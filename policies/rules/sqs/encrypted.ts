import { checkQueueEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "sqs/encrypted",
  description: "Queues are encrypted at rest.",
  types: ["aws:sqs/queue:Queue"],
  check: ({ wanted }) => checkQueueEncrypted(wanted),
});
