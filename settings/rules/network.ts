import type { Finding } from "../problem";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** Rules on zones, tiers and gateways of a new network; addresses have a file of their own. */

export const tiers = [
  "publicSubnets",
  "privateSubnets",
  "workerSubnets",
  "publicWorkerSubnets",
  "databaseSubnets",
] as const;
const idTiers = tiers.map((tier) => `${tier.slice(0, -1) as Singular<(typeof tiers)[number]>}Ids` as const);

type Singular<Text extends string> = Text extends `${infer One}s` ? One : never;

/** Subnets that machines stand in, as `subnets` of fleets calls them. */
export type MachineTier = "public" | "private" | "worker" | "publicWorker";

/** Subnets of the stack's network of one tier, as far as the settings tell. */
export function subnetsOf(
  { existingNetwork, newNetwork }: Pick<RuleInput, "existingNetwork" | "newNetwork">,
  tier: MachineTier,
): readonly (string | undefined)[] | undefined {
  return newNetwork?.[`${tier}Subnets`] ?? existingNetwork?.[`${tier}SubnetIds`];
}

/** Where machines that run other people's code stand: in subnets of their own, if there are any. */
export function workerTierOf(
  input: Pick<RuleInput, "existingNetwork" | "newNetwork">,
  wanted: "public" | "private",
): MachineTier {
  const own = wanted === "public" ? "publicWorker" : "worker";
  return (subnetsOf(input, own)?.length ?? 0) > 0 ? own : wanted;
}

/** Whether machines in the tier leave through NAT gateways. */
export function leavesThroughNat(tier: MachineTier): boolean {
  return tier === "private" || tier === "worker";
}

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
  const { natGateways, publicSubnets, privateSubnets, workerSubnets } = newNetwork ?? {};
  if (natGateways === undefined || natGateways === "none") {
    return;
  }
  if (publicSubnets === undefined || privateSubnets === undefined || workerSubnets === undefined) {
    return;
  }
  const served = Math.max(privateSubnets.length, workerSubnets.length);
  const what = workerSubnets.length > privateSubnets.length ? "worker" : "private";
  const report = (message: string, allowed: string): Finding =>
    finding("network", ["natGateways"], {
      message: `${JSON.stringify(natGateways)} (the default is "single") ${message}`,
      allowed,
    });
  if (served === 0) {
    yield report("serves nothing: there are no private subnets", '"none", or private subnets');
  } else if (publicSubnets.length === 0) {
    yield report("has no place: there are no public subnets", '"none", or a public subnet');
  } else if (natGateways === "perZone" && publicSubnets.length < served) {
    yield report(
      `has no place in ${served - publicSubnets.length} of ${served} zones: ` +
        `${publicSubnets.length} public subnets, ${served} ${what} ones`,
      `a public subnet in each zone with a ${what} one, or "single"`,
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
