import { checkDistribution, distributionTypes } from "../../../guard/in-transit";
import { resourceRule } from "../../rule";

export const modernTls = resourceRule({
  name: "cloudfront/modern-tls",
  description: "Distributions speak TLS 1.2 or later with browsers, and HTTPS only.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3",
  types: distributionTypes,
  check: ({ wanted }) => checkDistribution(wanted),
});
