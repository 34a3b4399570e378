import { notKnown, shown } from "../../../guard/rules/inputs";
import { isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";
import { inPods, makesPods } from "../../../guard/rules/pod-specs";

export const imagesByDigest = resourceRule({
  name: "kubernetes/images-by-digest",
  description:
    "Every container's image is named by its digest: a tag can be pushed again, and then other code runs.",
  why: "A tag can be pushed again, and then other code runs.",
  reference: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  types: makesPods,
  check: ({ wanted }) =>
    inPods(wanted, {
      container: ({ path, values }) => {
        const property = `${path}.image`;
        const image = read(values, "image");
        if (isUnknown(image)) {
          return [notKnown(property)];
        }
        return typeof image === "string" && /@sha256:[0-9a-f]{64}$/.test(image)
          ? []
          : [
              {
                property,
                message: `${property} is ${shown(image)}. Name it by its digest: REPOSITORY@sha256:…`,
              },
            ];
      },
    }),
});
