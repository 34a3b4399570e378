import * as pulumi from "@pulumi/pulumi";
import type { WorkerGroupsSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { workerGroupName } from "./group-data";
import { WorkerGroup, type WorkerNetwork } from "./worker-group";

export interface WorkerGroupsArgs {
  readonly context: StackContext;
  readonly settings: WorkerGroupsSettings;
  /** The stack's tags, for what takes none from the provider: machines and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: WorkerNetwork;
  /** Who hears of machines that could not be started or ended, where a group names nobody. Default: nobody. */
  readonly topics?: readonly string[];
}

/** Every worker group. */
export class WorkerGroups extends pulumi.ComponentResource {
  /** Group to the id of its machines' security group. */
  readonly securityGroupIds: pulumi.Output<Record<string, string>>;
  /** What CloudWatch knows them by, for alarms. */
  readonly watched: Readonly<Record<string, string>>;
  /** Whose alarms were there before there were others: by `workerGroup:KEY`. */
  readonly alarmOwners: Readonly<Record<string, pulumi.Resource>>;

  constructor(name: string, args: WorkerGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workerGroups:WorkerGroups", name, {}, opts);
    const { context, network, settings, tags, topics = [] } = args;
    const groups = Object.entries(settings).map(
      ([key, group]) =>
        [
          key,
          new WorkerGroup(
            `${name}-${key}`,
            { context, key, settings: group, tags, network, topics },
            { parent: this },
          ),
        ] as const,
    );
    this.securityGroupIds = pulumi.output(
      Object.fromEntries(groups.map(([key, { securityGroupId }]) => [key, securityGroupId])),
    );
    this.watched = Object.fromEntries(
      groups.map(([key]) => [`workerGroup:${key}`, workerGroupName(context, key)]),
    );
    this.alarmOwners = Object.fromEntries(groups.map(([key, group]) => [`workerGroup:${key}`, group]));
    this.registerOutputs({ securityGroupIds: this.securityGroupIds });
  }
}
