import { checkDistribution, distributionTypes } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const modernTls = resourceRule({
  name: "cloudfront/modern-tls",
  description:
    "Distributions speak HTTPS only, and those with a certificate of their own TLS 1.2 or later with browsers.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3",
  types: distributionTypes,
  check: ({ wanted }) => checkDistribution(wanted),
});
