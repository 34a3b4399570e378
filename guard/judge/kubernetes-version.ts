import { runOf } from "../urns";
import type { Step } from "../step";
import { isUnknown, read } from "../unknown";
import { movedControlPlane } from "./control-plane-zones";
import type { Verdict } from "./verdict";

const clusterType = "aws:eks/cluster:Cluster";
const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";

/**
 * Minor versions that nodes may be behind the control plane.
 * Source: https://kubernetes.io/releases/version-skew-policy/#kubelet.
 */
const nodesMayLag = 3;

/** A change in place of a cluster or a node group. */
export interface VersionChange {
  readonly urn: string;
  readonly type: string;
  readonly oldInputs: Readonly<Record<string, unknown>>;
  readonly oldOutputs: Readonly<Record<string, unknown>>;
  readonly newInputs: Readonly<Record<string, unknown>>;
}

/**
 * What is wrong with a change of a Kubernetes version by itself: a control plane goes up one minor version at a time,
 * because each is only tested against its neighbours, and nothing ever goes down, because what a newer version has
 * written an older one may not read. EKS refuses the same, but only when the change has begun.
 *
 * What the cloud last said counts as the version there is: EKS upgrades by itself what has run out of support.
 */
export function wrongVersion(change: VersionChange): Verdict | undefined {
  const { urn, type, oldInputs, oldOutputs, newInputs } = change;
  if (type !== clusterType && type !== nodeGroupType) {
    return undefined;
  }
  const had = read(oldOutputs, "version") ?? read(oldInputs, "version");
  const wants = read(newInputs, "version");
  const [from, to] = [minorOf(had), minorOf(wants)];
  if (had === wants || from === undefined) {
    return undefined;
  }
  const what = type === clusterType ? "control plane" : "node group";
  if (to === undefined) {
    return type === clusterType && isUnknown(wants)
      ? {
          rule: "unknown-value",
          loses: `Where the ${what} would go from Kubernetes ${String(had)} cannot be said.`,
          why: "version is not known before the run.",
          safeWay: "Give version a value that does not depend on a resource that is still to be made.",
        }
      : undefined;
  }
  if (to < from) {
    return {
      rule: "downgrades-kubernetes",
      loses: `The ${what} would go back from Kubernetes ${String(had)} to ${String(wants)}, which EKS does not do: what the newer one has written the older one may not read.`,
      why: "version is lower than what runs. If nobody here raised it, EKS did: it upgrades what has run out of support.",
      safeWay: `Set groundwork:cluster version to "${String(had)}" or the next one up.`,
      standing: { property: "version", value: String(had) },
    };
  }
  if (type === clusterType && to > from + 1) {
    return {
      rule: "skips-kubernetes-version",
      loses: `The ${what} would jump from Kubernetes ${String(had)} to ${String(wants)}, which EKS does not do: each version is made to be reached from the one before.`,
      why: `version goes up by ${to - from} minor versions.`,
      safeWay: `Set groundwork:cluster version to "1.${from + 1}", run \`${runOf(urn)}\`, and go on from there.`,
    };
  }
  return undefined;
}

/** What is wrong with a step's version, the other steps of the plan taken into account. */
export function judgeKubernetesVersion(step: Step, steps: readonly Step[]): Verdict | undefined {
  const wanted = step.new;
  if (wanted === undefined || (step.type !== clusterType && step.type !== nodeGroupType)) {
    return undefined;
  }
  // A replacement begins anew, at any version.
  if (step.op === "update" && step.old !== undefined) {
    const change = {
      urn: step.urn,
      type: step.type,
      oldInputs: step.old.inputs,
      oldOutputs: step.old.outputs,
      newInputs: wanted.inputs,
    };
    const verdict = wrongVersion(change) ?? movedControlPlane(change);
    if (verdict !== undefined) {
      return verdict;
    }
  }
  return step.type === nodeGroupType
    ? newerThanControlPlane(wanted.inputs, steps)
    : leavesNodesBehind(step, steps);
}

function newerThanControlPlane(
  inputs: Readonly<Record<string, unknown>>,
  steps: readonly Step[],
): Verdict | undefined {
  const wants = read(inputs, "version");
  const control = steps.find(
    ({ type, new: cluster }) =>
      type === clusterType &&
      cluster !== undefined &&
      [read(cluster.inputs, "name"), cluster.id].includes(read(inputs, "clusterName") as string),
  );
  const runs = control?.new === undefined ? undefined : read(control.new.inputs, "version");
  const [nodes, plane] = [minorOf(wants), minorOf(runs)];
  return nodes === undefined || plane === undefined || nodes <= plane
    ? undefined
    : {
        rule: "nodes-newer-than-control-plane",
        loses: `The nodes would be at Kubernetes ${String(wants)} under a control plane at ${String(runs)}: they would not join, and the group would have none.`,
        why: "Nodes may be older than the control plane, never newer.",
        safeWay: "Upgrade the control plane first.",
      };
}

function leavesNodesBehind(step: Step, steps: readonly Step[]): Verdict | undefined {
  const wants = read(step.new?.inputs ?? {}, "version");
  const plane = minorOf(wants);
  const behind = steps.find(({ type, old }) => {
    const nodes = type === nodeGroupType && old !== undefined ? minorOf(versionOf(old)) : undefined;
    return plane !== undefined && nodes !== undefined && plane - nodes > nodesMayLag;
  });
  return step.op !== "update" || behind?.old === undefined
    ? undefined
    : {
        rule: "leaves-nodes-behind",
        loses: `Nodes at Kubernetes ${String(versionOf(behind.old))} would be more than ${nodesMayLag} versions behind the control plane at ${String(wants)}, and may stop working with it.`,
        why: `${behind.urn} was not upgraded with the control plane before.`,
        safeWay: `Upgrade the nodes first: run \`${runOf(step.urn)}\` with the version that the control plane has.`,
      };
}

function versionOf(state: NonNullable<Step["old"]>): unknown {
  return read(state.outputs, "version") ?? read(state.inputs, "version");
}

function minorOf(version: unknown): number | undefined {
  const match = typeof version === "string" ? /^1\.(\d+)$/.exec(version) : null;
  return match === null ? undefined : Number(match[1]);
}
