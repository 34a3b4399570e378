import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "kinesis/encrypted",
  description: "Streams are encrypted at rest.",
  types: ["aws:kinesis/stream:Stream"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
