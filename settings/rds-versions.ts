/** A major version of PostgreSQL as RDS offers it. Dates are ISO, in UTC. */
interface RdsMajor {
  readonly major: string;
  /** After this day it costs more (RDS Extended Support), until RDS ends that too. */
  readonly endOfStandardSupport: string;
  /** After this day RDS upgrades what still has it to another major version. */
  readonly endOfExtendedSupport: string;
  /** A minor version that can be made, and to which RDS itself has moved older ones. There may be newer ones. */
  readonly made: string;
  /** How far its minor versions are ahead of those of 16 that were released on the same day: 16.13 came with 17.9. */
  readonly ahead: number;
}

/**
 * Major versions, oldest first; a newer one than the table has is taken on trust.
 *
 * Source of the dates: "Release calendars for Amazon RDS for PostgreSQL",
 * https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html; `aws rds
 * describe-db-major-engine-versions --engine postgres` tells them too. Of `made`: RDS released 14.22, 15.17, 17.9 and 18.3 on 27
 * February 2026 (aws/aws-cdk issue 37713), and moved 16 to 16.13 in May 2026 (AWS Health, quoted in CredentialEngine/CredentialRegistry issue
 * 1050); 13.23 is the last of 13. Of `ahead`:
 * the release notes of PostgreSQL.
 */
const rdsMajors: readonly RdsMajor[] = [
  {
    major: "13",
    endOfStandardSupport: "2026-02-28",
    endOfExtendedSupport: "2029-02-28",
    made: "13.23",
    ahead: 12,
  },
  {
    major: "14",
    endOfStandardSupport: "2027-02-28",
    endOfExtendedSupport: "2030-02-28",
    made: "14.22",
    ahead: 9,
  },
  {
    major: "15",
    endOfStandardSupport: "2028-02-29",
    endOfExtendedSupport: "2031-02-28",
    made: "15.17",
    ahead: 4,
  },
  {
    major: "16",
    endOfStandardSupport: "2029-02-28",
    endOfExtendedSupport: "2032-02-29",
    made: "16.13",
    ahead: 0,
  },
  {
    major: "17",
    endOfStandardSupport: "2030-02-28",
    endOfExtendedSupport: "2033-02-28",
    made: "17.9",
    ahead: -4,
  },
  {
    major: "18",
    endOfStandardSupport: "2031-02-28",
    endOfExtendedSupport: "2034-02-28",
    made: "18.3",
    ahead: -10,
  },
];

/** The end of some minor versions. */
interface RdsRetirement {
  /** From this day on RDS makes no instance of them. */
  readonly notMadeFrom: string;
  /** After this day RDS upgrades those that there are, in a maintenance window, whatever `autoMinorVersionUpgrade` says. */
  readonly endOfSupport: string;
  /** The newest minor of each major that ended with it; all before it ended then or earlier. */
  readonly upTo: Readonly<Record<string, number>>;
}

/**
 * Minor versions that have ended, oldest first. When those after them end AWS announces some months before, and nobody can know
 * sooner: then they are added here.
 *
 * Source: notices of AWS Health, quoted in aws/aws-cdk pull request 33663 (March 2025), ministryofjustice/modernisation-platform issue
 * 11245 (October 2025), CredentialEngine/CredentialRegistry issues 1000 (May 2026) and 1036 (October 2026).
 */
const rdsRetirements: readonly RdsRetirement[] = [
  {
    notMadeFrom: "2024-12-09",
    endOfSupport: "2025-03-31",
    upTo: { "13": 14, "14": 11, "15": 6, "16": 2 },
  },
  {
    notMadeFrom: "2025-10-01",
    endOfSupport: "2025-10-31",
    upTo: { "13": 16, "14": 13, "15": 8, "16": 4 },
  },
  {
    notMadeFrom: "2026-05-01",
    endOfSupport: "2026-05-31",
    upTo: { "14": 17, "15": 12, "16": 8, "17": 4 },
  },
  {
    notMadeFrom: "2026-10-01",
    endOfSupport: "2026-10-31",
    upTo: { "14": 19, "15": 14, "16": 10, "17": 6 },
  },
];

/** The major version of "16" and of "16.13"; undefined for one that the table does not have. */
export function rdsMajor(version: string): RdsMajor | undefined {
  const [major] = version.split(".");
  return rdsMajors.find((known) => known.major === major);
}

/** When a minor version ended or will end; undefined for a major by itself, and where it is not known. */
export function rdsRetirement(version: string): RdsRetirement | undefined {
  const [major = "", minor] = version.split(".");
  return minor === undefined
    ? undefined
    : rdsRetirements.find(({ upTo }) => Number(minor) <= (upTo[major] ?? -1));
}

/**
 * Whether a minor version of another major was released before the one that runs: RDS upgrades to none that was ("Cannot upgrade postgres
 * from 16.13 to 17.6", terraform-aws-modules/terraform-aws-rds issue 627). False where the table does not say.
 */
export function isReleasedBefore(version: string, running: string): boolean {
  const [is, runs] = [version, running].map((one) => {
    const [, minor] = one.split(".");
    const major = rdsMajor(one);
    return major === undefined || minor === undefined ? undefined : Number(minor) - major.ahead;
  });
  return is !== undefined && runs !== undefined && is < runs;
}
