import { z } from "zod";
import { format } from "./describe";
import { reservedByPostgres } from "./postgres-words";

interface NameForm {
  readonly form: RegExp;
  readonly allowed: string;
  readonly reserved: (name: string) => string | undefined;
}

function postgresName({ form, allowed, reserved }: NameForm): z.ZodString {
  return format(
    z
      .string()
      .max(63)
      .regex(form)
      .superRefine((name, context) => {
        const reason = reserved(name);
        if (reason !== undefined) {
          context.addIssue({ code: "custom", message: reason, input: name });
        }
      }),
    { allowed: `${allowed}; no word that RDS or PostgreSQL reserves` },
  );
}

/**
 * What is made from here has lower case only: PostgreSQL folds unquoted names, and whoever meets `Users` must quote it for ever.
 * A name that was given elsewhere can have any that RDS takes (CreateDBInstance, DBName of PostgreSQL): it can never be changed.
 */
const lowerCase = {
  form: /^[a-z](_?[a-z0-9])*$/,
  allowed:
    "up to 63 lower-case letters, digits and single underscores, beginning with a letter and not ending with an underscore",
};
const anyCase = {
  form: /^[A-Za-z_][A-Za-z0-9_]*$/,
  allowed: "up to 63 letters, digits and underscores, beginning with a letter or an underscore",
};

export const databaseName = postgresName({
  ...anyCase,
  reserved: (name) => reservedByPostgres(name.toLowerCase(), "database"),
});
export const masterName = postgresName({
  form: /^[A-Za-z][A-Za-z0-9_]*$/,
  allowed: "up to 63 letters, digits and underscores, beginning with a letter",
  reserved: (name) => reservedByPostgres(name.toLowerCase(), "user"),
});
export const roleName = postgresName({ ...lowerCase, reserved: (name) => reservedByPostgres(name, "user") });
/** `public` is a word that is reserved for roles only. */
export const schemaName = postgresName({
  ...lowerCase,
  reserved: (name) => (name === "public" ? undefined : reservedSchema(name)),
});

function reservedSchema(name: string): string | undefined {
  if (name === "information_schema" || name.startsWith("groundwork_")) {
    return "is a schema that is there by itself";
  }
  return reservedByPostgres(name, "user");
}
