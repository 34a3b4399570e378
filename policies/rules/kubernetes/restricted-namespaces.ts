import { notKnown, shown } from "../../../guard/inputs";
import { isRecord, isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";

const label = "pod-security.kubernetes.io/enforce";
const property = `metadata.labels["${label}"]`;

export const restrictedNamespaces = resourceRule({
  name: "kubernetes/restricted-namespaces",
  description: "Every namespace has the API server refuse pods that are not restricted, whoever makes them.",
  why: "Rules of this pack see only what this program makes.",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
  types: ["kubernetes:core/v1:Namespace"],
  check: ({ wanted: { inputs } }) => {
    const labels = read(inputs, "metadata.labels");
    const found = isRecord(labels) ? labels[label] : undefined;
    if (isUnknown(labels) || isUnknown(found)) {
      return [notKnown(property)];
    }
    return found === "restricted"
      ? []
      : [{ property, message: `${property} is ${shown(found)}. Set it to "restricted".` }];
  },
});
