import type { CloudRecord } from "../../../cloud/store";
import type { CloudView, Dependant, Entries, Entry, Subject, Unique } from "../../../interpreter/entry";
import { numberOf, textOf, type Values } from "../../../interpreter/values";
import { toSecurityGroup, toVpc } from "./network-references";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

function holds(type: string, property: string): Dependant {
  const message = ({ id }: Subject): string => `resource ${id} has a dependent object`;
  return { type, property, code: "DependencyViolation", message };
}

/** Names are unique within a VPC. */
const oneNameAVpc: Unique = {
  by: ["name", "vpcId"],
  code: "InvalidGroup.Duplicate",
  message: (wanted) =>
    `The security group '${textOf(wanted, "name")}' already exists for VPC '${textOf(wanted, "vpcId")}'`,
};

const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

/** The same peer, protocol and ports are once in a group. */
const onePermissionOnce: Unique = {
  by: ["securityGroupId", "ipProtocol"],
  and: ["fromPort", "toPort", ...peers],
  code: "InvalidPermission.Duplicate",
  message: (wanted) => {
    const peer = peers.map((name) => textOf(wanted, name)).join("");
    const ports = `from port: ${String(numberOf(wanted, "fromPort"))}, to port: ${String(numberOf(wanted, "toPort"))}`;
    return `the specified rule "peer: ${peer}, ${textOf(wanted, "ipProtocol").toUpperCase()}, ${ports}, ALLOW" already exists`;
  },
};

function rule(title: string, direction: "Ingress" | "Egress"): Entry {
  return {
    api: {
      service: "EC2",
      title: `VPC Security Group ${title} Rule`,
      create: `AuthorizeSecurityGroup${direction}`,
      update: "ModifySecurityGroupRules",
      delete: `RevokeSecurityGroup${direction}`,
    },
    id: ({ random }) => `sgr-${random.hex(17)}`,
    outputs: ({ id }) => ({ securityGroupRuleId: id }),
    references: [toSecurityGroup("securityGroupId"), toSecurityGroup("referencedSecurityGroupId")],
    unique: [onePermissionOnce],
  };
}

/**
 * A group shows all its rules, whoever made them, unless they are given in it. Source: documentation of aws_security_group, "Note on
 * Security Groups and Security Group Rules".
 */
function rulesOf(type: string, { id }: CloudRecord, cloud: CloudView): Values[] {
  return cloud
    .ofType(type)
    .map(({ inputs }) => inputs)
    .filter((given) => given["securityGroupId"] === id)
    .map((given) => {
      const listed = (name: string): string[] => (textOf(given, name) === "" ? [] : [textOf(given, name)]);
      const other = textOf(given, "referencedSecurityGroupId");
      return {
        protocol: textOf(given, "ipProtocol"),
        fromPort: numberOf(given, "fromPort") ?? 0,
        toPort: numberOf(given, "toPort") ?? 0,
        cidrBlocks: listed("cidrIpv4"),
        ipv6CidrBlocks: listed("cidrIpv6"),
        prefixListIds: listed("prefixListId"),
        securityGroups: other === "" || other === id ? [] : [other],
        self: other === id,
        description: textOf(given, "description"),
      };
    });
}

export const entries: Entries = {
  [groupType]: {
    api: { service: "EC2", title: "Security Group", update: "ModifySecurityGroupRules" },
    id: ({ random }) => `sg-${random.hex(17)}`,
    outputs: ({ place }) => ({ ownerId: place.account }),
    byItself: (record, cloud) => ({
      ...(record.inputs["ingress"] === undefined && { ingress: rulesOf(ingressType, record, cloud) }),
      ...(record.inputs["egress"] === undefined && { egress: rulesOf(egressType, record, cloud) }),
    }),
    references: [toVpc],
    unique: [oneNameAVpc],
    dependants: [
      holds(ingressType, "referencedSecurityGroupId"),
      holds(egressType, "referencedSecurityGroupId"),
      holds("aws:ec2/securityGroupRule:SecurityGroupRule", "sourceSecurityGroupId"),
      holds("aws:rds/instance:Instance", "vpcSecurityGroupIds"),
      holds("aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
      holds("aws:ec2/instance:Instance", "vpcSecurityGroupIds"),
      holds("aws:ec2/networkInterface:NetworkInterface", "securityGroups"),
      holds("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
      holds("aws:lb/loadBalancer:LoadBalancer", "securityGroups"),
      holds("aws:alb/loadBalancer:LoadBalancer", "securityGroups"),
      holds("aws:elb/loadBalancer:LoadBalancer", "securityGroups"),
      holds("aws:eks/cluster:Cluster", "vpcConfig.securityGroupIds"),
      holds("aws:efs/mountTarget:MountTarget", "securityGroups"),
      holds("aws:elasticache/cluster:Cluster", "securityGroupIds"),
      holds("aws:lambda/function:Function", "vpcConfig.securityGroupIds"),
    ],
  },

  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    api: { service: "EC2", title: "Default Security Group" },
    // It is there already; the resource only takes its rules over, and deleting it only lets go of them.
    id: ({ inputs, random }, cloud) => {
      const vpc = cloud.find("aws:ec2/vpc:Vpc", textOf(inputs, "vpcId"));
      return textOf(vpc?.outputs ?? {}, "defaultSecurityGroupId") || `sg-${random.hex(17)}`;
    },
    outputs: ({ place }) => ({
      ownerId: place.account,
      name: "default",
      description: "default VPC security group",
    }),
    references: [toVpc],
  },

  "aws:ec2/securityGroupRule:SecurityGroupRule": {
    api: {
      service: "EC2",
      title: "Security Group Rule",
      create: "AuthorizeSecurityGroupIngress",
      delete: "RevokeSecurityGroupIngress",
    },
    id: ({ random }) => `sgrule-${String(1_000_000_000 + random.int(3_000_000_000))}`,
    references: [toSecurityGroup("securityGroupId"), toSecurityGroup("sourceSecurityGroupId")],
  },
};

export const ruleEntries: Entries = {
  [ingressType]: rule("Ingress", "Ingress"),
  [egressType]: rule("Egress", "Egress"),
};
