import type { Dependant, Entries, Rule, Subject } from "../../../interpreter/entry";
import { textOf, textsAt } from "../../../interpreter/values";
import { zoneIdOf, zonesOf } from "../../../packages/aws/regions";
import { block, gatewayType, natType, subnetType, tableType, toVpc, vpcType } from "./network-references";

// Error codes and their wording: the EC2 API reference, "Error codes for the Amazon EC2 API".
// Times: what the provider's own acceptance tests and AWS's pages on each resource name; NAT gateways by far the longest.

function inVpc(type: string, property = "vpcId"): Dependant {
  const message = ({ id }: Subject): string => `The vpc '${id}' has dependencies and cannot be deleted.`;
  return { type, property, code: "DependencyViolation", message };
}

function inSubnet(type: string, property: string): Dependant {
  const message = ({ id }: Subject): string => `The subnet '${id}' has dependencies and cannot be deleted.`;
  return { type, property, code: "DependencyViolation", message };
}

const vpcRange: Rule = ({ inputs }) => {
  const cidr = block(textOf(inputs, "cidrBlock"));
  if (!cidr || (cidr.bitmask >= 16 && cidr.bitmask <= 28)) return undefined;
  return { code: "InvalidVpc.Range", message: `The CIDR '${textOf(inputs, "cidrBlock")}' is invalid.` };
};

const subnetRange: Rule = ({ inputs }, cloud) => {
  const text = textOf(inputs, "cidrBlock");
  const vpc = cloud.find(vpcType, textOf(inputs, "vpcId"));
  const cidr = block(text);
  const whole = block(textOf(vpc?.outputs ?? {}, "cidrBlock"));
  if (!cidr || !whole) return undefined;
  if (cidr.bitmask < 16 || cidr.bitmask > 28 || !whole.contains(cidr)) {
    return { code: "InvalidSubnet.Range", message: `The CIDR '${text}' is invalid.` };
  }
  const siblings = cloud.ofType(subnetType).filter(({ outputs }) => outputs["vpcId"] === vpc?.id);
  const overlaps = siblings.some(({ outputs }) => {
    const other = block(textOf(outputs, "cidrBlock"));
    return other !== undefined && (other.contains(cidr) || cidr.contains(other));
  });
  if (!overlaps) return undefined;
  return { code: "InvalidSubnet.Conflict", message: `The CIDR '${text}' conflicts with another subnet` };
};

const knownZone: Rule = ({ inputs, place }) => {
  const zone = textOf(inputs, "availabilityZone");
  const zones = zonesOf(place.region);
  if (zone === "" || zones.includes(zone)) return undefined;
  return {
    code: "InvalidParameterValue",
    message:
      `Value (${zone}) for parameter availabilityZone is invalid. ` +
      `Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
  };
};

const oneGatewayAVpc: Rule = ({ inputs }, cloud) => {
  const vpc = textOf(inputs, "vpcId");
  const other = cloud.ofType(gatewayType).find(({ outputs }) => vpc !== "" && outputs["vpcId"] === vpc);
  if (!other) return undefined;
  return {
    code: "InvalidParameterValue",
    message: `Network ${vpc} already has an internet gateway attached`,
    operation: "AttachInternetGateway",
  };
};

/** An internet gateway is detached first, and that fails while there are public addresses behind it. */
const mappedAddresses: Rule = ({ outputs }, cloud) => {
  const vpc = textOf(outputs, "vpcId");
  const subnets = new Set(
    cloud
      .ofType(subnetType)
      .filter((record) => record.outputs["vpcId"] === vpc)
      .map((record) => record.id),
  );
  const publicly = [
    ...cloud.ofType(natType).filter((nat) => nat.outputs["connectivityType"] !== "private"),
    ...cloud
      .ofType("aws:ec2/instance:Instance")
      .filter((machine) => textOf(machine.outputs, "publicIp") !== ""),
  ];
  // Load balancers that face the internet have an address in each of their subnets, whoever made them.
  const balancers = [
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
  ]
    .flatMap((type) => cloud.ofType(type))
    .filter(({ outputs: of }) => of["internal"] !== true && of["loadBalancerType"] !== "gateway");
  const within = [
    ...publicly.map((record) => textOf(record.outputs, "subnetId")),
    ...balancers.flatMap((record) => [
      ...textsAt(record.outputs, "subnets"),
      ...textsAt(record.outputs, "subnetMappings.subnetId"),
    ]),
  ];
  if (vpc === "" || !within.some((id) => subnets.has(id))) return undefined;
  return {
    code: "DependencyViolation",
    message:
      `Network ${vpc} has some mapped public address(es). ` +
      "Please unmap those public address(es) before detaching the gateway.",
    operation: "DetachInternetGateway",
    waits: true,
  };
};

export const entries: Entries = {
  [vpcType]: {
    api: { service: "EC2", title: "EC2 VPC", update: "ModifyVpcAttribute" },
    id: ({ random }) => `vpc-${random.hex(17)}`,
    outputs: ({ random, place }) => {
      const table = `rtb-${random.hex(17)}`;
      return {
        ownerId: place.account,
        defaultNetworkAclId: `acl-${random.hex(17)}`,
        defaultRouteTableId: table,
        mainRouteTableId: table,
        defaultSecurityGroupId: `sg-${random.hex(17)}`,
        dhcpOptionsId: `dopt-${random.hex(17)}`,
        ipv6AssociationId: "",
      };
    },
    refuseCreate: [vpcRange],
    dependants: [
      inVpc(subnetType),
      inVpc(gatewayType),
      inVpc("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"),
      inVpc("aws:ec2/securityGroup:SecurityGroup"),
      inVpc("aws:ec2/vpcEndpoint:VpcEndpoint"),
      inVpc(tableType),
      inVpc("aws:ec2/networkAcl:NetworkAcl"),
      inVpc("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"),
      inVpc("aws:ec2/vpcPeeringConnection:VpcPeeringConnection"),
      inVpc("aws:ec2/vpnGateway:VpnGateway"),
    ],
  },

  [subnetType]: {
    api: { service: "EC2", title: "EC2 Subnet", update: "ModifySubnetAttribute" },
    id: ({ random }) => `subnet-${random.hex(17)}`,
    outputs: ({ inputs, random, place }) => {
      const zone = textOf(inputs, "availabilityZone") || random.pick(zonesOf(place.region));
      return {
        availabilityZone: zone,
        availabilityZoneId: zoneIdOf(zone),
        ownerId: place.account,
        privateDnsHostnameTypeOnLaunch: "ip-name",
        ipv6CidrBlockAssociationId: "",
      };
    },
    references: [toVpc],
    refuseCreate: [knownZone, subnetRange],
    dependants: [
      inSubnet(natType, "subnetId"),
      inSubnet("aws:ec2/instance:Instance", "subnetId"),
      inSubnet("aws:ec2/networkInterface:NetworkInterface", "subnetId"),
      inSubnet("aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"),
      inSubnet("aws:lb/loadBalancer:LoadBalancer", "subnets"),
      inSubnet("aws:lb/loadBalancer:LoadBalancer", "subnetMappings.subnetId"),
      inSubnet("aws:alb/loadBalancer:LoadBalancer", "subnets"),
      inSubnet("aws:elb/loadBalancer:LoadBalancer", "subnets"),
      inSubnet("aws:eks/cluster:Cluster", "vpcConfig.subnetIds"),
      inSubnet("aws:efs/mountTarget:MountTarget", "subnetId"),
      inSubnet("aws:lambda/function:Function", "vpcConfig.subnetIds"),
      inSubnet("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "subnetIds"),
      {
        // An instance has a network interface in one of its group's subnets at least; a group alone holds nothing.
        ...inSubnet("aws:rds/subnetGroup:SubnetGroup", "subnetIds"),
        counts: (group, _subnet, cloud) =>
          cloud
            .ofType("aws:rds/instance:Instance")
            .some(({ outputs }) => outputs["dbSubnetGroupName"] === group.id),
      },
    ],
  },

  [gatewayType]: {
    api: { service: "EC2", title: "EC2 Internet Gateway" },
    id: ({ random }) => `igw-${random.hex(17)}`,
    outputs: ({ place }) => ({ ownerId: place.account }),
    references: [toVpc],
    refuseCreate: [oneGatewayAVpc],
    refuseDelete: [mappedAddresses],
  },
};
