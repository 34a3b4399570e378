import { checkPinnedImagesInUserData, userDataTypes } from "../../../guard/user-data";
import { resourceRule } from "../../rule";

export const pinnedImages = resourceRule({
  name: "ec2/pinned-images",
  description: "Machines run container images by digest.",
  types: userDataTypes,
  check: ({ wanted }) => checkPinnedImagesInUserData(wanted),
});
