import { checkNotPublic } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "rds/not-public",
  description: "No database has an address on the internet.",
  why: "A password, or the next hole in a server, would be all that stands before the data.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2",
  types: ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
