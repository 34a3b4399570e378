import type { CloudView, Entries, Refusal, Rule, Subject } from "../../../interpreter/entry";
import { textOf, type Values } from "../../../interpreter/values";
import {
  addressType,
  block,
  gatewayType,
  hash,
  natType,
  subnetType,
  tableType,
  toAddress,
  toRouteTable,
  toSubnet,
  toVpc,
} from "./network-references";

const associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const routeType = "aws:ec2/route:Route";

const addressIsFree: Rule = ({ inputs }, cloud) => {
  const allocation = textOf(inputs, "allocationId");
  const taken = cloud
    .ofType(natType)
    .some(({ outputs }) => allocation !== "" && outputs["allocationId"] === allocation);
  if (!taken) return undefined;
  return {
    code: "Resource.AlreadyAssociated",
    message: `Elastic IP address [${allocation}] is already associated`,
  };
};

const addressInUse = ({ outputs }: Subject): string => `Address ${textOf(outputs, "publicIp")} is in use.`;

const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;

const oneRouteADestination: Rule = ({ inputs }, cloud) => {
  for (const property of destinations) {
    const destination = textOf(inputs, property);
    const same = cloud
      .ofType(routeType)
      .find(
        ({ outputs }) =>
          outputs["routeTableId"] === inputs["routeTableId"] && outputs[property] === destination,
      );
    if (destination !== "" && same) {
      return {
        code: "RouteAlreadyExists",
        message: `The route identified by ${destination} already exists.`,
      };
    }
  }
  return undefined;
};

const oneTableASubnet: Rule = ({ inputs }, cloud): Refusal | undefined => {
  const subnet = textOf(inputs, "subnetId");
  const taken = cloud
    .ofType(associationType)
    .some(({ outputs }) => subnet !== "" && outputs["subnetId"] === subnet);
  if (!taken) return undefined;
  return {
    code: "Resource.AlreadyAssociated",
    message:
      `the specified association for route table ${textOf(inputs, "routeTableId")} ` +
      "conflicts with an existing association",
  };
};

function routesOf(id: string, cloud: CloudView): Values[] {
  return cloud
    .ofType(routeType)
    .filter(({ inputs }) => inputs["routeTableId"] === id)
    .map(({ inputs }) => ({
      cidrBlock: textOf(inputs, "destinationCidrBlock"),
      ipv6CidrBlock: textOf(inputs, "destinationIpv6CidrBlock"),
      destinationPrefixListId: textOf(inputs, "destinationPrefixListId"),
      gatewayId: textOf(inputs, "gatewayId"),
      natGatewayId: textOf(inputs, "natGatewayId"),
    }));
}

export const entries: Entries = {
  [addressType]: {
    api: { service: "EC2", title: "EC2 EIP", create: "AllocateAddress", delete: "ReleaseAddress" },
    id: ({ random }) => `eipalloc-${random.hex(17)}`,
    outputs: ({ id, random, place }) => {
      // 203.0.113.0/24 and 198.51.100.0/24 are kept for documentation: these addresses are nobody's.
      const address = `${random.pick(["203.0.113", "198.51.100"])}.${String(1 + random.int(254))}`;
      const host = `ec2-${address.replaceAll(".", "-")}`;
      return {
        allocationId: id,
        domain: "vpc",
        publicIp: address,
        publicDns: `${host}.${place.region}.compute.amazonaws.com`,
        networkBorderGroup: place.region,
        publicIpv4Pool: "amazon",
        associationId: "",
        privateIp: "",
        privateDns: "",
        ptrRecord: "",
        carrierIp: "",
        customerOwnedIp: "",
      };
    },
    dependants: [
      { type: natType, property: "allocationId", code: "InvalidIPAddress.InUse", message: addressInUse },
      {
        type: "aws:ec2/eipAssociation:EipAssociation",
        property: "allocationId",
        code: "InvalidIPAddress.InUse",
        message: addressInUse,
      },
    ],
  },

  "aws:ec2/eipAssociation:EipAssociation": {
    api: {
      service: "EC2",
      title: "EC2 EIP Association",
      create: "AssociateAddress",
      delete: "DisassociateAddress",
    },
    id: ({ random }) => `eipassoc-${random.hex(17)}`,
    references: [toAddress],
  },

  [natType]: {
    api: { service: "EC2", title: "EC2 NAT Gateway" },
    id: ({ random }) => `nat-${random.hex(17)}`,
    outputs: ({ inputs, random }, cloud) => ({
      associationId: `eipassoc-${random.hex(17)}`,
      networkInterfaceId: `eni-${random.hex(17)}`,
      privateIp: hostIn(
        cloud.find(subnetType, textOf(inputs, "subnetId"))?.outputs["cidrBlock"],
        random.int(200),
      ),
      publicIp: textOf(cloud.find(addressType, textOf(inputs, "allocationId"))?.outputs ?? {}, "publicIp"),
      vpcId: textOf(cloud.find(subnetType, textOf(inputs, "subnetId"))?.outputs ?? {}, "vpcId"),
    }),
    references: [toSubnet("subnetId"), toAddress],
    refuseCreate: [addressIsFree],
  },

  [tableType]: {
    api: { service: "EC2", title: "EC2 Route Table" },
    id: ({ random }) => `rtb-${random.hex(17)}`,
    outputs: ({ place }) => ({ ownerId: place.account }),
    // It shows all its routes, whoever made them. Source: documentation of aws_route_table, "Note on Route Tables and Routes".
    byItself: ({ id, inputs }, cloud) =>
      inputs["routes"] === undefined ? { routes: routesOf(id, cloud) } : undefined,
    references: [toVpc],
    dependants: [
      {
        type: associationType,
        property: "routeTableId",
        code: "DependencyViolation",
        message: ({ id }) => `The routeTable '${id}' has dependencies and cannot be deleted.`,
      },
    ],
  },

  [routeType]: {
    api: { service: "EC2", title: "EC2 Route", update: "ReplaceRoute" },
    importedBy: [`{routeTableId}_{${destinations.join("|")}}`],
    // As the provider makes it up: the table, and a hash of the destination.
    id: ({ inputs }) =>
      `r-${textOf(inputs, "routeTableId")}${String(hash(destinations.map((name) => textOf(inputs, name)).join("")))}`,
    outputs: () => ({ origin: "CreateRoute", state: "active", instanceId: "", instanceOwnerId: "" }),
    references: [
      toRouteTable,
      {
        property: "gatewayId",
        type: gatewayType,
        only: /^igw-/,
        code: "InvalidGatewayID.NotFound",
        message: (id) => `The gateway ID '${id}' does not exist`,
      },
      {
        property: "natGatewayId",
        type: natType,
        code: "InvalidNatGatewayID.NotFound",
        message: (id) => `The natGateway ID '${id}' does not exist`,
      },
    ],
    refuseCreate: [oneRouteADestination],
  },

  [associationType]: {
    importedBy: ["{subnetId|gatewayId}/{routeTableId}"],
    api: {
      service: "EC2",
      title: "EC2 Route Table Association",
      create: "AssociateRouteTable",
      update: "ReplaceRouteTableAssociation",
      delete: "DisassociateRouteTable",
    },
    id: ({ random }) => `rtbassoc-${random.hex(17)}`,
    references: [toRouteTable, toSubnet("subnetId")],
    refuseCreate: [oneTableASubnet],
  },
};

/** The n-th address of a range, as far as it goes. */
function hostIn(cidr: unknown, number: number): string {
  const range = typeof cidr === "string" ? block(cidr) : undefined;
  if (!range) return "10.0.0.10";
  const [a = 0, b = 0, c = 0] = range.base.split(".").map(Number);
  return [a, b, c, 4 + (number % Math.max(range.size - 8, 1))].map(String).join(".");
}
