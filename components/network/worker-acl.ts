import { NetworkAcl } from "@pulumi/aws/ec2/networkAcl";
import type { Subnet } from "@pulumi/aws/ec2/subnet";
import type * as pulumi from "@pulumi/pulumi";

export interface WorkerAclArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly subnets: readonly Subnet[];
  /** What nothing may pass to or from. */
  readonly databaseBlocks: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly parent: pulumi.Resource;
}

/** Rules are asked in the order of their numbers, and the first that fits decides. */
const FIRST = 100;
const LAST = 32_000;

/**
 * The network ACL of the workers' subnets: everything but the databases' blocks. A second wall behind the security groups, which holds
 * when somebody opens one too wide. It keeps no memory of connections, so that each direction has the same rules; name servers and
 * metadata of the machines are out of its reach.
 */
export function createWorkerAcl(name: string, args: WorkerAclArgs): void {
  if (args.subnets.length === 0) {
    return;
  }
  const all = { protocol: "-1", fromPort: 0, toPort: 0 };
  const rules = [
    ...args.databaseBlocks.map((cidrBlock, index) => ({
      ...all,
      ruleNo: FIRST + index,
      action: "deny",
      cidrBlock,
    })),
    { ...all, ruleNo: LAST, action: "allow", cidrBlock: "0.0.0.0/0" },
  ];
  new NetworkAcl(
    name,
    {
      vpcId: args.vpcId,
      subnetIds: args.subnets.map(({ id }) => id),
      ingress: rules,
      egress: rules,
      tags: args.tags,
    },
    { parent: args.parent },
  );
}
