import type { DatabaseSettings } from "../../settings/sections/database";

/** GiB from which on gp3 of PostgreSQL has more of both, and takes more still: RDS stripes it over four volumes. */
const STRIPED_FROM = 400;

/**
 * Operations and MiB a second, also where they are what gp3 includes: the provider sends what there was before to a gp3 that has grown
 * over the bound, and RDS refuses that (hashicorp/terraform-provider-aws#28382). Said, they also come back when a setting is taken out.
 */
export function storagePerformance({
  storageType,
  allocatedStorage,
  iops,
  storageThroughput,
}: DatabaseSettings): {
  readonly iops?: number;
  readonly storageThroughput?: number;
} {
  return storageType === "gp3" && allocatedStorage >= STRIPED_FROM
    ? { iops: iops ?? 12_000, storageThroughput: storageThroughput ?? 500 }
    : { iops };
}
