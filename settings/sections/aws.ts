import { z } from "zod";
import { awsRegions } from "../aws-regions";
import { format, setting } from "../describe";

const accountId = format(z.string().regex(/^\d{12}$/), {
  allowed: "an account id of 12 digits, in quotes",
  examples: ["123456789012"],
});

const assumedRole = z.strictObject({
  roleArn: setting(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/), {
    description: "The role to take, in the stack's account.",
    allowed: "the ARN of a role",
    examples: ["arn:aws:iam::123456789012:role/groundwork-deploy"],
  }),
  externalId: setting(z.string().min(2).max(1224).optional(), {
    description: "The external id that the role's trust policy requires.",
    defaultText: "none",
  }),
  sessionName: setting(
    z
      .string()
      .regex(/^[\w+=,.@-]{2,64}$/)
      .default("groundwork"),
    {
      description: "The session name, which CloudTrail shows for everything done with the role.",
      allowed: "2 to 64 letters, digits and _ + = , . @ -",
      why: "groundwork: it is seen who did it.",
    },
  ),
  duration: setting(
    z
      .string()
      .regex(/^([1-9]|1[0-2])h$/)
      .default("1h"),
    {
      description:
        "How long the role's credentials are valid; they are renewed when they expire. No longer than the role's own maximum, and 1h for a role " +
        "that is taken with the credentials of another.",
      allowed: "1h to 12h",
      why: "1h: every role allows it.",
    },
  ),
});

/** Pulumi's own keys of the AWS provider. Every stack file must hold region and account: the program's provider is bound to both. */
export const awsSettings = z.strictObject({
  region: setting(z.enum(awsRegions), {
    description: "Region of everything in the stack. Fixed: what exists does not move with it.",
    allowed: "a region of the commercial AWS partition, such as eu-west-1",
    examples: ["eu-west-1"],
  }),
  allowedAccountIds: setting(z.array(accountId).length(1), {
    description:
      "The one AWS account of the stack. Credentials of another account are refused before anything is read or made.",
    why: "In quotes: unquoted, YAML reads it as a number and drops leading zeros.",
    allowed: "a list of exactly one account id of 12 digits, in quotes",
    examples: [["123456789012"]],
  }),
  profile: setting(
    z
      .string()
      .regex(/^[\w.@+/-]{1,128}$/)
      .optional(),
    {
      description:
        "Profile of the AWS command line's files that credentials come from, for the program and for commands. Whoever runs this needs a profile of this name.",
      allowed: "the name of a profile",
      defaultText: "the environment (AWS_PROFILE and the like)",
    },
  ),
  assumeRoles: setting(z.array(assumedRole).max(1).default([]), {
    description:
      "A role that program and commands take with those credentials before anything else. Further steps of a chain are for the profile.",
    why: "None: the credentials are used as they are.",
    allowed: "a list of one role, or of none",
    examples: [[{ roleArn: "arn:aws:iam::123456789012:role/groundwork-deploy" }]],
  }),
});

/** How the stack's account is reached. */
export type AwsLogin = Pick<z.infer<typeof awsSettings>, "profile" | "assumeRoles">;
