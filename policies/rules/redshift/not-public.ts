import { checkNotPublic } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "redshift/not-public",
  description: "No warehouse has an address on the internet.",
  why: "A password would be all that stands before the data.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/redshift-controls.html#redshift-1",
  types: ["aws:redshift/cluster:Cluster", "aws:redshiftserverless/workgroup:Workgroup"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
