import { checkMetadataTokens, metadataTypes } from "../../../guard/rules/machines";
import { resourceRule } from "../../rule";

export const imdsv2Required = resourceRule({
  name: "ec2/imdsv2-required",
  description: "Machines give out their metadata, and the credentials in it, for a token only.",
  why: "A server that can be made to fetch a URL would else hand out its machine's credentials.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8",
  types: metadataTypes,
  check: ({ wanted }) => checkMetadataTokens(wanted),
});
