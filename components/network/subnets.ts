import type { NewNetworkSettings } from "../../settings/sections/network";

export type Tier = "public" | "private" | "worker" | "public-worker" | "database";

/** One subnet as it is wanted: subnet i of every tier lies in zone i. */
export interface SubnetPlan {
  readonly tier: Tier;
  readonly zone: string;
  readonly cidrBlock: string;
}

/** The subnets of one tier, each with its zone. */
export function planTier(tier: Tier, zones: readonly string[], cidrBlocks: readonly string[]): SubnetPlan[] {
  return cidrBlocks.map((cidrBlock, index) => {
    const zone = zones[index];
    if (zone === undefined) {
      throw new Error(
        `network: ${tier} subnet ${index + 1} (${cidrBlock}) has no zone: availabilityZones has ${zones.length}. ` +
          `Add a zone or take the subnet away.`,
      );
    }
    return { tier, zone, cidrBlock };
  });
}

/**
 * In which zone's NAT gateway the private and the worker subnet of each zone leave for the internet. Empty when nothing does:
 * no gateway is paid for that no subnet uses.
 */
export function planNat(settings: NewNetworkSettings): ReadonlyMap<string, string> {
  const zones = settings.availabilityZones;
  const publicZones = planTier("public", zones, settings.publicSubnets).map(({ zone }) => zone);
  const served = new Set(
    [
      ...planTier("private", zones, settings.privateSubnets),
      ...planTier("worker", zones, settings.workerSubnets),
    ].map(({ zone }) => zone),
  );
  if (settings.natGateways === "none" || served.size === 0) {
    return new Map();
  }
  const [first] = publicZones;
  if (first === undefined) {
    throw new Error(
      `network: natGateways is "${settings.natGateways}", and a NAT gateway needs a public subnet. There ` +
        `is none. Add publicSubnets or set natGateways to "none".`,
    );
  }
  return new Map(
    [...served].map((zone) => {
      if (settings.natGateways === "single") {
        return [zone, first];
      }
      if (!publicZones.includes(zone)) {
        throw new Error(
          `network: natGateways is "perZone", and zone ${zone} has a subnet that leaves through one but no public subnet for its gateway ` +
            `to stand in. Add the public subnet or set natGateways to "single".`,
        );
      }
      return [zone, zone];
    }),
  );
}
