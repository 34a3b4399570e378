import type { Entries, Entry, InputRule, Reference, Rule, Unique } from "../../../interpreter/entry";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsAt,
  type Values,
} from "../../../interpreter/values";
import { hostedZoneOf } from "../../../packages/aws/regions";
import { accessLogsAreTaken, leaveTestFile } from "./access-logs";
import { lockedBy, nameIsFree } from "./common-rules";
import { dropCertificates, entries as certificates } from "./listener-certificates";
import { toSecurityGroup, toSubnet, toVpc } from "./network-references";

const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const groupType = "aws:lb/targetGroup:TargetGroup";
const listenerType = "aws:lb/listener:Listener";
const ruleType = "aws:lb/listenerRule:ListenerRule";
const service = "Elastic Load Balancing v2";

/** 32 letters, digits and hyphens, not at the ends. */
const nameIsValid: Rule = ({ inputs }) => {
  const name = textOf(inputs, "name");
  if (
    name === "" ||
    (/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name) && !name.startsWith("internal-"))
  ) {
    return undefined;
  }
  const message =
    name.length > 32 ? `"name" cannot be longer than 32 characters: "${name}"` : `invalid name: "${name}"`;
  return { code: "ValidationError", message, byProvider: true };
};

const spansTwoZones: Rule = ({ inputs }, cloud) => {
  if ((textOf(inputs, "loadBalancerType") || "application") !== "application") return undefined;
  const ids = [...textsAt(inputs, "subnets"), ...textsAt(inputs, "subnetMappings.subnetId")];
  const zones = new Set(
    ids.map((id) => textOf(cloud.find("aws:ec2/subnet:Subnet", id)?.outputs ?? {}, "availabilityZone")),
  );
  if (zones.size >= 2) return undefined;
  const message = "At least two subnets in two different Availability Zones must be specified";
  return { code: "ValidationError", message };
};

const balancer: Entry = {
  api: { service, title: "ELBv2 Load Balancer", update: "ModifyLoadBalancerAttributes" },
  id: (draft) => {
    const { inputs, place, random, name } = draft;
    const kind = { network: "net", gateway: "gwy" }[textOf(inputs, "loadBalancerType")] ?? "app";
    return `arn:aws:elasticloadbalancing:${place.region}:${place.account}:loadbalancer/${kind}/${textOf(inputs, "name") || name}/${random.hex(16)}`;
  },
  outputs: ({ id, inputs, place, random }, cloud) => {
    const name = id.split("/")[2] ?? "";
    const network = textOf(inputs, "loadBalancerType") === "network";
    const internal = inputs["internal"] === true;
    const [subnet] = [...textsAt(inputs, "subnets"), ...textsAt(inputs, "subnetMappings.subnetId")];
    const end = network ? `elb.${place.region}.amazonaws.com` : `${place.region}.elb.amazonaws.com`;
    return {
      arn: id,
      arnSuffix: id.split("loadbalancer/")[1] ?? "",
      name,
      internal,
      ipAddressType: "ipv4",
      dnsName: `${internal ? "internal-" : ""}${name}-${network ? random.hex(16) : String(random.int(2_000_000_000))}.${end}`,
      zoneId:
        hostedZoneOf(place.region, network ? "networkLoadBalancer" : "applicationLoadBalancer") ??
        `Z${random.upper(13)}`,
      vpcId: textOf(cloud.find("aws:ec2/subnet:Subnet", subnet ?? "")?.outputs ?? {}, "vpcId"),
    };
  },
  references: [toSubnet("subnets"), toSubnet("subnetMappings.subnetId"), toSecurityGroup("securityGroups")],
  unique: [
    nameIsFree("name", {
      code: "DuplicateLoadBalancerName",
      message: (name) => `A load balancer with the same name '${name}' exists, but with different settings`,
    }),
  ],
  refuseCreate: [nameIsValid, spansTwoZones],
  refuseInputs: [accessLogsAreTaken],
  afterCreate: leaveTestFile,
  afterUpdate: leaveTestFile,
  refuseDelete: [
    lockedBy("enableDeletionProtection", {
      code: "OperationNotPermitted",
      message: (id) => `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
    }),
  ],
};

/** Codes and their words: Elastic Load Balancing API reference, "Common errors" and the errors of each action. */
const incompatible = {
  code: "IncompatibleProtocols",
  message: "The specified configuration is not valid with this protocol.",
};

const probeFits: InputRule = (inputs) => {
  const probe = recordOf(inputs, "healthCheck");
  const [timeout, interval] = [numberOf(probe, "timeout"), numberOf(probe, "interval") ?? 30];
  const protocol = textOf(probe, "protocol") || "HTTP";
  if (timeout !== undefined && timeout >= interval) {
    const message = `Health check timeout '${String(timeout)}' must be smaller than the interval '${String(interval)}'`;
    return { code: "ValidationError", message };
  }
  if (protocol === "TCP" && ["HTTP", "HTTPS"].includes(textOf(inputs, "protocol"))) {
    const message = `Attribute "health_check.protocol" cannot have value "TCP" when "protocol" is "${textOf(inputs, "protocol")}"`;
    return { code: "InvalidAttribute", message, byProvider: true };
  }
  return undefined;
};

const targetGroup: Entry = {
  api: { service, title: "ELBv2 Target Group" },
  id: ({ inputs, place, random, name }) =>
    `arn:aws:elasticloadbalancing:${place.region}:${place.account}:targetgroup/${textOf(inputs, "name") || name}/${random.hex(16)}`,
  outputs: ({ id }) => ({
    arn: id,
    arnSuffix: id.split(":").at(-1) ?? "",
    name: id.split("/")[1] ?? "",
    loadBalancerArns: [],
  }),
  references: [toVpc],
  unique: [
    nameIsFree("name", {
      code: "DuplicateTargetGroupName",
      message: (name) => `A target group with the same name '${name}' exists, but with different settings`,
    }),
  ],
  refuseCreate: [nameIsValid],
  refuseInputs: [probeFits],
  dependants: [
    ...[listenerType, "aws:alb/listener:Listener"].map((type) => [type, "defaultActions"] as const),
    ...[ruleType, "aws:alb/listenerRule:ListenerRule"].map((type) => [type, "actions"] as const),
  ].map(([type, actions]) => ({
    type,
    property: `${actions}.targetGroupArn`,
    code: "ResourceInUse",
    message: ({ id }) => `Target group '${id}' is currently in use by a listener or a rule`,
  })),
};

const toBalancer: Reference = {
  property: "loadBalancerArn",
  type: [balancerType, "aws:alb/loadBalancer:LoadBalancer"],
  code: "LoadBalancerNotFound",
  message: (id) => `Load balancer '${id}' not found`,
};

function toTargetGroup(actions: string): Reference {
  return {
    property: `${actions}.targetGroupArn`,
    type: [groupType, "aws:alb/targetGroup:TargetGroup"],
    code: "TargetGroupNotFound",
    message: (id) => `Target group '${id}' not found`,
  };
}

/** Every port has one listener, whatever its protocol: TCP and UDP beside each other are one of `TCP_UDP`. */
const onePortOnce: Unique = {
  by: ["loadBalancerArn", "port"],
  sharedWith: ["aws:alb/listener:Listener"],
  code: "DuplicateListener",
  message: () => "A listener already exists on this port for this load balancer",
};

/** What a listener or a rule belongs to: `app/name/id`, which its ARN goes on from. */
function balancerOf(values: Values): string {
  const arn = textOf(values, "loadBalancerArn") || textOf(values, "listenerArn");
  return (/:(?:loadbalancer|listener)\/([^/]+\/[^/]+\/[^/]+)/.exec(arn) ?? [])[1] ?? "";
}

/** Source: "Target groups for your Application Load Balancers", and hashicorp/terraform-provider-aws #22005. */
function oneBalancerAGroup(actions: "actions" | "defaultActions"): InputRule {
  return (inputs, cloud) => {
    const used = [listenerType, "aws:alb/listener:Listener", ruleType, "aws:alb/listenerRule:ListenerRule"]
      .flatMap((type) => cloud.ofType(type))
      .filter(({ outputs }) => balancerOf(outputs) !== balancerOf(inputs))
      .flatMap(({ outputs }) => [
        ...textsAt(outputs, "defaultActions.targetGroupArn"),
        ...textsAt(outputs, "actions.targetGroupArn"),
      ]);
    const twice = textsAt(inputs, `${actions}.targetGroupArn`).filter((arn) => used.includes(arn));
    if (twice.length === 0) return undefined;
    const message = `The following target groups cannot be associated with more than one load balancer: ${twice.join(", ")}`;
    return { code: "TargetGroupAssociationLimit", message };
  };
}

/** Protocols of network listeners, and of the groups that each forwards to. Source: "Listeners for your Network Load Balancers". */
const flows: Readonly<Record<string, readonly string[]>> = {
  TCP: ["TCP", "TCP_UDP"],
  UDP: ["UDP", "TCP_UDP"],
  TCP_UDP: ["TCP_UDP"],
  TLS: ["TCP", "TLS"],
};

/** HTTP is for application load balancers, flows for network ones; and TLS wants a certificate. */
const protocolFits: InputRule = (inputs, cloud) => {
  const protocol = textOf(inputs, "protocol") || "HTTP";
  const network = textOf(inputs, "loadBalancerArn").includes(":loadbalancer/net/");
  if (network !== protocol in flows) return incompatible;
  const fitting = flows[protocol];
  const groups = listOf(inputs, "defaultActions")
    .filter(isRecord)
    .map((action) => cloud.find(groupType, textOf(action, "targetGroupArn"))?.outputs ?? {});
  const wrong = groups.some(
    (group) =>
      textOf(group, "protocol") !== "" &&
      !(fitting?.includes(textOf(group, "protocol")) ?? !(textOf(group, "protocol") in flows)),
  );
  if (wrong) return incompatible;
  if (["HTTPS", "TLS"].includes(protocol) && textOf(inputs, "certificateArn") === "") {
    return {
      code: "ValidationError",
      message: `A certificate must be specified for ${protocol} listeners`,
    };
  }
  return undefined;
};

const onePriorityOnce: Unique = {
  by: ["listenerArn", "priority"],
  sharedWith: ["aws:alb/listenerRule:ListenerRule"],
  code: "PriorityInUse",
  message: (wanted) => `Priority '${numberOf(wanted, "priority") ?? 0}' is currently in use`,
};

/** Source: Quotas for Application Load Balancers, "Condition values per rule". */
const fiveValues: InputRule = (inputs) => {
  const values = ["hostHeader", "pathPattern"].flatMap((condition) =>
    textsAt(inputs, `conditions.${condition}.values`),
  );
  if (values.length <= 5) return undefined;
  return {
    code: "TooManyUniqueConditionValues",
    message: "The maximum number of condition values per rule is 5",
  };
};

const rule: Entry = {
  api: { service, title: "ELBv2 Listener Rule" },
  id: ({ inputs, random }) =>
    `${textOf(inputs, "listenerArn").replace(":listener/", ":listener-rule/")}/${random.hex(16)}`,
  outputs: ({ id, inputs }) => ({ arn: id, priority: inputs["priority"] ?? 1 }),
  references: [
    {
      property: "listenerArn",
      type: [listenerType, "aws:alb/listener:Listener"],
      code: "ListenerNotFound",
      message: (id) => `Listener '${id}' not found`,
    },
    toTargetGroup("actions"),
  ],
  unique: [onePriorityOnce],
  refuseInputs: [fiveValues, oneBalancerAGroup("actions")],
};

const listener: Entry = {
  api: { service, title: "ELBv2 Listener" },
  id: ({ inputs, random }) =>
    `${textOf(inputs, "loadBalancerArn").replace(":loadbalancer/", ":listener/")}/${random.hex(16)}`,
  outputs: ({ id, inputs }) => ({ arn: id, protocol: textOf(inputs, "protocol") || "HTTP" }),
  references: [toBalancer, toTargetGroup("defaultActions")],
  unique: [onePortOnce],
  refuseInputs: [protocolFits, oneBalancerAGroup("defaultActions")],
  afterDelete: dropCertificates,
};

export const entries: Entries = {
  ...certificates,
  [balancerType]: balancer,
  [groupType]: targetGroup,
  [listenerType]: listener,
  [ruleType]: rule,
  // The same four under their other module's name.
  "aws:alb/loadBalancer:LoadBalancer": balancer,
  "aws:alb/targetGroup:TargetGroup": targetGroup,
  "aws:alb/listener:Listener": listener,
  "aws:alb/listenerRule:ListenerRule": rule,
};
