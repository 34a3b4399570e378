import * as pulumi from "@pulumi/pulumi";
import { getSecretVersionOutput } from "@pulumi/aws/secretsmanager/getSecretVersion";
import { workloadSecretName, type SecretName } from "../../settings/secrets";
import {
  databaseAuthoritiesPath,
  roleFields,
  userFields,
  type SecretSource,
} from "../../settings/sections/workload-secrets";
import type { Database } from "../database/database";
import type { DatabaseBootstrap } from "../database-bootstrap/database-bootstrap";
import type { ServiceUserCredentials } from "../service-users/service-users";

/** What of a stack secret values can come from. */
export interface SecretPlaces {
  readonly users?: { readonly credentials: pulumi.Output<Record<string, ServiceUserCredentials>> };
  readonly bootstrap?: Pick<DatabaseBootstrap, "connections">;
  readonly database?: Pick<Database, "replicas">;
  /** Those of the stack's own file. */
  readonly stackSecrets?: Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;
}

/**
 * The value that settings name, secret.
 *
 * @param where the setting, for errors.
 * @throws Error where the stack has no such thing; settings refuse that.
 */
export function secretValue(
  source: SecretSource,
  places: SecretPlaces,
  where: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (source.databaseRole !== undefined) {
    const { databaseRole, field = "url", replica } = source;
    const found = places.bootstrap?.connections[databaseRole];
    if (found === undefined) {
      throw new Error(`${where} is of a database role, and the stack has no ${databaseRole} that logs in.`);
    }
    const follower = replica === undefined ? undefined : places.database?.replicas[replica];
    if (replica !== undefined && follower === undefined) {
      throw new Error(`${where} is of the read replica ${replica}, and the database has none of that name.`);
    }
    return pulumi.secret(
      pulumi.all([found, follower?.address]).apply(([role, host = role.host]) => {
        const connection = { ...role, host, url: role.url?.replace(`@${role.host}:`, `@${host}:`) };
        const text = roleFields.includes(field as never)
          ? connection[field as (typeof roleFields)[number]]
          : undefined;
        if (text === undefined) {
          throw new Error(`${where}: the role ${databaseRole} has no ${field}.`);
        }
        return field === "url"
          ? `${String(text)}&sslrootcert=${encodeURIComponent(databaseAuthoritiesPath)}`
          : String(text);
      }),
    );
  }
  if (source.user !== undefined) {
    return ofUser(source.user, source, places, where);
  }
  if (source.secretsManager !== undefined) {
    const { secretString } = getSecretVersionOutput({ secretId: source.secretsManager }, { parent });
    return pulumi.secret(secretString.apply((text) => keyOf(text, source.jsonKey, where)));
  }
  const value = places.stackSecrets?.[workloadSecretName(source.stackSecret ?? "")];
  if (value === undefined) {
    throw new Error(`${where}: the stack has no secret ${source.stackSecret ?? ""}.`);
  }
  return pulumi.secret(value);
}

function ofUser(
  user: string,
  { url, field }: SecretSource,
  { users }: SecretPlaces,
  where: string,
): pulumi.Output<string> {
  if (users === undefined) {
    throw new Error(`${where} is of a service user, and the stack has none.`);
  }
  const value = users.credentials.apply((credentials) => {
    const own = credentials[user];
    const found =
      url === undefined
        ? userFields.includes(field as never) && own?.[field as (typeof userFields)[number]]
        : own?.urls[url];
    if (found === undefined || found === false) {
      throw new Error(
        url === undefined
          ? `${where}: the service user ${user} has no ${field ?? "field"}.`
          : `${where}: the service user ${user} has no URL for ${url}.`,
      );
    }
    return found;
  });
  return pulumi.secret(value);
}

/** Never shows the value. */
function keyOf(text: string, key: string | undefined, where: string): string {
  if (text === "") {
    throw new Error(`${where}: the secret holds no text: what is binary cannot be given to a program so.`);
  }
  if (key === undefined) {
    return text;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error(`${where}: what the secret holds is no JSON, and jsonKey asks for ${key}.`);
  }
  const found = (content as Readonly<Record<string, unknown>> | null)?.[key];
  if (typeof found !== "string" && typeof found !== "number") {
    throw new Error(`${where}: what the secret holds has no text under ${key}.`);
  }
  return String(found);
}
