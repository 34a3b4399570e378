import { isRecord } from "../../guard/unknown";
import { masked } from "../plan/masked";
import { shortType, type PlannedStep } from "../plan/plan";

/** What of a resource a bill is reckoned from. */
export interface Size {
  /** Null for what is counted: how many there are. */
  readonly urn: string | null;
  /** `aws:rds:Instance database`, `NAT gateways`. */
  readonly what: string;
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

/** What costs by being there, however large: what it is called. Null: this one does not. */
const counted: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => string | null>> = {
  "aws:ec2/natGateway:NatGateway": () => "NAT gateways",
  "aws:ec2/eip:Eip": () => "Public addresses",
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ vpcEndpointType }) =>
    vpcEndpointType === "Interface" ? "Interface endpoints" : null,
  "aws:lb/loadBalancer:LoadBalancer": ({ loadBalancerType }) =>
    loadBalancerType === "network" ? "Network load balancers" : "Application load balancers",
  "aws:eks/cluster:Cluster": () => "EKS control planes",
  "aws:kms/key:Key": () => "KMS keys",
  "aws:secretsmanager/secret:Secret": () => "Secrets",
  "kubernetes:core/v1:Service": ({ spec }) =>
    isRecord(spec) && spec.type === "LoadBalancer" ? "Load balancers of services" : null,
};

function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "[not known yet]";
}

function gibibytes(value: unknown): string {
  return `${plain(value)} GiB`;
}

/** The sizes before and after: what is counted, then what is measured; of both what changes first. */
export function sizesOf(steps: readonly PlannedStep[]): readonly Size[] {
  const counts = new Map<string, { before: number; after: number }>();
  const measured: Size[] = [];
  for (const { urn, type, name, old, new: wanted } of steps) {
    const [had, wants] = [old, wanted].map((state) => state && masked(state.inputs));
    for (const [inputs, when] of [
      [had, "before"],
      [wants, "after"],
    ] as const) {
      const what = inputs === undefined ? null : (counted[type]?.(inputs) ?? null);
      if (what !== null) {
        const known = counts.get(what) ?? { before: 0, after: 0 };
        counts.set(what, { ...known, [when]: known[when] + 1 });
      }
    }
    const [before, after] = [had, wants].map((inputs) => (inputs === undefined ? null : sizeOf(inputs)));
    if ((before ?? "") !== "" || (after ?? "") !== "") {
      measured.push({
        urn,
        what: `${shortType(type)} ${name}`,
        before: before ?? null,
        after: after ?? null,
      });
    }
  }
  const told = [...counts].map(([what, { before, after }]): Size => {
    return { urn: null, what, before: String(before), after: String(after) };
  });
  return [told, measured].flatMap((sizes) =>
    sizes.sort((a, b) => isSame(a) - isSame(b) || byText.compare(a.what, b.what)),
  );
}

function isSame({ before, after }: Size): number {
  return before === after ? 1 : 0;
}

const byText = new Intl.Collator("en", { numeric: true });

function sizeOf(inputs: Readonly<Record<string, unknown>>): string {
  const found = new Map<string, Set<string>>();
  collect(inputs, found);
  const told = Object.keys(measures).flatMap((name) => [...(found.get(name) ?? [])]);
  return told.filter((word) => word !== "").join(", ");
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
    const measure = Object.hasOwn(measures, name) && !isRecord(inner) ? measures[name] : undefined;
    // -1 leaves a size as it is, in a schedule.
    if (measure !== undefined && inner !== -1) {
      const words = measure(inner);
      found.set(name, new Set([...(found.get(name) ?? []), words]));
    } else if (measure === undefined && !notInputs.test(name)) {
      collect(inner, found);
    }
  }
}
