import { z } from "zod";
import { format, setting } from "../describe";
import { dayOf } from "../release-days";

/** A release of Amazon Linux 2023, which has the day it was built on in its name. */
export const amazonLinuxRelease = format(
  z
    .string()
    .regex(/^2023\.\d+\.\d{8}\.\d+$/)
    .refine((text) => dayOf(text) !== undefined, { error: "names no day" }),
  { allowed: "a release such as 2023.9.20251117.1", examples: ["2023.9.20251117.1"] },
);

/** Versions of Ubuntu that workers' steps know, each with what its images are called. */
export const ubuntuImages = { "22.04": "hvm-ssd/ubuntu-jammy", "24.04": "hvm-ssd-gp3/ubuntu-noble" } as const;

const ubuntuRelease = format(
  z
    .string()
    .regex(/^2[24]\.04-\d{8}(\.\d+)?$/)
    .refine((text) => dayOf(text) !== undefined, { error: "names no day" }),
  { allowed: "a version and the serial of its image, such as 24.04-20261004", examples: ["24.04-20261004"] },
);

/** Where a stack does not say it. */
export const promoteAfterHours = 24;

export const releasesSettings = setting(
  z.strictObject({
    amazonLinux: setting(amazonLinuxRelease.optional(), {
      description:
        "Release of Amazon Linux 2023 of all machines of staticServices, workerGroups and fleets that name none of their own and no " +
        "image; all packages of a machine come from the same release. `./groundwork releases STACK bump amazon-linux` moves it; `up` " +
        "then brings it to new machines.",
      why: "No default: a release that changes by itself would change machines in unrelated runs.",
      defaultText: "none: each says its own",
    }),
    ubuntu: setting(ubuntuRelease.optional(), {
      description:
        "Canonical's image of Ubuntu for the EC2 machines of metalWorkers that name no amiId. A change replaces them all. `./groundwork " +
        "releases STACK bump ubuntu` moves it within its version.",
      why: "No default: an image that changes by itself would replace machines in unrelated runs.",
      defaultText: "none: metalWorkers names an image",
    }),
    promoteAfterHours: setting(z.number().int().min(0).max(2160).optional(), {
      description:
        "How long a version must have run in another stack before `./groundwork promote FROM TO` carries it into this one, in hours, counted from " +
        "the end of the first run there since which every run had it.",
      why: "A day has its busy hours, its backups and its nightly jobs. 0 carries at once, after one good run.",
      defaultText: String(promoteAfterHours),
    }),
  }),
  {
    description:
      "What machines run, once for the whole stack, and when versions come from another stack. A preview warns of what is older than 60 days; `./groundwork releases STACK` shows " +
      "what is newest.",
  },
);
export type ReleasesSettings = z.infer<typeof releasesSettings>;
