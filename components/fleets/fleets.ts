import * as pulumi from "@pulumi/pulumi";
import { groundworkCommand } from "../../guard/printed-command";
import type { FleetsSettings } from "../../settings/sections/fleets";
import type { StackContext } from "../../settings/stack-context";
import type { LogBucket } from "../buckets/bucket";
import type { Certificates } from "../dns/certificate";
import type { AliasTarget } from "../dns/zone-records";
import { fleetGroupName } from "./fleet-data";
import { Fleet, type BalancerHost, type FleetNetwork } from "./fleet";

export interface FleetsArgs {
  readonly context: StackContext;
  readonly settings: FleetsSettings;
  /** The stack's tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: FleetNetwork;
  /** Needed where a load balancer has `certificate`. Default: none. */
  readonly certificates?: Certificates;
  /** Where load balancers for HTTP log who asks for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
  /** For volumes that say ownKey. Default: none. */
  readonly diskKey?: pulumi.Input<string> | undefined;
}

/** What people ask of a role: where it is reached, and how its machines are exchanged. */
export interface FleetOutputs {
  readonly group: string;
  /** Version of the template that new machines are started from: those that run may be of older ones until they are rolled. */
  readonly templateVersion: pulumi.Output<number>;
  /** The command that brings running machines to it. A run does not. */
  readonly roll: string;
  readonly loadBalancers: { readonly http?: BalancerHost; readonly network?: BalancerHost };
  readonly address?: pulumi.Output<string>;
  readonly volumeIds: pulumi.Output<Record<string, string>>;
}

/** The machines of every role, and who of them may talk to whom. */
export class Fleets extends pulumi.ComponentResource {
  /** By role. */
  readonly roles: pulumi.Output<Record<string, pulumi.Unwrap<FleetOutputs>>>;
  /** Of the machines of each role, as `fleet:ROLE`. */
  readonly securityGroups: Readonly<Record<string, pulumi.Output<string>>>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** What names of DNS can be given to: `fleet:ROLE:http`, `:network`, `:address`, and `fleet:ROLE` for the only one of a role. */
  readonly aliasTargets: Readonly<Record<string, AliasTarget>>;

  constructor(name: string, args: FleetsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:fleets:Fleets", name, {}, opts);
    const { certificates = {}, context, diskKey, logs, network, settings, tags } = args;
    const fleets = new Map(
      Object.entries(settings).map(([role, fleet]) => [
        role,
        new Fleet(
          `${name}-${role}`,
          { context, role, settings: fleet, tags, network, certificates, logs, diskKey },
          { parent: this },
        ),
      ]),
    );
    for (const [role, fleet] of fleets) {
      for (const ingress of settings[role]?.ingress ?? []) {
        for (const other of ingress.roles) {
          const from = fleets.get(other);
          if (from === undefined) {
            throw new Error(`fleets: role ${role} lets ${other} in, and there is no such role.`);
          }
          fleet.allowFrom(other, from.securityGroupId, ingress);
        }
      }
    }
    this.securityGroups = Object.fromEntries(
      [...fleets].map(([role, { securityGroupId }]) => [`fleet:${role}`, securityGroupId]),
    );
    this.watched = Object.assign(
      {},
      ...[...fleets.values()].map(({ watched }) => watched),
    ) as Fleet["watched"];
    this.aliasTargets = Object.fromEntries(
      [...fleets].flatMap(([role, { address, loadBalancers }]) => {
        const ways: [string, AliasTarget][] = Object.entries(loadBalancers);
        if (address !== undefined) {
          ways.push(["address", { addresses: address.apply((one) => [one]) }]);
        }
        const only = ways.length === 1 ? ways.map(([, target]) => [`fleet:${role}`, target] as const) : [];
        return [...only, ...ways.map(([way, target]) => [`fleet:${role}:${way}`, target] as const)];
      }),
    );
    const outputs = [...fleets].map(([role, fleet]): readonly [string, FleetOutputs] => [
      role,
      {
        group: fleetGroupName(context, role),
        templateVersion: fleet.templateVersion,
        roll: groundworkCommand`fleet ${context.stack} roll ${role}`,
        loadBalancers: fleet.loadBalancers,
        ...(fleet.address !== undefined && { address: fleet.address }),
        volumeIds: fleet.volumeIds,
      },
    ]);
    this.roles = pulumi.output(Object.fromEntries(outputs));
    this.registerOutputs({ roles: this.roles });
  }
}
