import { z } from "zod";
import { format, setting } from "../describe";
import { availabilityZone } from "../formats";
import { backupCopiesSettings } from "./database-backup-copies";

export const instanceClass = format(
  z.string().regex(/^db\.[a-z][a-z0-9]*(-[a-z0-9]+)*\.(micro|small|medium|large|xlarge|\d{1,2}xlarge)$/),
  { allowed: "an RDS instance class: db., a family, a size", examples: ["db.t4g.medium", "db.r7g.xlarge"] },
);

const replicaName = format(z.string().regex(/^[a-z](-?[a-z0-9]){0,14}$/), {
  allowed: "1 to 15 lower-case letters, digits and single hyphens, beginning with a letter",
  examples: ["reports"],
});

const replicaSettings = z.strictObject({
  instanceClass: setting(instanceClass.optional(), {
    description:
      "Machine size. One with less memory than the database's is for who knows its load: PostgreSQL's own advice is the same or more.",
    defaultText: "the database's instanceClass",
  }),
  availabilityZone: setting(availabilityZone.optional(), {
    description:
      "The zone it stands in. Fixed: for another zone make a replica under another name, and take this one away after that.",
    defaultText: "a zone of the database subnets that RDS chooses",
  }),
  multiAz: setting(z.boolean().default(false), {
    description: "A standby of the replica in another zone. Not with availabilityZone.",
    why: "false: whoever reads can read from the database while a replica is made again.",
  }),
  engineVersion: setting(
    z
      .string()
      .regex(/^(1[3-9]|[2-9]\d)\.\d{1,2}$/)
      .optional(),
    {
      description:
        "Its minor version, for the time of an upgrade: RDS takes a minor version to the replicas first, and to the database after them. " +
        "To another major version they are upgraded with the database.",
      defaultText:
        "the version that the database has when the replica is made; RDS upgrades it with the database's setting",
      allowed: "a minor version of the database's major version, in quotes",
      examples: ["16.13"],
    },
  ),
});

/** What RDS keeps of Performance Insights: a week, whole months of 31 days, or two years. Source: CreateDBInstance. */
const insightsDays = [7, ...Array.from({ length: 23 }, (_, month) => (month + 1) * 31), 731] as const;
/** What the advanced mode asks for at least. Source: "Considerations for Database Insights for Amazon RDS". */
export const advancedInsightsDays = 465;

export const databaseOptions = {
  replicas: setting(z.record(replicaName, replicaSettings).default({}), {
    description:
      "Read replicas in aws:region, by name: servers that follow the database and take no writes, some seconds behind it. Let in is who may " +
      "connect to the database; storage, parameters, windows and monitoring are the database's. Each costs what a database of its size does. " +
      "At guarded levels it takes an approval to take one away, for readers depend on it.",
    examples: [{ reports: { instanceClass: "db.r7g.large" } }],
  }),
  monitoring: setting(
    z
      .strictObject({
        intervalSeconds: setting(z.literal([0, 1, 5, 10, 15, 30, 60]).default(0), {
          description:
            "How often RDS writes what the operating system measures (processes, memory, disks) to the log group RDSOSMetrics. Zero: never.",
          unit: "seconds",
          why: "Each record is paid for as a log is; CloudWatch's numbers of every minute cost nothing.",
        }),
      })
      .prefault({}),
    { description: "Enhanced Monitoring, of the replicas too." },
  ),
  performanceInsights: setting(z.boolean().default(true), {
    description: "Performance Insights: which statements the server waits for, and what they wait for.",
    why: "true: seven days of it cost nothing.",
  }),
  performanceInsightsRetentionDays: setting(z.literal(insightsDays).optional(), {
    description: "How far back Performance Insights reaches. More than seven days are paid for.",
    unit: "days",
    defaultText: `7, and ${advancedInsightsDays} with databaseInsights advanced, which takes no less`,
  }),
  databaseInsights: setting(z.enum(["standard", "advanced"]).default("standard"), {
    description:
      "Mode of CloudWatch Database Insights. advanced: plans of statements, locks, and views of many databases at once, for a price by vCPU and hour.",
    why: "standard costs nothing.",
  }),
  iamAuthentication: setting(z.boolean().default(false), {
    description:
      "Let roles that are members of rds_iam (bootstrap.roles.NAME.memberOf) log in by a token of IAM in place of a password. Who asks for one " +
      "needs rds-db:connect, and the server takes some 200 new connections of that kind a second at most.",
    why: "false: nobody logs in another way than said.",
  }),
  caCertificate: setting(
    z.enum(["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]).default("rds-ca-rsa2048-g1"),
    {
      description:
        "Authority that signs the server's certificate. Whoever checks the certificate must know it; the bootstrap and workloads know all three.",
      why: "RDS's own default for new instances, until 2061; named so that a changed default of the account restarts nothing.",
    },
  ),
  backupCopies: setting(backupCopiesSettings.optional(), {
    description:
      "Copies of backups in another region, taken and kept by AWS Backup in a vault under lock, beside the daily backups of RDS, which " +
      "stay as they are. At guarded levels it takes an approval to give them up.",
    defaultText: "none: every backup is in aws:region, and goes with the account's permission to delete it",
  }),
};
