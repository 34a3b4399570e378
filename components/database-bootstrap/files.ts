import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { loginName, type BootstrapSettings } from "../../settings/sections/bootstrap";
import { rdsAuthorities } from "../../settings/rds-authorities";
import { isActive } from "../../settings/two-slots";

const scripts = [
  "fetch-secrets.sh",
  "bootstrap.sh",
  "json-field.awk",
  "load.sql",
  "roles.sql",
  "databases.sql",
  "contents.sql",
] as const;

/** What the scripts read, and how its files are called. */
export const settingsFile = "settings.json";
export const authoritiesFile = "authorities.pem";

/** Everything that the Job's pod reads besides secrets: the scripts, what is wanted, and who signs the server's certificate. */
export function bootstrapFiles(settings: BootstrapSettings, region: string): Record<string, string> {
  const authorities = rdsAuthorities(region);
  if (authorities === undefined) {
    throw new Error(`No certificate authorities of RDS are known for region ${region}.`);
  }
  const folder = path.join(__dirname, "..", "..", "boot", "database-bootstrap");
  return {
    ...Object.fromEntries(scripts.map((file) => [file, readFileSync(path.join(folder, file), "utf8")])),
    [settingsFile]: settingsDocument(settings),
    [authoritiesFile]: authorities,
  };
}

/** What is wanted, as the scripts read it: one line of JSON, in the order of names, so that order in the stack file changes nothing. */
export function settingsDocument({ databases, roles, grants }: BootstrapSettings): string {
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1;
  const wanted = {
    databases: Object.entries(databases)
      .sort(byName)
      .map(([name, { owner, encoding, locale = null, extensions, schemas }]) => ({
        name,
        owner,
        encoding,
        locale,
        extensions,
        schemas,
      })),
    roles: Object.entries(roles)
      .sort(byName)
      .flatMap(([name, { login, logins, connectionLimit, memberOf, passwordRevision }]) => {
        // Not read there; a new password must be set by a new run.
        const own = { name, login, connectionLimit, memberOf, passwordRevision };
        return logins === undefined
          ? [own]
          : [
              { ...own, login: isActive("a", logins) },
              {
                ...{ ...own, name: loginName(name, "b"), login: isActive("b", logins) },
                ...{ memberOf: [name], actsAs: name },
              },
            ];
      }),
    grants,
  };
  return `${JSON.stringify(wanted)}\n`;
}

/** Short enough for names, and another one whenever anything in it changes. */
export function fingerprint(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 10);
}
