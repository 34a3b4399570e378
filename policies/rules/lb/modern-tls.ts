import { checkModernTls, listenerTypes } from "../../../guard/listeners";
import { resourceRule } from "../../rule";

export const modernTls = resourceRule({
  name: "lb/modern-tls",
  description: "Load balancers that end TLS take version 1.2 or later only.",
  types: listenerTypes,
  check: ({ wanted }) => checkModernTls(wanted),
});
