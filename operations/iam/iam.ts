import type { CommandContext } from "../terminal/command-context";
import { FailedError, oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { failureOf } from "../plan/failures";
import { table } from "../terminal/output";
import { withStack, type OpenStack } from "../plan/workspace";

/** A service user's credentials, as the stack exports them; what `iam --json` prints besides the user's name. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** By service (`dynamodb`, `s3`, `sqs`); only those that the user may use. */
  readonly urls: Readonly<Record<string, string>>;
}

/**
 * Prints a service user's key, secret and ready-made URLs. This is the one command whose purpose is to print a secret;
 * it prints it on stdout and nowhere else.
 */
export async function iam(context: CommandContext, stackName: string, user: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const { accessKeyId, secretAccessKey, urls } = await credentialsOf(stack, user);
    output.document({ user, accessKeyId, secretAccessKey, urls });
    output.print(
      table([
        ["user", user],
        ["access key id", accessKeyId],
        ["secret access key", secretAccessKey],
        ...Object.entries(urls).sort(([a], [b]) => a.localeCompare(b)),
      ]),
    );
    return exitCodes.done;
  });
}

/** What the stack gives out of a user, as its last run left it. @throws OperationError for a user that it does not have. */
export async function credentialsOf(stack: OpenStack, user: string): Promise<Credentials> {
  const read = await stack.engine.outputs();
  if (read.failure !== undefined) {
    throw failureOf(stack, "reading of the outputs", read.failure, []);
  }
  const users = read.outputs.users as Readonly<Record<string, Credentials>> | undefined;
  if (users === undefined) {
    throw Object.keys(read.outputs).length === 0
      ? new FailedError(
          `${stack.name} is not up yet, so it has no users. Stand it up first: ` + `\`${stack.call("up")}\`.`,
        )
      : new UsageError(
          `${stack.name} has no service users: Pulumi.${stack.name}.yaml has no section groundwork:users.`,
        );
  }
  const credentials = Object.hasOwn(users, user) ? users[user] : undefined;
  if (credentials === undefined) {
    throw new UsageError(
      `${stack.name} has no service user "${user}". Known: ${oneOf(Object.keys(users).sort())}.`,
    );
  }
  return credentials;
}
