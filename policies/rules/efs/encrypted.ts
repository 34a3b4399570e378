import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "efs/encrypted",
  description: "File systems are encrypted at rest.",
  types: ["aws:efs/fileSystem:FileSystem"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
