import type { Draft } from "../draft";
import { architectureOf } from "../instance-types";
import type { NodeGroupSettings } from "../sections/cluster";
import type { Rule } from "./rule";
import { each, type Workload } from "./workload-rule";

type Group = Draft<NodeGroupSettings>;

/** Taints as Kubernetes writes them; those of a kind that keeps pods away. */
const effects: Readonly<Record<string, string>> = { NO_SCHEDULE: "NoSchedule", NO_EXECUTE: "NoExecute" };

/** Values that a group's nodes have of a label; undefined where settings do not tell. */
function valuesOf(label: string, group: Group, zones: readonly string[]): readonly string[] {
  const types = (group.instanceTypes ?? []).filter((type) => type !== undefined);
  switch (label) {
    case "kubernetes.io/os":
      return ["linux"];
    case "kubernetes.io/arch":
      return types.map((type) => (architectureOf(type) === "arm64" ? "arm64" : "amd64"));
    case "node.kubernetes.io/instance-type":
      return types;
    case "topology.kubernetes.io/zone":
      return zones;
    case "eks.amazonaws.com/capacityType":
      return group.capacityType === undefined ? [] : [group.capacityType];
    default: {
      const own = group.labels?.[label];
      return own === undefined ? [] : [own];
    }
  }
}

function tolerates(
  tolerations: Workload["tolerations"],
  taint: { readonly key?: string; readonly value?: string; readonly effect?: string },
): boolean {
  const effect = effects[taint.effect ?? ""];
  return (tolerations ?? []).some(
    (one) =>
      one?.key === taint.key &&
      (one?.value === undefined || one.value === (taint.value ?? "")) &&
      (one?.effect === undefined || one.effect === effect),
  );
}

/** A workload whose pods no node takes would wait for ever, and the run with it. */
const someNodesTakeIt = each(function* (workload, _key, { cluster, newNetwork }) {
  const groups = Object.entries(cluster?.nodeGroups ?? {});
  const whole = groups.filter((entry): entry is [string, Group] => entry[1] !== undefined);
  if (whole.length === 0 || whole.length < groups.length) {
    return;
  }
  const zones = (newNetwork?.availabilityZones ?? []).filter((zone) => zone !== undefined);
  const selected = Object.entries(workload.nodeSelector ?? {});
  const fits = (label: string, value: string | undefined, group: Group): boolean =>
    // Of a network that exists already nobody here knows the zones.
    (label === "topology.kubernetes.io/zone" && newNetwork === undefined) ||
    (value !== undefined && valuesOf(label, group, zones).includes(value));
  for (const [label, value] of selected) {
    if (value !== undefined && !whole.some(([, group]) => fits(label, value, group))) {
      const known = [...new Set(whole.flatMap(([, group]) => valuesOf(label, group, zones)))];
      yield [
        ["nodeSelector", label],
        {
          message: `no group of nodes has ${label}: ${value}`,
          allowed: known.length === 0 ? "a label of cluster.nodeGroups" : `one of ${known.join(", ")}`,
        },
      ];
      return;
    }
  }
  const chosen = whole.filter(([, group]) => selected.every(([label, value]) => fits(label, value, group)));
  if (chosen.length === 0) {
    yield [
      ["nodeSelector"],
      {
        message: "no group of nodes has all of these labels",
        allowed: "labels of one group of cluster.nodeGroups",
      },
    ];
    return;
  }
  const open = chosen.filter(([, { taints }]) =>
    (taints ?? []).every(
      (taint) => effects[taint?.effect ?? ""] === undefined || tolerates(workload.tolerations, taint ?? {}),
    ),
  );
  if (open.length === 0) {
    const [name, group] = chosen[0] as [string, Group];
    const taint = group.taints?.find(
      (one) => effects[one?.effect ?? ""] !== undefined && !tolerates(workload.tolerations, one ?? {}),
    );
    yield [
      ["tolerations"],
      {
        message: `the nodes that it may run on keep it away: ${name} has the taint ${taint?.key ?? ""}=${taint?.value ?? ""}:${effects[taint?.effect ?? ""] ?? ""}`,
        allowed: "a toleration of each taint of a group that nodeSelector chooses",
      },
    ];
  }
});

export const workloadNodeRules: readonly Rule[] = [someNodesTakeIt];
