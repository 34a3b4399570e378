import { z } from "zod";
import { comesToPass } from "../cron-days";
import { setting } from "../describe";
import { subnetId } from "../formats";
import { timeZone } from "./fleet-roll";

/** `imageBuild` of a worker group. */
export const imageBuildSettings = z.strictObject({
  instanceType: setting(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/)
      .optional(),
    {
      description:
        "EC2 instance type that images are built and tested on. Of the architecture that the group's machines have.",
      allowed: "an instance type such as t3.medium",
      defaultText: "t3.medium, or t4g.medium where the group's machines are Graviton",
      examples: ["c7i.large"],
    },
  ),
  subnetId: setting(subnetId.optional(), {
    description:
      "Where images are built. Image Builder asks for no public address: a subnet with a NAT gateway, or one that gives public addresses.",
    defaultText: "the first of the network's workerSubnets, or of its privateSubnets where it has no such",
  }),
  volumeSize: setting(z.number().int().min(8).max(1024).default(8), {
    description:
      "Root disk of the image. A machine's own root disk cannot be smaller than its image's, so not more than the group's rootVolumeSize.",
    unit: "GiB",
    why: "8 GiB is what Amazon Linux itself has; each GiB that is written to costs snapshot storage with every image kept.",
  }),
  testTimeoutMinutes: setting(z.number().int().min(60).max(1440).default(60), {
    description: "How long the tests of an image may take. 60 is the least that EC2 Image Builder allows.",
    unit: "minutes",
  }),
  schedule: setting(
    z
      .strictObject({
        cron: setting(
          z
            .string()
            .regex(/^\S+ \S+ \S+ \S+ \S+ \S+$/)
            .refine((text) => oneDay(text), { error: "has no ? at day of month or day of week" })
            .refine(comesToPass, { error: "names a day that never comes" }),
          {
            description: "When an image is built, as EC2 Image Builder's cron fields.",
            allowed: "minute hour day-of-month month day-of-week year, with a ? at one of the two days",
            examples: ["0 3 ? * sun *"],
          },
        ),
        timeZone: setting(timeZone.default("UTC"), { description: "Time zone of `cron`." }),
      })
      .optional(),
    {
      description: "Images that are built by themselves. Nothing deploys them by itself.",
      defaultText: "none: `./groundwork image STACK GROUP build` builds",
    },
  ),
  keep: setting(z.number().int().min(1).max(100).default(3), {
    description: "How many of the newest images `groundwork image … clean` keeps besides those in use.",
    unit: "images",
    why: "Three: what runs, what ran before it, and one more to go back to.",
  }),
});

export type ImageBuildSettings = z.infer<typeof imageBuildSettings>;

/** Image Builder, as EventBridge, takes a value at one of the two days and a ? at the other. */
function oneDay(cron: string): boolean {
  const [, , dayOfMonth, , dayOfWeek] = cron.split(" ");
  return (dayOfMonth === "?") !== (dayOfWeek === "?");
}
