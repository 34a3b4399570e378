import * as pulumi from "@pulumi/pulumi";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { zonesOfSubnets } from "../network/subnet-zones";

/** EKS wants two, and these stay the first two when the network gets more. */
const ZONES = 2;

export interface ControlPlanePlace {
  /** Names, in the order of the subnets. */
  readonly zones: pulumi.Input<readonly string[]>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Where the control plane has its network interfaces: not wherever nodes may be. EKS takes other subnets for a cluster, but
 * never other zones than it was made in (aws/containers-roadmap #2258).
 */
export function placeOfControlPlane(
  { controlPlaneZones }: ClusterSettings,
  args: {
    readonly controlPlaneSubnetIds: readonly pulumi.Input<string>[];
    readonly availabilityZones?: readonly string[];
  },
  parent: pulumi.Resource,
): ControlPlanePlace {
  const { availabilityZones, controlPlaneSubnetIds: privateSubnetIds } = args;
  const choose = (zoneOf: readonly string[]): readonly string[] =>
    controlPlaneZones ?? [...new Set(zoneOf.slice(0, privateSubnetIds.length))].slice(0, ZONES);
  if (availabilityZones !== undefined) {
    const zones = choose(availabilityZones);
    // One by one: a subnet that is still to be made leaves the others known in a preview.
    const inZone = (index: number): boolean => zones.includes(availabilityZones[index] ?? "");
    return { zones, subnetIds: privateSubnetIds.filter((_, index) => inZone(index)) };
  }
  const zoneOf = zonesOfSubnets(privateSubnetIds, undefined, parent);
  const ids = pulumi.all([...privateSubnetIds]);
  return {
    zones: zoneOf.apply(choose),
    subnetIds: pulumi
      .all([ids, zoneOf])
      .apply(([known, zones]) => known.filter((_, index) => choose(zones).includes(zones[index] ?? ""))),
  };
}
