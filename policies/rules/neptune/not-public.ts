import { checkNotPublic } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "neptune/not-public",
  description: "No graph database has an address on the internet.",
  why: "Neptune has no passwords: whoever holds IAM credentials that got out would reach it from anywhere.",
  reference: "https://docs.aws.amazon.com/neptune/latest/userguide/neptune-public-endpoints.html",
  types: ["aws:neptune/clusterInstance:ClusterInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
