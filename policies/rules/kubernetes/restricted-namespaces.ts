import { notKnown, shown } from "../../../guard/rules/inputs";
import { patchedType } from "../../../guard/patches";
import { isRecord, isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";

const label = "pod-security.kubernetes.io/enforce";
const property = `metadata.labels["${label}"]`;

export const restrictedNamespaces = resourceRule({
  name: "kubernetes/restricted-namespaces",
  description: "Every namespace has the API server refuse pods that are not restricted, whoever makes them.",
  why: "Rules of this pack see only what this program makes.",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
  types: ["kubernetes:core/v1:Namespace", "kubernetes:core/v1:NamespacePatch"],
  check: ({ wanted: { type, inputs } }) => {
    const labels = read(inputs, "metadata.labels");
    const found = isRecord(labels) ? labels[label] : undefined;
    if (isUnknown(labels) || isUnknown(found)) {
      return [notKnown(property)];
    }
    // A patch that says nothing of it leaves it as it is.
    return found === "restricted" || (found === undefined && patchedType(type) !== undefined)
      ? []
      : [{ property, message: `${property} is ${shown(found)}. Set it to "restricted".` }];
  },
});
