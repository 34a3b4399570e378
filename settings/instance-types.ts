export type Architecture = "x86_64" | "arm64";

/**
 * Families whose machines need drivers that EKS's plain Amazon Linux images do not have: graphics and
 * machine-learning chips, video cards. And Macs, which run no Linux.
 * Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html.
 */
const special = new Set(["g", "gr", "p", "trn", "inf", "dl", "vt", "f", "mac"]);

/**
 * The architecture of an EC2 instance type, told by its name: a `g` behind the generation is Graviton (`m7g`, `c7gn`,
 * `im4gn`), and so is the first family of them, `a1`.
 *
 * @returns undefined for types that plain images do not serve.
 */
export function architectureOf(instanceType: string): Architecture | undefined {
  const family = instanceType.split(".")[0] ?? "";
  if (family.startsWith("u-") || /^u\d/.test(family)) {
    // Machines by their memory: u-6tb1, u7i-12tb.
    return "x86_64";
  }
  const match = /^([a-z]+?)(\d+)([a-z]*)(?:-[a-z0-9]+)*$/.exec(family);
  if (match === null || special.has(match[1] ?? "")) {
    return undefined;
  }
  return family === "a1" || (match[3] ?? "").includes("g") ? "arm64" : "x86_64";
}

/**
 * Families with NVMe disks of their own that do not say so by a `d` in their name.
 * Source: EC2's DescribeInstanceTypes (InstanceStorageInfo.NvmeSupport is required), all 1,395 types of it.
 */
const familiesWithDisks = new Set([
  ...["d3", "d3en", "i3", "i3en", "i4g", "i4i", "i7i", "i7ie", "i8g", "i8ge", "im4gn", "is4gen"],
  ...["f2", "g5", "g6", "g6e", "g6f", "g7", "g7e", "gr6", "gr6f", "p5", "p5e", "p5en", "p6-b200", "p6-b300"],
  ...["trn1", "trn1n", "trn2", "trn2u"],
]);

/**
 * Whether the machines of an instance type have NVMe disks of their own: a `d` behind the generation says so (`c5d`, `m6gd`, `r8idn`),
 * and some families have them always. Those of the years before NVMe (`d2`, `h1`, `x1`) have disks of another kind, which do not count.
 */
export function hasLocalDisks(instanceType: string): boolean {
  const family = instanceType.split(".")[0] ?? "";
  const [, , attributes = ""] = /^([a-z]+?)(\d+)([a-z]*)/.exec(family)?.slice(1) ?? [];
  return attributes.includes("d") || familiesWithDisks.has(family);
}

export interface InstanceSize {
  readonly vcpus: number;
  readonly memoryGib: number;
}

/** GiB of memory for each vCPU, by the family. */
const memoryPerVcpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** vCPUs and GiB of the small sizes of burstable machines; the others are as those of `m`. */
const burstable: Readonly<Record<string, InstanceSize>> = {
  nano: { vcpus: 2, memoryGib: 0.5 },
  micro: { vcpus: 2, memoryGib: 1 },
  small: { vcpus: 2, memoryGib: 2 },
  medium: { vcpus: 2, memoryGib: 4 },
};

/**
 * What a machine of an instance type has at least, told by its name: families of the fifth generation and later double both with each
 * size. Source: https://aws.amazon.com/ec2/instance-types/, each family's table.
 *
 * @returns undefined for types whose name does not tell: bare metal, graphics, the years before.
 */
export function sizeOf(instanceType: string): InstanceSize | undefined {
  const [, family = "", generation = "", , size = ""] =
    /^([a-z]+?)(\d+)([a-z]*(?:-flex)?)\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  const isBurstable = family === "t";
  if (isBurstable && burstable[size] !== undefined) {
    const { vcpus, memoryGib } = burstable[size];
    return { vcpus: generation === "2" && size !== "medium" ? 1 : vcpus, memoryGib };
  }
  const perVcpu = isBurstable ? 4 : Number(generation) >= 5 ? memoryPerVcpu[family] : undefined;
  const vcpus = vcpusOf(size);
  return perVcpu === undefined || vcpus === undefined ? undefined : { vcpus, memoryGib: vcpus * perVcpu };
}

function vcpusOf(size: string): number | undefined {
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? { medium: 1, large: 2 }[size] : 4 * Number(times === "" ? 1 : times);
}
