import { instanceSnapshots } from "../plan/memory/copy-rds";
import { copyName } from "../plan/memory/copies";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { withDatabase } from "./server";

/** Takes a snapshot that stays until somebody deletes it, and waits until it is whole. */
export async function snapshot(
  { output, ...context }: CommandContext,
  stackName: string,
  given: string | undefined,
): Promise<ExitCode> {
  return withDatabase({ output, ...context }, stackName, async (server) => {
    const { stack, resource } = server;
    const name = given ?? copyName(stackName, resource.urn, new Date());
    const config = await server.aws();
    const taken = await instanceSnapshots.take({
      config,
      resource,
      name,
      tags: {},
      say: (text) => output.note(text),
      signal: stack.signal,
    });
    output.document({ stack: stackName, snapshot: taken.id });
    output.print(taken.id);
    return exitCodes.done;
  });
}
