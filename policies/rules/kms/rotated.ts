import { checkKeyRotated, keyTypes } from "../../../guard/rules/keys-and-trails";
import { resourceRule } from "../../rule";

export const rotated = resourceRule({
  name: "kms/rotated",
  description: "Keys that can be rotated are.",
  why: "A key that got out opens what was encrypted since it was made.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4",
  types: keyTypes,
  check: ({ wanted }) => checkKeyRotated(wanted),
});
