import { vcpusOf } from "../../../rehearsal/catalogue/quotas/machine-vcpus";
import type { StackSettings } from "../../../settings/load";
import { slotNumbers } from "../../../settings/sections/metal-workers";
import { addresses, balancerQuota, vcpuQuota, vpcs, type AwsQuota } from "../../plan/aws-quotas";

/** What a part of the settings takes of a quota. */
export interface Need {
  readonly quota: AwsQuota;
  readonly region: string;
  readonly setting: string;
  /** What a run makes at once. */
  readonly now: number;
  /** What it may grow to by itself. */
  readonly most: number;
}

/** What the settings take of the quotas that stacks meet first: addresses, networks, vCPUs by family and market, load balancers. */
export function needsOf({ context: { region }, sections }: StackSettings): readonly Need[] {
  const {
    cluster,
    fleets = {},
    metalWorkers,
    network,
    staticServices = {},
    workerGroups = {},
    workloads = {},
  } = sections;
  const fixed = (quota: AwsQuota, setting: string, count: number, place = region): readonly Need[] =>
    count === 0 ? [] : [{ quota, region: place, setting, now: count, most: count }];
  const machines = (
    setting: string,
    types: readonly string[],
    count: number,
    { most = count, place = region, ...market }: Growth & { readonly place?: string } = {},
  ): readonly Need[] => vcpuNeeds(setting, { types, count, most, spotFrom: Infinity, ...market }, place);
  const ec2 = metalWorkers?.source.ec2;
  return [
    ...(network !== undefined && "cidrBlock" in network
      ? [
          ...fixed(vpcs, "groundwork:network.cidrBlock", 1),
          ...fixed(addresses, "groundwork:network.natGateways", natGatewaysOf(network)),
        ]
      : []),
    ...Object.entries(cluster?.nodeGroups ?? {}).flatMap(
      ([key, { capacityType, desiredSize, instanceTypes, maxSize }]) =>
        machines(`groundwork:cluster.nodeGroups.${key}`, instanceTypes, desiredSize, {
          most: maxSize,
          spotFrom: capacityType === "SPOT" ? 0 : Infinity,
        }),
    ),
    ...Object.entries(fleets).flatMap(
      ([key, { address, count = 1, instanceTypes, loadBalancer, scaling }]) => {
        const setting = `groundwork:fleets.${key}`;
        const isNetwork = [...(loadBalancer?.tcp ?? []), ...(loadBalancer?.udp ?? [])].length > 0;
        return [
          ...fixed(addresses, `${setting}.address`, address ? 1 : 0),
          ...fixed(balancerQuota("application"), `${setting}.loadBalancer.http`, loadBalancer?.http ? 1 : 0),
          ...fixed(balancerQuota("network"), `${setting}.loadBalancer`, isNetwork ? 1 : 0),
          ...machines(setting, instanceTypes, scaling?.min ?? count, { most: scaling?.max ?? count }),
        ];
      },
    ),
    ...Object.entries(workloads).flatMap(([key, { loadBalancer }]) => {
      const setting = `groundwork:workloads.${key}.loadBalancer`;
      return fixed(balancerQuota("network"), setting, loadBalancer?.type === "network" ? 1 : 0);
    }),
    ...Object.entries(workerGroups).flatMap(([key, group]) =>
      machines(
        `groundwork:workerGroups.${key}`,
        [group.instanceType, ...group.overrides],
        Math.max(group.count, group.minSize),
        { most: group.maxSize, ...marketOf(group) },
      ),
    ),
    ...Object.entries(staticServices).flatMap(
      ([key, { instanceType, instances, regions, runtimePortMap }]) => {
        const setting = `groundwork:staticServices.${key}`;
        const isOpen = Object.keys({ ...runtimePortMap.tcp, ...runtimePortMap.udp }).length > 0;
        return Object.entries(regions ?? { [region]: { vpcId: undefined } }).flatMap(([place, { vpcId }]) => [
          ...fixed(addresses, `${setting}.instances`, isOpen ? instances : 0, place),
          ...fixed(vpcs, `${setting}.regions`, vpcId === undefined && place !== region ? 1 : 0, place),
          ...machines(setting, [instanceType], instances, { place }),
        ]);
      },
    ),
    ...(metalWorkers === undefined || ec2 === undefined
      ? []
      : machines(
          "groundwork:metalWorkers.slots",
          [ec2.instanceType],
          slotNumbers(metalWorkers.slots).length,
        )),
  ];
}

type NewNetwork = Extract<NonNullable<StackSettings["sections"]["network"]>, { readonly cidrBlock: string }>;

/** As the network makes them: one beside each zone that leaves through one. */
function natGatewaysOf({
  natGateways,
  availabilityZones,
  privateSubnets,
  workerSubnets,
}: NewNetwork): number {
  const served = [...privateSubnets, ...workerSubnets].length > 0;
  return !served || natGateways === "none" ? 0 : natGateways === "single" ? 1 : availabilityZones.length;
}

type Growth = Partial<Pick<Machines, "most" | "spotFrom" | "onDemandPercent">>;

interface Machines {
  /** The preferred first; the largest of them counts. */
  readonly types: readonly string[];
  readonly count: number;
  readonly most: number;
  /** How many are on demand before any is spot. */
  readonly spotFrom: number;
  /** Percent of what comes after that is on demand all the same. Default: 0. */
  readonly onDemandPercent?: number;
}

/** A group without overrides has one market, a mixed one both. */
function marketOf(group: {
  readonly profile: "spot" | "ondemand";
  readonly overrides: readonly string[];
  readonly onDemandBase?: number | undefined;
  readonly onDemandPercentage?: number | undefined;
}): Pick<Machines, "spotFrom" | "onDemandPercent"> {
  const { onDemandBase = 0, onDemandPercentage, overrides, profile } = group;
  return overrides.length === 0
    ? { spotFrom: profile === "spot" ? 0 : Infinity }
    : { spotFrom: onDemandBase, onDemandPercent: onDemandPercentage ?? (profile === "spot" ? 0 : 100) };
}

function vcpuNeeds(
  setting: string,
  { count, most, onDemandPercent = 0, spotFrom, types }: Machines,
  region: string,
): readonly Need[] {
  const [preferred = ""] = types;
  const vcpus = Math.max(...types.map(vcpusOf));
  const onDemand = (all: number): number => {
    const base = Math.min(all, spotFrom);
    // Auto Scaling rounds up.
    return base + Math.ceil(((all - base) * onDemandPercent) / 100);
  };
  return [false, true].flatMap((isSpot) => {
    const quota = vcpuQuota(preferred, isSpot);
    const of = (all: number): number => vcpus * (isSpot ? all - onDemand(all) : onDemand(all));
    return quota === undefined || of(most) === 0
      ? []
      : [{ quota, region, setting, now: of(count), most: of(most) }];
  });
}
