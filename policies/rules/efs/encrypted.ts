import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "efs/encrypted",
  description: "File systems are encrypted at rest.",
  why: "It cannot be switched on later: data would have to move.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html#efs-1",
  types: ["aws:efs/fileSystem:FileSystem"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
