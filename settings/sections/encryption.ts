import { z } from "zod";
import { format, setting } from "../describe";
import { kmsKeyArn } from "../formats";

const keyChoice = format(z.union([z.literal("aws"), z.literal("own"), kmsKeyArn]).default("aws"), {
  allowed: "aws, own, or the ARN of a KMS key of aws:region",
  examples: ["own"],
});

export const encryptionSettings = setting(
  z.strictObject({
    logs: setting(keyChoice, {
      description:
        "Log groups of CloudWatch, except sessions.logKmsKeyArn. What is written after a change is under the new key, what was before stays under the old one.",
    }),
    buckets: setting(keyChoice, {
      description:
        "The reports bucket, with a key for the bucket so that not each object is a call of KMS. Objects stay under the key that they were written with. " +
        "The bucket of groundwork:accessLogs keeps S3's own: load balancers and S3 write their logs to no other.",
    }),
    queues: setting(keyChoice, {
      description:
        "Queues and their dead letters. Messages that wait stay under the key that they came with.",
    }),
    disks: setting(keyChoice, {
      description:
        "Disks of fleets, worker groups, static services, nodes and workloads, all but those of metal workers, and volumes of fleets that say `ownKey`. A machine " +
        "has it from its next replacement on; nodes are rolled, as by any change of their disks. Volumes that are there keep their key for good: AWS changes it in none.",
    }),
    tables: setting(keyChoice, {
      description:
        "DynamoDB tables. A table is encrypted again in place, by and by; its backups stay under the old key.",
    }),
  }),
  {
    description:
      "Whose keys encrypt what is at rest. `aws`: the service's own, which cost nothing and which nobody can lose. `own`: a key that the stack makes, one for each line here and region: " +
      "it is guarded as the data is, rotated each year, and lets in who comes through that service from this account, as AWS's own keys do, so that nobody needs a permission more. " +
      "An ARN: a key that others made, whose policy must let the same in (for disks Auto Scaling's service-linked role, else no machine starts; `./groundwork doctor STACK` looks). " +
      "In other regions than aws:region an ARN does not count. The database and the secrets of the cluster have keys of their own in any case. " +
      "Going back to `aws` gives the key up, which is refused until it is approved: what was written under it can be read only as long as it is there.",
  },
);
export type EncryptionSettings = z.infer<typeof encryptionSettings>;
export type Encrypted = keyof EncryptionSettings;
