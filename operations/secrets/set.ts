import { stored, isWellFormed, knownName, warnInRehearsal } from "./stored";
import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { secretNames, secretOf, setSecretCommand, type SecretName } from "../../settings/secrets";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { askUnseen, readUnseen } from "./ask";
import { Vault } from "./vault";

/** Asks for a secret's value (or reads it from standard input), checks its form, and writes it encrypted. */
export async function setSecret(
  context: CommandContext,
  stack: string,
  names: readonly string[],
  options: { readonly stdin: boolean },
): Promise<ExitCode> {
  const { output } = context;
  const before = stored(context, stack);
  const name = oneName(names);
  const { allowed, howToGet, lines } = secretOf(name);
  if (!options.stdin && lines === "several") {
    throw new UsageError(
      `${name} has several lines, which a question does not take: \`${setSecretCommand(name, stack)}\`. Nothing was touched.`,
    );
  }
  const value = options.stdin
    ? await readUnseen(output)
    : await askUnseen(`${name} (not shown; to get one: ${howToGet}): `, output);
  if (!isWellFormed(name, value)) {
    throw new UsageError(
      `What was given is no ${name} (and is not shown here). Allowed: ${allowed}. To get one: ${howToGet} Nothing was touched.`,
    );
  }
  const file = await Vault.with(context, stack, async (vault) => {
    await vault.write({ [name]: value });
    return path.basename(vault.file);
  });
  const state = before.find((secret) => secret.name === name)?.state;
  const result = state === "absent" ? "set" : "replaced";
  const apply = groundworkCommand`up ${stack}`;
  output.document({ stack, secret: name, file, result, apply });
  output.print(`${file}: ${name} is ${result}, encrypted. It takes effect with: ${apply}`);
  warnInRehearsal(context);
  return exitCodes.done;
}

function oneName(names: readonly string[]): SecretName {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new UsageError(
      `set takes the name of one secret: ${oneOf(secretNames)}, or workload.NAME. Its value is asked for, or read with --stdin; on a ` +
        "command line everybody on this machine could read it. Nothing was touched.",
    );
  }
  return knownName(name);
}
