import { hash, subnetType, vpcType } from "../catalogue/entries/aws/network-references";
import type { CloudRecord } from "../cloud/store";
import { isRecord, textOf, textsAt, type Values } from "../interpreter/values";
import { ApiError, type ApiCall, type QueryOperation } from "./call";
import { describedTags, passesFilters } from "./ec2-instances";
import { ec2Read } from "./ec2-operation";
import type { Xml } from "./xml";

// What stands in a network, as EC2 tells it. Names and filters: the Amazon EC2 API reference.

/** A record's values, also where a person wrote down inputs alone. */
const valuesOf = ({ inputs, outputs }: CloudRecord): Values => ({ ...inputs, ...outputs });

function vpcOf(record: CloudRecord, call: ApiCall, subnets: readonly string[] = []): string {
  const own = textOf(valuesOf(record), "vpcId");
  const [subnet] = subnets.length > 0 ? subnets : textsAt(valuesOf(record), "subnetIds");
  const found = call.hands.find(subnetType, subnet ?? textOf(valuesOf(record), "subnetId"));
  return own !== "" || found === undefined ? own : textOf(valuesOf(found), "vpcId");
}

/** Something that EC2 lists by its VPC. */
interface Listed {
  readonly type: string;
  readonly list: string;
  readonly id: string;
  /** Name of the filter that names the VPC. Default: `vpc-id`. */
  readonly filter?: string;
  readonly more?: (values: Values) => Readonly<Record<string, Xml>>;
}

const listed: Readonly<Record<string, Listed>> = {
  DescribeSubnets: {
    type: subnetType,
    list: "subnetSet",
    id: "subnetId",
    more: (values) => ({ availabilityZone: textOf(values, "availabilityZone") }),
  },
  DescribeVpcEndpoints: {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    list: "vpcEndpointSet",
    id: "vpcEndpointId",
    more: (values) => ({
      serviceName: textOf(values, "serviceName"),
      vpcEndpointType: textOf(values, "vpcEndpointType") || "Gateway",
    }),
  },
  DescribeNatGateways: {
    type: "aws:ec2/natGateway:NatGateway",
    list: "natGatewaySet",
    id: "natGatewayId",
    more: () => ({ state: "available" }),
  },
  DescribeRouteTables: { type: "aws:ec2/routeTable:RouteTable", list: "routeTableSet", id: "routeTableId" },
  DescribeNetworkAcls: { type: "aws:ec2/networkAcl:NetworkAcl", list: "networkAclSet", id: "networkAclId" },
  DescribeInternetGateways: {
    type: "aws:ec2/internetGateway:InternetGateway",
    list: "internetGatewaySet",
    id: "internetGatewayId",
    filter: "attachment.vpc-id",
  },
  DescribeEgressOnlyInternetGateways: {
    type: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    list: "egressOnlyInternetGatewaySet",
    id: "egressOnlyInternetGatewayId",
    more: (values) => ({ attachmentSet: [{ state: "attached", vpcId: textOf(values, "vpcId") }] }),
  },
  DescribeVpnGateways: {
    type: "aws:ec2/vpnGateway:VpnGateway",
    list: "vpnGatewaySet",
    id: "vpnGatewayId",
    filter: "attachment.vpc-id",
  },
  DescribeTransitGatewayVpcAttachments: {
    type: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    list: "transitGatewayVpcAttachments",
    id: "transitGatewayAttachmentId",
  },
};

function describing(action: string, { type, list, id, filter = "vpc-id", more }: Listed): QueryOperation {
  return ec2Read(action, (input, call) => ({
    [list]: call.hands
      .ofType(type)
      .filter((record) =>
        passesFilters(record, input, (name) => {
          const state = name === "state" ? more?.(valuesOf(record))["state"] : undefined;
          if (typeof state === "string") return [state];
          // `subnet-id` of what is called `subnetId` in the answer.
          if (name === id.replace("Id", "-id").toLowerCase()) return [record.id];
          if (name !== filter) throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
          return [vpcOf(record, call)];
        }),
      )
      .map((record) => ({
        [id]: record.id,
        vpcId: vpcOf(record, call),
        tagSet: describedTags(record),
        ...more?.(valuesOf(record)),
      })),
  }));
}

/** Connections to other VPCs; the filters by which either side is named. */
const describePeering = ec2Read("DescribeVpcPeeringConnections", (input, call) => ({
  vpcPeeringConnectionSet: call.hands
    .ofType("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    .filter((record) =>
      passesFilters(record, input, (name) => [
        textOf(valuesOf(record), name.startsWith("accepter") ? "peerVpcId" : "vpcId"),
      ]),
    )
    .map((record) => ({
      vpcPeeringConnectionId: record.id,
      status: { code: "active" },
      tagSet: describedTags(record),
    })),
}));

const describeGroups = ec2Read("DescribeSecurityGroups", (input, call) => {
  const asked = { input, call };
  const made = call.hands.ofType("aws:ec2/securityGroup:SecurityGroup");
  const others = [
    ...call.hands.ofType(vpcType).map((vpc) => ({
      ...vpc,
      id: textOf(vpc.outputs, "defaultSecurityGroupId"),
      outputs: { vpcId: vpc.id, name: "default" },
    })),
    // EKS makes one for each cluster, and takes it along.
    ...call.hands.ofType("aws:eks/cluster:Cluster").map((cluster) => {
      const config = cluster.outputs["vpcConfig"];
      const values = isRecord(config) ? config : {};
      const name = textOf(cluster.outputs, "name");
      return {
        ...cluster,
        id: textOf(values, "clusterSecurityGroupId"),
        outputs: {
          vpcId: textOf(values, "vpcId"),
          name: `eks-cluster-sg-${name}-1`,
          tags: { "aws:eks:cluster-name": name },
        },
      };
    }),
  ].filter(({ id }) => id !== "" && !made.some((group) => group.id === id));
  return {
    securityGroupInfo: [...made, ...others]
      .filter((group) =>
        passesFilters(group, asked.input, (name) =>
          name === "vpc-id" ? [vpcOf(group, asked.call)] : name === "group-id" ? [group.id] : [],
        ),
      )
      .map((group) => ({
        groupId: group.id,
        groupName: textOf(valuesOf(group), "name"),
        vpcId: vpcOf(group, call),
        tagSet: describedTags(group),
      })),
  };
});

/** What has network interfaces in subnets, where it names those and its groups, and what EC2 says of each. */
interface Attached {
  readonly type: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  readonly description: (record: CloudRecord) => string;
  readonly kind?: string;
  /** Where it has none by itself. */
  readonly counts?: (values: Values) => boolean;
}

const balancer = (type: string): Attached => ({
  type,
  subnets: ["subnets", "subnetMappings.subnetId"],
  groups: ["securityGroups"],
  description: (record) => `ELB ${textOf(valuesOf(record), "arn").replace(/^.*:loadbalancer\//, "")}`,
});

const attached: readonly Attached[] = [
  {
    type: "aws:ec2/networkInterface:NetworkInterface",
    subnets: ["subnetId"],
    groups: ["securityGroups"],
    description: (record) => textOf(valuesOf(record), "description"),
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    subnets: ["subnetIds"],
    groups: ["securityGroupIds"],
    description: ({ id }) => `VPC Endpoint Interface ${id}`,
    kind: "vpc_endpoint",
  },
  {
    type: "aws:ec2/natGateway:NatGateway",
    subnets: ["subnetId"],
    groups: [],
    description: ({ id }) => `Interface for NAT Gateway ${id}`,
    kind: "nat_gateway",
  },
  balancer("aws:lb/loadBalancer:LoadBalancer"),
  balancer("aws:alb/loadBalancer:LoadBalancer"),
  {
    ...balancer("aws:elb/loadBalancer:LoadBalancer"),
    description: (record) => `ELB ${textOf(valuesOf(record), "name") || record.id}`,
  },
  {
    type: "aws:eks/cluster:Cluster",
    subnets: ["vpcConfig.subnetIds"],
    groups: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.securityGroupIds"],
    description: (record) => `Amazon EKS ${textOf(valuesOf(record), "name") || record.id}`,
  },
  {
    type: "aws:lambda/function:Function",
    subnets: ["vpcConfig.subnetIds"],
    groups: ["vpcConfig.securityGroupIds"],
    description: (record) =>
      `AWS Lambda VPC ENI-${textOf(valuesOf(record), "name") || record.id}-0f1e2d3c-4b5a-4697-8877-665544332211`,
    kind: "lambda",
  },
  {
    type: "aws:efs/mountTarget:MountTarget",
    subnets: ["subnetId"],
    groups: ["securityGroups"],
    description: (record) =>
      `EFS mount target for ${textOf(valuesOf(record), "fileSystemId")} (${record.id})`,
  },
  {
    type: "aws:ec2/instance:Instance",
    subnets: ["subnetId"],
    groups: ["vpcSecurityGroupIds"],
    description: () => "",
  },
];

interface Interface {
  readonly record: CloudRecord;
  readonly subnet: string;
  readonly groups: readonly string[];
  readonly description: string;
  readonly kind: string;
}

function interfaces(call: ApiCall): readonly Interface[] {
  const at = (record: CloudRecord, paths: readonly string[]): string[] => {
    const values = valuesOf(record);
    return paths.flatMap((path) => [...textsAt(values, path), textOf(values, path)]).filter(Boolean);
  };
  const named = attached.flatMap(({ type, subnets, groups, description, kind = "interface" }) =>
    call.hands.ofType(type).flatMap((record) =>
      [...new Set(at(record, subnets))].map((subnet) => ({
        record,
        subnet,
        groups: at(record, groups),
        description: description(record),
        kind,
      })),
    ),
  );
  const databases = call.hands.ofType("aws:rds/instance:Instance").flatMap((record) => {
    const group = call.hands.find(
      "aws:rds/subnetGroup:SubnetGroup",
      textOf(valuesOf(record), "dbSubnetGroupName"),
    );
    const [subnet] = group === undefined ? [] : textsAt(valuesOf(group), "subnetIds");
    return subnet === undefined
      ? []
      : [
          {
            record,
            subnet,
            groups: at(record, ["vpcSecurityGroupIds"]),
            description: "RDSNetworkInterface",
            kind: "interface",
          },
        ];
  });
  return [...named, ...databases];
}

const describeInterfaces = ec2Read("DescribeNetworkInterfaces", (input, call) => ({
  networkInterfaceSet: interfaces(call)
    .filter(({ record, subnet, groups }) =>
      passesFilters(record, input, (name) => {
        switch (name) {
          case "vpc-id":
            return [vpcOf(record, call, [subnet])];
          case "subnet-id":
            return [subnet];
          case "group-id":
            return groups;
          default:
            throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
        }
      }),
    )
    .map(({ record, subnet, groups, description, kind }) => ({
      networkInterfaceId: record.id.startsWith("eni-")
        ? record.id
        : `eni-${hash(`${record.id}${subnet}`).toString(16).padStart(17, "0")}`,
      subnetId: subnet,
      vpcId: vpcOf(record, call, [subnet]),
      description,
      interfaceType: kind,
      status: "in-use",
      groupSet: groups.map((groupId) => ({ groupId })),
      attachment: record.type === "aws:ec2/instance:Instance" ? { instanceId: record.id } : undefined,
      tagSet: describedTags(record),
    })),
}));

/** What stands in a network, as commands ask it. */
export const networkOperations: Readonly<Record<string, QueryOperation>> = {
  ...Object.fromEntries(Object.entries(listed).map(([action, kind]) => [action, describing(action, kind)])),
  // With the default one, which every region of an account has and nobody made: "Default VPCs" in the VPC user guide.
  DescribeVpcs: ec2Read("DescribeVpcs", (_input, call) => ({
    vpcSet: [
      { vpcId: "vpc-00000000000000000", state: "available", isDefault: true },
      ...call.hands.ofType(vpcType).map((vpc) => ({
        vpcId: vpc.id,
        state: "available",
        isDefault: false,
        cidrBlock: textOf(valuesOf(vpc), "cidrBlock"),
        tagSet: describedTags(vpc),
      })),
    ],
  })),
  DescribeVpcPeeringConnections: describePeering,
  DescribeSecurityGroups: describeGroups,
  DescribeNetworkInterfaces: describeInterfaces,
};
