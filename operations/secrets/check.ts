import { stored, told, setLines, isWellFormed } from "./stored";
import { secretOf } from "../../settings/secrets";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { Vault } from "./vault";

/** Decrypts every secret and judges its form; names all that are missing or wrong at once. Exit 4 when there is one. */
export async function checkSecrets(context: CommandContext, stack: string): Promise<ExitCode> {
  const { output } = context;
  const found = stored(context, stack);
  const values = found.some(({ state }) => state === "set")
    ? await Vault.with(context, stack, (vault) => vault.decrypt())
    : {};
  const secrets = found.map(({ name, neededBy, state }) => ({
    name,
    state:
      state === "set" && !isWellFormed(name, values[name]) ? ("ill-formed" as const) : told(state, neededBy),
    neededBy: neededBy ?? null,
    allowed: secretOf(name).allowed,
  }));
  const wrong = secrets.filter(({ state }) => state !== "set" && state !== "not set");
  output.document({ stack, secrets, found: wrong.length });
  output.print(
    table([
      ["SECRET", "STATE", "NEEDED BY"],
      ...secrets.map(({ name, state, neededBy }) => [name, state, neededBy ?? "nothing here"]),
    ]),
  );
  if (wrong.length === 0) {
    return exitCodes.done;
  }
  output.print(`\n${setLines(stack, wrong)}`);
  if (wrong.some(({ state }) => state === "in clear")) {
    output.print(
      "\nEverybody who has read the file knows a secret that is in clear there: withdraw it at its source.",
    );
  }
  return exitCodes.found;
}
