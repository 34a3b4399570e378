import {
  containsUnknown,
  isRecord,
  listOf,
  recordOf,
  textOf,
  textsAt,
  type Values,
} from "../../interpreter/values";
import type { PlanCondition, PlanFacts, PlanFactsByToken, Planned } from "./plan-facts";

// The files are those of hashicorp/terraform-provider-aws, below internal/service/, near version 6.34.

const kind = (values: Values): string => textOf(values, "loadBalancerType") || "application";

const isNetwork = ({ wanted }: Planned): boolean => kind(wanted) === "network";

/** A subnet of a balancer with the addresses that it is given there. */
function mappings(values: Values): readonly string[] {
  return listOf(values, "subnetMappings")
    .filter(isRecord)
    .map((mapping) =>
      ["subnetId", "allocationId", "privateIpv4Address", "ipv6Address"]
        .map((name) => textOf(mapping, name))
        .join(" "),
    );
}

/** What of a set was there and is there no more. */
const lost = (had: readonly string[], wanted: readonly string[]): readonly string[] =>
  had.filter((item) => !wanted.includes(item));

/** A network balancer only ever gains subnets in place: one fewer, or another one, makes another balancer. */
function losesSubnets(planned: Planned): boolean {
  const { had, wanted } = planned;
  if (!isNetwork(planned) || containsUnknown(wanted["subnets"])) return false;
  return textsAt(wanted, "subnets").length <= textsAt(had, "subnets").length;
}

/**
 * A network balancer takes further mappings only. An application balancer lets some go, too, but changes none in place.
 */
function changesMappings({ had, wanted }: Planned): boolean {
  if (containsUnknown(wanted["subnetMappings"])) return false;
  const [before, after] = [mappings(had), mappings(wanted)];
  if (kind(wanted) === "application" && after.length < before.length) return lost(after, before).length > 0;
  return after.length <= before.length || lost(before, after).length > 0;
}

/** A network balancer never goes from no security groups to some, nor back. */
function gainsOrLosesAllGroups(planned: Planned): boolean {
  const { had, wanted } = planned;
  if (!isNetwork(planned) || containsUnknown(wanted["securityGroups"])) return false;
  const [before, after] = [textsAt(had, "securityGroups"), textsAt(wanted, "securityGroups")];
  return (before.length === 0) !== (after.length === 0);
}

/** Attributes that only balancers of certain kinds have: for others the provider sees no change in them. */
const attributesOf: Readonly<Record<string, readonly string[]>> = {
  application: [
    ...["clientKeepAlive", "desyncMitigationMode", "dropInvalidHeaderFields", "enableHttp2"],
    ...["enableTlsVersionAndCipherSuiteHeaders", "enableWafFailOpen", "enableXffClientPort", "idleTimeout"],
    ...["ipamPools", "preserveHostHeader", "xffHeaderProcessingMode"],
  ],
  network: ["dnsRecordClientRoutingPolicy", "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"],
};

const otherKindsAttributes: readonly PlanCondition[] = [
  ...Object.entries(attributesOf).flatMap(([of, names]) =>
    names.map((property) => ({ property, when: ({ wanted }: Planned) => kind(wanted) !== of })),
  ),
  // Always on for application balancers.
  { property: "enableCrossZoneLoadBalancing", when: ({ wanted }) => kind(wanted) === "application" },
  ...["enableZonalShift", "minimumLoadBalancerCapacity"].map((property) => ({
    property,
    when: ({ wanted }: Planned) => !["application", "network"].includes(kind(wanted)),
  })),
];

const balancer: PlanFacts = {
  source:
    "elbv2/load_balancer.go: customizeDiffLoadBalancerNLB, customizeDiffLoadBalancerALB, suppressIfLBType; verify.SuppressMissingOptionalConfigurationBlock",
  replaces: [
    { property: "subnets", when: losesSubnets },
    { property: "subnetMappings", when: changesMappings },
    { property: "securityGroups", when: gainsOrLosesAllGroups },
    {
      property: "secondaryIpsAutoAssignedPerSubnet",
      when: (planned) => isNetwork(planned) && falls(planned, "secondaryIpsAutoAssignedPerSubnet"),
    },
  ],
  ignores: [
    ...otherKindsAttributes,
    // Logs stay on when the program says no more of them.
    ...["accessLogs", "connectionLogs", "healthCheckLogs"].map((property) => ({
      property,
      when: ({ given }: Planned) => given[property] === undefined,
    })),
    {
      property: "subnetMappings",
      when: ({ had, wanted }) =>
        !containsUnknown(wanted["subnetMappings"]) &&
        mappings(had).length === mappings(wanted).length &&
        lost(mappings(had), mappings(wanted)).length === 0,
    },
  ],
};

/** Whether a number goes down. */
function falls({ had, wanted }: Planned, name: string): boolean {
  const [before, after] = [had[name], wanted[name]];
  return typeof before === "number" && typeof after === "number" && after < before;
}

const probesHttp = (outputs: Values): boolean =>
  ["HTTP", "HTTPS"].includes(
    textOf(recordOf(outputs, "healthCheck"), "protocol") || textOf(outputs, "protocol"),
  );

const targetGroup: PlanFacts = {
  source: "elbv2/target_group.go: customizeDiffTargetGroupTargetTypeNotLambda, flattenTargetGroupHealthCheck",
  writes: {
    "healthCheck.enabled": true,
    "healthCheck.matcher": (outputs) => (probesHttp(outputs) ? "200" : ""),
    "healthCheck.path": (outputs) => (probesHttp(outputs) ? "/" : ""),
  },
  refuses: [
    ({ wanted }: Planned): string | undefined => {
      const type = textOf(wanted, "targetType") || "instance";
      if (type === "lambda") return undefined;
      const missing = (
        [
          ["port", "port"],
          ["protocol", "protocol"],
          ["vpcId", "vpc_id"],
        ] as const
      ).find(([name]) => wanted[name] === undefined);
      if (missing === undefined) return undefined;
      return `Attribute "${missing[1]}" must be specified when "target_type" is "${type}".`;
    },
  ],
};

const listener: PlanFacts = {
  source: "elbv2/listener.go: resourceListener, schema of a redirect, flattenListenerActions",
  writes: {
    "defaultActions[].order": 1,
    "defaultActions[].redirect.host": "#{host}",
    "defaultActions[].redirect.path": "/#{path}",
    "defaultActions[].redirect.port": "#{port}",
    "defaultActions[].redirect.protocol": "#{protocol}",
    "defaultActions[].redirect.query": "#{query}",
  },
};

export const networkPlans: PlanFactsByToken = {
  "aws:lb/loadBalancer:LoadBalancer": balancer,
  "aws:alb/loadBalancer:LoadBalancer": balancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
  "aws:alb/targetGroup:TargetGroup": targetGroup,

  "aws:lb/listener:Listener": listener,
  "aws:alb/listener:Listener": listener,

  "aws:ec2/vpc:Vpc": {
    source: "ec2/vpc_.go: resourceVPCCustomizeDiff",
    replaces: [
      {
        property: "instanceTenancy",
        // The API has one way only.
        when: ({ had, wanted }) =>
          textOf(had, "instanceTenancy") !== "dedicated" || textOf(wanted, "instanceTenancy") !== "default",
      },
    ],
    // A block that an address manager chose is not the program's to change.
    ignores: [{ property: "cidrBlock", when: ({ wanted }) => (wanted["ipv4NetmaskLength"] ?? 0) !== 0 }],
  },

  "aws:ec2/subnet:Subnet": {
    source: "ec2/vpc_subnet.go: resourceSubnet, CustomizeDiff",
    replaces: [
      {
        property: "ipv6CidrBlock",
        when: ({ had, wanted }) =>
          textOf(had, "ipv6CidrBlock") !== "" && textOf(wanted, "ipv6CidrBlock") !== "",
      },
    ],
  },

  "aws:ec2/natGateway:NatGateway": {
    source:
      "ec2/vpc_nat_gateway.go: resourceNATGatewayCustomizeDiff, validateRegionalNATGatewayAvailabilityZoneAddress",
    replaces: [
      {
        property: "secondaryPrivateIpAddressCount",
        when: ({ wanted }) => textOf(wanted, "connectivityType") === "private",
      },
      {
        // A regional gateway either chooses its zones or is given them.
        property: "availabilityZoneAddresses",
        when: ({ had, wanted }) =>
          textOf(wanted, "availabilityMode") === "regional" &&
          (listOf(had, "availabilityZoneAddresses").length === 0) !==
            (listOf(wanted, "availabilityZoneAddresses").length === 0),
      },
    ],
    refuses: [
      ({ given }: Planned): string | undefined => {
        const type = textOf(given, "connectivityType") || "public";
        const foreign: readonly (readonly [string, string])[] =
          type === "private"
            ? [
                ["allocationId", "allocation_id"],
                ["secondaryAllocationIds", "secondary_allocation_ids"],
              ]
            : [["secondaryPrivateIpAddressCount", "secondary_private_ip_address_count"]];
        const [, field] = foreign.find(([name]) => given[name] !== undefined) ?? [];
        return field && `${field} is not supported with connectivity_type = "${type}"`;
      },
    ],
  },

  "aws:ec2/securityGroup:SecurityGroup": {
    source: "ec2/vpc_security_group.go: resourceSecurityGroup, schema (TypeSet)",
    sets: ["ingress", "egress"],
  },

  "aws:ec2/routeTable:RouteTable": {
    source: "ec2/vpc_route_table.go: resourceRouteTable, schema (TypeSet)",
    sets: ["routes"],
  },

  "aws:route53/record:Record": {
    source:
      "route53/record.go: resourceRecord, StateFunc of name, DiffSuppressFunc of alias.name, schema (TypeSet)",
    sets: ["records"],
    ignores: ["name", "aliases[].name"].map((property) => ({
      property,
      when: ({ had, wanted }: Planned) =>
        domainNames(had, property).join() === domainNames(wanted, property).join(),
    })),
  },
};

/** Domain names as DNS compares them. */
function domainNames(values: Values, property: string): readonly string[] {
  return textsAt(values, property.replace("[]", "")).map((name) => name.toLowerCase().replace(/\.$/, ""));
}
