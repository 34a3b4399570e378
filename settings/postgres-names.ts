import { z } from "zod";
import { format } from "./describe";
import { reservedByPostgres } from "./postgres-words";

/** Lower case only: PostgreSQL folds unquoted names, and whoever meets `Users` must quote it for ever. */
function postgresName(reserved: (name: string) => string | undefined): z.ZodString {
  return format(
    z
      .string()
      .max(63)
      .regex(/^[a-z](_?[a-z0-9])*$/)
      .superRefine((name, context) => {
        const reason = reserved(name);
        if (reason !== undefined) {
          context.addIssue({ code: "custom", message: reason, input: name });
        }
      }),
    {
      allowed:
        "up to 63 lower-case letters, digits and single underscores, beginning with a letter and not ending with an " +
        "underscore; no word that RDS or PostgreSQL reserves",
    },
  );
}

export const databaseName = postgresName((name) => reservedByPostgres(name, "database"));
export const roleName = postgresName((name) => reservedByPostgres(name, "user"));
/** `public` is a word that is reserved for roles only. */
export const schemaName = postgresName((name) => (name === "public" ? undefined : reservedSchema(name)));

function reservedSchema(name: string): string | undefined {
  if (name === "information_schema" || name.startsWith("groundwork_")) {
    return "is a schema that is there by itself";
  }
  return reservedByPostgres(name, "user");
}
