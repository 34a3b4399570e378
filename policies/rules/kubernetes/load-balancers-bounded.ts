import { notKnown, shown } from "../../../guard/rules/inputs";
import { isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";

const property = "spec.loadBalancerSourceRanges";

export const loadBalancersBounded = resourceRule({
  name: "kubernetes/load-balancers-bounded",
  description:
    "A service with a load balancer says from where it may be reached, also when that is everywhere: absent, it is everywhere and nobody sees it. No service opens ports of the nodes themselves.",
  why: "What is open to everybody should be so because somebody said it.",
  reference: "https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec",
  types: ["kubernetes:core/v1:Service", "kubernetes:core/v1:ServicePatch"],
  check: ({ wanted: { inputs } }) => {
    const type = read(inputs, "spec.type");
    if (isUnknown(type)) {
      return [notKnown("spec.type")];
    }
    if (type === "NodePort") {
      return [
        { property: "spec.type", message: `spec.type is ${shown(type)}. Use ClusterIP or LoadBalancer.` },
      ];
    }
    if (type !== "LoadBalancer") {
      return [];
    }
    const ranges = read(inputs, property);
    if (isUnknown(ranges)) {
      return [notKnown(property)];
    }
    return Array.isArray(ranges) && ranges.length > 0
      ? []
      : [
          {
            property,
            message: `${property} is not set. Name the blocks that may reach it (0.0.0.0/0: everybody).`,
          },
        ];
  },
});
