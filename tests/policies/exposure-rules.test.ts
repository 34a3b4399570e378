import type { Rule } from "../../policies/rule";
import { notPublic as dms } from "../../policies/rules/dms/not-public";
import { imdsv2Required } from "../../policies/rules/ec2/imdsv2-required";
import { noOpenAdminPorts } from "../../policies/rules/ec2/no-open-admin-ports";
import { noOpenDatabasePorts } from "../../policies/rules/ec2/no-open-database-ports";
import { notPublic as mq } from "../../policies/rules/mq/not-public";
import { notPublic as neptune } from "../../policies/rules/neptune/not-public";
import { managedPassword } from "../../policies/rules/rds/managed-password";
import { notPublic as rds } from "../../policies/rules/rds/not-public";
import { notPublic as redshift } from "../../policies/rules/redshift/not-public";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const publicSwitches: readonly (readonly [Rule, string])[] = [
  [rds, "aws:rds/instance:Instance"],
  [rds, "aws:rds/clusterInstance:ClusterInstance"],
  [neptune, "aws:neptune/clusterInstance:ClusterInstance"],
  [redshift, "aws:redshift/cluster:Cluster"],
  [redshift, "aws:redshiftserverless/workgroup:Workgroup"],
  [mq, "aws:mq/broker:Broker"],
  [dms, "aws:dms/replicationInstance:ReplicationInstance"],
];

for (const [rule, type] of publicSwitches) {
  describeRule(rule, {
    passes: [
      { title: `a ${type} that says nothing of the internet`, type, props: {} },
      { title: "one that says no", type, props: { publiclyAccessible: false } },
    ],
    refuses: [
      {
        title: `a ${type} with an address on the internet, at every level`,
        type,
        props: { publiclyAccessible: true },
        level: "disposable",
        says: ["publiclyAccessible is true. Set it to false and reach it from inside the network."],
      },
    ],
    unknown: [
      {
        title: "whether",
        type,
        props: { publiclyAccessible: UNKNOWN },
        says: [notKnown("publiclyAccessible")],
      },
    ],
    ignores: [
      {
        title: "a load balancer",
        type: "aws:lb/loadBalancer:LoadBalancer",
        props: { publiclyAccessible: true },
      },
    ],
  });
}

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const postgres = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
const open = (property: string, block: string, ports: string): string =>
  `${property} has ${block}, which lets the world to ${ports}. Name the networks or security groups that need it.`;

describeRule(noOpenDatabasePorts, {
  passes: [
    { title: "a private network", type: INGRESS, props: { ...postgres, cidrIpv4: "10.20.64.0/18" } },
    { title: "an office's address", type: INGRESS, props: { ...postgres, cidrIpv4: "203.0.113.7/32" } },
    {
      title: "a security group that is still to be made",
      type: INGRESS,
      props: { ...postgres, referencedSecurityGroupId: UNKNOWN },
    },
    {
      title: "the world on a port of no database",
      type: INGRESS,
      props: { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
    },
    {
      title: "the world's pings",
      type: INGRESS,
      props: { ipProtocol: "icmp", fromPort: -1, toPort: -1, cidrIpv4: "0.0.0.0/0" },
    },
    {
      title: "what goes out",
      type: RULE,
      props: { type: "egress", protocol: "-1", cidrBlocks: ["0.0.0.0/0"] },
    },
    {
      title: "a group with no rules of its own",
      type: GROUP,
      props: { egress: [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }] },
    },
    { title: "private addresses of IPv6", type: INGRESS, props: { ...postgres, cidrIpv6: "fd00::/8" } },
  ],
  refuses: [
    {
      title: "the world on PostgreSQL",
      type: INGRESS,
      props: { ...postgres, cidrIpv4: "0.0.0.0/0" },
      level: "disposable",
      says: [open("cidrIpv4", "0.0.0.0/0", "PostgreSQL (5432)")],
    },
    {
      title: "half of it, and IPv6",
      type: INGRESS,
      props: { ...postgres, cidrIpv4: "128.0.0.0/1", cidrIpv6: "::/0" },
      says: [
        open("cidrIpv4", "128.0.0.0/1", "PostgreSQL (5432)"),
        open("cidrIpv6", "::/0", "PostgreSQL (5432)"),
      ],
    },
    {
      title: "a range of ports with databases in it",
      type: RULE,
      props: {
        type: "ingress",
        protocol: "tcp",
        fromPort: 5000,
        toPort: 6000,
        cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"],
      },
      says: [open("cidrBlocks", "0.0.0.0/0", "PostgreSQL (5432), Redshift (5439), AMQP (5671), AMQP (5672)")],
    },
    {
      title: "a rule within a group",
      type: GROUP,
      props: { ingress: [{ protocol: "tcp", fromPort: 3306, toPort: 3306, ipv6CidrBlocks: ["::/0"] }] },
      says: [open("ingress[0].ipv6CidrBlocks", "::/0", "MySQL (3306)")],
    },
    {
      title: "the default group, with everything for everybody",
      type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      props: { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] },
      says: [
        open(
          "ingress[0].cidrBlocks",
          "0.0.0.0/0",
          "SQL Server (1433), Oracle (1521), NFS (2049), MySQL (3306), PostgreSQL (5432), Redshift (5439), AMQP (5671), AMQP (5672), Redis (6379), InfluxDB (8086), Neptune (8182), Cassandra (9042), Kafka (9092), Kafka (9094), OpenSearch (9200), OpenSearch (9300), Memcached (11211), MongoDB (27017)",
        ),
      ],
    },
    {
      title: "a block that is none",
      type: INGRESS,
      props: { ...postgres, cidrIpv4: "10.0.0.0/x" },
      says: [open("cidrIpv4", "10.0.0.0/x", "PostgreSQL (5432)")],
    },
  ],
  unknown: [
    { title: "who", type: INGRESS, props: { ...postgres, cidrIpv4: UNKNOWN }, says: [notKnown("cidrIpv4")] },
    {
      title: "all of a group's rules",
      type: GROUP,
      props: { ingress: UNKNOWN },
      says: [notKnown("ingress")],
    },
    {
      title: "one of a group's rules",
      type: GROUP,
      props: { ingress: [UNKNOWN] },
      says: [notKnown("ingress[0].cidrBlocks")],
    },
    {
      title: "which port, for the world",
      type: RULE,
      props: { type: "ingress", protocol: "tcp", fromPort: UNKNOWN, toPort: 22, cidrBlocks: ["0.0.0.0/0"] },
      says: [
        open(
          "cidrBlocks",
          "0.0.0.0/0",
          "SQL Server (1433), Oracle (1521), NFS (2049), MySQL (3306), PostgreSQL (5432), Redshift (5439), AMQP (5671), AMQP (5672), Redis (6379), InfluxDB (8086), Neptune (8182), Cassandra (9042), Kafka (9092), Kafka (9094), OpenSearch (9200), OpenSearch (9300), Memcached (11211), MongoDB (27017)",
        ),
      ],
    },
  ],
  ignores: [
    {
      title: "rules for what goes out",
      type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      props: { ...postgres, cidrIpv4: "0.0.0.0/0" },
    },
  ],
});

describeRule(noOpenAdminPorts, {
  passes: [
    {
      title: "SSH from a network",
      type: INGRESS,
      props: { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "10.0.0.0/8" },
    },
    {
      title: "the world on HTTPS",
      type: INGRESS,
      props: { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
    },
  ],
  refuses: [
    {
      title: "the world on SSH",
      type: INGRESS,
      props: { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" },
      says: [open("cidrIpv4", "0.0.0.0/0", "SSH (22)")],
    },
    {
      title: "the world on everything",
      type: INGRESS,
      props: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      says: [open("cidrIpv4", "0.0.0.0/0", "SSH (22), RDP (3389), WinRM (5985), WinRM (5986)")],
    },
  ],
  unknown: [
    {
      title: "who",
      type: INGRESS,
      props: { ipProtocol: "tcp", fromPort: 3389, toPort: 3389, cidrIpv4: UNKNOWN },
      says: [notKnown("cidrIpv4")],
    },
  ],
  ignores: [{ title: "a subnet", type: "aws:ec2/subnet:Subnet", props: { cidrIpv4: "0.0.0.0/0" } }],
});

const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

describeRule(imdsv2Required, {
  passes: [
    {
      title: "a machine that wants a token",
      type: INSTANCE,
      props: { metadataOptions: { httpTokens: "required" } },
    },
    { title: "a template that does", type: TEMPLATE, props: { metadataOptions: { httpTokens: "required" } } },
    {
      title: "machines that build images and do",
      type: "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
      props: { instanceMetadataOptions: { httpTokens: "required" } },
    },
    {
      title: "a machine that has no metadata",
      type: INSTANCE,
      props: { metadataOptions: { httpEndpoint: "disabled" } },
    },
    {
      title: "a machine that takes what its template says",
      type: INSTANCE,
      props: { launchTemplate: { id: UNKNOWN } },
    },
  ],
  refuses: [
    {
      title: "a machine that says nothing",
      type: INSTANCE,
      props: {},
      says: ["metadataOptions.httpTokens is not set. Set it to required (IMDSv2)."],
    },
    {
      title: "machines that build images and say nothing",
      type: "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
      props: {},
      says: ["instanceMetadataOptions.httpTokens is not set. Set it to required (IMDSv2)."],
    },
    {
      title: "a template that leaves it open",
      type: TEMPLATE,
      props: { metadataOptions: { httpTokens: "optional" } },
      says: ["metadataOptions.httpTokens is optional. Set it to required (IMDSv2)."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: TEMPLATE,
      props: { metadataOptions: UNKNOWN },
      says: [notKnown("metadataOptions.httpTokens")],
    },
  ],
  ignores: [{ title: "a volume", type: "aws:ebs/volume:Volume", props: {} }],
});

describeRule(managedPassword, {
  passes: [
    {
      title: "a database whose password RDS makes",
      type: "aws:rds/instance:Instance",
      props: { manageMasterUserPassword: true },
    },
    { title: "a replica, which has its source's", type: "aws:rds/instance:Instance", props: {} },
    {
      title: "one that is written only, and in no state",
      type: "aws:rds/instance:Instance",
      props: { passwordWo: "x", passwordWoVersion: 1 },
    },
  ],
  refuses: [
    {
      title: "an instance that is given one, at every level",
      type: "aws:rds/instance:Instance",
      props: { manageMasterUserPassword: false, password: "swordfish" },
      level: "disposable",
      says: [
        "password is given by the program. Set manageMasterUserPassword to true in its place: RDS makes one, and keeps it in Secrets Manager.",
      ],
    },
    {
      title: "a cluster that is given one",
      type: "aws:rds/cluster:Cluster",
      props: { masterPassword: "swordfish" },
      says: [
        "masterPassword is given by the program. Set manageMasterUserPassword to true in its place: RDS makes one, and keeps it in Secrets Manager.",
      ],
    },
  ],
  unknown: [
    {
      title: "one that is still to be made",
      type: "aws:rds/instance:Instance",
      props: { password: UNKNOWN },
      says: [
        "password is given by the program. Set manageMasterUserPassword to true in its place: RDS makes one, and keeps it in Secrets Manager.",
      ],
    },
  ],
  ignores: [{ title: "a user", type: "aws:iam/user:User", props: { password: "swordfish" } }],
});
