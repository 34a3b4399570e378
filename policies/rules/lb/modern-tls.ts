import { checkModernTls, listenerTypes } from "../../../guard/rules/listeners";
import { resourceRule } from "../../rule";

export const modernTls = resourceRule({
  name: "lb/modern-tls",
  description: "Load balancers that end TLS take version 1.2 or later only.",
  why: "What goes over TLS before 1.2 can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17",
  types: listenerTypes,
  check: ({ wanted }) => checkModernTls(wanted),
});
