import type * as sts from "@aws-sdk/client-sts";
import { createRequire } from "node:module";
import { FailedError, UsageError } from "../terminal/errors";
import type { StackSettings } from "../../settings/load";
import type { AwsLogin } from "../../settings/sections/aws";
import type { RehearsalSession } from "./rehearsal-session";

const load = createRequire(__filename);

/** The stack whose account is to be reached. */
export interface AwsTarget {
  readonly name: string;
  readonly settings: Pick<StackSettings, "context">;
  /** The rehearsal cloud with `--rehearse`; else undefined. */
  readonly session: RehearsalSession | undefined;
}

/** What every client of the AWS SDK is made with: `new SQSClient(await awsClientConfig(stack))`. */
export interface AwsClientConfig {
  readonly region: string;
  /** Throttled and broken calls are asked again by the SDK, with growing pauses; this often at most. */
  readonly maxAttempts: number;
  /** How long one call may take; the SDK itself waits for ever. */
  readonly requestHandler?: TimeLimits;
  /** Set in a rehearsal only. */
  readonly endpoint?: string;
  /** In a rehearsal, and of the role of aws:assumeRoles. Else the SDK finds them as it always does: environment, profiles, roles. */
  readonly credentials?: Keys | (() => Promise<Keys>);
  /** As aws:profile has it. */
  readonly profile?: string;
}

/** Milliseconds. Without `throwOnRequestTimeout` the SDK only warns of a late answer. */
interface TimeLimits {
  readonly connectionTimeout: number;
  readonly requestTimeout?: number;
  readonly throwOnRequestTimeout?: boolean;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** A network that swallows everything is known by its silence; a call itself may take long (SQS, backups). */
const usual = { maxAttempts: 6, requestHandler: { connectionTimeout: 10_000 } };

/** For what nobody wants to wait for: half a minute at most. */
export const impatient = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} satisfies Partial<AwsClientConfig>;

/**
 * How a command reaches the stack's AWS account: clients are bound to the stack's region, and the credentials have been
 * found to be of the stack's account, as the program's provider demands it too. In a rehearsal everything goes to the
 * rehearsal's endpoint, with its credentials.
 *
 * @throws UsageError for credentials of another account; nothing has been read or changed by then.
 * @throws FailedError when there are no credentials, or STS does not take them.
 */
export async function awsClientConfig(stack: AwsTarget): Promise<AwsClientConfig> {
  const { accountId } = stack.settings.context;
  const config = unverifiedConfig(stack);
  const { account: holder } = await holderOf(config, stack.name);
  if (holder !== accountId) {
    throw new UsageError(
      `The AWS credentials are of account ${holder}; ${stack.name} lives in ${accountId} ` +
        `(aws:allowedAccountIds in Pulumi.${stack.name}.yaml). Use credentials of that account. Nothing was touched.`,
    );
  }
  return config;
}

/** As `awsClientConfig`, whoever's account the credentials are of: to find out just that. */
export function unverifiedConfig(
  { session, settings }: AwsTarget,
  limits: Pick<AwsClientConfig, "maxAttempts" | "requestHandler"> = usual,
): AwsClientConfig {
  const { login, region } = settings.context;
  const served = session?.environment;
  return served === undefined
    ? withRole({ region, ...limits, ...(login?.profile !== undefined && { profile: login.profile }) }, login)
    : {
        region,
        ...limits,
        endpoint: served.AWS_ENDPOINT_URL ?? "",
        credentials: {
          accessKeyId: served.AWS_ACCESS_KEY_ID ?? "",
          secretAccessKey: served.AWS_SECRET_ACCESS_KEY ?? "",
        },
      };
}

/** With the credentials of the role of aws:assumeRoles, taken when the first call is made, and anew when they end. */
export function withRole(config: AwsClientConfig, login: AwsLogin | undefined): AwsClientConfig {
  const [role] = login?.assumeRoles ?? [];
  if (role === undefined) {
    return config;
  }
  const { STSClient, AssumeRoleCommand } = load("@aws-sdk/client-sts") as typeof sts;
  const credentials = async (): Promise<Keys> => {
    const client = new STSClient(config);
    try {
      const { Credentials: taken } = await client.send(
        new AssumeRoleCommand({
          RoleArn: role.roleArn,
          RoleSessionName: role.sessionName,
          DurationSeconds: Number.parseInt(role.duration, 10) * 3600,
          ...(role.externalId !== undefined && { ExternalId: role.externalId }),
        }),
      );
      return {
        accessKeyId: taken?.AccessKeyId ?? "",
        secretAccessKey: taken?.SecretAccessKey ?? "",
        sessionToken: taken?.SessionToken ?? "",
        ...(taken?.Expiration !== undefined && { expiration: taken.Expiration }),
      };
    } finally {
      client.destroy();
    }
  };
  return { ...config, credentials };
}

/** Whose credentials these are. */
export interface Holder {
  readonly account: string;
  readonly arn: string;
}

/** @throws FailedError when there are no credentials, or STS does not take them. */
export async function holderOf(config: AwsClientConfig, stackName: string): Promise<Holder> {
  const { STSClient, GetCallerIdentityCommand } = load("@aws-sdk/client-sts") as typeof sts;
  const client = new STSClient(config);
  try {
    const { Account: account = "unknown", Arn: arn = "unknown" } = await client.send(
      new GetCallerIdentityCommand({}),
    );
    return { account, arn };
  } catch (error) {
    throw new FailedError(
      `It could not be found out whose AWS credentials these are: ${describeAwsError(error)}\n` +
        `Log in to the account of ${stackName} (\`aws sts get-caller-identity\` tells whether it worked). Nothing was touched.`,
    );
  } finally {
    client.destroy();
  }
}

/** An error of the SDK in one line: AWS's code and words. */
export function describeAwsError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const message = error.message.split("\n")[0]?.trim() ?? "";
  return message === "" || message === error.name ? error.name : `${error.name}: ${message}`;
}

/** Lets `act` have a client of the SDK, and closes it. */
export async function using<C extends { destroy(): void }, T>(
  client: C,
  act: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await act(client);
  } finally {
    client.destroy();
  }
}
