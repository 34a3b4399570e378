import { checkImageNotPublic, imageSharingTypes } from "../../../guard/rules/sharing";
import { resourceRule } from "../../rule";

export const noPublicImages = resourceRule({
  name: "ec2/no-public-images",
  description: "No image of a machine is shared with everybody.",
  why: "What was baked into it, keys among it, can be taken out of it.",
  reference: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html",
  types: imageSharingTypes,
  check: ({ wanted }) => checkImageNotPublic(wanted),
});
