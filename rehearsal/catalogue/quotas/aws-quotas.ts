import { numberOf, textOf, textsAt } from "../../interpreter/values";
import type { Quota } from "./quota";
import { vcpuQuotas } from "./vcpu-quotas";

// What an account may have of a kind in a region. Figures are AWS's defaults, as its pages on quotas name them ("Amazon VPC quotas",
// "Quotas for your Application Load Balancers", "IAM and AWS STS quotas", "Quotas and constraints for Amazon RDS", "Amazon EKS service
// quotas", "Quotas for Auto Scaling resources and groups"), with the codes of Service Quotas. Codes and wording of refusals: the error
// codes of each API, and what the provider printed in reports of users.

const reached = (what: string): string => `The maximum number of ${what} has been reached.`;

/** Everything of the types in the place; with a property only what has the same value there. */
function all(types: readonly string[], same?: string): Quota["used"] {
  return ({ inputs }, cloud) =>
    types
      .flatMap((type) => cloud.ofType(type))
      .filter((record) => same === undefined || record.inputs[same] === inputs[same]).length;
}

type Named = Pick<Quota, "service" | "code" | "name" | "standard">;

/** A quota of how many there are of a type. */
function many(
  types: readonly string[],
  named: Named,
  error: string,
  message: string,
  more: Partial<Quota> = {},
): Quota {
  return { ...named, types, used: all(types), refusal: () => ({ code: error, message }), ...more };
}

const vpc = (code: string, name: string, standard: number): Named => ({
  service: "vpc",
  code,
  name,
  standard,
});
const elb = (code: string, name: string, standard: number): Named => ({
  service: "elasticloadbalancing",
  code,
  name,
  standard,
});

/** IAM says which quota it is by a name of its own. */
function iam(type: string, code: string, name: string, standard: number, own: string, same?: string): Quota {
  return many([type], { service: "iam", code, name, standard }, "LimitExceeded", "", {
    used: all([type], same),
    refusal: (limit) => ({
      code: "LimitExceeded",
      message: `Cannot exceed quota for ${own}: ${String(limit)}`,
      status: 409,
    }),
  });
}

/** The zone of a NAT gateway is its subnet's. */
const inSameZone: Quota["used"] = ({ inputs }, cloud) => {
  const zoneOf = (subnet: string): string =>
    textOf(cloud.find("aws:ec2/subnet:Subnet", subnet)?.outputs ?? {}, "availabilityZone");
  const zone = zoneOf(textOf(inputs, "subnetId"));
  return cloud
    .ofType("aws:ec2/natGateway:NatGateway")
    .filter((nat) => zoneOf(textOf(nat.inputs, "subnetId")) === zone).length;
};

const balancers = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"];
const targetGroups = ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"];

/** Balancers of a kind, those included that controllers of Kubernetes have made. */
function balancersOf(kind: "application" | "network", named: Named): Quota {
  const isKind = (value: unknown): boolean => (value ?? "application") === kind;
  return many(balancers, named, "TooManyLoadBalancers", reached("load balancers"), {
    used: (_subject, cloud) =>
      balancers
        .flatMap((type) => cloud.ofType(type))
        .filter(({ inputs, outputs }) => isKind(inputs["loadBalancerType"] ?? outputs["loadBalancerType"]))
        .length,
    wants: ({ inputs }) => (isKind(inputs["loadBalancerType"]) ? 1 : 0),
  });
}

/** Inbound and outbound each, rules of their own and those within the group. */
function rulesOf(direction: "ingress" | "egress"): Quota {
  const kind = direction === "ingress" ? "Ingress" : "Egress";
  const type = `aws:vpc/securityGroup${kind}Rule:SecurityGroup${kind}Rule`;
  return many(
    [type],
    vpc("L-0EA8095F", "Inbound or outbound rules per security group", 60),
    "RulesPerSecurityGroupLimitExceeded",
    "The maximum number of rules per security group has been reached.",
    { used: all([type], "securityGroupId") },
  );
}

/** What a network interface has of security groups: it is no number of resources, but one of names in one. */
function groupsAnInterface(type: string, property: string, error: string, message: string): Quota {
  return {
    ...vpc("L-2AFB9258", "Security groups per network interface", 5),
    types: [type],
    used: () => 0,
    wants: ({ inputs }) => textsAt(inputs, property).length,
    refusal: () => ({ code: error, message }),
  };
}

/** Each account has one VPC with its gateway in each region that nobody made, and that counts. Source: "Default VPCs" in the VPC user guide. */
const besideTheDefault =
  (type: string): Quota["used"] =>
  (_subject, cloud) =>
    cloud.ofType(type).length + 1;

export const quotas: readonly Quota[] = [
  many(
    ["aws:ec2/eip:Eip"],
    { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", standard: 5 },
    "AddressLimitExceeded",
    reached("addresses"),
  ),
  many(["aws:ec2/vpc:Vpc"], vpc("L-F678F1CE", "VPCs per Region", 5), "VpcLimitExceeded", reached("VPCs"), {
    used: besideTheDefault("aws:ec2/vpc:Vpc"),
  }),
  many(
    ["aws:ec2/internetGateway:InternetGateway"],
    vpc("L-A4707A72", "Internet gateways per Region", 5),
    "InternetGatewayLimitExceeded",
    reached("internet gateways"),
    { used: besideTheDefault("aws:ec2/internetGateway:InternetGateway") },
  ),
  many(
    ["aws:ec2/natGateway:NatGateway"],
    vpc("L-FE5A380F", "NAT gateways per Availability Zone", 5),
    "NatGatewayLimitExceeded",
    reached("NAT Gateways"),
    { used: inSameZone },
  ),
  many(
    ["aws:ec2/subnet:Subnet"],
    vpc("L-407747CB", "Subnets per VPC", 200),
    "SubnetLimitExceeded",
    reached("subnets"),
    { used: all(["aws:ec2/subnet:Subnet"], "vpcId") },
  ),
  many(
    ["aws:ec2/securityGroup:SecurityGroup"],
    vpc("L-E79EC296", "VPC security groups per Region", 2500),
    "SecurityGroupLimitExceeded",
    reached("security groups for the Region"),
  ),
  rulesOf("ingress"),
  rulesOf("egress"),
  groupsAnInterface(
    "aws:ec2/instance:Instance",
    "vpcSecurityGroupIds",
    "SecurityGroupsPerInstanceLimitExceeded",
    "The maximum number of security groups per instance has been reached.",
  ),
  groupsAnInterface(
    "aws:ec2/networkInterface:NetworkInterface",
    "securityGroups",
    "SecurityGroupsPerInterfaceLimitExceeded",
    "The maximum number of security groups per interface has been reached.",
  ),
  ...vcpuQuotas,
  balancersOf("application", elb("L-53DA6B97", "Application Load Balancers per Region", 50)),
  balancersOf("network", elb("L-69A177A2", "Network Load Balancers per Region", 50)),
  many(
    targetGroups,
    elb("L-B22855CB", "Target Groups per Region", 3000),
    "TooManyTargetGroups",
    reached("target groups"),
  ),
  many(
    ["aws:autoscaling/group:Group"],
    { service: "autoscaling", code: "L-CDE20ADC", name: "Auto Scaling groups per region", standard: 500 },
    "LimitExceeded",
    "You have already reached the limit of AutoScalingGroups.",
  ),
  iam("aws:iam/role:Role", "L-FE177D64", "Roles per account", 1000, "RolesPerAccount"),
  iam(
    "aws:iam/instanceProfile:InstanceProfile",
    "L-6E65F664",
    "Instance profiles per account",
    1000,
    "InstanceProfilesPerAccount",
  ),
  iam("aws:iam/user:User", "L-F55AF5E4", "Users per account", 5000, "UsersPerAccount"),
  iam(
    "aws:iam/policy:Policy",
    "L-E95E4862",
    "Customer managed policies per account",
    1500,
    "PoliciesPerAccount",
  ),
  iam(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "L-0DA4ABF3",
    "Managed policies per role",
    20,
    "PoliciesPerRole",
    "role",
  ),
  iam(
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "L-4019AD8B",
    "Managed policies per user",
    10,
    "PoliciesPerUser",
    "user",
  ),
  many(
    ["aws:rds/instance:Instance"],
    { service: "rds", code: "L-7B6409FD", name: "DB instances", standard: 40 },
    "InstanceQuotaExceeded",
    "Cannot create the DB instance because the maximum number of DB instances has been reached.",
  ),
  {
    ...{ service: "rds", code: "L-7ADDB58A", name: "Total storage for all DB instances", standard: 100_000 },
    types: ["aws:rds/instance:Instance"],
    used: (_subject, cloud) =>
      cloud
        .ofType("aws:rds/instance:Instance")
        .reduce((sum, { outputs }) => sum + (numberOf(outputs, "allocatedStorage") ?? 0), 0),
    wants: ({ inputs }) => numberOf(inputs, "allocatedStorage") ?? 0,
    refusal: () => ({
      code: "StorageQuotaExceeded",
      message: "Cannot create the DB instance because the maximum storage has been reached.",
    }),
  },
  many(
    ["aws:eks/cluster:Cluster"],
    { service: "eks", code: "L-1194D53C", name: "Clusters", standard: 100 },
    "ResourceLimitExceededException",
    "Cluster limit exceeded for account",
  ),
  many(
    ["aws:eks/nodeGroup:NodeGroup"],
    { service: "eks", code: "L-6D54EA21", name: "Managed node groups per cluster", standard: 30 },
    "ResourceLimitExceededException",
    "Nodegroup limit exceeded for cluster",
    { used: all(["aws:eks/nodeGroup:NodeGroup"], "clusterName") },
  ),
  many(
    ["aws:dynamodb/table:Table"],
    { service: "dynamodb", code: "L-F98FE922", name: "Maximum number of tables", standard: 2500 },
    "LimitExceededException",
    "Subscriber limit exceeded: the maximum number of tables has been reached",
  ),
];
