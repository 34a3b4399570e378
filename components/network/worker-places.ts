import * as pulumi from "@pulumi/pulumi";
import type { MachineTier } from "../../settings/rules/network";
import type { NetworkParts } from "./network-parts";

/** Where machines stand. */
interface WorkerPlace {
  readonly tier: MachineTier;
  readonly subnetIds: pulumi.Output<string[]>;
  /** The same one by one: each is known as soon as it is there, whatever is still to be made beside it. */
  readonly subnets: readonly pulumi.Input<string>[];
}

/** For machines without public addresses, and for those with. */
export type WorkerPlaces = Readonly<Record<"private" | "public", WorkerPlace>>;

/** Where machines that run other people's code stand: in subnets of their own, where the network has such. */
export function workerPlaces(network: Omit<NetworkParts, "barePrivateSubnetIds" | "watched">): WorkerPlaces {
  const place = (own: "worker" | "publicWorker", others: "private" | "public"): WorkerPlace => {
    const tier = network[`${own}SubnetIds`].length > 0 ? own : others;
    const subnets = network[`${tier}SubnetIds`];
    return { tier, subnets, subnetIds: pulumi.output(subnets) };
  };
  return { private: place("worker", "private"), public: place("publicWorker", "public") };
}

/**
 * On machines in subnets of workers. A machine is not moved to another subnet: by this tag those of before are of an older version of
 * the template, and are exchanged as for any other change of it.
 */
export function tierTag(tier: MachineTier): Record<string, string> {
  return tier === "worker" || tier === "publicWorker" ? { subnets: tier } : {};
}
