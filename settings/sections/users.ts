import { z } from "zod";
import { format, setting } from "../describe";

/** What a service user may do; each grant is a least policy that components/service-users knows. */
export const grants = [
  "reports:write",
  "reports:read",
  "queues:all",
  "queues:send",
  "queues:receive",
] as const;
export type Grant = (typeof grants)[number];

/** Users that exist wherever their section does. */
export const standardUsers = ["report_writer", "report_reader", "sqs_readwriter"] as const;

export const usersSettings = setting(
  z.strictObject({
    additional: setting(
      z
        .record(
          // IAM allows 64; the rest is for the project and the stack in front of it.
          format(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/), {
            allowed: "1 to 32 letters, digits, hyphens and underscores, beginning with a letter",
          }),
          z.strictObject({
            grants: setting(z.array(z.enum(grants)).min(1), {
              description:
                "What the user may do: `reports:write` (write items to the tables, put objects to the bucket), " +
                "`reports:read` (query and get), `queues:all` (everything with queues under controlPrefix), " +
                "`queues:send` and `queues:receive` (put messages into the declared queues; take and delete them). The section that a " +
                "grant is for must be there, and for the last two a queue in it.",
              allowed: `a list of one or more of ${grants.map((grant) => JSON.stringify(grant)).join(", ")}, each once`,
              examples: [["reports:read"]],
            }),
          }),
        )
        .default({}),
      {
        description: `Users besides ${standardUsers.join(", ")}. Names differ by more than case.`,
        examples: [{ billing: { grants: ["reports:read"] } }],
      },
    ),
  }),
  {
    description:
      "IAM users with access keys for the application: report_writer and report_reader where there is a reports " +
      "section, sqs_readwriter where there is a messaging section, and more by setting. `groundwork:users: {}` is these " +
      "three and no others.",
  },
);
export type UsersSettings = z.infer<typeof usersSettings>;
