import type { Entries } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";
import { hash, toRouteTable, toSecurityGroup, toSubnet, toVpc } from "./network-references";

export const entries: Entries = {
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    api: { service: "EC2", title: "EC2 VPC Endpoint", delete: "DeleteVpcEndpoints" },
    id: ({ random }) => `vpce-${random.hex(17)}`,
    outputs: ({ inputs, random, place }) => ({
      ownerId: place.account,
      prefixListId: inputs["vpcEndpointType"] === "Interface" ? "" : `pl-${random.hex(8)}`,
      requesterManaged: false,
      state: "available",
      serviceRegion: place.region,
      ipAddressType: "ipv4",
      policy: JSON.stringify({
        Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
        Version: "2008-10-17",
      }),
      ...(textOf(inputs, "policy") !== "" && { policy: textOf(inputs, "policy") }),
    }),
    references: [
      toVpc,
      toSubnet("subnetIds"),
      toSecurityGroup("securityGroupIds"),
      { ...toRouteTable, property: "routeTableIds" },
    ],
  },

  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": {
    api: {
      service: "EC2",
      title: "EC2 VPC Endpoint Route Table Association",
      create: "ModifyVpcEndpoint",
      delete: "ModifyVpcEndpoint",
    },
    importedBy: ["{vpcEndpointId}/{routeTableId}"],
    id: ({ inputs }) => `a-${textOf(inputs, "vpcEndpointId")}${String(hash(textOf(inputs, "routeTableId")))}`,
    references: [
      toRouteTable,
      {
        property: "vpcEndpointId",
        type: "aws:ec2/vpcEndpoint:VpcEndpoint",
        code: "InvalidVpcEndpointId.NotFound",
        message: (id) => `The vpcEndpoint ID '${id}' does not exist`,
      },
    ],
  },

  "aws:ec2/networkAcl:NetworkAcl": {
    api: { service: "EC2", title: "EC2 Network ACL" },
    id: ({ random }) => `acl-${random.hex(17)}`,
    outputs: ({ place }) => ({ ownerId: place.account }),
    references: [toVpc, toSubnet("subnetIds")],
  },

  "aws:ec2/flowLog:FlowLog": {
    api: { service: "EC2", title: "Flow Log", create: "CreateFlowLogs", delete: "DeleteFlowLogs" },
    id: ({ random }) => `fl-${random.hex(17)}`,
    outputs: ({ inputs }) => ({
      logFormat:
        textOf(inputs, "logFormat") ||
        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} " +
          "${bytes} ${start} ${end} ${action} ${log-status}",
    }),
    references: [toVpc, toSubnet("subnetId")],
  },
};
