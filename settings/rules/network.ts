import type { Finding } from "../problem";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** Rules on zones, tiers and gateways of a new network; addresses have a file of their own. */

export const tiers = ["publicSubnets", "privateSubnets", "databaseSubnets"] as const;
const idTiers = ["publicSubnetIds", "privateSubnetIds", "databaseSubnetIds"] as const;

const zonesBelongToRegion: Rule = function* ({ newNetwork, region }) {
  if (region === undefined) {
    return;
  }
  for (const [index, zone] of entriesOf(newNetwork?.availabilityZones)) {
    if (zone.slice(0, -1) !== region) {
      yield finding("network", ["availabilityZones", index], {
        message: `${JSON.stringify(zone)} is not a zone of ${region}`,
        allowed: `a zone of aws:region, such as ${region}a`,
      });
    }
  }
};

const zonesAreDistinct: Rule = function* ({ newNetwork }) {
  for (const [index, zone] of repeated(newNetwork?.availabilityZones)) {
    yield finding("network", ["availabilityZones", index], {
      message: `${JSON.stringify(zone)} is listed twice`,
      allowed: "each zone once",
    });
  }
};

/** Subnet i lies in zone i. */
const everySubnetHasItsZone: Rule = function* ({ newNetwork }) {
  const zones = newNetwork?.availabilityZones?.length;
  // A list without zones is refused by itself.
  if (zones === undefined || zones === 0) {
    return;
  }
  for (const tier of tiers) {
    const subnets = newNetwork?.[tier]?.length ?? 0;
    if (subnets > zones) {
      yield finding("network", [tier], {
        message: `${subnets} subnets for ${zones === 1 ? "1 zone" : `${zones} zones`}`,
        allowed: "one subnet a zone at most: subnet i lies in zone i of availabilityZones",
      });
    }
  }
};

const natGatewaysHaveAPlaceAndAUse: Rule = function* ({ newNetwork }) {
  const { natGateways, publicSubnets, privateSubnets } = newNetwork ?? {};
  if (natGateways === undefined || natGateways === "none") {
    return;
  }
  if (publicSubnets === undefined || privateSubnets === undefined) {
    return;
  }
  const report = (message: string, allowed: string): Finding =>
    finding("network", ["natGateways"], {
      message: `${JSON.stringify(natGateways)} (the default is "single") ${message}`,
      allowed,
    });
  if (privateSubnets.length === 0) {
    yield report("serves nothing: there are no private subnets", '"none", or private subnets');
  } else if (publicSubnets.length === 0) {
    yield report("has no place: there are no public subnets", '"none", or a public subnet');
  } else if (natGateways === "perZone" && publicSubnets.length < privateSubnets.length) {
    yield report(
      `has no place in ${privateSubnets.length - publicSubnets.length} of ${privateSubnets.length} zones: ` +
        `${publicSubnets.length} public subnets, ${privateSubnets.length} private ones`,
      'a public subnet in each zone with a private one, or "single"',
    );
  }
};

const productionSpansZones: Rule = function* ({ newNetwork, guardLevel }) {
  const zones = newNetwork?.availabilityZones;
  if (guardLevel === "production" && zones?.length === 1) {
    yield finding("network", ["availabilityZones"], {
      message: "1 zone at guard level production",
      allowed: "two zones or more at guard level production",
    });
  }
};

const gatewayEndpointsAreDistinct: Rule = function* ({ newNetwork }) {
  for (const [index, service] of repeated(newNetwork?.gatewayEndpoints)) {
    yield finding("network", ["gatewayEndpoints", index], {
      message: `${JSON.stringify(service)} is listed twice`,
      allowed: "each service once",
    });
  }
};

/** A subnet in two tiers would be public and not. */
const existingSubnetsAreDistinct: Rule = function* ({ existingNetwork }) {
  const seen = new Map<string, string>();
  for (const tier of idTiers) {
    for (const [index, id] of entriesOf(existingNetwork?.[tier])) {
      const first = seen.get(id);
      if (first === undefined) {
        seen.set(id, `${tier}[${index}]`);
      } else {
        yield finding("network", [tier, index], {
          message: `${JSON.stringify(id)} stands at ${first} already`,
          allowed: "each subnet once, in one tier",
        });
      }
    }
  }
};

export const networkRules: readonly Rule[] = [
  zonesBelongToRegion,
  zonesAreDistinct,
  everySubnetHasItsZone,
  natGatewaysHaveAPlaceAndAUse,
  productionSpansZones,
  gatewayEndpointsAreDistinct,
  existingSubnetsAreDistinct,
];

/** How many subnets for databases the network offers; undefined while that cannot be told. */
export function databaseSubnetCount({ newNetwork, existingNetwork }: RuleInput): number | undefined {
  return (newNetwork?.databaseSubnets ?? existingNetwork?.databaseSubnetIds)?.length;
}
