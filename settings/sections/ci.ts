import { z } from "zod";
import { format, setting } from "../describe";
import { kmsKeyArn } from "../formats";
import { awsRegions } from "../aws-regions";

/** An owner's or a repository's name, or its number. */
const [named, numbered] = ["[A-Za-z0-9_.-]{1,100}", "[0-9]{1,20}"];

export const ciSettings = setting(
  z.strictObject({
    repository: setting(
      format(z.string().regex(new RegExp(`^${named}(/${named}|@${numbered}/${named}@${numbered})$`)), {
        allowed: "OWNER/NAME, or OWNER@ID/NAME@ID",
        examples: ["weaveworks/infrastructure", "weaveworks@9976001/infrastructure@123456789"],
      }),
      {
        description:
          "The repository whose workflows may run this stack, as GitHub writes it into its tokens: `OWNER/NAME`; with the numbers of both for " +
          "repositories with immutable subject claims, which are those made or renamed since 15 July 2026 (`gh api repos/OWNER/NAME --jq '.owner.id,.id'`).",
        why: "Complete, without wildcards: whatever matches is trusted.",
      },
    ),
    branch: setting(
      format(z.string().regex(/^(?!\/)[\w./-]{1,200}$/), { allowed: "the name of a branch" }).default("main"),
      {
        description:
          "The branch that is applied: in AWS jobs of the environment on another one change nothing. Runs on it may read: drift, releases, the plan " +
          "that is then approved.",
        why: "main: GitHub's own default.",
      },
    ),
    environment: setting(
      format(z.string().regex(/^[\w.-]{1,200}$/), {
        allowed: "the name of an environment of the repository",
      }).optional(),
      {
        description:
          "GitHub's environment whose jobs may change the stack. Its protection is the approval: required reviewers, and the branch alone " +
          "(docs/ci.md).",
        defaultText: "the stack's name",
      },
    ),
    stack: setting(
      format(z.string().regex(/^[a-z](-?[a-z0-9])*$/), { allowed: "the name of a stack" })
        .max(20)
        .optional(),
      {
        description:
          "The stack whose runs the roles are for, in the same account. A stack that CI must be able to destroy has its roles in the file of another one: nobody can remove the role that " +
          "he acts by.",
        defaultText: "this stack",
      },
    ),
    regions: setting(z.array(z.enum(awsRegions)).max(10).default([]), {
      description:
        "Regions that `apply` may work in, besides aws:region and those of this stack's static services.",
      why: "None: what is not meant to be elsewhere cannot be made there.",
      allowed: "a list of regions of the commercial AWS partition",
      examples: [["us-west-2"]],
    }),
    existingProvider: setting(z.boolean().default(false), {
      description:
        "Whether the account has GitHub's OIDC provider already, made by another stack or by hand, with the audience `sts.amazonaws.com`. An account has one of an " +
        "address: the second stack in it says true.",
      why: "false: the stack makes it.",
    }),
    sessionHours: setting(z.number().int().min(1).max(12).default(4), {
      description: "How long a session of `apply` may last. No credential is renewed in the middle of a run.",
      unit: "hours",
      why: "4: a stand-up is predicted to take less than one, and the longest drain of machines (`drainTimeoutSeconds`) is two. IAM gives 1 to 12.",
    }),
    secretsKeyArn: setting(kmsKeyArn.optional(), {
      description:
        "The KMS key that encrypts the stack's secrets, where its `secretsprovider` is one: `plan` decrypts with it, `apply` encrypts besides.",
      defaultText: "none: a key vault of Azure, whose roles groundwork:state gives",
    }),
    stateBucket: setting(
      format(z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), {
        allowed: "the name of an S3 bucket",
      }).optional(),
      {
        description:
          "The S3 bucket that holds the state, where it is in one: `plan` reads it, `apply` writes it.",
        defaultText: "none: Azure, by groundwork:state, which then gives CI its two identities",
      },
    ),
  }),
  {
    description:
      "What CI needs to run this stack without a secret: in AWS GitHub's OIDC provider and the roles `plan`, which reads, and `apply`, which changes; " +
      "beside a state in Azure two identities with the same names. Who made them changes this section: `apply` is denied everything on itself. " +
      "Without groundwork:iam.permissionsBoundaryArn `apply` is as good as an administrator of the account.",
  },
);
export type CiSettings = z.infer<typeof ciSettings>;
