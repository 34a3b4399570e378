import { z } from "zod";
import { floorText, format, setting } from "../describe";
import { cidrBlock, securityGroupId } from "../formats";
import {
  dailyWindowForm,
  hasRealWindow,
  parseDailyWindow,
  parseWeeklyWindow,
  weeklyWindowForm,
} from "../windows";
import { databaseName, masterName } from "../postgres-names";
import { restoredInstance, restoredName } from "./restored-database";
import { bootstrapSettings } from "./bootstrap";
import { databaseOptions, instanceClass } from "./database-options";

export const databaseSettings = z.strictObject({
  engineVersion: setting(z.string().regex(/^(1[3-9]|[2-9]\d)(\.\d{1,2})?$/), {
    description:
      "PostgreSQL version: a major (RDS then chooses and updates the minor by itself) or a minor (pinned, until RDS ends it). Going to " +
      "another major needs allowMajorVersionUpgrade; going back is impossible.",
    why: "In quotes: unquoted, YAML reads 16.10 as the number 16.1.",
    allowed: "a PostgreSQL version from 13 on, in quotes",
    examples: ["16", "16.13"],
  }),
  instanceClass: setting(instanceClass, {
    description:
      "Machine size. A change means some minutes without the database (with multiAz: a fail-over).",
  }),
  allocatedStorage: setting(z.number().int().min(20).max(65536), {
    description: "Storage at creation. It can grow, by setting or by itself, but never shrink.",
    unit: "GiB",
    examples: [100],
  }),
  maxAllocatedStorage: setting(z.number().int().min(22).max(65536).optional(), {
    description: "Up to where RDS grows the storage by itself when it runs low.",
    unit: "GiB",
    defaultText: "no growth by itself",
    why: "RDS wants at least a tenth more than allocatedStorage.",
    examples: [500],
  }),
  storageType: setting(z.enum(["gp3", "io2"]).default("gp3"), {
    description: "gp3: general purpose. io2: provisioned IOPS, from 100 GiB on, when gp3's are not enough.",
    why: "gp3 gives 3,000 IOPS at any size and 12,000 from 400 GiB on, included in the price.",
  }),
  iops: setting(z.number().int().min(1000).max(256000).optional(), {
    description:
      "Provisioned IOPS. With io2 required: 1,000 to 256,000 and up to 1,000 a GiB. With gp3 possible from 400 GiB " +
      "of storage on: 12,000 to 64,000.",
    unit: "operations a second",
    defaultText: "what the storage type includes",
  }),
  storageThroughput: setting(z.number().int().min(500).max(4000).optional(), {
    description:
      "Provisioned throughput of gp3 from 400 GiB of storage on. A quarter of the IOPS in MiB a second is the most.",
    unit: "MiB a second",
    defaultText: "what gp3 includes: 125, and 500 from 400 GiB on",
  }),
  multiAz: setting(z.boolean().default(false), {
    description: "A standby in another zone that takes over by itself. Required at guard level production.",
    why: "It doubles the price, which a development environment rarely earns back.",
  }),
  databaseName: setting(databaseName.default("users"), {
    description:
      "The database that is created with the instance. Fixed: another name is another instance. Capitals are for an instance that " +
      "is taken over: PostgreSQL folds names without quotes to lower case, so that everybody must write such a one in quotes. RDS makes none that begins with an underscore.",
  }),
  masterUsername: setting(masterName.default("groundwork"), {
    description:
      "The administrator. RDS makes the password, keeps it in Secrets Manager and rotates it. Fixed at creation. Capitals are for " +
      "an instance that is taken over.",
  }),
  backupRetentionDays: setting(z.number().int().min(0).max(35), {
    description:
      "How long the daily automated backups are kept, and so how far point-in-time restore reaches back. Zero deletes " +
      `those that exist. ${floorText("databaseBackups")}`,
    unit: "days",
    why: "No default: how much of the past may be lost is for the owner of the data to say.",
    examples: [14],
  }),
  backupWindow: setting(
    z
      .string()
      .regex(dailyWindowForm)
      .refine((text) => hasRealWindow(parseDailyWindow(text)), { error: "is shorter than 30 minutes" })
      .default("03:00-04:00"),
    {
      description: "When the daily backup is taken, UTC. Must not overlap maintenanceWindow.",
      allowed: "hh:mm-hh:mm (UTC), at least 30 minutes",
      why: "Night in Europe.",
    },
  ),
  maintenanceWindow: setting(
    z
      .string()
      .regex(weeklyWindowForm)
      .refine((text) => hasRealWindow(parseWeeklyWindow(text)), {
        error: "is shorter than 30 minutes or longer than 24 hours",
      })
      // As RDS and the provider keep it, so that another spelling is no change.
      .toLowerCase()
      .default("sun:04:30-sun:05:30"),
    {
      description: "When changes that interrupt the service are made, UTC. Must not overlap backupWindow.",
      allowed: "ddd:hh:mm-ddd:hh:mm (UTC; mon or Mon), from 30 minutes to 24 hours",
      why: "Early on Sunday, after the night's backup.",
    },
  ),
  finalSnapshotIdentifier: setting(
    z
      .string()
      .max(255)
      .regex(/^[a-z](-?[a-z0-9])*$/)
      .optional(),
    {
      description:
        "Name of the snapshot that RDS takes when the instance is deleted. It must be free at that moment: with a name of " +
        "your own, a second `destroy` needs another one.",
      allowed:
        "up to 255 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
      defaultText:
        "<project>-<stack>-<databaseName>-final, in lower case and with hyphens for underscores; at guard level disposable with the first 8 characters of its key's id behind it",
      why: "Each life of the database has a key of its own, so that no two of its snapshots have one name.",
      examples: ["groundwork-dev-users-final"],
    },
  ),
  allowedFrom: setting(
    z
      .array(format(z.string().min(1).max(64), { allowed: "cluster, fleet:ROLE or staticService:NAME" }))
      .optional(),
    {
      description:
        "Who of the stack may connect on port 5432, by name: `cluster` (its nodes and pods), `fleet:ROLE`, `staticService:NAME` (in " +
        "aws:region). Each is let in by its security group, wherever its machines stand. What runs other people's code cannot be named: " +
        "worker groups, metal workers, and fleets in worker subnets.",
      defaultText: "cluster, where the stack has one",
      why: "A range of addresses lets in whatever stands there tomorrow; a security group lets in its members.",
      examples: [["cluster", "fleet:api"]],
    },
  ),
  allowedCidrBlocks: setting(z.array(cidrBlock).default([]), {
    description:
      "Who may connect on port 5432 by address: for who has no security group, as an office behind a VPN. Never the world: no block " +
      "wider than /8. At guard level production no block that shares addresses with subnets in which other people's code runs " +
      "(worker groups, metal workers, fleets in worker subnets); at other levels a run warns of it.",
    why: "Nobody, until said.",
    allowed: "a list of IPv4 blocks, none wider than /8",
    examples: [["192.168.10.0/24"]],
  }),
  allowedSecurityGroupIds: setting(z.array(securityGroupId).default([]), {
    description: "Who may connect on port 5432 by security group.",
    why: "Nobody, until said.",
  }),
  parameters: setting(
    z
      .record(
        format(z.string().regex(/^[a-z][a-z0-9_.]*$/), {
          allowed: "a PostgreSQL parameter: lower-case letters, digits, underscores and dots",
        }),
        z.string(),
      )
      .default({}),
    {
      description:
        "PostgreSQL parameters of the instance's parameter group, name to value, values in quotes.",
      examples: [{ log_min_duration_statement: "1000" }],
    },
  ),
  applyImmediately: setting(z.boolean().default(false), {
    description:
      "Make changes at once instead of in the maintenance window. Refused at guard level production, where a changed " +
      "instance class would interrupt the service in the middle of the day.",
    why: "false: nothing is interrupted outside the window.",
  }),
  allowMajorVersionUpgrade: setting(z.boolean().default(false), {
    description: "Let a changed engineVersion go to another major. Set it for that one change only.",
    why: "false: an upgrade cannot be undone, so a typing error must not start one.",
  }),
  ...databaseOptions,
  bootstrap: setting(bootstrapSettings.optional(), {
    description:
      "Databases, roles, extensions and grants inside the server, made by a Job in the cluster and made right again by " +
      "every run that changes them. Needs groundwork:cluster. Nothing is ever dropped: what is taken out of here stays " +
      "as it is.",
    defaultText: "nothing but databaseName and masterUsername, which RDS makes",
  }),
  restored: setting(z.record(restoredName, restoredInstance).default({}), {
    description:
      "Instances that were made of a copy, beside the first: same network, key, parameters, who may connect, and locks. " +
      "`./groundwork database STACK restore` writes them. Each costs what the first one costs, until it is given up.",
    why: "A copy is never put over what is there.",
  }),
  serving: setting(
    format(z.string().min(1).max(20), { allowed: "first, or a name of restored" }).default("first"),
    {
      description:
        "Which instance the stack means: its outputs, the roles' secrets, the bootstrap and the name in the zone. " +
        "`./groundwork database STACK switch NAME` writes it. The others stand as they are, so that it can be switched back.",
      why: "The instance that the section itself describes.",
      examples: ["first", "r20261201-0312"],
    },
  ),
  first: setting(z.enum(["kept", "givenUp"]).default("kept"), {
    description:
      "givenUp: the first instance is deleted, after its last snapshot. It needs another one that serves, and an approval of the guard.",
    why: "Nobody loses a database by a setting that is not there.",
  }),
});
export type DatabaseSettings = z.infer<typeof databaseSettings>;
