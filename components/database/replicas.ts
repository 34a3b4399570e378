import * as pulumi from "@pulumi/pulumi";
import type { Instance, InstanceArgs as ServerInputs } from "@pulumi/aws/rds/instance";
import { createServer, type ServerArgs } from "./instance";

export interface ReplicasArgs extends ServerArgs {
  /** What they follow. */
  readonly source: Instance;
}

/** Where each replica is reached, by its name. */
export type Replicas = Readonly<
  Record<string, { readonly address: pulumi.Output<string>; readonly endpoint: pulumi.Output<string> }>
>;

/** Holds a replica and the groups that its log goes to, so that these go with it: one approval is for all. */
class Replica extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: ServerArgs, own: Omit<ServerInputs, "tags">) {
    super("groundwork:database:Replica", name, {}, { parent: args.parent });
    ({ address: this.address, endpoint: this.endpoint } = createServer(name, { ...args, parent: this }, own));
    this.registerOutputs({ address: this.address, endpoint: this.endpoint });
  }
}

/** What RDS calls a replica of an instance. */
export function replicaIdentifier(identifier: string, replica: string): string {
  return `${identifier}-${replica}`;
}

/**
 * Read replicas, by name. In the region of its source a replica has the source's key, subnets and parameters, and RDS takes none of
 * these for it but the parameters, whose group it must not be told before a major upgrade has taken it along. It has no backups, and
 * cannot leave a last snapshot: its data is its source's. It depends on its source, so that it goes first.
 */
export function createReplicas(name: string, { source, ...args }: ReplicasArgs): Replicas {
  return Object.fromEntries(
    Object.entries(args.settings.replicas).map(([replica, own]) => {
      const identifier = replicaIdentifier(args.identifier, replica);
      const { address, endpoint } = new Replica(
        `${name}-${replica}`,
        { ...args, identifier },
        {
          replicateSourceDb: source.identifier,
          instanceClass: own.instanceClass ?? args.settings.instanceClass,
          engineVersion: own.engineVersion,
          availabilityZone: own.availabilityZone,
          multiAz: own.multiAz,
          skipFinalSnapshot: true,
        },
      );
      return [replica, { address, endpoint }];
    }),
  );
}
