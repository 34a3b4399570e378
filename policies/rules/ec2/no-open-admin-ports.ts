import { adminPorts, checkNotOpen, securityGroupTypes } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const noOpenAdminPorts = resourceRule({
  name: "ec2/no-open-admin-ports",
  description: "No security group lets the world to SSH, RDP or WinRM.",
  why: "They are scanned and tried without a pause.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13",
  types: securityGroupTypes,
  check: ({ wanted }) => checkNotOpen(wanted, adminPorts),
});
