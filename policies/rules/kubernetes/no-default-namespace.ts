import { notKnown, type Finding } from "../../../guard/rules/inputs";
import { patchedType } from "../../../guard/patches";
import { makesPods } from "../../../guard/rules/pod-specs";
import { isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";

const others = /^kubernetes:core\/v1:(ConfigMap|PersistentVolumeClaim|Secret|Service|ServiceAccount)$/;

/** A namespace that is not known yet is one that this program is about to make: default is in every cluster already. */
export const noDefaultNamespace = resourceRule({
  name: "kubernetes/no-default-namespace",
  description: "What runs in a cluster, and what it needs, is in a namespace that was made for it.",
  why: "Rules of access, network and pods hold by namespace; default has none of them.",
  reference:
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
  // A patch puts nothing there: what it is of is there already.
  types: (type) => patchedType(type) === undefined && (makesPods(type) || others.test(type)),
  check: ({ wanted: { inputs }, providerInputs }): Finding[] => {
    const metadata = read(inputs, "metadata");
    if (isUnknown(metadata)) {
      return [notKnown("metadata")];
    }
    const namespace = read(inputs, "metadata.namespace") ?? read(providerInputs ?? {}, "namespace");
    return namespace === undefined || namespace === "" || namespace === "default"
      ? [
          {
            property: "metadata.namespace",
            message: "metadata.namespace is default. Name one that was made for it.",
          },
        ]
      : [];
  },
});
