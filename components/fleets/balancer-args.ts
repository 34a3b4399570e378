import type * as pulumi from "@pulumi/pulumi";
import type { FleetLoadBalancerSettings } from "../../settings/sections/fleet-load-balancer";
import type { StackContext } from "../../settings/stack-context";

/** What the load balancers of a role are made from. */
export interface BalancerArgs {
  readonly context: StackContext;
  readonly role: string;
  readonly settings: FleetLoadBalancerSettings;
  /** How long a machine that goes keeps its connections. */
  readonly drainSeconds: number;
  readonly vpcId: pulumi.Input<string>;
  /** Public ones, or private ones for an internal load balancer. */
  readonly subnetIds: pulumi.Input<string[]>;
  /** The machines' own security group. */
  readonly machineGroupId: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
  readonly parent: pulumi.Resource;
}
