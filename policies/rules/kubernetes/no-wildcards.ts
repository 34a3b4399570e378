import { notKnown, type Finding } from "../../../guard/rules/inputs";
import { hasUnknown, isRecord, isUnknown, read } from "../../../guard/unknown";
import { resourceRule } from "../../rule";

const roles = /^kubernetes:rbac\.authorization\.k8s\.io\/[^:]+:(?:Cluster)?Role(?:Patch)?$/;
const bindings = /^kubernetes:rbac\.authorization\.k8s\.io\/[^:]+:(?:Cluster)?RoleBinding(?:Patch)?$/;

export const noWildcards = resourceRule({
  name: "kubernetes/no-wildcards",
  description: "Roles name what they allow, on what; and nobody is bound to cluster-admin here.",
  why: "What is allowed on everything is allowed on what comes tomorrow, too.",
  reference: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
  types: (type) => roles.test(type) || bindings.test(type),
  check: ({ wanted: { type, inputs } }) => (roles.test(type) ? checkRules(inputs) : checkBinding(inputs)),
});

function checkRules(inputs: Readonly<Record<string, unknown>>): Finding[] {
  const rules = read(inputs, "rules");
  if (rules === undefined) {
    return [];
  }
  if (!Array.isArray(rules)) {
    return [notKnown("rules")];
  }
  return (rules as readonly unknown[]).flatMap((rule, index) =>
    ["apiGroups", "resources", "verbs", "nonResourceURLs"].flatMap((list): Finding[] => {
      const property = `rules[${index}].${list}`;
      const found = isRecord(rule) ? rule[list] : rule;
      if (hasUnknown(found)) {
        return [notKnown(property)];
      }
      return Array.isArray(found) && found.some((entry) => typeof entry === "string" && entry.includes("*"))
        ? [{ property, message: `${property} has a wildcard. Name what is needed.` }]
        : [];
    }),
  );
}

function checkBinding(inputs: Readonly<Record<string, unknown>>): Finding[] {
  const name = read(inputs, "roleRef.name");
  if (isUnknown(name)) {
    return [notKnown("roleRef.name")];
  }
  return name === "cluster-admin"
    ? [
        {
          property: "roleRef.name",
          message:
            "roleRef.name is cluster-admin. Bind a role that allows what is needed; people get access by cluster.accessEntries.",
        },
      ]
    : [];
}
