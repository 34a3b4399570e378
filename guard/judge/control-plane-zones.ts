import { read } from "../unknown";
import type { Verdict } from "./verdict";

interface ClusterChange {
  readonly type: string;
  readonly oldInputs: Readonly<Record<string, unknown>>;
  readonly newInputs: Readonly<Record<string, unknown>>;
}

/** Tag of a cluster with the zones of its control plane, separated by spaces. */
export const CONTROL_PLANE_ZONES_TAG = "control-plane-zones";

/**
 * What is wrong with other zones for a standing control plane: EKS takes other subnets, but only in exactly the zones that
 * the cluster was made in, and says so when everything else has been changed already. Nothing is said of clusters without
 * the tag: of those nobody knows.
 *
 * Source: aws/containers-roadmap #170 and #2258.
 */
export function movedControlPlane({ type, oldInputs, newInputs }: ClusterChange): Verdict | undefined {
  if (type !== "aws:eks/cluster:Cluster") {
    return undefined;
  }
  const [had, wants] = [zonesOf(oldInputs), zonesOf(newInputs)];
  if (had === undefined || wants === undefined || had.join() === wants.join()) {
    return undefined;
  }
  return {
    rule: "moves-control-plane",
    loses: `The control plane would go from the zones ${had.join(", ")} to ${wants.join(", ")}, which EKS does not do: a cluster stays in exactly the zones that it was made in.`,
    why: "Its zones are those of groundwork:cluster controlPlaneZones, or the first two of the network's private subnets.",
    safeWay: `Set groundwork:cluster controlPlaneZones to [${had.join(", ")}], and keep a private subnet in each. Nodes may be in any zone of the network.`,
  };
}

function zonesOf(inputs: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const tag = read(inputs, `tags.${CONTROL_PLANE_ZONES_TAG}`);
  return typeof tag === "string" ? tag.split(" ").sort() : undefined;
}
