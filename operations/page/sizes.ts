import { isRecord } from "../../guard/unknown";
import { masked } from "../plan/masked";
import { shortType, type PlannedStep } from "../plan/plan";

/** What of a resource a bill is reckoned from. */
export interface Size {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `db.t4g.medium, 20 GiB, Multi-AZ`; null where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Inputs that a price depends on, in whatever resource and however deep they stand, in the order in which they are told. What a service
 * charges is not known here: a reader sees what grows and what shrinks.
 */
const measures: Readonly<Record<string, (value: unknown) => string>> = {
  instanceClass: plain,
  instanceType: plain,
  instanceTypes: (value) => (Array.isArray(value) ? value.map(plain).join(" or ") : plain(value)),
  nodeType: plain,
  vmSize: plain,
  capacityType: plain,
  billingMode: plain,
  multiAz: (value) => (value === true ? "Multi-AZ" : ""),
  desiredSize: (value) => `${plain(value)} wanted`,
  desiredCapacity: (value) => `${plain(value)} wanted`,
  desiredCount: (value) => `${plain(value)} wanted`,
  replicas: (value) => `${plain(value)} replicas`,
  numCacheNodes: (value) => `${plain(value)} nodes`,
  minSize: (value) => `at least ${plain(value)}`,
  minCapacity: (value) => `at least ${plain(value)}`,
  minReplicas: (value) => `at least ${plain(value)}`,
  maxSize: (value) => `at most ${plain(value)}`,
  maxCapacity: (value) => `at most ${plain(value)}`,
  maxReplicas: (value) => `at most ${plain(value)}`,
  shardCount: (value) => `${plain(value)} shards`,
  readCapacity: (value) => `${plain(value)} read units`,
  writeCapacity: (value) => `${plain(value)} write units`,
  memorySize: (value) => `${plain(value)} MiB memory`,
  volumeType: plain,
  storageType: plain,
  allocatedStorage: gibibytes,
  maxAllocatedStorage: (value) => `growing to ${gibibytes(value)}`,
  volumeSize: gibibytes,
  diskSize: gibibytes,
  size: (value) => (typeof value === "number" ? gibibytes(value) : ""),
  storage: plain,
  iops: (value) => `${plain(value)} IOPS`,
  throughput: (value) => `${plain(value)} MiB/s`,
};

/** What costs by being there, with the words for one. */
const counted: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => string>> = {
  "aws:ec2/natGateway:NatGateway": () => "1 NAT gateway",
  "aws:ec2/eip:Eip": () => "1 public address",
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ vpcEndpointType }) =>
    vpcEndpointType === "Interface" ? "1 interface endpoint" : "",
  "aws:lb/loadBalancer:LoadBalancer": ({ loadBalancerType }) =>
    `1 ${typeof loadBalancerType === "string" ? `${loadBalancerType} ` : ""}load balancer`,
  "aws:eks/cluster:Cluster": () => "1 control plane",
  "aws:kms/key:Key": () => "1 key",
  "aws:secretsmanager/secret:Secret": () => "1 secret",
  "kubernetes:core/v1:Service": ({ spec }) =>
    isRecord(spec) && spec.type === "LoadBalancer" ? "1 load balancer" : "",
};

function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "[not known yet]";
}

function gibibytes(value: unknown): string {
  return `${plain(value)} GiB`;
}

/** The sizes before and after, those that change first, else by type and name. */
export function sizesOf(steps: readonly PlannedStep[]): readonly Size[] {
  const sizes = steps.flatMap(({ urn, type, name, old, new: wanted }) => {
    const [before, after] = [old, wanted].map((state) =>
      state === undefined ? null : sizeOf(type, masked(state.inputs)),
    ) as [string | null, string | null];
    const isMeasured = (before ?? "") !== "" || (after ?? "") !== "";
    return isMeasured ? [{ urn, type: shortType(type), name, before, after }] : [];
  });
  const changes = ({ before, after }: Size): number => (before === after ? 1 : 0);
  return sizes.sort(
    (a, b) =>
      changes(a) - changes(b) || byText.compare(`${a.type} ${a.name}`, `${b.type} ${b.name}`),
  );
}

const byText = new Intl.Collator("en", { numeric: true });

function sizeOf(type: string, inputs: Readonly<Record<string, unknown>>): string {
  const found = new Map<string, Set<string>>();
  collect(inputs, found);
  const told = Object.keys(measures).flatMap((name) => [...(found.get(name) ?? [])]);
  const words = [counted[type]?.(inputs) ?? "", ...told];
  return words.filter((word) => word !== "").join(", ");
}

/** Tags and labels may be called anything. */
const notInputs = /^(tags|tagsAll|labels|annotations|metadata|matchLabels|environment|env|data|args)$/;

function collect(value: unknown, found: Map<string, Set<string>>): void {
  if (Array.isArray(value)) {
    value.forEach((item) => collect(item, found));
    return;
  }
  if (!isRecord(value)) {
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const words = Object.hasOwn(measures, name) && !isRecord(inner) ? measures[name]?.(inner) : undefined;
    if (words !== undefined) {
      found.set(name, new Set([...(found.get(name) ?? []), words]));
    } else if (!notInputs.test(name)) {
      collect(inner, found);
    }
  }
}
