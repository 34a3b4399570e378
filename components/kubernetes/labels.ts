import type { StackContext } from "../../settings/stack-context";

/** Labels by which a workload's pods are found. Fixed for life: a deployment's selector cannot be changed. */
export function selectorLabels(key: string): Record<string, string> {
  return { "app.kubernetes.io/name": key };
}

/** Labels of every object: what it belongs to, in the words that Kubernetes recommends. */
export function objectLabels(context: StackContext, key: string): Record<string, string> {
  return {
    ...selectorLabels(key),
    "app.kubernetes.io/part-of": context.project,
    "app.kubernetes.io/instance": context.stack,
    "app.kubernetes.io/managed-by": "groundwork",
  };
}
