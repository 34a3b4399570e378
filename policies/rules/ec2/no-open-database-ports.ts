import { checkNotOpen, databasePorts, securityGroupTypes } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const noOpenDatabasePorts = resourceRule({
  name: "ec2/no-open-database-ports",
  description: "No security group lets the world to a database, cache, broker or file server.",
  why: "A password, or the next hole in a server, would be all that stands before the data.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
  types: securityGroupTypes,
  check: ({ wanted }) => checkNotOpen(wanted, databasePorts),
});
