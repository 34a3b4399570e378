import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, CloudView } from "../../interpreter/entry";
import type { Random } from "../../interpreter/random";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../../interpreter/values";
import { refuseAccessLogs } from "../../catalogue/entries/aws/access-logs";
import { hostedZoneOf } from "../aws/regions";
import { inAccount, isPublic, tagsOf, type EksCluster } from "./eks";
import { annotationsOf, placeOf, specOf, uidOf } from "./objects";

// What the service controller of EKS does with a Service of type LoadBalancer (the AWS cloud provider of Kubernetes,
// pkg/providers/v1/aws.go): names, tags, the choice of subnets, and that it never turns one kind into the other.

export const classicType = "aws:elb/loadBalancer:LoadBalancer";
export const networkType = "aws:lb/loadBalancer:LoadBalancer";
const groupType = "aws:ec2/securityGroup:SecurityGroup";
const subnetType = "aws:ec2/subnet:Subnet";
const annotation = "service.beta.kubernetes.io/aws-load-balancer";

/** Which load balancer a service asks for; undefined when it asks for none, or for one of another controller. */
function kindOf(service: CloudRecord): "classic" | "network" | undefined {
  const spec = specOf(service);
  if (textOf(spec, "type") !== "LoadBalancer" || textOf(spec, "loadBalancerClass") !== "") return undefined;
  const type = textOf(annotationsOf(service.outputs), `${annotation}-type`);
  if (type === "") return "classic";
  return type === "nlb" ? "network" : undefined;
}

/** `a` and the service's uid, 32 characters: the name by which the controller finds it again. */
function nameFor(service: CloudRecord): string {
  return `a${uidOf(service).replaceAll("-", "")}`.slice(0, 32);
}

function existing(
  kind: "classic" | "network",
  name: string,
  cluster: EksCluster,
  cloud: CloudView,
): CloudRecord | undefined {
  const type = kind === "classic" ? classicType : networkType;
  return inAccount(cluster.scope, type, cloud).find(({ outputs }) => outputs["name"] === name);
}

/**
 * Makes the load balancer that a service asks for, unless it is there.
 *
 * @returns Its host name, or why there is none.
 */
export function ensureLoadBalancer(
  service: CloudRecord,
  cluster: EksCluster,
  cloud: CloudHands,
  random: Random,
): { readonly host: string } | { readonly problem: string } {
  const kind = kindOf(service);
  if (kind === undefined) return { problem: "" };
  const name = nameFor(service);
  const unlogged = refusedLogs(kind, service, cluster, cloud);
  if (unlogged !== undefined) return { problem: unlogged };
  const there = existing(kind, name, cluster, cloud);
  if (there) return followPorts(there, service, cloud);
  const internal = isInternal(service);
  const subnets = subnetsFor(service, internal, cluster, cloud);
  if (subnets.length === 0) return { problem: "could not find any suitable subnets for creating the ELB" };
  const make = kind === "classic" ? makeClassic : makeNetwork;
  return { host: make({ service, cluster, cloud, random, name, internal, subnets }) };
}

/** Why access logs that a service asks for are not turned on (`reconcileLBAttributes`, and `ensureLoadBalancer` of classic ones). */
function refusedLogs(
  kind: "classic" | "network",
  service: CloudRecord,
  { account, region }: EksCluster,
  cloud: CloudView,
): string | undefined {
  const said = (name: string): string =>
    textOf(annotationsOf(service.outputs), `${annotation}-access-log-${name}`);
  if (said("enabled") !== "true") return undefined;
  const [bucket, prefix] = [said("s3-bucket-name"), said("s3-bucket-prefix")];
  const refusal = refuseAccessLogs({ kind, bucket, prefix, place: { account, region } }, cloud);
  return refusal && `unable to update load balancer attributes during attribute sync: ${refusal.message}`;
}

/**
 * Of a network load balancer the controller adds listeners, which it tells apart by port and protocol, before it takes
 * others away: a port that goes over to TLS, or back, is refused by AWS again and again (`ensureLoadBalancerv2`). The
 * service keeps its host name, and the provider reports success.
 */
function followPorts(
  balancer: CloudRecord,
  service: CloudRecord,
  cloud: CloudHands,
): { readonly host: string } | { readonly problem: string } {
  const host = textOf(balancer.outputs, "dnsName");
  if (balancer.type === classicType) return { host };
  const had = listOf(balancer.outputs, "listeners").filter(isRecord);
  const wanted = listenersOf(service);
  const taken = wanted.find(({ port, protocol }) =>
    had.some((listener) => listener["port"] === port && listener["protocol"] !== protocol),
  );
  if (taken !== undefined)
    return {
      problem: `error creating load balancer listener: DuplicateListener: A listener already exists on this port for this load balancer '${balancer.id}'`,
    };
  cloud.keep({ ...balancer, outputs: { ...balancer.outputs, listeners: wanted } });
  return { host };
}

/** What a service wants of a network load balancer. Without a list of TLS ports a certificate is for all of them. */
function listenersOf(service: CloudRecord): Values[] {
  const annotations = annotationsOf(service.outputs);
  const tlsPorts = textOf(annotations, `${annotation}-ssl-ports`).split(",");
  const hasTls = textOf(annotations, `${annotation}-ssl-cert`) !== "";
  return portsOf(service).map((port) => {
    const number = numberOf(port, "port") ?? 0;
    const tls = hasTls && (tlsPorts[0] === "" || tlsPorts[0] === "*" || tlsPorts.includes(String(number)));
    return { port: number, protocol: tls ? "TLS" : textOf(port, "protocol") || "TCP" };
  });
}

/** Removes what the controller made for a service, as far as the service's annotations still name its kind. */
export function releaseLoadBalancer(service: CloudRecord, cluster: EksCluster, cloud: CloudHands): void {
  // A service that is a load balancer no more is cleaned up by what its annotations say.
  const kind = kindOf({
    ...service,
    outputs: { ...service.outputs, spec: { ...specOf(service), type: "LoadBalancer" } },
  });
  if (kind === undefined) return;
  const name = nameFor(service);
  const balancer = existing(kind, name, cluster, cloud);
  if (balancer) cloud.drop(balancer);
  for (const group of inAccount(cluster.scope, groupType, cloud))
    if (kind === "classic" && group.outputs["name"] === `k8s-elb-${name}`) cloud.drop(group);
}

function isInternal(service: CloudRecord): boolean {
  const value = textOf(annotationsOf(service.outputs), `${annotation}-internal`);
  return value !== "" && value !== "false";
}

/** One subnet a zone: tagged for the cluster, public unless the load balancer is internal, best with the role's tag. */
function subnetsFor(
  service: CloudRecord,
  internal: boolean,
  cluster: EksCluster,
  cloud: CloudView,
): readonly string[] {
  const ofVpc = inAccount(cluster.scope, subnetType, cloud).filter(
    ({ outputs }) => textOf(outputs, "vpcId") === cluster.vpcId,
  );
  const named = textOf(annotationsOf(service.outputs), `${annotation}-subnets`)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (named.length > 0) {
    return ofVpc
      .filter((subnet) => named.includes(subnet.id) || named.includes(tagsOf(subnet, cloud)["Name"] ?? ""))
      .map(({ id }) => id);
  }
  const role = `kubernetes.io/role/${internal ? "internal-elb" : "elb"}`;
  const chosen = new Map<string, CloudRecord>();
  const ours = ofVpc.filter((subnet) => `kubernetes.io/cluster/${cluster.name}` in tagsOf(subnet, cloud));
  for (const subnet of [...ours].sort((a, b) => a.id.localeCompare(b.id))) {
    if (!internal && !isPublic(subnet, cloud)) continue;
    const zone = textOf(subnet.outputs, "availabilityZone");
    const rival = chosen.get(zone);
    if (!rival || (role in tagsOf(subnet, cloud) && !(role in tagsOf(rival, cloud))))
      chosen.set(zone, subnet);
  }
  return [...chosen.values()].map(({ id }) => id);
}

interface Order {
  readonly service: CloudRecord;
  readonly cluster: EksCluster;
  readonly cloud: CloudHands;
  readonly random: Random;
  readonly name: string;
  readonly internal: boolean;
  readonly subnets: readonly string[];
}

function tagsFor({ service, cluster }: Order): Record<string, string> {
  const { namespace, name } = placeOf(service.id);
  const extra = textOf(annotationsOf(service.outputs), `${annotation}-additional-resource-tags`)
    .split(",")
    .map((pair) => pair.split("="))
    .filter(([key]) => key !== undefined && key.trim() !== "")
    .map(([key = "", value = ""]) => [key.trim(), value.trim()]);
  return {
    ...(Object.fromEntries(extra) as Record<string, string>),
    [`kubernetes.io/cluster/${cluster.name}`]: "owned",
    "kubernetes.io/service-name": `${namespace}/${name}`,
  };
}

function record(order: Order, type: string, id: string, name: string, outputs: Values): CloudRecord {
  const { scope } = order.cluster;
  const createdAt = new Date().toISOString();
  return { package: "aws", type, id, name, inputs: outputs, outputs, createdAt, scope };
}

function portsOf(service: CloudRecord): readonly Values[] {
  return listOf(specOf(service), "ports").filter(isRecord);
}

function makeClassic(order: Order): string {
  const { cluster, cloud, random, name, internal, subnets, service } = order;
  const groupId = `sg-${random.hex(17)}`;
  const tags = tagsFor(order);
  const { namespace, name: own } = placeOf(service.id);
  const groupName = `k8s-elb-${name}`;
  cloud.keep(
    record(order, groupType, groupId, groupName, {
      name: groupName,
      description: `Security group for Kubernetes ELB ${name} (${namespace}/${own})`,
      vpcId: cluster.vpcId,
      ownerId: cluster.account,
      arn: `arn:aws:ec2:${cluster.region}:${cluster.account}:security-group/${groupId}`,
      tags: { [`kubernetes.io/cluster/${cluster.name}`]: "owned" },
      tagsAll: { [`kubernetes.io/cluster/${cluster.name}`]: "owned" },
    }),
  );
  const number = String(100_000_000 + random.int(1_900_000_000));
  const dnsName = `${internal ? "internal-" : ""}${name}-${number}.${cluster.region}.elb.amazonaws.com`;
  const protocol = textOf(annotationsOf(service.outputs), `${annotation}-backend-protocol`) || "tcp";
  cloud.keep(
    record(order, classicType, name, name, {
      name,
      arn: `arn:aws:elasticloadbalancing:${cluster.region}:${cluster.account}:loadbalancer/${name}`,
      dnsName,
      zoneId: hostedZoneOf(cluster.region, "applicationLoadBalancer") ?? "",
      internal,
      subnets: [...subnets],
      securityGroups: [groupId],
      sourceSecurityGroup: `${cluster.account}/${groupName}`,
      sourceSecurityGroupId: groupId,
      crossZoneLoadBalancing: false,
      connectionDraining: false,
      idleTimeout: 60,
      listeners: portsOf(service).map((port) => ({
        lbPort: numberOf(port, "port") ?? 0,
        lbProtocol: protocol,
        instancePort: numberOf(port, "nodePort") ?? 0,
        instanceProtocol: protocol,
      })),
      tags,
      tagsAll: tags,
    }),
  );
  return dnsName;
}

function makeNetwork(order: Order): string {
  const { cluster, cloud, random, name, internal, service, subnets } = order;
  const digest = random.hex(16);
  const suffix = `net/${name}/${digest}`;
  const arn = `arn:aws:elasticloadbalancing:${cluster.region}:${cluster.account}:loadbalancer/${suffix}`;
  const dnsName = `${name}-${digest}.elb.${cluster.region}.amazonaws.com`;
  const tags = tagsFor(order);
  cloud.keep(
    record(order, networkType, arn, name, {
      name,
      arn,
      arnSuffix: suffix,
      dnsName,
      zoneId: hostedZoneOf(cluster.region, "networkLoadBalancer") ?? "",
      loadBalancerType: "network",
      internal,
      ipAddressType: "ipv4",
      subnets: [...subnets],
      securityGroups: [],
      vpcId: cluster.vpcId,
      enableDeletionProtection: false,
      listeners: listenersOf(service),
      tags,
      tagsAll: tags,
    }),
  );
  return dnsName;
}

/** The host name in a service's status; empty while it has none. */
export function hostOf(service: CloudRecord): string {
  const balancer = recordOf(recordOf(service.outputs, "status"), "loadBalancer");
  const [first] = listOf(balancer, "ingress").filter(isRecord);
  return textOf(first ?? {}, "hostname");
}
