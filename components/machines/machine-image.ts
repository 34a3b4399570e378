import { getAmiOutput } from "@pulumi/aws/ec2/getAmi";
import type * as pulumi from "@pulumi/pulumi";
import { ubuntuImages } from "../../settings/sections/releases";

export type Architecture = "arm64" | "x86_64";

/**
 * Graviton types have a g behind their generation (t4g, c7gn, im4gn), but for the first of them, a1.
 * Source: Amazon EC2 instance type naming conventions.
 */
export function instanceArchitecture(instanceType: string): Architecture {
  return /^(a1|[a-z]+\d+g[a-z]*)[.-]/.test(instanceType) ? "arm64" : "x86_64";
}

/**
 * The image of an Amazon Linux 2023 release, by its name and not by a number that differs from region to region. Images that
 * AWS has deprecated, which it does after 90 days, can still be started.
 *
 * @param release As AWS names it: `2023.6.20250218.2`.
 */
export function amazonLinuxImage(
  region: string,
  release: string,
  architecture: Architecture,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const name = `al2023-ami-${release}-kernel-6.1-${architecture}`;
  return getAmiOutput(
    { region, owners: ["amazon"], includeDeprecated: true, filters: [{ name: "name", values: [name] }] },
    { parent },
  ).id;
}

/**
 * Canonical's image of a version of Ubuntu for x86.
 *
 * @param release version and serial: `24.04-20261004`. Source of the names: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/.
 */
export function ubuntuImage(
  region: string,
  release: string,
  opts: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const [version = "", serial = ""] = release.split("-");
  const series = ubuntuImages[version as keyof typeof ubuntuImages];
  const name = `ubuntu/images/${series}-${version}-amd64-server-${serial}`;
  return getAmiOutput(
    {
      region,
      owners: ["099720109477"],
      includeDeprecated: true,
      filters: [{ name: "name", values: [name] }],
    },
    opts,
  ).id;
}
