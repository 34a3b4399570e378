import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { spanText } from "../terminal/output";
import { loginOf, type Login } from "./login";
import { withDatabase } from "./server";

interface PasswordOptions {
  /** Print it also where no terminal is: into a file, a pipe, a log. */
  readonly show: boolean;
  /** The whole URL in place of the password. */
  readonly url: boolean;
}

/**
 * Prints a role's password on stdout and nowhere else, and its age on stderr.
 *
 * @throws UsageError without a terminal, unless `show`.
 */
export async function password(
  context: CommandContext,
  stackName: string,
  role: string,
  { show, url }: PasswordOptions,
): Promise<ExitCode> {
  const { output } = context;
  if (!show && !output.terminal.stdout.isTTY) {
    throw new UsageError(
      "A password is printed to a terminal only, and standard output is none: a log or a file keeps it. " +
        "Where that is meant, add --show. Nothing was touched.",
    );
  }
  return withDatabase(context, stackName, async (server) => {
    const login = await loginOf(server, role);
    const { createdAt, username } = login;
    const value = url ? urlOf(login, server.endpoint) : login.password;
    output.document({
      stack: stackName,
      ...{ role, username, endpoint: server.endpoint, database: login.database },
      ...(url ? { url: value } : { password: value }),
      createdAt: createdAt.toISOString(),
      ageSeconds: Math.round((Date.now() - createdAt.getTime()) / 1000),
    });
    output.print(value);
    const age = `The password of ${username} is ${spanText(Date.now() - createdAt.getTime())} old (${createdAt.toISOString().slice(0, 10)}).`;
    output.note(
      role === server.settings.masterUsername
        ? `${age} RDS replaces it by itself: ask again each time.`
        : age,
    );
    if (url) {
      const { region } = server.stack.settings.context;
      output.note(
        "verify-full needs RDS's certificates: put " +
          `https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem into ~/.postgresql/root.crt.`,
      );
    }
    return exitCodes.done;
  });
}

function urlOf({ database, password: secret, username }: Login, endpoint: string): string {
  return `postgres://${encodeURIComponent(username)}:${encodeURIComponent(secret)}@${endpoint}/${database}?sslmode=verify-full`;
}
