import { checkMetadataTokens, metadataTypes } from "../../../guard/machines";
import { resourceRule } from "../../rule";

export const imdsv2Required = resourceRule({
  name: "ec2/imdsv2-required",
  description: "Machines give out their metadata, and the credentials in it, for a token only.",
  types: metadataTypes,
  check: ({ wanted }) => checkMetadataTokens(wanted),
});
