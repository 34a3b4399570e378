import type { CloudRecord } from "../../cloud/store";
import type { CloudView } from "../../interpreter/entry";
import { numberOf, recordOf, textOf, textsAt, type Values } from "../../interpreter/values";

// How many vCPUs machines have, and against which of an account's quotas they count.

/** Families that share a quota. Source: "EC2 On-Demand Instance limits" in the EC2 FAQ, and the names of the quotas themselves. */
export type Bucket = "standard" | "dl" | "f" | "g" | "inf" | "p" | "trn" | "x";

const families: readonly (readonly [family: RegExp, bucket: Bucket | undefined])[] = [
  [/^(hpc|mac|u)/, undefined],
  [/^dl/, "dl"],
  [/^inf/, "inf"],
  [/^trn/, "trn"],
  [/^(g|vt)/, "g"],
  [/^f/, "f"],
  [/^p/, "p"],
  [/^x/, "x"],
  [/^[acdhimrtz]/, "standard"],
];

const standard = "Standard (A, C, D, H, I, M, R, T, Z)";

/** Codes and names of the quotas of running machines and of spot requests. Source: `aws service-quotas list-aws-default-service-quotas --service-code ec2`. */
export const vcpuQuotaNames: Readonly<
  Record<Bucket, readonly [running: readonly [string, string], spot: readonly [string, string]]>
> = {
  standard: [
    ["L-1216C47A", `Running On-Demand ${standard} instances`],
    ["L-34B43A08", `All ${standard} Spot Instance Requests`],
  ],
  dl: [
    ["L-6E869C2A", "Running On-Demand DL instances"],
    ["L-85EED4F7", "All DL Spot Instance Requests"],
  ],
  f: [
    ["L-74FC7D96", "Running On-Demand F instances"],
    ["L-88CF9481", "All F Spot Instance Requests"],
  ],
  g: [
    ["L-DB2E81BA", "Running On-Demand G and VT instances"],
    ["L-3819A6DF", "All G and VT Spot Instance Requests"],
  ],
  inf: [
    ["L-1945791B", "Running On-Demand Inf instances"],
    ["L-B5D1601B", "All Inf Spot Instance Requests"],
  ],
  p: [
    ["L-417A185B", "Running On-Demand P instances"],
    ["L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests"],
  ],
  trn: [
    ["L-2C3B7624", "Running On-Demand Trn instances"],
    ["L-6B0D517C", "All Trn Spot Instance Requests"],
  ],
  x: [
    ["L-7295265B", "Running On-Demand X instances"],
    ["L-E3A00192", "All X Spot Instance Requests"],
  ],
};

/** Undefined for families whose quotas are not known here: those are taken on trust. */
export function bucketOf(instanceType: string): Bucket | undefined {
  return families.find(([family]) => family.test(instanceType))?.[1];
}

const small: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 1,
  large: 2,
  xlarge: 4,
};
const metal: Readonly<Record<string, number>> = {
  a1: 16,
  i3: 72,
  z1d: 48,
  c5: 96,
  c6g: 64,
  m6g: 64,
  r6g: 64,
};

/**
 * vCPUs of an instance type, by its size. Source: the EC2 pages of instance types: a size of N xlarge has 4 N, one of burstable families
 * below large has two. A bare "metal" is as large as the largest size of its family; 96 where that is not known.
 */
export function vcpusOf(instanceType: string): number {
  const [family = "", size = ""] = instanceType.split(".");
  const [, times] = /(?:^|metal-)(\d+)xl(?:arge)?$/.exec(size) ?? [];
  if (times !== undefined) return 4 * Number(times);
  if (size === "metal") return metal[family] ?? 96;
  if (family === "t2" && size !== "medium" && size !== "large") return small[size] === 4 ? 4 : 1;
  return size === "medium" && /^t\d/.test(family) ? 2 : (small[size] ?? 2);
}

export interface Machines {
  readonly instanceType: string;
  readonly isSpot: boolean;
  readonly count: number;
}

/** A machine by its properties. */
export function machine(values: Values): Machines {
  const spot =
    textOf(values, "instanceLifecycle") === "spot" ||
    textOf(recordOf(values, "instanceMarketOptions"), "marketType") === "spot";
  return { instanceType: textOf(values, "instanceType"), isSpot: spot, count: 1 };
}

/** The machines of a node group, of which the cloud has no record each: as many as are desired, all of the first type. */
export function nodes(values: Values): Machines {
  return {
    instanceType: textsAt(values, "instanceTypes")[0] ?? "t3.medium",
    isSpot: textOf(values, "capacityType") === "SPOT",
    count: numberOf(recordOf(values, "scalingConfig"), "desiredSize") ?? 0,
  };
}

/** vCPUs of these machines that count against a quota. */
export function counted({ instanceType, isSpot, count }: Machines, bucket: Bucket, spot: boolean): number {
  return isSpot === spot && bucketOf(instanceType) === bucket ? count * vcpusOf(instanceType) : 0;
}

/** vCPUs of a bucket that run in the place. */
export function running(cloud: CloudView, bucket: Bucket, spot: boolean): number {
  const sum = (type: string, read: (values: Values) => Machines): number =>
    cloud
      .ofType(type)
      .filter(({ outputs }) => !["stopped", "terminated"].includes(textOf(outputs, "instanceState")))
      .map((record: CloudRecord) => counted(read({ ...record.inputs, ...record.outputs }), bucket, spot))
      .reduce((total, one) => total + one, 0);
  return sum("aws:ec2/instance:Instance", machine) + sum("aws:eks/nodeGroup:NodeGroup", nodes);
}
