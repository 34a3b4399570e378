import { z } from "zod";
import { floorText, format, setting } from "../describe";

const keyAttribute = z.strictObject({
  name: setting(z.string().min(1).max(255), { description: "Name of the attribute." }),
  type: setting(z.enum(["S", "N", "B"]), {
    description: "Type of the attribute: S string, N number, B bytes.",
  }),
});

const scalingRange = z
  .strictObject({
    min: setting(z.number().int().min(1), { description: "Units at least.", unit: "capacity units" }),
    max: setting(z.number().int().min(1), { description: "Units at most.", unit: "capacity units" }),
  })
  .meta({ allowed: "a mapping with min and max, min no more than max" });

const indexName = format(z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/), {
  allowed: "3 to 255 letters, digits, hyphens, underscores and dots",
});

const tableSettings = z.strictObject({
  hashKey: setting(keyAttribute, {
    description: "The partition key. A table cannot be without one; it is fixed at creation.",
    examples: [{ name: "hour", type: "S" }],
  }),
  rangeKey: setting(keyAttribute.optional(), {
    description: "The sort key, fixed at creation: an attribute other than the hash key's.",
    defaultText: "none",
    examples: [{ name: "ts", type: "N" }],
  }),
  billing: setting(
    z
      .discriminatedUnion("mode", [
        z.strictObject({
          mode: setting(z.literal("onDemand"), { description: "Pay by request." }),
        }),
        z.strictObject({
          mode: setting(z.literal("provisioned"), {
            description:
              "Pay by capacity that scales in a range. A table that stands and is billed by request has one unit each until its scaling is registered, moments later. " +
              "One that is busy is switched in DynamoDB first (`aws dynamodb update-table --billing-mode PROVISIONED …`); the next run sees that.",
          }),
          read: setting(scalingRange, { description: "Range of read capacity." }),
          write: setting(scalingRange, { description: "Range of write capacity." }),
          targetUtilization: setting(z.number().min(20).max(90).default(70), {
            description: "Share of the provisioned units in use that scaling aims at.",
            unit: "percent",
            why: "70, as DynamoDB's own console proposes: room for a rise while scaling catches up.",
          }),
        }),
      ])
      .prefault({ mode: "onDemand" }),
    {
      description: "How capacity is paid for.",
      allowed:
        "a mapping: mode onDemand alone, or mode provisioned with read, write and, if wanted, targetUtilization",
      why: "onDemand: nothing to size, nothing to throttle; provisioned pays at a steady load.",
    },
  ),
  globalSecondaryIndexes: setting(
    z
      .record(
        indexName,
        z.strictObject({
          hashKey: setting(keyAttribute, { description: "The index's partition key." }),
          rangeKey: setting(keyAttribute.optional(), {
            description: "The index's sort key.",
            defaultText: "none",
          }),
        }),
      )
      .default({}),
    {
      description:
        "Global secondary indexes by name, at most 20. DynamoDB adds or removes one at a time. An attribute has one " +
        "type in the table and all its indexes.",
      examples: [{ byOrg: { hashKey: { name: "org", type: "S" } } }],
    },
  ),
  ttlAttribute: setting(z.string().min(1).max(255).optional(), {
    description: "Number attribute that holds the expiry in epoch seconds; DynamoDB deletes expired items.",
    defaultText: "items never expire",
    examples: ["expiresAt"],
  }),
  recoveryDays: setting(z.number().int().min(1).max(35).default(35), {
    description: `How far point-in-time recovery reaches back. It cannot be turned off. ${floorText("pointInTimeRecovery")}`,
    unit: "days",
    why: "35, DynamoDB's most: the price is by size, not by days.",
  }),
});
export type TableSettings = z.infer<typeof tableSettings>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, for general purpose buckets. */
export const bucketName = format(
  z
    .string()
    .min(3)
    .max(63)
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
    .superRefine((name, context) => {
      const prefix = ["xn--", "sthree-", "amzn-s3-demo-"].find((reserved) => name.startsWith(reserved));
      const suffix = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"].find((reserved) =>
        name.endsWith(reserved),
      );
      const reserved = prefix ?? suffix;
      if (reserved !== undefined) {
        const where = prefix === undefined ? "ends" : "begins";
        context.addIssue({
          code: "custom",
          message: `${where} with ${reserved}, which S3 reserves`,
          input: name,
        });
      }
    }),
  {
    allowed:
      "3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit (no dots: TLS " +
      "certificates of S3 do not cover such names)",
  },
);

export const reportsSettings = setting(
  z.strictObject({
    tables: setting(
      z
        .record(
          format(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/), {
            allowed: "letters, digits, hyphens and underscores, beginning with a letter",
          }),
          tableSettings,
        )
        .prefault({ reports: { hashKey: { name: "hour", type: "S" }, rangeKey: { name: "ts", type: "N" } } }),
      {
        description:
          "DynamoDB tables: key k becomes the table `<stack>_k`. A key taken away is a table removed.",
        why: "One table `reports` that finds a report by hour and moment; the bucket holds the report itself.",
        allowed: "a mapping of one table or more",
      },
    ),
    bucket: setting(
      z.strictObject({
        name: setting(bucketName, {
          description:
            "Name of the bucket. Unique among all buckets of all AWS customers, and fixed: another name is another bucket.",
          examples: ["weaveworks-dev-reports"],
        }),
        lifecycle: setting(
          z
            .strictObject({
              infrequentAccessAfterDays: setting(z.number().int().min(30).optional(), {
                description: "Age at which objects move to STANDARD_IA.",
                unit: "days",
                defaultText: "they stay in STANDARD",
                why: "30 at least, as S3 demands.",
              }),
              expireAfterDays: setting(z.number().int().min(1).optional(), {
                description:
                  "Age at which current objects expire; they then count as noncurrent. More than infrequentAccessAfterDays.",
                unit: "days",
                defaultText: "never",
              }),
              noncurrentVersionDays: setting(z.number().int().min(1).default(90), {
                description: `How long overwritten and deleted versions are kept. ${floorText("overwrittenObjects")}`,
                unit: "days",
                why: "A quarter of a year to notice that something was overwritten.",
              }),
            })
            .prefault({}),
          { description: "What becomes of objects with age." },
        ),
      }),
      {
        description:
          "The bucket that holds the reports which the tables index. Versioned, encrypted, private.",
      },
    ),
  }),
  { description: "DynamoDB tables that index the reports, and the bucket that holds them." },
);
export type ReportsSettings = z.infer<typeof reportsSettings>;
