import { adminPorts, checkNotOpen, securityGroupTypes } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const noOpenAdminPorts = resourceRule({
  name: "ec2/no-open-admin-ports",
  description: "No security group lets the world to SSH, RDP or WinRM.",
  types: securityGroupTypes,
  check: ({ wanted }) => checkNotOpen(wanted, adminPorts),
});
