import { checkTopicEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "sns/encrypted",
  description: "Topics are encrypted at rest.",
  types: ["aws:sns/topic:Topic"],
  check: ({ wanted }) => checkTopicEncrypted(wanted),
});
