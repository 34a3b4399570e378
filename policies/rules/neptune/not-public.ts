import { checkNotPublic } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "neptune/not-public",
  description: "No graph database has an address on the internet.",
  why: "Neptune asks for no password where IAM authentication is off.",
  reference: "https://docs.aws.amazon.com/neptune/latest/userguide/security.html",
  types: ["aws:neptune/clusterInstance:ClusterInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
