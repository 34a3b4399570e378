import { stored, isWellFormed, knownName, warnInRehearsal } from "./stored";
import { groundworkCommand } from "../../guard/printed-command";
import { secretOf, type SecretName } from "../../settings/secrets";
import type { StoredSecret } from "../../settings/stack-file";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count, table } from "../terminal/output";
import { readEntry, storePrefix } from "./pass";
import { Vault } from "./vault";

/** What became of one secret in an import. */
type Imported = "imported" | "unchanged" | "not in the store" | "refused" | "unreadable";

/**
 * Reads secrets from `pass` and writes them encrypted into the stack file, all that are right or (when the engine
 * fails) none. Exit 4 when one that is needed is not there afterwards, or one was refused; 1 when one cannot be read.
 */
export async function importSecrets(
  context: CommandContext,
  stack: string,
  names: readonly string[],
  options: { readonly from: string; readonly prefix: string | undefined },
): Promise<ExitCode> {
  const { output, environment } = context;
  const wanted = names.length === 0 ? undefined : [...new Set(names.map(knownName))];
  const before = stored(context, stack).filter(({ name }) => wanted?.includes(name) ?? true);
  const prefix = storePrefix(stack, options.prefix);
  const interactive = isInteractive(context);

  const results: {
    readonly secret: StoredSecret;
    readonly entry: string;
    result: Imported;
    readonly why?: string;
  }[] = [];
  const values: Partial<Record<SecretName, string>> = {};
  for (const secret of before) {
    const entry = prefix === "" ? secret.name : `${prefix}/${secret.name}`;
    const { lines, allowed } = secretOf(secret.name);
    const read = await readEntry(entry, lines, { environment: environment.variables, interactive });
    if (read.kind === "absent") {
      results.push({ secret, entry, result: "not in the store" });
    } else if (read.kind === "unreadable") {
      results.push({ secret, entry, result: "unreadable", why: read.why });
    } else if (!isWellFormed(secret.name, read.value)) {
      results.push({ secret, entry, result: "refused", why: `its form is wrong: ${allowed}` });
    } else {
      values[secret.name] = read.value;
      results.push({ secret, entry, result: "imported" });
    }
  }

  if (Object.keys(values).length > 0) {
    await Vault.with(context, stack, async (vault) => {
      const there = before.some(({ name, state }) => state === "set" && name in values)
        ? await vault.decrypt()
        : {};
      for (const result of results) {
        const { name } = result.secret;
        if (result.result === "imported" && result.secret.state === "set" && there[name] === values[name]) {
          result.result = "unchanged";
          delete values[name];
        }
      }
      if (Object.keys(values).length > 0) {
        await vault.write(values);
      }
    });
  }

  const imported = results.filter(({ result }) => result === "imported").length;
  const apply = groundworkCommand`up ${stack}`;
  output.document({
    stack,
    from: options.from,
    prefix,
    secrets: results.map(({ secret: { name, neededBy }, entry, result, why }) => ({
      name,
      entry,
      neededBy: neededBy ?? null,
      result,
      ...(why !== undefined && { why }),
    })),
    apply,
  });
  output.print(
    table([
      ["SECRET", "RESULT", "ENTRY", ""],
      ...results.map(({ secret: { name }, entry, result, why }) => [name, result, entry, why ?? ""]),
    ]),
  );
  if (imported > 0) {
    output.print(`\n${count(imported, "secret")} imported. To take effect: ${apply}`);
    warnInRehearsal(context);
  }
  const missing = results.filter(
    ({ secret: { neededBy, state }, result }) =>
      result === "not in the store" && neededBy !== undefined && state !== "set",
  );
  if (missing.length > 0) {
    output.print(
      `\nStill missing: ${missing.map(({ secret: { name, neededBy } }) => `${name} (${neededBy ?? ""} needs it)`).join(", ")}. ` +
        `\`pass insert ${missing[0]?.entry ?? ""}\`, and import again.`,
    );
  }
  if (results.some(({ result }) => result === "unreadable")) {
    return exitCodes.failed;
  }
  return missing.length > 0 || results.some(({ result }) => result === "refused")
    ? exitCodes.found
    : exitCodes.done;
}

function isInteractive({ output, yes }: CommandContext): boolean {
  const { stdin, stderr } = output.terminal;
  return stdin.isTTY && stderr.isTTY && !yes;
}
