import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { withDatabase } from "./server";

/** Prints `host:port`, or the host alone, and nothing else, for scripts. Asks the state alone: it is what applications were told. */
export async function endpoint(
  context: CommandContext,
  stackName: string,
  { hostAlone, instance }: { readonly hostAlone?: boolean; readonly instance?: string | undefined } = {},
): Promise<ExitCode> {
  return withDatabase(
    context,
    stackName,
    (server) => {
      const [host = "", port = ""] = server.endpoint.split(":");
      context.output.document({ stack: stackName, endpoint: server.endpoint, host, port: Number(port) });
      context.output.print(hostAlone === true ? host : server.endpoint);
      return Promise.resolve(exitCodes.done);
    },
    instance,
  );
}
