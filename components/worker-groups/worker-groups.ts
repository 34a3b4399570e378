import * as pulumi from "@pulumi/pulumi";
import type { WorkerGroupsSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { WorkerGroup, type WorkerNetwork } from "./worker-group";

export interface WorkerGroupsArgs {
  readonly context: StackContext;
  readonly settings: WorkerGroupsSettings;
  /** The stack's tags, for what takes none from the provider: machines and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: WorkerNetwork;
}

/** Every worker group. */
export class WorkerGroups extends pulumi.ComponentResource {
  /** Group to the id of its machines' security group. */
  readonly securityGroupIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: WorkerGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workerGroups:WorkerGroups", name, {}, opts);
    const { context, network, settings, tags } = args;
    const groups = Object.entries(settings).map(
      ([key, group]) =>
        [
          key,
          new WorkerGroup(
            `${name}-${key}`,
            { context, key, settings: group, tags, network },
            { parent: this },
          ),
        ] as const,
    );
    this.securityGroupIds = pulumi.output(
      Object.fromEntries(groups.map(([key, { securityGroupId }]) => [key, securityGroupId])),
    );
    this.registerOutputs({ securityGroupIds: this.securityGroupIds });
  }
}
