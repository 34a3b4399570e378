import { z } from "zod";
import { format, setting } from "../describe";
import { twoSlots } from "../two-slots";

/** What a service user may do; each grant is a least policy that components/service-users knows. */
export const grants = [
  "reports:write",
  "reports:read",
  "queues:all",
  "queues:send",
  "queues:receive",
] as const;
export type Grant = (typeof grants)[number];

/** When what is in slots is old, and how carefully old ones are given up. */
export const keyRotation = z.strictObject({
  warnAfterDays: setting(z.number().int().min(1).max(3650).default(90), {
    description: "From this age of a key on `preview` and `doctor` warn of it.",
    unit: "days",
    why: '90: CIS AWS Foundations Benchmark, "access keys are rotated every 90 days or less".',
  }),
  unusedHours: setting(z.number().int().min(4).max(2160).default(24), {
    description:
      "For this long nobody may have used the old key, and the new one must have existed, before `retire` deactivates the old one.",
    unit: "hours",
    why: "24: what runs once a day has run. No less than 4: AWS's figure of the last use is up to four hours behind.",
  }),
  inactiveDays: setting(z.number().int().min(0).max(365).default(7), {
    description:
      "For this long an old key stays deactivated before `retire` deletes it. Until then it can be taken back.",
    unit: "days",
    why: "7: what runs once a week has run.",
  }),
});

/** Users that exist wherever their section does. */
export const standardUsers = ["report_writer", "report_reader", "sqs_readwriter"] as const;

// IAM allows 64; the rest is for the project and the stack in front of it.
const userKey = format(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/), {
  allowed: "1 to 32 letters, digits, hyphens and underscores, beginning with a letter",
});

export const usersSettings = setting(
  z.strictObject({
    keys: setting(z.record(userKey, twoSlots).default({}), {
      description:
        "Which of its two access keys a user has, and which of them is given out. Written by `./groundwork iam STACK USER rotate` " +
        "and `retire`; a user that is not here has the key in slot a.",
      examples: [{ report_writer: { current: "b", other: "active", since: "2026-12-01T10:15Z" } }],
    }),
    rotation: setting(keyRotation.prefault({}), {
      description: "When keys are old, and how carefully old ones are given up.",
    }),
    additional: setting(
      z
        .record(
          userKey,
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

/** The service users that a stack has: the standard ones of its sections, then its own. */
export function serviceUsers(sections: {
  readonly users?: Pick<UsersSettings, "additional"> | undefined;
  readonly reports?: unknown;
  readonly messaging?: unknown;
}): readonly string[] {
  const { messaging, reports, users } = sections;
  return users === undefined
    ? []
    : [
        ...standardUsers.filter((name) => (name === "sqs_readwriter" ? messaging : reports) !== undefined),
        ...Object.keys(users.additional),
      ];
}
