import { z } from "zod";
import { awsRegions } from "./aws-regions";
import { isCanonicalBlock, parseBlock } from "./ip-blocks";
import { format } from "./describe";

/** Formats that several sections share. Each says in `allowed` what an error will tell a person. */

/** A block of IPv4 addresses in CIDR notation, its host bits zero (AWS would silently change it otherwise). */
export const cidrBlock = format(
  z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/)
    .refine((text) => parseBlock(text) !== undefined, { error: "is not an IPv4 block", abort: true })
    .refine(isCanonicalBlock, {
      error: (issue) => `has host bits set; the block that it lies in is ${String(parseBlock(issue.input))}`,
    }),
  { allowed: "an IPv4 block in CIDR notation with no host bits set", examples: ["10.0.0.0/16"] },
);

/** AWS ids are 8 hexadecimal digits (until 2018) or 17. */
function awsId(prefix: string): z.ZodString {
  return format(z.string().regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`)), {
    allowed: `an id of the form ${prefix}- and 8 or 17 hexadecimal digits`,
    examples: [`${prefix}-0a1b2c3d4e5f60718`],
  });
}
export const vpcId = awsId("vpc");
export const subnetId = awsId("subnet");
export const securityGroupId = awsId("sg");

/** A zone by name. Zone ids (euw1-az1) and local zones (us-west-2-lax-1a) are something else. */
export const availabilityZone = format(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/), {
  allowed: "the name of an availability zone (its region and a letter; not a zone id such as euw1-az1)",
  examples: ["eu-west-1a"],
});

export const regionName = format(z.string().regex(new RegExp(`^(${awsRegions.join("|")})$`)), {
  allowed: "a region of the commercial AWS partition, such as eu-west-1",
});

export const kmsKeyArn = format(z.string().regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/), {
  allowed: "the ARN of a KMS key",
});

/** Topics of the commercial partition; FIFO topics cannot be an alarm's action. */
export const snsTopicArn = format(z.string().regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/), {
  allowed: "the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME",
  examples: ["arn:aws:sns:eu-west-1:123456789012:alarms"],
});

const imageNamePart = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const imageHost =
  "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?";
const imageName = `(?:${imageHost}/)?${imageNamePart}(?:/${imageNamePart})*`;
const imagePattern = new RegExp(`^${imageName}(?::[\\w][\\w.-]{0,127})?@sha256:[0-9a-f]{64}$`);
/** As runtimes have it: the name without tag and digest. */
const imageNameLength = 255;

/** A container image by digest: what runs today runs tomorrow, whatever is pushed under the tag in between. */
export const imageReference = format(
  z
    .string()
    .refine((text) => /@sha256:/.test(text), {
      error:
        "is not pinned: a tag can be pushed again, and then other code runs. Add the digest that `docker buildx imagetools inspect IMAGE` prints",
      abort: true,
    })
    .refine((text) => /@sha256:[0-9a-f]{64}$/.test(text), {
      error: "has no digest of 64 lower-case hexadecimal digits after @sha256:",
      abort: true,
    })
    .refine((text) => imagePattern.test(text), { error: "is not the name of an image", abort: true })
    .refine((text) => (text.split("@")[0] as string).replace(/:[\w][\w.-]*$/, "").length <= imageNameLength, {
      error: `has a name of more than ${imageNameLength} characters`,
    }),
  {
    allowed:
      "an image by digest: REPOSITORY[:TAG]@sha256: and 64 hexadecimal digits, the repository in lower case",
    examples: [
      "ghcr.io/example/frontend:1.4.2@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
  },
);
