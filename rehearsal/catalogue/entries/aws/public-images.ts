/** An image that somebody publishes, for everybody to start. */
export interface PublicImage {
  readonly owner: string;
  readonly name: string;
  readonly architecture: string;
  /** Of its release, ISO. */
  readonly day: string;
}

const dayIn = (release: string): string =>
  (/\d{8}/.exec(release)?.[0] ?? "").replace(/(....)(..)(..)/, "$1-$2-$3");

/** Releases of Amazon Linux 2023. The last but one: release v20261023 of awslabs/amazon-eks-ami; the newest is plausible and no more. */
const amazonLinux = ["2023.9.20251117.1", "2023.12.20260831.0", "2023.12.20261021.0", "2023.12.20261116.0"];

/** Serials of Ubuntu 24.04; the newest is plausible and no more. */
const noble = ["20260731", "20261004", "20261118"];

/** What the rehearsal's AWS has in every region, oldest first. */
export const publicImages: readonly PublicImage[] = [
  ...amazonLinux.flatMap((release) =>
    ["x86_64", "arm64"].map((architecture) => ({
      owner: "amazon",
      name: `al2023-ami-${release}-kernel-6.1-${architecture}`,
      architecture,
      day: dayIn(release),
    })),
  ),
  ...noble.map((serial) => ({
    owner: "099720109477",
    name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-${serial}`,
    architecture: "x86_64",
    day: dayIn(serial),
  })),
];

/**
 * Days until images are deprecated: 90 of Amazon Linux (https://docs.aws.amazon.com/linux/al2023/ug/naming-and-versioning.html), two
 * years of Canonical's.
 */
export const daysToDeprecation = (owner: string): number => (owner === "amazon" ? 90 : 730);
