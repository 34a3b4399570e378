import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "kinesis/encrypted",
  description: "Streams are encrypted at rest.",
  why: "Records would lie open on AWS's disks.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html#kinesis-1",
  types: ["aws:kinesis/stream:Stream"],
  check: ({ wanted }) => checkEncrypted(wanted),
});
