import { checkNotPublic } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "redshift/not-public",
  description: "No warehouse has an address on the internet.",
  types: ["aws:redshift/cluster:Cluster", "aws:redshiftserverless/workgroup:Workgroup"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
