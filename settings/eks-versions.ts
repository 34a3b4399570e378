/** One minor version of Kubernetes as EKS offers it. Dates are ISO, in UTC. */
export interface EksVersion {
  readonly version: string;
  /** The day on which EKS began to offer it. */
  readonly released: string;
  /** From this day on a cluster with `supportType: STANDARD` is upgraded by EKS, and one with `EXTENDED` costs more. */
  readonly endOfStandardSupport: string;
  /** From this day on EKS makes no cluster of it, and upgrades those that there are. */
  readonly endOfExtendedSupport: string;
}

/**
 * Versions that EKS offers, oldest first. No program can know a newer one: what AWS adds is added here, with its dates
 * from `aws eks describe-cluster-versions`, and what has ended goes.
 *
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar for
 * 1.31 to 1.34, https://endoflife.date/amazon-eks for 1.35. EKS offers 1.36 too, but its dates were not to be had, and
 * are left out until somebody has them.
 */
export const eksVersions: readonly EksVersion[] = [
  {
    version: "1.31",
    released: "2024-09-26",
    endOfStandardSupport: "2025-11-26",
    endOfExtendedSupport: "2026-11-26",
  },
  {
    version: "1.32",
    released: "2025-01-23",
    endOfStandardSupport: "2026-03-23",
    endOfExtendedSupport: "2027-03-23",
  },
  {
    version: "1.33",
    released: "2025-05-29",
    endOfStandardSupport: "2026-07-29",
    endOfExtendedSupport: "2027-07-29",
  },
  {
    version: "1.34",
    released: "2025-10-02",
    endOfStandardSupport: "2026-12-02",
    endOfExtendedSupport: "2027-12-02",
  },
  {
    version: "1.35",
    released: "2026-01-28",
    endOfStandardSupport: "2027-03-27",
    endOfExtendedSupport: "2028-03-27",
  },
];

/** The version as EKS has it; undefined for one that is not in the table. */
export function eksVersion(version: string): EksVersion | undefined {
  return eksVersions.find((known) => known.version === version);
}

/** Every known version, for messages. */
export const knownEksVersions = eksVersions.map(({ version }) => version).join(", ");

/** The version of the table that is least far away. */
export function nearestEksVersion(version: string): string | undefined {
  const wanted = minorOf(version);
  if (wanted === undefined) {
    return undefined;
  }
  const far = (known: string): number => Math.abs((minorOf(known) ?? 0) - wanted);
  return eksVersions
    .map((known) => known.version)
    .reduce((best, known) => (far(known) < far(best) ? known : best));
}

function minorOf(version: string): number | undefined {
  const match = /^1\.(\d+)/.exec(version);
  return match === null ? undefined : Number(match[1]);
}

/** How many minors the cluster's control plane is ahead of its proxy; undefined when one of the two is no version. */
export function minorsAhead(kubernetes: string, kubeProxy: string): number | undefined {
  const [ahead, behind] = [minorOf(kubernetes), minorOf(kubeProxy.replace(/^v/, ""))];
  return ahead === undefined || behind === undefined ? undefined : ahead - behind;
}
