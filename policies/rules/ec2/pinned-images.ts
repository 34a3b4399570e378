import { checkPinnedImagesInUserData, userDataTypes } from "../../../guard/rules/user-data";
import { resourceRule } from "../../rule";

export const pinnedImages = resourceRule({
  name: "ec2/pinned-images",
  description: "Machines run container images by digest.",
  why: "A tag can be pushed again, and then other code runs.",
  reference:
    "https://docs.docker.com/reference/cli/docker/image/pull/#pull-an-image-by-digest-immutable-identifier",
  types: userDataTypes,
  check: ({ wanted }) => checkPinnedImagesInUserData(wanted),
});
