import type { CloudRecord } from "../../cloud/store";
import type { CloudView } from "../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../../interpreter/values";
import { inAccount, type EksCluster } from "./eks";
import { templateOf } from "./pods";

// Which nodes the scheduler may give a pod: those with the labels that it selects and without a taint that it minds. Labels that
// nodes have by themselves (architecture, zone, type) are taken to fit. Words: the scheduler's FitError (pkg/scheduler/framework).

const effects: Readonly<Record<string, string>> = { NO_SCHEDULE: "NoSchedule", NO_EXECUTE: "NoExecute" };
const ofTheNode = /^(?:[^/]*\.)?(?:kubernetes\.io|k8s\.io|eks\.amazonaws\.com)\//;

/** Why no node takes an object's pods; undefined where one does. */
export function unschedulable(owner: CloudRecord, cluster: EksCluster, cloud: CloudView): string | undefined {
  const inCluster = (type: string): readonly CloudRecord[] =>
    inAccount(cluster.scope, type, cloud).filter(
      ({ outputs }) => textOf(outputs, "clusterName") === cluster.name,
    );
  if (inCluster("aws:eks/fargateProfile:FargateProfile").length > 0) return undefined;
  const pod = recordOf(templateOf(owner), "spec");
  const selected = Object.entries(recordOf(pod, "nodeSelector")).filter(([label]) => !ofTheNode.test(label));
  const counts = { all: 0, unselected: 0, tainted: new Map<string, number>() };
  for (const { outputs } of inCluster("aws:eks/nodeGroup:NodeGroup")) {
    const nodes = numberOf(recordOf(outputs, "scalingConfig"), "desiredSize") ?? 0;
    const labels = recordOf(outputs, "labels");
    const taint = listOf(outputs, "taints")
      .filter(isRecord)
      .find((one) => minds(pod, one));
    counts.all += nodes;
    if (selected.some(([label, value]) => labels[label] !== value)) {
      counts.unselected += nodes;
    } else if (taint !== undefined) {
      const named = `{${textOf(taint, "key")}: ${textOf(taint, "value")}}`;
      counts.tainted.set(named, (counts.tainted.get(named) ?? 0) + nodes);
    } else if (nodes > 0) {
      return undefined;
    }
  }
  const reasons = [
    ...(counts.unselected > 0
      ? [`${String(counts.unselected)} node(s) didn't match Pod's node affinity/selector`]
      : []),
    ...[...counts.tainted].map(([taint, nodes]) => `${String(nodes)} node(s) had untolerated taint ${taint}`),
  ];
  return `[Unschedulable] 0/${String(counts.all)} nodes are available: ${reasons.join(", ")}.`;
}

function minds(pod: Values, taint: Values): boolean {
  const effect = effects[textOf(taint, "effect")];
  return (
    effect !== undefined &&
    !listOf(pod, "tolerations")
      .filter(isRecord)
      .some(
        (one) =>
          (one["key"] === undefined || one["key"] === taint["key"]) &&
          (textOf(one, "operator") === "Exists" || textOf(one, "value") === textOf(taint, "value")) &&
          (one["effect"] === undefined || one["effect"] === effect),
      )
  );
}
