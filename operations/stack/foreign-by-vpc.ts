import type * as ec2Module from "@aws-sdk/client-ec2";
import type { EC2Client, Filter, SecurityGroup, Tag } from "@aws-sdk/client-ec2";
import type { PlannedStep } from "../plan/plan";
import type { Leftover } from "./leftover";

const clusterType = "aws:eks/cluster:Cluster";
const autoScalingType = "aws:autoscaling/group:Group";
const databaseType = "aws:rds/instance:Instance";

/** What network interfaces are described by: the names of these. */
const namedTypes = /^aws:(lb|alb|elb)\/loadBalancer:|^aws:eks\/cluster:|^aws:lambda\/function:/;

export const inTheWay = "AWS deletes neither subnet nor VPC while it is there.";

/** What the stack deletes itself, by whatever AWS calls it. */
export class Own {
  private readonly names: ReadonlySet<string>;
  private readonly clusters: readonly string[];
  private readonly groups: readonly string[];
  readonly hasDatabase: boolean;

  constructor(gone: readonly PlannedStep[]) {
    this.names = new Set(
      gone.flatMap(({ type, old }) =>
        [old?.id, ...(namedTypes.test(type) ? [old?.outputs.name] : [])].filter(isText),
      ),
    );
    const idsOf = (wanted: string): string[] =>
      gone.flatMap(({ type, old }) => (type === wanted ? [old?.id].filter(isText) : []));
    this.clusters = idsOf(clusterType);
    this.groups = idsOf(autoScalingType);
    this.hasDatabase = gone.some(({ type }) => type === databaseType);
  }

  has(name: string | undefined): boolean {
    return name !== undefined && this.names.has(name);
  }

  /** Whether it is the group that EKS makes for a cluster, and takes along with it. */
  isOfCluster(group: string): boolean {
    return this.clusters.some((cluster) => group.startsWith(`eks-cluster-sg-${cluster}-`));
  }

  /** Whether tags say that something belongs to a cluster or an Auto Scaling group of the stack. */
  tagged(tags: readonly Tag[] = []): boolean {
    return tags.some(
      ({ Key: key = "", Value: value = "" }) =>
        (key === "aws:autoscaling:groupName" && this.groups.includes(value)) ||
        (/^(aws:eks:cluster-name|eks:cluster-name)$/.test(key) && this.clusters.includes(value)) ||
        // What is only shared with a cluster may be anybody's.
        (value === "owned" && this.clusters.some((cluster) => key === `kubernetes.io/cluster/${cluster}`)),
    );
  }
}

interface Seen {
  readonly id: string | undefined;
  readonly tags?: readonly Tag[];
  readonly told?: string;
}

/** What EC2 lists by its VPC, each with the call that removes it. */
export async function foreignByVpc(
  ec2: typeof ec2Module,
  client: EC2Client,
  vpc: string,
  region: string,
  own: Own,
): Promise<readonly Leftover[]> {
  const by = (name: string): { readonly Filters: Filter[] } => ({ Filters: [{ Name: name, Values: [vpc] }] });
  const within = by("vpc-id");
  const kinds: readonly {
    readonly kind: string;
    readonly seen: Promise<readonly Seen[]>;
    readonly why?: string;
    readonly remove: (id: string) => string;
  }[] = [
    {
      kind: "VPC endpoint",
      seen: client
        .send(new ec2.DescribeVpcEndpointsCommand(within))
        .then(({ VpcEndpoints: list = [] }) =>
          list.map(({ VpcEndpointId: id, Tags: tags, ServiceName: told }) => ({ id, tags, told })),
        ),
      why:
        `${inTheWay} GuardDuty's (guardduty-data) comes back for as long as its runtime monitoring manages agents in this VPC: ` +
        "take that off first.",
      remove: (id) => `aws ec2 delete-vpc-endpoints ${region} --vpc-endpoint-ids ${id}`,
    },
    {
      kind: "NAT gateway",
      seen: client
        .send(
          new ec2.DescribeNatGatewaysCommand({
            Filter: [...within.Filters, { Name: "state", Values: ["pending", "available"] }],
          }),
        )
        .then(({ NatGateways: list = [] }) => list.map(({ NatGatewayId: id, Tags: tags }) => ({ id, tags }))),
      remove: (id) => `aws ec2 delete-nat-gateway ${region} --nat-gateway-id ${id}`,
    },
    {
      kind: "peering",
      seen: Promise.all(
        ["requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"].map((side) =>
          client.send(new ec2.DescribeVpcPeeringConnectionsCommand(by(side))),
        ),
      ).then((answers) =>
        answers.flatMap(({ VpcPeeringConnections: list = [] }) =>
          list
            .filter(
              ({ Status: status }) =>
                !/^(deleted|deleting|rejected|expired|failed)$/.test(status?.Code ?? ""),
            )
            .map(({ VpcPeeringConnectionId: id, Tags: tags }) => ({ id, tags })),
        ),
      ),
      why: "Another network reaches this one through it, and AWS does not delete the VPC while it is there.",
      remove: (id) => `aws ec2 delete-vpc-peering-connection ${region} --vpc-peering-connection-id ${id}`,
    },
    {
      kind: "attachment of a transit gateway",
      seen: client
        .send(new ec2.DescribeTransitGatewayVpcAttachmentsCommand(within))
        .then(({ TransitGatewayVpcAttachments: list = [] }) =>
          list
            .filter(({ State: state }) => !/^(deleted|deleting|rejected|failed)$/.test(state ?? ""))
            .map(({ TransitGatewayAttachmentId: id, Tags: tags }) => ({ id, tags })),
        ),
      remove: (id) =>
        `aws ec2 delete-transit-gateway-vpc-attachment ${region} --transit-gateway-attachment-id ${id}`,
    },
    {
      kind: "internet gateway",
      seen: client
        .send(new ec2.DescribeInternetGatewaysCommand(by("attachment.vpc-id")))
        .then(({ InternetGateways: list = [] }) =>
          list.map(({ InternetGatewayId: id, Tags: tags }) => ({ id, tags })),
        ),
      remove: (id) => `aws ec2 detach-internet-gateway ${region} --vpc-id ${vpc} --internet-gateway-id ${id}`,
    },
    {
      kind: "egress-only internet gateway",
      seen: client
        .send(new ec2.DescribeEgressOnlyInternetGatewaysCommand({}))
        .then(({ EgressOnlyInternetGateways: list = [] }) =>
          list
            .filter(({ Attachments: attachments = [] }) => attachments.some(({ VpcId: at }) => at === vpc))
            .map(({ EgressOnlyInternetGatewayId: id, Tags: tags }) => ({ id, tags })),
        ),
      remove: (id) =>
        `aws ec2 delete-egress-only-internet-gateway ${region} --egress-only-internet-gateway-id ${id}`,
    },
    {
      kind: "VPN gateway",
      seen: client
        .send(new ec2.DescribeVpnGatewaysCommand(by("attachment.vpc-id")))
        .then(({ VpnGateways: list = [] }) => list.map(({ VpnGatewayId: id, Tags: tags }) => ({ id, tags }))),
      remove: (id) => `aws ec2 detach-vpn-gateway ${region} --vpc-id ${vpc} --vpn-gateway-id ${id}`,
    },
    {
      kind: "subnet",
      seen: client
        .send(new ec2.DescribeSubnetsCommand(within))
        .then(({ Subnets: list = [] }) => list.map(({ SubnetId: id, Tags: tags }) => ({ id, tags }))),
      remove: (id) => `aws ec2 delete-subnet ${region} --subnet-id ${id}`,
    },
    {
      kind: "route table",
      seen: client
        .send(new ec2.DescribeRouteTablesCommand(within))
        .then(({ RouteTables: list = [] }) =>
          list
            .filter(
              ({ Associations: associations = [] }) => !associations.some(({ Main: main }) => main === true),
            )
            .map(({ RouteTableId: id, Tags: tags }) => ({ id, tags })),
        ),
      remove: (id) => `aws ec2 delete-route-table ${region} --route-table-id ${id}`,
    },
    {
      kind: "network ACL",
      seen: client
        .send(new ec2.DescribeNetworkAclsCommand(within))
        .then(({ NetworkAcls: list = [] }) =>
          list
            .filter(({ IsDefault: isDefault }) => isDefault !== true)
            .map(({ NetworkAclId: id, Tags: tags }) => ({ id, tags })),
        ),
      remove: (id) => `aws ec2 delete-network-acl ${region} --network-acl-id ${id}`,
    },
  ];
  const found = await Promise.all(
    kinds.map(async ({ kind, seen, why = inTheWay, remove }) =>
      (await seen).flatMap(({ id = "", tags, told }): Leftover[] =>
        own.has(id) || own.tagged(tags)
          ? []
          : [{ kind: told === undefined ? kind : `${kind} (${told})`, id, why, remove: remove(id) }],
      ),
    ),
  );
  return found.flat();
}

/** Machines that no Auto Scaling group and no cluster of the stack has made. */
export async function foreignMachines(
  ec2: typeof ec2Module,
  client: EC2Client,
  where: Filter,
  region: string,
  own: Own,
): Promise<readonly Leftover[]> {
  const running = { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] };
  const { Reservations: reservations = [] } = await client.send(
    new ec2.DescribeInstancesCommand({ Filters: [where, running] }),
  );
  return reservations
    .flatMap(({ Instances: machines = [] }) => machines)
    .filter(({ InstanceId: id, Tags: tags }) => !own.has(id) && !own.tagged(tags))
    .map(({ InstanceId: id = "" }) => ({
      kind: "machine",
      id,
      why: inTheWay,
      remove: `aws ec2 terminate-instances ${region} --instance-ids ${id}`,
    }));
}

export async function foreignGroups(
  ec2: typeof ec2Module,
  client: EC2Client,
  vpc: string,
  region: string,
  own: Own,
): Promise<readonly Leftover[]> {
  const { SecurityGroups: groups = [] } = await client.send(
    new ec2.DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
  );
  const isForeign = ({ GroupId: id, GroupName: name = "", Tags: tags }: SecurityGroup): boolean =>
    name !== "default" && !own.has(id) && !own.isOfCluster(name) && !own.tagged(tags);
  return groups.filter(isForeign).map(({ GroupId: id = "", GroupName: name = "" }) => ({
    kind: `security group (${name})`,
    id,
    why: "AWS does not delete the VPC while it is there.",
    remove: `aws ec2 delete-security-group ${region} --group-id ${id}`,
  }));
}

/** Whether a value is a text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
