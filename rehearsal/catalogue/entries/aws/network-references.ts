import { Netmask } from "netmask";
import type { Reference } from "../../../interpreter/entry";

// What network resources are called, and what refers to them. Error codes and their wording, here and in the entries:
// the EC2 API reference, "Error codes for the Amazon EC2 API".

export const vpcType = "aws:ec2/vpc:Vpc";
export const subnetType = "aws:ec2/subnet:Subnet";
export const gatewayType = "aws:ec2/internetGateway:InternetGateway";
export const natType = "aws:ec2/natGateway:NatGateway";
export const addressType = "aws:ec2/eip:Eip";
export const tableType = "aws:ec2/routeTable:RouteTable";

/** `vpcId` names a VPC that is there. */
export const toVpc: Reference = {
  property: "vpcId",
  type: vpcType,
  code: "InvalidVpcID.NotFound",
  message: (id) => `The vpc ID '${id}' does not exist`,
};

/** A property names subnets that are there. */
export function toSubnet(property: string): Reference {
  const message = (id: string): string => `The subnet ID '${id}' does not exist`;
  return { property, type: subnetType, code: "InvalidSubnetID.NotFound", message };
}

/** A property names security groups that are there, or a VPC's default one. */
export function toSecurityGroup(property: string): Reference {
  return {
    property,
    type: "aws:ec2/securityGroup:SecurityGroup",
    or: { type: vpcType, output: "defaultSecurityGroupId" },
    code: "InvalidGroup.NotFound",
    message: (id) => `The security group '${id}' does not exist`,
  };
}

export const toRouteTable: Reference = {
  property: "routeTableId",
  type: tableType,
  or: { type: vpcType, output: "mainRouteTableId" },
  code: "InvalidRouteTableID.NotFound",
  message: (id) => `The routeTable ID '${id}' does not exist`,
};

export const toAddress: Reference = {
  property: "allocationId",
  type: addressType,
  code: "InvalidAllocationID.NotFound",
  message: (id) => `The allocation ID '${id}' does not exist`,
};

/** An address block; undefined for what is none. */
export function block(text: string): Netmask | undefined {
  return /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text) ? new Netmask(text) : undefined;
}

/** A number from a text, always the same one. */
export function hash(text: string): number {
  let result = 0;
  for (const character of text) result = (result * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return result;
}
