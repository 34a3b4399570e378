import { z } from "zod";
import { format, setting } from "../describe";
import { availabilityZone, cidrBlock, subnetId, vpcId } from "../formats";

/** Days for which CloudWatch Logs can keep events; it takes no other number. */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const subnetBlocks = format(z.array(cidrBlock), {
  allowed: "a list of IPv4 blocks from /16 to /28 inside the VPC's, one a zone at most, none overlapping",
});

export const newNetworkSettings = z.strictObject({
  cidrBlock: setting(cidrBlock, {
    description: "Addresses of the VPC: a private IPv4 block from /16 to /28. Cannot change later.",
    why: "Publicly routable addresses are refused, because the real owners of them would become unreachable.",
    allowed: "a private IPv4 block in CIDR notation from /16 to /28, with no host bits set",
    examples: ["10.10.0.0/16"],
  }),
  availabilityZones: setting(z.array(availabilityZone).min(1), {
    description: "Zones to use, by name, in order: subnet i of every tier lies in zone i.",
    why: "Named, not looked up: a zone that AWS adds or closes must never move a subnet.",
    allowed: "a list of one or more distinct zones of aws:region",
    examples: [["eu-west-1a", "eu-west-1b"]],
  }),
  publicSubnets: setting(subnetBlocks, {
    description:
      "Blocks of subnets with a route to the internet: load balancers, NAT gateways, and machines that are reached from outside.",
    examples: [["10.10.0.0/22", "10.10.4.0/22"]],
  }),
  privateSubnets: setting(subnetBlocks.default([]), {
    description: "Blocks of subnets for machines and nodes; they reach out through the NAT gateways, if any.",
    examples: [["10.10.64.0/19", "10.10.96.0/19"]],
  }),
  workerSubnets: setting(subnetBlocks.default([]), {
    description:
      "Blocks of subnets for machines that run other people's code: worker groups, their image builds, and fleets with subnets: worker. " +
      "They reach out through the NAT gateways as private ones do; a network ACL lets nothing pass between them and the database " +
      "subnets, whatever a security group allows.",
    why: "None by default: workers are then in the private subnets, beside what the stack serves.",
    examples: [["10.10.32.0/21", "10.10.40.0/21"]],
  }),
  publicWorkerSubnets: setting(subnetBlocks.default([]), {
    description:
      "The same with a route to the internet, for those of them that have public addresses: metal workers, worker groups with " +
      "subnets: public, and fleets with subnets: publicWorker. Metal workers that stand in public subnets are replaced.",
    why: "None by default: such machines are then in the public subnets.",
    examples: [["10.10.56.0/24", "10.10.57.0/24"]],
  }),
  databaseSubnets: setting(subnetBlocks.default([]), {
    description: "Blocks of subnets for databases, without any route out of the VPC.",
    why: "RDS wants subnets in two zones even for an instance in one of them.",
    examples: [["10.10.128.0/24", "10.10.129.0/24"]],
  }),
  natGateways: setting(z.enum(["none", "single", "perZone"]).default("single"), {
    description:
      "NAT gateways: `none` (private and worker subnets reach nothing outside), `single` (one for all zones: cheap, and gone " +
      "with its zone), `perZone` (one beside each private or worker subnet: a lost zone takes no other with it). They stand in " +
      "public subnets and serve private and worker ones, so that both must be there; `perZone` needs them in the same zones.",
    why: "`single`, because a second gateway costs as much as the first; production wants `perZone`.",
  }),
  gatewayEndpoints: setting(z.array(z.enum(["s3", "dynamodb"])).default(["s3", "dynamodb"]), {
    description: "Services reached through a gateway endpoint instead of the NAT gateway.",
    why: "Both, because they are free and NAT traffic is not.",
  }),
  flowLogs: setting(
    z
      .strictObject({
        retentionDays: setting(z.literal([...logRetentionDays]).default(30), {
          description: "How long the flow logs are kept in CloudWatch.",
          unit: "days",
          why: "A month: most incidents are investigated within that time.",
        }),
      })
      .optional()
      .prefault({}),
    {
      description: "Flow logs of the VPC (accepted and rejected traffic), always on.",
    },
  ),
});

const existingSubnets = format(z.array(subnetId), {
  allowed: "a list of distinct subnet ids, each in one tier only",
});

export const existingNetworkSettings = z.strictObject({
  vpcId: setting(vpcId, {
    description: "An existing VPC to use instead of a new one. It is not changed.",
    examples: ["vpc-0a1b2c3d4e5f60718"],
  }),
  publicSubnetIds: setting(existingSubnets, {
    description: "Subnets of it with a route to the internet.",
    examples: [["subnet-0a1b2c3d4e5f60718"]],
  }),
  privateSubnetIds: setting(existingSubnets.default([]), {
    description: "Subnets of it for machines and nodes.",
  }),
  workerSubnetIds: setting(existingSubnets.default([]), {
    description:
      "Subnets of it for machines that run other people's code, with a way out. Nothing is changed in them: that they have no way " +
      "to data is for their network ACL, which whoever made them keeps.",
  }),
  publicWorkerSubnetIds: setting(existingSubnets.default([]), {
    description: "The same with a route to the internet, for those of them that have public addresses.",
  }),
  databaseSubnetIds: setting(existingSubnets.default([]), {
    description: "Subnets of it for databases, in two zones or more.",
  }),
});

export const networkSettings = setting(z.union([newNetworkSettings, existingNetworkSettings]), {
  description:
    "The VPC: either a new one (cidrBlock and what follows) or an existing one (vpcId and its subnets). " +
    "Which one is meant is told by vpcId.",
});
export type NewNetworkSettings = z.infer<typeof newNetworkSettings>;
export type ExistingNetworkSettings = z.infer<typeof existingNetworkSettings>;
export type NetworkSettings = z.infer<typeof networkSettings>;
