import { z } from "zod";
import { format, setting } from "../describe";
import { timeOfDayForm } from "../windows";
import { secretSource } from "./workload-secrets";

/** An absolute path in a container. */
export const containerPath = format(
  z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/)
    .max(512),
  {
    allowed: "an absolute path of letters, digits, dots, hyphens and underscores, without a / at its end",
  },
);

const file = z.strictObject({
  content: setting(z.string().max(100_000).optional(), {
    description: "What is in it. Nothing secret: whoever may look at the namespace sees it.",
  }),
  secret: setting(secretSource.optional(), {
    description: "Where what is in it comes from, in place of content.",
  }),
});

export const files = setting(z.record(containerPath, file).default({}), {
  description:
    "Files by path, read-only, of a ConfigMap or (secret) a Secret. One that changes replaces the pods. All together up to 1 MiB.",
  examples: [
    {
      "/etc/frontend/config.yaml": { content: "logLevel: info\n" },
      "/etc/frontend/token": { secret: { stackSecret: "frontend-token" } },
    },
  ],
});

const snapshots = z.strictObject({
  everyHours: setting(z.literal([1, 2, 3, 4, 6, 8, 12, 24]).default(24), {
    description: "How long between snapshots.",
    unit: "hours",
    why: "What Data Lifecycle Manager takes. Once a day, as the database's backups.",
  }),
  at: setting(z.string().regex(timeOfDayForm).default("03:00"), {
    description: "When the first one of a day begins, within an hour.",
    allowed: 'a time of day in UTC, in quotes: "03:00"',
  }),
  keep: setting(z.number().int().min(1).max(1000).default(14), {
    description: "How many are kept; the oldest goes when the next one is there.",
    unit: "snapshots",
    why: "1000 is what Data Lifecycle Manager takes.",
  }),
});

const volume = z.strictObject({
  mountPath: setting(containerPath, { description: "Where all containers of the workload have it." }),
  size: setting(z.string().regex(/^(?:[1-9]\d{0,3}|1[0-5]\d{3}|16[0-2]\d{2}|163[0-7]\d|1638[0-4])Gi$/), {
    description: "Size. It can grow, in place, and never shrink.",
    unit: "GiB",
    allowed: "1Gi to 16384Gi, as gp3 has it",
    examples: ["20Gi"],
  }),
  snapshots: setting(snapshots.optional(), {
    description:
      "Snapshots by schedule, of AWS Data Lifecycle Manager. They stay when the volume goes, and when the schedule does.",
    defaultText: "none",
    examples: [{ keep: 30 }],
  }),
});

export const volumes = setting(
  z
    .record(
      format(z.string().regex(/^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/), {
        allowed:
          "up to 16 lower-case letters, digits and hyphens, beginning with a letter, not ending in a hyphen",
      }),
      volume,
    )
    .default({}),
  {
    description:
      "Disks that stay when pods go: encrypted gp3, made in the zone of the first pod, guarded. A machine has a disk alone, so " +
      "that the workload has one pod (replicas: 1), of which the old one ends before the new one starts (strategy).",
    examples: [{ data: { mountPath: "/var/lib/grafana", size: "20Gi", snapshots: {} } }],
  },
);
