import type * as ec2Module from "@aws-sdk/client-ec2";
import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { createRequire } from "node:module";
import type { AwsClientConfig } from "../engine/aws-clients";
import type { PlannedStep } from "../plan/plan";
import type { OpenStack } from "../plan/workspace";
import { foreignByVpc, foreignGroups, foreignMachines, inTheWay, isText, Own } from "./foreign-by-vpc";
import type { Leftover } from "./leftover";

const load = createRequire(__filename);

const vpcType = "aws:ec2/vpc:Vpc";
const groupType = "aws:ec2/securityGroup:SecurityGroup";

/**
 * What others have put into VPCs and security groups that this destroy deletes: GuardDuty's endpoint, a function, a peering, a machine.
 * Each keeps a subnet, the VPC or a group from being deleted, after everything else is gone.
 *
 * @param balancers load balancers of the stack's cluster, which are looked at by their services.
 */
export async function inTheNetwork(
  stack: OpenStack,
  gone: readonly PlannedStep[],
  balancers: readonly string[],
  config: AwsClientConfig,
): Promise<readonly Leftover[]> {
  const idsOf = (wanted: string): string[] =>
    gone.flatMap(({ type, old }) => (type === wanted ? [old?.id].filter(isText) : []));
  const vpcs = idsOf(vpcType);
  // In a VPC that stays, only what stands in the stack's own groups is in the way.
  const groups = vpcs.length > 0 ? [] : idsOf(groupType);
  if (vpcs.length === 0 && groups.length === 0) {
    return [];
  }
  const ec2 = load("@aws-sdk/client-ec2") as typeof ec2Module;
  const client = new ec2.EC2Client(config);
  const own = new Own(gone);
  const region = `--region ${stack.settings.context.region}`;
  try {
    const machines = await foreignMachines(
      ec2,
      client,
      vpcs.length > 0 ? { Name: "vpc-id", Values: vpcs } : { Name: "instance.group-id", Values: groups },
      region,
      own,
    );
    const asked = await Promise.all(
      vpcs.map(async (vpc) => [
        ...(await foreignByVpc(ec2, client, vpc, region, own)),
        ...(await foreignGroups(ec2, client, vpc, region, own)),
      ]),
    );
    const { NetworkInterfaces: interfaces = [] } = await client.send(
      new ec2.DescribeNetworkInterfacesCommand({
        Filters: [vpcs.length > 0 ? { Name: "vpc-id", Values: vpcs } : { Name: "group-id", Values: groups }],
      }),
    );
    const found = [...machines, ...asked.flat()];
    const known = new Set(found.map(({ id }) => id));
    return [...found, ...foreignInterfaces(interfaces, { own, balancers, known, region })];
  } finally {
    client.destroy();
  }
}

interface Scene {
  readonly own: Own;
  readonly balancers: readonly string[];
  /** What was found already, and its interfaces go with it. */
  readonly known: ReadonlySet<string | undefined>;
  readonly region: string;
}

/** Interfaces of what is listed nowhere else: functions, databases, load balancers, file systems, and those by themselves. */
function foreignInterfaces(interfaces: readonly NetworkInterface[], scene: Scene): readonly Leftover[] {
  const found = new Map<string, Leftover>();
  for (const one of interfaces) {
    const leftover = foreignInterface(one, scene);
    if (leftover !== undefined) {
      found.set(`${leftover.kind} ${leftover.id ?? ""}`, leftover);
    }
  }
  return [...found.values()];
}

function foreignInterface(
  one: NetworkInterface,
  { own, balancers, known, region }: Scene,
): Leftover | undefined {
  const {
    Attachment: attachment,
    Description: told = "",
    RequesterManaged: isManaged,
    RequesterId: requester = "a service",
    NetworkInterfaceId: id = "",
    Groups: groups = [],
    TagSet: tags,
  } = one;
  const balancer = /^ELB (.+)$/.exec(told)?.[1];
  const lambda = /^AWS Lambda VPC ENI-(.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(told)?.[1];
  const owner =
    attachment?.InstanceId ??
    /^VPC Endpoint Interface (vpce-\w+)/.exec(told)?.[1] ??
    /^Interface for NAT Gateway (nat-\w+)/.exec(told)?.[1] ??
    /^Amazon EKS (\S+)/.exec(told)?.[1] ??
    /^EFS mount target for .*\((fsmt-\w+)\)/.exec(told)?.[1] ??
    balancer?.split("/")[1] ??
    balancer ??
    lambda;
  const isOwnDatabase =
    told === "RDSNetworkInterface" && own.hasDatabase && groups.some(({ GroupId: group }) => own.has(group));
  const isOurs = own.has(id) || own.has(owner) || own.tagged(tags) || isOwnDatabase;
  // A machine of the stack's groups was judged by its tags, as were load balancers of its cluster.
  const isJudged =
    known.has(owner) ||
    attachment?.InstanceId !== undefined ||
    (balancer !== undefined && balancers.includes(balancer));
  if (isOurs || isJudged) {
    return undefined;
  }
  const why = `Its network interface ${id} is in the way: ${inTheWay}`;
  if (lambda !== undefined) {
    return {
      kind: "Lambda function",
      id: lambda,
      why: `${why} Lambda gives it back some minutes after the function has left the VPC.`,
      remove: `aws lambda update-function-configuration ${region} --function-name ${lambda} --vpc-config SubnetIds=[],SecurityGroupIds=[]`,
    };
  }
  if (balancer !== undefined && owner !== undefined) {
    const remove = balancer.includes("/")
      ? `aws elbv2 delete-load-balancer ${region} --load-balancer-arn $(aws elbv2 describe-load-balancers ${region} --names ${owner} --query 'LoadBalancers[0].LoadBalancerArn' --output text)`
      : `aws elb delete-load-balancer ${region} --load-balancer-name ${owner}`;
    return { kind: "load balancer", id: owner, why, remove };
  }
  const mountTarget = /^fsmt-/.test(owner ?? "");
  return {
    kind: `network interface${told === "" ? "" : ` (${told})`}`,
    id,
    why: inTheWay,
    remove: mountTarget
      ? `aws efs delete-mount-target ${region} --mount-target-id ${owner ?? ""}`
      : told === "RDSNetworkInterface"
        ? `aws rds describe-db-instances ${region} shows its database: delete that`
        : isManaged === true
          ? `${requester} made it, and takes it along: delete what it is for`
          : `aws ec2 delete-network-interface ${region} --network-interface-id ${id}`,
  };
}
