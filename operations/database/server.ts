import type * as rdsModule from "@aws-sdk/client-rds";
import type { DBInstance } from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { awsClientConfig, describeAwsError, type AwsClientConfig } from "../engine/aws-clients";
import { failureIn } from "../engine/automation";
import type { CheckpointResource } from "../engine/engine-stack";
import { failureOf } from "../plan/failures";
import { settingsOf, withStack, type OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, OperationError, UsageError } from "../terminal/errors";
import type { DatabaseSettings } from "../../settings/sections/database";

const load = createRequire(__filename);

const instanceType = "aws:rds/instance:Instance";

/** The stack's database server, as a verb meets it. */
export interface DatabaseServer {
  readonly stack: OpenStack;
  readonly settings: DatabaseSettings;
  /** What RDS calls the instance that serves. */
  readonly identifier: string;
  /** `host:port`, as applications are told it. */
  readonly endpoint: string;
  /** The instance as the state has it. */
  readonly resource: CheckpointResource;
  /** What the clients of the AWS SDK are made with; asks whose credentials these are. */
  aws(): Promise<AwsClientConfig>;
}

/**
 * Opens the stack, finds the instance that serves it, and lets a verb have both. The state is asked, not what the stack exports: it
 * knows the database too where a run has stopped half way.
 *
 * @throws UsageError for a stack without `groundwork:database`; FailedError for one whose database does not stand yet, and for what
 *   AWS does not do.
 */
export async function withDatabase<T>(
  context: CommandContext,
  stackName: string,
  action: (server: DatabaseServer) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(context, stackName).sections.database;
  if (settings === undefined) {
    throw new UsageError(
      `${stackName} has no database: Pulumi.${stackName}.yaml has no section groundwork:database. Nothing was touched.`,
    );
  }
  return withStack(context, stackName, async (stack) => {
    const serving = servingInstance(await resourcesOf(stack));
    if (serving === undefined) {
      throw new FailedError(
        `${stackName} is not up yet with its database. Stand it up first: \`${stack.call("up")}\`. Nothing was touched.`,
      );
    }
    const aws = (): Promise<AwsClientConfig> => awsClientConfig(stack);
    try {
      return await action({ stack, settings, ...serving, aws });
    } catch (error) {
      throw error instanceof OperationError
        ? error
        : new FailedError(
            `The database of ${stackName} could not be asked, or did not do it: ${describeAwsError(error)}`,
          );
    }
  });
}

async function resourcesOf(stack: OpenStack): Promise<readonly CheckpointResource[]> {
  let resources: readonly CheckpointResource[] = [];
  const failure = await failureIn(async () => {
    ({ resources = [] } = await stack.engine.checkpoint());
  });
  if (failure !== undefined) {
    throw failureOf(stack, "reading of the state", failure, []);
  }
  return resources;
}

/** The instance that endpoint, secrets and security rules mean. */
export function servingInstance(
  resources: readonly CheckpointResource[],
): Pick<DatabaseServer, "identifier" | "endpoint" | "resource"> | undefined {
  const resource = resources.find(
    (one) => one.type === instanceType && one.urn.endsWith("::database") && one.delete !== true,
  );
  const { identifier, endpoint } = resource?.outputs ?? {};
  return resource !== undefined && typeof identifier === "string" && typeof endpoint === "string"
    ? { identifier, endpoint, resource }
    : undefined;
}

/** RDS, loaded when it is asked for: it takes a second. */
export async function withRds<T>(
  server: DatabaseServer,
  action: (client: rdsModule.RDSClient, sdk: typeof rdsModule) => Promise<T>,
): Promise<T> {
  const sdk = load("@aws-sdk/client-rds") as typeof rdsModule;
  const client = new sdk.RDSClient(await server.aws());
  try {
    return await action(client, sdk);
  } finally {
    client.destroy();
  }
}

/** An instance as RDS has it now. @throws FailedError where RDS has none of this name. */
export async function instanceOf(
  server: DatabaseServer,
  identifier = server.identifier,
): Promise<DBInstance> {
  return withRds(server, async (client, { DescribeDBInstancesCommand, DBInstanceNotFoundFault }) => {
    try {
      const { DBInstances: [found] = [] } = await client.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
      );
      return found ?? {};
    } catch (error) {
      throw error instanceof DBInstanceNotFoundFault
        ? new FailedError(
            `RDS has no instance ${identifier} in ${server.stack.where}, and the state of ${server.stack.name} does. ` +
              `\`${server.stack.call("drift")}\` says what else has gone.`,
          )
        : error;
    }
  });
}
