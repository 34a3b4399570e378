import { notKnown } from "../../../guard/rules/inputs";
import { isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";
import { inPods, makesPods } from "../../../guard/rules/pod-specs";

const needed = ["requests.cpu", "requests.memory", "limits.memory"] as const;

export const resourceLimits = resourceRule({
  name: "kubernetes/resource-limits",
  description:
    "Every container says what it needs and how much memory it may take: one that does not can take a node from all others.",
  why: "The scheduler puts pods where there is room by what they say; one without a limit can take a node from all others.",
  reference: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  types: makesPods,
  check: ({ wanted }) =>
    inPods(wanted, {
      container: ({ path, values }) =>
        needed.flatMap((name) => {
          const property = `${path}.resources.${name}`;
          const found = read(values, `resources.${name}`);
          if (isUnknown(found)) {
            return [notKnown(property)];
          }
          return found === undefined ? [{ property, message: `${property} is not set. Set it.` }] : [];
        }),
    }),
});
