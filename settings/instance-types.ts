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
