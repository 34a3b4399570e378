import { z } from "zod";
import { format, setting } from "../describe";
import { roleName } from "../postgres-names";
import { isWorkloadSecretLabel } from "../secrets";
import { schemes } from "../url-schemes";

/** Parts of a database role's connection, and of a service user's key. */
export const roleFields = ["url", "username", "password", "host", "port", "dbname"] as const;
export const userFields = ["accessKeyId", "secretAccessKey"] as const;
const fields = [...roleFields, ...userFields] as const;

/** Name or ARN: what GetSecretValue takes as SecretId. Source: Secrets Manager API Reference, CreateSecret and GetSecretValue. */
const secretId = format(
  z
    .string()
    .regex(
      /^(?:arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}|[A-Za-z0-9/_+=.@-]{1,512})$/,
    ),
  {
    allowed: "the name of a secret in aws:region, or its whole ARN with the six characters at its end",
    examples: ["frontend/api-token"],
  },
);

/** Where a secret value comes from: one of four places. */
export const secretSource = z.strictObject({
  databaseRole: setting(roleName.optional(), {
    description:
      "A role of database.bootstrap that logs in. The pods also get the authorities that sign the server's certificate, as " +
      "the file /etc/groundwork/database-authorities.pem, and may connect to the database's port.",
    allowed: "a key of database.bootstrap.roles with login",
    examples: ["users_app"],
  }),
  replica: setting(z.string().optional(), {
    description: "Of a database role: that it connects to this read replica, in host and url.",
    allowed: "a key of database.replicas",
    defaultText: "none: the database itself",
  }),
  user: setting(z.string().optional(), {
    description:
      "A service user of this stack: report_writer, report_reader, sqs_readwriter, or one of users.additional.",
    allowed: "the name of a service user",
  }),
  secretsManager: setting(secretId.optional(), {
    description:
      "A secret of Secrets Manager, which whoever runs the program reads at each run. The pods are replaced in the first run after it changed.",
    why: "Read by the run, not in the pod: no driver has to be there for a pod to start, the values can be variables, and what a pod has is what the plan said.",
  }),
  stackSecret: setting(
    format(z.string().refine(isWorkloadSecretLabel), {
      allowed: "1 to 63 letters, digits and hyphens, beginning with a letter",
    }).optional(),
    {
      description:
        "A secret of this stack's own file, encrypted there: `./groundwork secrets STACK set workload.NAME`.",
      examples: ["grafana-admin"],
    },
  ),
  url: setting(z.enum(schemes).optional(), {
    description: "Of a service user: which of its URLs, with key and secret in it.",
  }),
  field: setting(z.enum(fields).optional(), {
    description:
      `Of a database role: ${roleFields.join(", ")}; the URL has sslmode=verify-full and the authorities' path in it. ` +
      `Of a service user: ${userFields.join(" or ")}.`,
    defaultText: "url of a database role; of a service user, what url says",
  }),
  jsonKey: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,128}$/)
      .optional(),
    {
      description: "Of a secret in Secrets Manager: which key of it, where the value is a JSON object.",
      defaultText: "the value as it is",
    },
  ),
});
export type SecretSource = z.infer<typeof secretSource>;

/** Where the certificate authorities of RDS are in pods that use a database role. */
export const databaseAuthoritiesPath = "/etc/groundwork/database-authorities.pem";
