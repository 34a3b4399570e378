import { stored, told, setLines } from "./stored";
import { secretOf } from "../../settings/secrets";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";

/** Shows what secrets there are, who needs them, and which are set; never a value, and without decrypting any. */
export function listSecrets(context: CommandContext, stack: string): ExitCode {
  const { output } = context;
  const secrets = stored(context, stack).map(({ name, neededBy, state }) => ({
    name,
    state: told(state, neededBy),
    neededBy: neededBy ?? null,
    description: secretOf(name).description,
    usedBy: secretOf(name).usedBy,
    howToGet: secretOf(name).howToGet,
    allowed: secretOf(name).allowed,
  }));
  output.document({ stack, secrets });
  output.print(
    table([
      ["SECRET", "STATE", "NEEDED BY"],
      ...secrets.map(({ name, state, neededBy }) => [name, state, neededBy ?? "nothing here"]),
    ]),
  );
  const missing = secrets.filter(({ state }) => state === "missing");
  if (missing.length > 0) {
    output.print(`\n${setLines(stack, missing)}`);
  }
  return exitCodes.done;
}
