import { z } from "zod";
import { setting } from "../describe";
import { bucketName } from "./reports";

export const accessLogsSettings = setting(
  z.strictObject({
    bucket: setting(bucketName, {
      description:
        "Name of the bucket, in aws:region. Unique among all buckets of all AWS customers: another name is another bucket.",
      examples: ["weaveworks-dev-access-logs"],
    }),
    existing: setting(z.boolean().default(false), {
      description:
        "Whether others made it, for several stacks or in an account of its own. Its policy must then let Elastic Load Balancing and S3 write, its encryption be S3's own " +
        "(load balancers and S3 write to no other), and its rules say how long logs are kept. S3 writes only within one account.",
    }),
    retentionDays: setting(z.number().int().min(1).max(3650).optional(), {
      description: "How long logs are kept. Of a bucket that the stack makes.",
      unit: "days",
      why: "Without it a year: intrusions are found after months.",
      defaultText: "365",
    }),
  }),
  {
    description:
      "Who asked for what: load balancers of fleets and of workloads, and S3 for the reports bucket, write it down in one bucket, as soon as the stack has this section. " +
      "A Network Load Balancer logs where it ends TLS, and nothing else. A load balancer writes each five minutes, S3 within hours. " +
      "At guard level disposable the bucket goes with what is in it; at the others it is guarded as every bucket.",
  },
);
export type AccessLogsSettings = z.infer<typeof accessLogsSettings>;
