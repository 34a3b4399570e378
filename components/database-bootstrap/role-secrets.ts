import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion";
import { RandomId } from "@pulumi/random/randomId";
import { RandomPassword } from "@pulumi/random/randomPassword";
import type { BootstrapSettings } from "../../settings/sections/bootstrap";
import type { Database } from "../database/database";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { roleSecretName } from "./names";
import { scramVerifier } from "./scram";

/** Of letters and digits: some 190 bits, and nothing that a URL or a shell would have to quote. */
const PASSWORD_LENGTH = 32;
/** Days in which a deleted secret can be had back. */
const RECOVERY_DAYS = 30;
const SALT_BYTES = 16;

export interface RoleSecretsArgs {
  readonly context: StackContext;
  readonly settings: BootstrapSettings;
  readonly database: Pick<Database, "identifier" | "address" | "port" | "keyArn">;
  readonly parent: pulumi.Resource;
}

export interface RoleSecrets {
  /** The secret of each role that logs in, by the role's name. */
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** How each of them connects, by the role's name; secret. */
  readonly connections: Readonly<Record<string, pulumi.Output<RoleConnection>>>;
  /** Values that have to be there before the Job runs. */
  readonly versions: readonly pulumi.Resource[];
}

/** Holds one SCRAM verifier a role; what the Job reads in place of the passwords. */
export function verifiersSecretName(context: StackContext): string {
  return physicalName(context, "database-bootstrap");
}

/**
 * Passwords of the roles that log in: one secret each, for whoever connects, and one secret with the verifiers of all,
 * for the Job that sets them.
 */
export function createRoleSecrets(name: string, args: RoleSecretsArgs): RoleSecrets {
  const { context, settings, database, parent } = args;
  const logins = Object.entries(settings.roles).filter(([, role]) => role.login);
  const versions: pulumi.Resource[] = [];
  const arns: Record<string, pulumi.Output<string>> = {};
  const connections: Record<string, pulumi.Output<RoleConnection>> = {};
  const verifiers: Record<string, pulumi.Output<string>> = {};

  for (const [role, { passwordRevision }] of logins) {
    const keepers = { revision: String(passwordRevision) };
    const password = new RandomPassword(
      `${name}-${role}`,
      { length: PASSWORD_LENGTH, special: false, keepers },
      { parent },
    );
    const salt = new RandomId(`${name}-${role}-salt`, { byteLength: SALT_BYTES, keepers }, { parent });
    verifiers[role] = pulumi.secret(
      pulumi.all([password.result, salt.b64Std]).apply(([text, bytes]) => scramVerifier(text, bytes)),
    );

    const dbname = homeDatabase(role, settings);
    const known = pulumi
      .all([database.address, database.port, password.result])
      .apply(([host, port, text]) => connection(host, port, dbname, role, text));
    connections[role] = pulumi.secret(known);
    const { secret, version } = keep(`${name}-${role}`, {
      ...args,
      secretName: roleSecretName(context, role),
      description: `PostgreSQL role ${role} of ${database.identifier}`,
      value: known.apply((values) => JSON.stringify(values)),
    });
    arns[role] = secret.arn;
    versions.push(version);
  }

  const { version } = keep(`${name}-verifiers`, {
    ...args,
    secretName: verifiersSecretName(context),
    description: `SCRAM verifiers of the roles of ${database.identifier}, for its bootstrap`,
    value: pulumi.all(verifiers).apply((all) => JSON.stringify(all)),
  });
  versions.push(version);
  return { arns, connections, versions };
}

function keep(
  name: string,
  {
    context,
    database,
    parent,
    secretName,
    description,
    value,
  }: RoleSecretsArgs & {
    readonly secretName: string;
    readonly description: string;
    readonly value: pulumi.Output<string>;
  },
): { readonly secret: Secret; readonly version: SecretVersion } {
  const secret = new Secret(
    name,
    {
      // Fixed: policies name it, and applications are told it.
      name: secretName,
      description,
      kmsKeyId: database.keyArn,
      // The name stays taken for as long; a stack that is stood up and taken down all day cannot wait.
      recoveryWindowInDays: isLocked(context) ? RECOVERY_DAYS : 0,
      tags: { Name: secretName },
    },
    guarded("aws:secretsmanager/secret:Secret", context, { parent }),
  );
  const version = new SecretVersion(
    name,
    { secretId: secret.id, secretString: pulumi.secret(value) },
    { parent },
  );
  return { secret, version };
}

interface RoleConnection {
  readonly engine: "postgres";
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Absent, as the URL then is, where the role has no database of its own. */
  readonly dbname?: string;
  readonly url?: string;
}

/** In the words of the secrets that RDS and its rotation functions keep, and as a URL. */
function connection(
  host: string,
  port: number,
  dbname: string | undefined,
  username: string,
  password: string,
): RoleConnection {
  return {
    engine: "postgres",
    host,
    port,
    username,
    password,
    ...(dbname !== undefined && {
      dbname,
      url: `postgres://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(dbname)}?sslmode=verify-full`,
    }),
  };
}

/**
 * The database that a role connects to unless told otherwise: what its settings say, else the first, in the order of the
 * settings, that the role or one that it is a member of owns or is granted something in.
 */
export function homeDatabase(role: string, settings: BootstrapSettings): string | undefined {
  const own = settings.roles[role]?.database;
  if (own !== undefined) {
    return own;
  }
  const selves = new Set([role]);
  for (const self of selves) {
    for (const parent of settings.roles[self]?.memberOf ?? []) {
      selves.add(parent);
    }
  }
  return Object.entries(settings.databases).find(
    ([name, { owner }]) =>
      selves.has(owner) || settings.grants.some((grant) => grant.database === name && selves.has(grant.role)),
  )?.[0];
}
