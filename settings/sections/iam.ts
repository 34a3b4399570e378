import { z } from "zod";
import { setting } from "../describe";

export const iamSettings = setting(
  z.strictObject({
    permissionsBoundaryArn: setting(
      z
        .string()
        .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,128}$/)
        .optional(),
      {
        description:
          "The permissions boundary of every role and user that the program makes, and of the roles that grants of sessions make: what none of " +
          "their policies can go beyond. The policy is made by whoever runs the account, and must be there before.",
        why: "Many organizations forbid roles without one.",
        allowed: "the ARN of a managed policy",
        defaultText: "none",
        examples: ["arn:aws:iam::123456789012:policy/boundary"],
      },
    ),
    path: setting(
      z
        .string()
        .max(512)
        .regex(/^\/([\x21-\x2e\x30-\x7e]+\/)*$/)
        .default("/"),
      {
        description:
          "The path of every role, user, policy and instance profile that the program makes. Set it before the first run: a change replaces " +
          "roles, and with the role of its control plane the cluster, which the guard refuses.",
        why: "/: IAM's own default.",
        allowed: "a path that begins and ends with a slash",
        examples: ["/groundwork/"],
      },
    ),
  }),
  {
    description:
      "What the account demands of roles, users and policies. The program's own principal must be allowed to set it.",
  },
);
export type IamSettings = z.infer<typeof iamSettings>;
