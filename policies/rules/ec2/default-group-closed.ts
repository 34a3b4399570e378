import { checkDefaultGroupClosed, defaultGroupTypes } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const defaultGroupClosed = resourceRule({
  name: "ec2/default-group-closed",
  description: "The default security group of a network lets nothing in or out.",
  why: "Whatever names no security group gets it, and nobody notices.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2",
  types: defaultGroupTypes,
  check: ({ wanted }) => checkDefaultGroupClosed(wanted),
});
