import { checkNotOpen, databasePorts, securityGroupTypes } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const noOpenDatabasePorts = resourceRule({
  name: "ec2/no-open-database-ports",
  description: "No security group lets the world to a database, cache, broker or file server.",
  types: securityGroupTypes,
  check: ({ wanted }) => checkNotOpen(wanted, databasePorts),
});
