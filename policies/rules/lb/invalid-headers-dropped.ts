import { balancerTypes, checkHeadersDropped } from "../../../guard/rules/keys-and-trails";
import { resourceRule } from "../../rule";

export const invalidHeadersDropped = resourceRule({
  name: "lb/invalid-headers-dropped",
  description: "Application load balancers drop headers that are not valid.",
  why: "They and what is behind them would understand one request as two.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4",
  types: balancerTypes,
  check: ({ wanted }) => checkHeadersDropped(wanted),
});
