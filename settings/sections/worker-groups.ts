import { z } from "zod";
import { format, setting } from "../describe";
import { securityGroupId, snsTopicArn } from "../formats";
import { logRetentionDays } from "./network";
import { amazonLinuxRelease } from "./releases";
import { imageId, oneLine, secretReference, variableName } from "./static-services";
import { imageBuildSettings } from "./worker-images";
import { dataVolumeSettings, schedulerSettings } from "./worker-parts";
import { instanceRefreshSettings, scheduleSettings, warmPoolSettings } from "./worker-scaling";

const instanceType = format(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/), {
  allowed: "an EC2 instance type such as c5d.2xlarge",
  examples: ["c5d.2xlarge"],
});

const machines = (max: number): z.ZodNumber => z.number().int().min(0).max(max);

/** What Concourse takes for names of teams and tags, as far as a shell and a log line take it too. */
const workerWord = format(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/), {
  allowed: "up to 63 letters, digits, dots, underscores and hyphens",
});

const workerGroupSettings = z.strictObject({
  profile: setting(z.enum(["spot", "ondemand"]).default("spot"), {
    description: "How machines are bought. With overrides a mix of both is possible.",
    why: "spot: an interrupted build runs again, and spot costs a third.",
  }),
  instanceType: setting(instanceType.default("c5d.2xlarge"), {
    description: "EC2 instance type of the workers. It decides the architecture.",
  }),
  overrides: setting(z.array(instanceType).max(39).default([]), {
    description:
      "Further instance types of the same architecture, the preferred first after instanceType: when AWS has none of one " +
      "type in a zone, another type is started. With them the group is a mixed instances group.",
    why: "A spot group of one type is empty when that type is short. Auto Scaling takes 40 types in all.",
    examples: [["m5d.2xlarge", "c6id.2xlarge"]],
  }),
  onDemandBase: setting(machines(200).optional(), {
    description: "So many machines are on demand before any is spot. Needs overrides.",
    unit: "machines",
    defaultText: "0",
  }),
  onDemandPercentage: setting(z.number().int().min(0).max(100).optional(), {
    description: "How much of what is above onDemandBase is on demand. Needs overrides.",
    unit: "percent",
    defaultText: "0 with profile spot, 100 with profile ondemand",
  }),
  spotMaxPrice: setting(z.union([z.number().min(0.001).max(999), z.literal("ondemand")]).optional(), {
    description:
      "The most that an hour of a spot machine may cost, of whatever type; `ondemand` for the price that the type has on demand.",
    unit: "dollars",
    allowed: "a price from 0.001 to 999, or ondemand",
    defaultText: "ondemand",
    why: "A limit below the price on demand only makes interruptions more frequent and the group emptier, and AWS advises against one.",
  }),
  ebsOptimized: setting(z.boolean().default(true), {
    description: "Whether the way to EBS is one of its own. False for types that know no such thing.",
  }),
  amazonLinuxRelease: setting(amazonLinuxRelease.optional(), {
    description:
      "Release of Amazon Linux 2023 that machines run and images are built from, if it differs from that of the stack. An image " +
      "that `groundwork image … deploy` has deployed goes first. Not with workerAmiId.",
    defaultText: "groundwork:releases amazonLinux",
  }),
  workerAmiId: setting(imageId.optional(), {
    description:
      "A certain image in place of what is built and deployed, for debugging: Amazon Linux 2023, or something with its packages.",
  }),
  imageBuild: setting(imageBuildSettings.optional(), {
    description:
      "Images of the group's own, with everything installed that a machine installs at boot without one.",
    defaultText: "none: machines install at boot",
  }),
  count: setting(machines(200), {
    description:
      "How many workers there are. A number that somebody set in AWS the next `up` sets back to this one; with `--no-refresh` it does " +
      "not look, and the number stays. In a group with schedules " +
      "it is the number to begin with, and that of each schedule without one.",
    unit: "machines",
  }),
  minSize: setting(machines(200).default(1), { description: "At least so many.", unit: "machines" }),
  maxSize: setting(machines(200).default(6), {
    description: "At most so many. Refreshes go beyond it for their time.",
    unit: "machines",
  }),
  rootVolumeSize: setting(z.number().int().min(8).max(1024).default(20), {
    description: "Size of the machine's own disk. Encrypted gp3.",
    unit: "GiB",
  }),
  dataVolume: setting(dataVolumeSettings.prefault({}), {
    description: "Where the worker keeps containers and caches, which go with the machine.",
  }),
  subnets: setting(z.enum(["private", "public"]).default("private"), {
    description:
      "Which subnets of the stack's network: private means its workerSubnets, public its publicWorkerSubnets, where it has these. In " +
      "public ones each machine has a public address; no port is opened by it.",
    why: "private: nobody calls a worker.",
  }),
  metricsSgAllow: setting(securityGroupId.optional(), {
    description:
      "Security group of the monitoring, which may read the machines' metrics at port 9100. Nobody else may.",
    defaultText: "none: the port is closed",
  }),
  bastionSgAllow: setting(securityGroupId.optional(), {
    description: "Security group of a bastion, which may use SSH (port 22). Goes with keyPairName.",
    defaultText: "none: shells go through Session Manager",
  }),
  keyPairName: setting(
    z
      .string()
      .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/)
      .optional(),
    {
      description: "EC2 key pair for SSH from the bastion. Goes with bastionSgAllow.",
      allowed: "the name of a key pair that exists in the region",
      defaultText: "none",
    },
  ),
  scheduler: setting(schedulerSettings, { description: "The pipeline scheduler that the workers work for." }),
  workerKey: setting(secretReference, {
    description:
      "Where the workers' private SSH key (PEM) is kept. Each machine fetches it with its own role; neither state nor user data hold it.",
  }),
  team: setting(workerWord.optional(), {
    description: "Team whose jobs the workers take, and no other's.",
    defaultText: "none: those of all teams",
  }),
  workerTags: setting(z.array(workerWord).max(20).default([]), {
    description: "Tags for jobs of a kind: the workers take only jobs that name one of them.",
    examples: [["fast-storage"]],
  }),
  workerVersion: setting(
    z
      .string()
      .regex(/^\d+\.\d+\.\d+(-[A-Za-z0-9.]+)?$/)
      .optional(),
    {
      description: "A certain version of the worker, where the scheduler's is not the right one.",
      allowed: "a version such as 7.14.1",
      defaultText: "what the scheduler says",
    },
  ),
  workerSha256: setting(
    z
      .partialRecord(
        format(z.enum(["amd64", "arm64"]), { allowed: "amd64 or arm64" }),
        format(z.string().regex(/^[0-9a-f]{64}$/), { allowed: "64 hexadecimal digits" }),
      )
      .optional(),
    {
      description: "Checksums of the release of workerVersion, by architecture.",
      why: "Without one, only the checksum beside the download can be checked.",
      defaultText: "none: the .sha1 that is published beside the release",
    },
  ),
  environment: setting(z.record(variableName, oneLine).default({}), {
    description:
      "Further variables of the worker, CONCOURSE_… . They are in the machine's user data: nothing secret.",
    examples: [{ CONCOURSE_CONTAINERD_MAX_CONTAINERS: "100" }],
  }),
  packages: setting(
    z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/))
      .max(50)
      .default([]),
    {
      description: "Further packages of Amazon Linux.",
      allowed: "a list of names of packages",
    },
  ),
  memoryLimitPercent: setting(z.number().int().min(10).max(100).default(90), {
    description: "How much of the machine's memory the worker and its jobs may take.",
    unit: "percent",
    why: "90: a job that takes everything must not take the agents with it, which tell what happened.",
  }),
  registrationTimeoutSeconds: setting(z.number().int().min(30).max(1800).default(180), {
    description: "How long a worker has, from its start, to be registered with the scheduler.",
    unit: "seconds",
  }),
  registrationToken: setting(secretReference.optional(), {
    description:
      "Where a token for the scheduler's API is kept, with which a machine asks whether its worker is there.",
    defaultText: "none: the scheduler's answer to the registration is the proof",
  }),
  launchHookSeconds: setting(z.number().int().min(30).max(7200).default(900), {
    description:
      "How long a machine has, from its start, to be ready. One that has not said so by then is ended. 7,200 is Auto Scaling's limit.",
    unit: "seconds",
    why: "Packages, downloads, registration, and the three minutes that a failed machine stays to be looked at.",
  }),
  drainTimeoutSeconds: setting(z.number().int().min(0).max(7080).default(3600), {
    description:
      "How long jobs have to finish on a machine that is drained. Not with spot machines that are taken away, which have two minutes.",
    unit: "seconds",
    why: "An hour is more than most builds take. 7,080 is Auto Scaling's limit for hooks, less the two minutes that they last longer.",
  }),
  terminateHookSeconds: setting(z.number().int().min(30).max(7200).optional(), {
    description:
      "How long a machine that is drained is kept. Longer than drainTimeoutSeconds by 120 at least.",
    unit: "seconds",
    defaultText: "drainTimeoutSeconds and 120",
  }),
  maxFailedBoots: setting(z.number().int().min(1).max(20).default(3), {
    description:
      "After so many failed boots in a row, of one version of the machines' template, the group starts no more machines for an hour, and an " +
      "alarm goes off.",
    unit: "boots",
  }),
  instanceRefresh: setting(instanceRefreshSettings.prefault({}), {
    description: "How machines are replaced when image, scripts or template change.",
  }),
  schedules: setting(
    z
      .record(
        format(z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/), {
          allowed: "up to 32 lower-case letters, digits and hyphens, beginning with a letter",
        }),
        scheduleSettings,
      )
      .default({}),
    {
      description: "Numbers of machines by the clock.",
      allowed: "a mapping of names to schedules",
      examples: [
        {
          morning: { cron: "0 7 * * 1-5", timeZone: "Europe/Paris" },
          evening: { cron: "0 20 * * 1-5", timeZone: "Europe/Paris", count: 1 },
        },
      ],
    },
  ),
  maxLifetimeDays: setting(z.number().int().min(1).max(365).optional(), {
    description: "A machine that has been in service for this many days is drained and replaced.",
    unit: "days",
    defaultText: "none",
  }),
  scaleInProtection: setting(z.boolean().default(false), {
    description:
      "Whether Auto Scaling leaves machines alone when the number goes down, until a person takes the protection off.",
  }),
  capacityRebalance: setting(z.boolean().optional(), {
    description:
      "Whether a spot machine that is likely to be taken away soon is replaced before that. The old one drains meanwhile.",
    defaultText: "true where there are spot machines",
  }),
  warmPool: setting(warmPoolSettings.optional(), {
    description:
      "Machines kept ready for when the number goes up. Not with spot machines, nor with overrides: Auto Scaling refuses it.",
    defaultText: "none",
  }),
  logRetentionDays: setting(z.literal([...logRetentionDays]).default(30), {
    description: "How long CloudWatch keeps the machines' logs.",
    unit: "days",
  }),
  alarmTopicArns: setting(z.array(snsTopicArn).max(5).default([]), {
    description:
      "SNS topics that hear of the group's alarms (failed boots, too few machines) and of machines that could not be started or ended.",
    defaultText: "none: those of groundwork:alarms, where the stack has any",
  }),
  tags: setting(z.record(z.string().regex(/^[A-Za-z0-9_.:/=+@-]{1,128}$/), oneLine.max(256)).default({}), {
    description: "Tags of machines and disks, besides the stack's.",
  }),
});
export type WorkerGroupSettings = z.infer<typeof workerGroupSettings>;

export const workerGroupsSettings = setting(
  z.record(
    format(z.string().regex(/^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/), {
      allowed:
        "up to 24 lower-case letters, digits and hyphens, beginning with a letter, not ending in a hyphen",
    }),
    workerGroupSettings,
  ),
  {
    description:
      "Groups of machines that run a pipeline scheduler's jobs (Concourse workers), on spot or on demand.",
    allowed: "a mapping of names to groups",
  },
);
export type WorkerGroupsSettings = z.infer<typeof workerGroupsSettings>;
