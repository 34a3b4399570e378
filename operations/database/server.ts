import type * as rdsModule from "@aws-sdk/client-rds";
import type { DBInstance, RDS } from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { awsClientConfig, describeAwsError, using, type AwsClientConfig } from "../engine/aws-clients";
import { failureIn } from "../engine/automation";
import type { CheckpointResource } from "../engine/engine-stack";
import { isError } from "../plan/memory/copy";
import { failureOf } from "../plan/failures";
import { physicalName } from "../../components/names";
import { settingsOf, withStack, type OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, oneOf, OperationError, UsageError } from "../terminal/errors";
import type { DatabaseSettings } from "../../settings/sections/database";

const load = createRequire(__filename);

export const instanceType = "aws:rds/instance:Instance";

/** The stack's database, whether or not there is a server at this moment. */
export interface Database {
  readonly stack: OpenStack;
  readonly settings: DatabaseSettings;
  /** What RDS calls the instance that serves; the name that it would have, where there is none. */
  readonly identifier: string;
  /** What the clients of the AWS SDK are made with; asks whose credentials these are. */
  aws(): Promise<AwsClientConfig>;
}

/** The stack's database server, as a verb meets it. */
export interface DatabaseServer extends Database {
  /** `host:port`, as applications are told it. */
  readonly endpoint: string;
  /** The instance as the state has it. */
  readonly resource: CheckpointResource;
  /** Everything in the state. */
  readonly resources: readonly CheckpointResource[];
}

/**
 * Opens the stack, finds the instance that serves it, and lets a verb have both. The state is asked, not what the stack exports: it
 * knows the database too where a run has stopped half way.
 *
 * @throws UsageError for a stack without `groundwork:database`; FailedError for one whose database does not stand, and for what AWS
 *   does not do.
 */
export async function withDatabase<T>(
  context: CommandContext,
  stackName: string,
  action: (server: DatabaseServer) => Promise<T>,
  instance?: string,
): Promise<T> {
  return withAnyDatabase(context, stackName, (database, serving) => {
    if (serving === undefined) {
      throw new FailedError(
        `${stackName} is not up with its database. Stand it up first: \`${database.stack.call("up")}\`. Nothing was touched.`,
      );
    }
    const asked = instance === undefined ? serving : instanceNamed(serving.resources, instance);
    if (asked === undefined) {
      throw new UsageError(
        `${stackName} has no instance ${JSON.stringify(instance)} that stands. Its file has ${oneOf(["first", ...Object.keys(database.settings.restored)])}; ` +
          `what is not made yet is made by \`${database.stack.call("up")}\`. Nothing was touched.`,
      );
    }
    return action({ ...database, ...serving, ...asked });
  });
}

/** As `withDatabase`, also for a database that has gone, or was never there. */
export async function withAnyDatabase<T>(
  context: CommandContext,
  stackName: string,
  action: (database: Database, serving: Omit<DatabaseServer, keyof Database> | undefined) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(context, stackName).sections.database;
  if (settings === undefined) {
    throw new UsageError(
      `${stackName} has no database: Pulumi.${stackName}.yaml has no section groundwork:database. Nothing was touched.`,
    );
  }
  return withStack(context, stackName, async (stack) => {
    const resources = await resourcesOf(stack);
    const found = servingInstance(resources, settings);
    const identifier = found?.identifier ?? identifierOf(stack, settings.serving);
    const database = { stack, settings, identifier, aws: () => awsClientConfig(stack) };
    try {
      return await action(database, found && { ...found, resources });
    } catch (error) {
      throw error instanceof OperationError || !isOfAws(error)
        ? error
        : new FailedError(
            `AWS does not tell, or do, what was asked for the database of ${stackName}: ${describeAwsError(error)}`,
          );
    }
  });
}

/** Everything else is a mistake in this program, whose stack trace helps. */
function isOfAws(error: unknown): boolean {
  return error instanceof Error && "$metadata" in error;
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

/** What RDS calls an instance of the stack, by what its file calls it. */
export function identifierOf({ settings }: Pick<OpenStack, "settings">, name: string): string {
  return physicalName(settings.context, name === "first" ? "database" : `database-${name}`);
}

/** The instance that secrets and endpoint mean: the one that the last run has told to all, else the one that the file says. */
function servingInstance(
  resources: readonly CheckpointResource[],
  { serving }: Pick<DatabaseSettings, "serving">,
): Pick<DatabaseServer, "identifier" | "endpoint" | "resource"> | undefined {
  const told = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.["databaseEndpoint"];
  const named = resources.find(
    ({ outputs, type }) => type === instanceType && told !== undefined && outputs?.["endpoint"] === told,
  );
  return instanceNamed(resources, serving, named);
}

/** An instance as the state has it, by what the file calls it. */
function instanceNamed(
  resources: readonly CheckpointResource[],
  name: string,
  resource = resources.find(
    ({ delete: isGone, type, urn }) =>
      type === instanceType &&
      isGone !== true &&
      urn.endsWith(`::${name === "first" ? "database" : `database-${name}`}`),
  ),
): Pick<DatabaseServer, "identifier" | "endpoint" | "resource"> | undefined {
  const { identifier, endpoint } = resource?.outputs ?? {};
  return resource !== undefined && typeof identifier === "string" && typeof endpoint === "string"
    ? { identifier, endpoint, resource }
    : undefined;
}

/** RDS's client, loaded when it is asked for: it takes a second. */
export async function askRds<T>(database: Database, act: (rds: RDS) => Promise<T>): Promise<T> {
  const { RDS } = load("@aws-sdk/client-rds") as typeof rdsModule;
  return using(new RDS(await database.aws()), act);
}

/** An instance as RDS has it now, the one that serves unless told; undefined where RDS has none of this name. */
export async function instanceOf(
  database: Database,
  identifier = database.identifier,
): Promise<DBInstance | undefined> {
  try {
    const { DBInstances: [found] = [] } = await askRds(database, (rds) =>
      rds.describeDBInstances({ DBInstanceIdentifier: identifier }),
    );
    return found;
  } catch (error) {
    if (isError(error, "DBInstanceNotFound", "DBInstanceNotFoundFault")) return undefined;
    throw error;
  }
}
