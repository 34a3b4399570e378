import { z } from "zod";
import { format, setting } from "../describe";
import { imageReference } from "../formats";
import { nearestName } from "../nearest";
import { databaseName, roleName, schemaName } from "../postgres-names";
import { rdsExtensions } from "../rds-extensions";

/**
 * postgres:17.11 of Docker's official images, all architectures (the digest is that of the index). A newer psql goes with
 * every older server. Taken from several public repositories that pin the same digest under the same tag, not from the
 * registry itself: `docker buildx imagetools inspect postgres:17.11` shows it.
 */
const psqlImage =
  "docker.io/library/postgres:17.11@sha256:d74eeac9a635390a49bc21bd49fccd973de707e2a53a76ac49b552b8712ec46f";
/** The AWS CLI 2.27.49 of AWS's public registry, found as the one above. From 2.15 on the CLI knows EKS Pod Identity. */
const awsCliImage =
  "public.ecr.aws/aws-cli/aws-cli:2.27.49@sha256:bad3346a39098ab077be6ed58c7e1fe68321a4a844c7c740318100013e6c3581";

/** Predefined roles whose members the settings may decide; roles.sql has the same list. */
export const predefinedRoles = [
  "pg_monitor",
  "pg_signal_backend",
  "pg_read_all_data",
  "pg_write_all_data",
  // RDS's own: its members log in by a token of IAM, and no longer by password.
  "rds_iam",
] as const;

/** What can be granted on what. */
export const privilegesOn = {
  database: ["CONNECT", "CREATE", "TEMPORARY"],
  schema: ["USAGE", "CREATE"],
  tables: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  sequences: ["SELECT", "USAGE", "UPDATE"],
} as const;
export type GrantTarget = keyof typeof privilegesOn;
const targets = Object.keys(privilegesOn) as [GrantTarget, ...GrantTarget[]];
const privileges = [...new Set(Object.values(privilegesOn).flat())] as const;

const extension = format(
  z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,62}$/)
    .refine((name) => rdsExtensions.has(name), {
      error: (issue) => {
        const near = nearestName(String(issue.input), [...rdsExtensions]);
        return `is not an extension that RDS for PostgreSQL is known to offer${near === undefined ? "" : `; did you mean ${near}?`}`;
      },
    }),
  {
    allowed:
      "the name of an extension as CREATE EXTENSION takes it, of those that RDS for PostgreSQL offers (settings/rds-extensions.ts)",
    examples: ["pg_trgm"],
  },
);

const connectionLimit = z.number().int().min(-1).max(262_143).default(-1);

const bootstrapDatabaseSettings = z.strictObject({
  owner: setting(roleName, {
    description:
      "The role that may do everything in the database. A changed one gets the database and its schemas; tables stay with whom made them.",
    allowed: "a key of roles",
    examples: ["users_owner"],
  }),
  extensions: setting(z.array(extension).default([]), {
    description:
      "Extensions to make, with what they need. Taken out of here they stay: dropping one can drop columns.",
    examples: [["citext", "pg_trgm"]],
  }),
  schemas: setting(z.array(schemaName).default([]), {
    description: "Schemas to make besides `public`, owned by the owner.",
    examples: [["audit"]],
  }),
  encoding: setting(z.enum(["UTF8", "LATIN1", "LATIN9", "SQL_ASCII"]).default("UTF8"), {
    description: "Fixed at creation. Anything but UTF8 needs locale C.",
    why: "Everything can be written in it.",
  }),
  locale: setting(z.enum(["C", "C.UTF-8", "en_US.UTF-8"]).optional(), {
    description: "Order and classes of characters. Fixed at creation.",
    defaultText: "the server's own, on RDS en_US.UTF-8",
  }),
});

const bootstrapRoleSettings = z.strictObject({
  login: setting(z.boolean().default(true), {
    description:
      "Whether it is for logging in. Its password is then made by this program and kept in Secrets Manager.",
    why: "true: most are for an application. false: an owner, or a group.",
  }),
  memberOf: setting(
    z
      .array(
        format(z.union([roleName, z.enum(predefinedRoles)]), {
          allowed: `a key of roles, or one of ${predefinedRoles.join(", ")}`,
        }),
      )
      .default([]),
    {
      description:
        "Roles whose privileges it has. The whole list: a membership in one of these that is not here is taken away.",
      examples: [["users_owner"]],
    },
  ),
  connectionLimit: setting(connectionLimit, {
    description: "Connections that it may have at once; -1 is no limit.",
    unit: "connections",
    why: "No limit but the server's.",
  }),
  database: setting(databaseName.optional(), {
    description: "The database that its secret names.",
    allowed: "a key of databases",
    defaultText: "the first that it, or a role that it is a member of, owns or is granted something in",
  }),
  passwordRevision: setting(z.number().int().min(1).max(1_000_000).default(1), {
    description:
      "Another number makes another password. Who connects with the old one must read the secret again: sessions stay, new ones are refused.",
    examples: [2],
  }),
});

const grantSettings = z.strictObject({
  role: setting(roleName, { description: "Who gets it.", allowed: "a key of roles" }),
  database: setting(databaseName, { description: "In which database.", allowed: "a key of databases" }),
  schema: setting(schemaName.default("public"), {
    description: "In which schema, for tables, sequences and schema.",
    allowed: "public, or one of the database's schemas",
    why: "Where things go unless told otherwise.",
  }),
  on: setting(z.enum(targets), {
    description:
      "On what. For tables (views too) and sequences: all that are there, and all that the owner and its members make later. " +
      "Both bring USAGE on the schema, and every grant CONNECT to the database.",
  }),
  privileges: setting(z.array(z.enum(privileges)).min(1), {
    description: Object.entries(privilegesOn)
      .map(([target, names]) => `On ${target}: ${names.join(", ")}.`)
      .join(" "),
    examples: [["SELECT"]],
  }),
});

export const bootstrapSettings = z.strictObject({
  images: setting(
    z
      .strictObject({
        psql: setting(imageReference.default(psqlImage), {
          description: "Image with psql, pg_isready, a shell and awk.",
          why: "PostgreSQL 17.11: psql goes with every server of its version or older.",
        }),
        awsCli: setting(imageReference.default(awsCliImage), {
          description: "Image with the AWS CLI, version 2.15 or later, and a shell.",
          why: "2.27.49.",
        }),
      })
      .prefault({}),
    { description: "Images of the Job's two containers, by digest." },
  ),
  databases: setting(z.record(databaseName, bootstrapDatabaseSettings).default({}), {
    description:
      "Databases by name. One that exists (databaseName among them) is taken as it is and given to its owner. The public may not connect to any of them.",
    examples: [{ users: { owner: "users_owner", extensions: ["citext"] } }],
  }),
  roles: setting(z.record(roleName, bootstrapRoleSettings).default({}), {
    description: "Roles by name. They hold for all databases of the server.",
    examples: [{ users_owner: { login: false }, users_app: { memberOf: ["users_owner"] } }],
  }),
  grants: setting(z.array(grantSettings).default([]), {
    description:
      "What roles may do that do not own. What is taken out of here is taken away; what a migration or a person granted is left alone.",
    examples: [[{ role: "users_reader", database: "users", on: "tables", privileges: ["SELECT"] }]],
  }),
});
export type BootstrapSettings = z.infer<typeof bootstrapSettings>;
