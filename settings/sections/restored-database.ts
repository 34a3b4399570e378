import { z } from "zod";
import { format, setting } from "../describe";
import { instanceClass } from "./database-options";

/** Of the identifiers of RDS: `<project>-<stack>-database-<name>`. */
export const restoredName = format(
  z
    .string()
    .max(20)
    .regex(/^[a-z](-?[a-z0-9])*$/)
    .refine((name) => name !== "first", { error: "is what the instance of the section itself is called" }),
  {
    allowed:
      "up to 20 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen; not `first`",
    examples: ["r20261201-0312"],
  },
);

/** How RDS knows an instance for ever, also when it is gone and its backups are kept. */
const resourceId = format(z.string().regex(/^db-[A-Z0-9]{20,32}$/), {
  allowed: "a resource id of RDS, as in `aws rds describe-db-instances` and of backups that are kept",
  examples: ["db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
});

/** An instance of a copy. Its source is fixed: the guard refuses another one, which would be another instance. */
export const restoredInstance = z.strictObject({
  snapshot: setting(
    format(z.string().regex(/^[a-zA-Z][a-zA-Z0-9:/_-]{0,511}$/), {
      allowed: "the name of a snapshot in the stack's account and region, or the ARN of one",
    }).optional(),
    {
      description:
        "The snapshot that it was made of. Recovery points of AWS Backup are snapshots: their ARN.",
      examples: ["groundwork-prod-users-final"],
    },
  ),
  moment: setting(
    format(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), {
      allowed: "a time in UTC, in quotes: 2026-12-01T03:00:00Z",
    }).optional(),
    {
      description: "The moment whose data it has, of the backups of the instance at `of`.",
      examples: ["2026-12-01T03:00:00Z"],
    },
  ),
  of: setting(resourceId.optional(), {
    description:
      "Whose backups `moment` is of: an instance that stands, or one that is gone and whose backups are kept.",
  }),
  state: setting(z.enum(["kept", "givenUp"]).default("kept"), {
    description:
      "givenUp: it is deleted, after its last snapshot, by an approval of the guard. The entry stays, since RDS takes no name of a " +
      "snapshot twice, and so do the groups of its log.",
    why: "Nobody loses a database by a setting that is not there.",
  }),
  instanceClass: setting(instanceClass.optional(), {
    description: "Machine size.",
    defaultText: "the section's instanceClass",
    examples: ["db.r7g.xlarge"],
  }),
  allocatedStorage: setting(z.number().int().min(20).max(65536).optional(), {
    description: "Storage. It must not be smaller than the copy's, which may have grown by itself.",
    unit: "GiB",
    defaultText: "the section's allocatedStorage",
  }),
  kmsKeyArn: setting(
    format(z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/), {
      allowed: "the ARN of a key of KMS",
    }).optional(),
    {
      description: "The key that the copy is encrypted with, where it is not the stack's own: RDS keeps it.",
      defaultText: "the stack's own key",
    },
  ),
});
export type RestoredInstance = z.infer<typeof restoredInstance>;
