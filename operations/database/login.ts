import type * as secretsModule from "@aws-sdk/client-secrets-manager";
import { createRequire } from "node:module";
import { roleSecretName } from "../../components/database-bootstrap/names";
import { nearestName } from "../../settings/nearest";
import type { DatabaseSettings } from "../../settings/sections/database";
import { describeAwsError, using } from "../engine/aws-clients";
import { FailedError, oneOf, UsageError } from "../terminal/errors";
import type { DatabaseServer } from "./server";

const load = createRequire(__filename);

/** How a role logs in at this moment. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** When the password was made. */
  readonly createdAt: Date;
}

/** What psql is told of a login besides who and where: the password is in a file, and the server has to prove itself. */
export function psqlVariables(
  { database, username }: Login,
  files: { readonly password: string; readonly authorities: string },
): Readonly<Record<string, string>> {
  return {
    PGUSER: username,
    PGDATABASE: database,
    PGPASSFILE: files.password,
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: files.authorities,
    PGCONNECT_TIMEOUT: "10",
    PGAPPNAME: "groundwork-shell",
  };
}

/** Where every server lets everybody in, for a role that has no database of its own. */
const maintenanceDatabase = "postgres";

/** @throws UsageError for a role that the settings do not have, or that does not log in. */
export function requireRole({ bootstrap, masterUsername }: DatabaseSettings, role: string): void {
  const roles = Object.entries(bootstrap?.roles ?? {});
  const known = [masterUsername, ...roles.filter(([, { login }]) => login).map(([name]) => name)];
  if (known.includes(role)) {
    return;
  }
  const near = nearestName(role, known);
  throw new UsageError(
    (roles.some(([name]) => name === role)
      ? `The role ${role} is not for logging in (login: false), and has no password.`
      : `The settings have no role "${role}".`) +
      ` Those that log in: ${oneOf(known)}.${near === undefined ? "" : ` Did you mean ${near}?`} Nothing was touched.`,
  );
}

/** Reads a role's secret. The master user's is RDS's own, which rotates it. @throws FailedError where it cannot be read. */
export async function loginOf(server: DatabaseServer, role: string): Promise<Login> {
  const { settings, stack } = server;
  requireRole(settings, role);
  const isMaster = role === settings.masterUsername;
  const secret = isMaster ? masterSecretOf(server) : roleSecretName(stack.settings.context, role);
  const { SecretsManager } = load("@aws-sdk/client-secrets-manager") as typeof secretsModule;
  const config = await server.aws();
  const { CreatedDate: createdAt = new Date(0), SecretString: text = "{}" } = await using(
    new SecretsManager(config),
    (client) => client.getSecretValue({ SecretId: secret }),
  ).catch((error: unknown) => {
    throw new FailedError(
      `The password of ${role} could not be read: ${describeAwsError(error)}\n` +
        `It is the secret ${secret}. To read it takes secretsmanager:GetSecretValue on it, and kms:Decrypt on alias/${server.identifier}.`,
    );
  });
  const told = JSON.parse(text) as Readonly<Record<"username" | "password" | "dbname", string | undefined>>;
  return {
    username: told.username ?? role,
    password: told.password ?? "",
    database: told.dbname ?? (isMaster ? settings.databaseName : maintenanceDatabase),
    createdAt,
  };
}

/** ARN of the secret that RDS keeps for the master user. */
function masterSecretOf({ identifier, resource }: DatabaseServer): string {
  const secrets = resource.outputs?.["masterUserSecrets"] as
    readonly { readonly secretArn?: string }[] | undefined;
  const arn = secrets?.[0]?.secretArn;
  if (arn === undefined) {
    throw new FailedError(
      `RDS has made no secret for the master user of ${identifier}, as far as the state knows.`,
    );
  }
  return arn;
}
