import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { nearestName } from "../../settings/nearest";
import { SettingsError } from "../../settings/problem";
import { secretNames, secretOf, setSecretCommand, type SecretName } from "../../settings/secrets";
import { storedSecrets, type StoredSecret } from "../../settings/stack-file";
import { readText } from "../../settings/yaml-file";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count, table } from "../terminal/output";
import { requireStack } from "../terminal/project";
import { askUnseen, readUnseen } from "./ask";
import { readEntry, storePrefix } from "./pass";
import { secretsFile, Vault } from "./vault";

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
      "\nWhat stands in clear is known to whoever has read the file: take it back where it came from.",
    );
  }
  return exitCodes.found;
}

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
  const wanted = names.length === 0 ? secretNames : [...new Set(names.map(knownName))];
  const before = stored(context, stack).filter(({ name }) => wanted.includes(name));
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
      results.push({ secret, entry, result: "refused", why: `it has not the form of one: ${allowed}` });
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

/** @throws UsageError for a stack without a file, and for a file that is no YAML; anything else in there may be wrong. */
function stored(context: CommandContext, stack: string): readonly StoredSecret[] {
  requireStack(context.project, stack);
  const file = secretsFile(context, stack);
  try {
    return storedSecrets(readText(file, { stack }), path.basename(file), {
      project: context.project.name,
      stack,
    });
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new UsageError(error.message, error.problems);
    }
    throw error;
  }
}

function told(
  state: StoredSecret["state"],
  neededBy: string | undefined,
): "set" | "missing" | "not set" | "in clear" {
  switch (state) {
    case "set":
      return "set";
    case "inClear":
      return "in clear";
    case "absent":
      return neededBy === undefined ? "not set" : "missing";
  }
}

function isWellFormed(name: SecretName, value: string | undefined): boolean {
  return secretOf(name).format.safeParse(value).success;
}

function oneName(names: readonly string[]): SecretName {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new UsageError(
      `set takes the name of one secret: ${oneOf(secretNames)}. Its value is asked for, or read with --stdin; on a ` +
        "command line everybody on this machine could read it. Nothing was touched.",
    );
  }
  return knownName(name);
}

/** What is no name is not repeated: it may be a secret that was given in its place. */
function knownName(name: string): SecretName {
  const known = secretNames.find((secret) => secret === name);
  if (known === undefined) {
    const nearest = nearestName(name, secretNames);
    throw new UsageError(
      `There is no such secret. Known: ${oneOf(secretNames)}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Nothing was touched.`,
    );
  }
  return known;
}

function setLines(
  stack: string,
  secrets: readonly { readonly name: SecretName; readonly state: string; readonly neededBy: string | null }[],
): string {
  return secrets
    .map(({ name, state, neededBy }) => {
      const { description, howToGet, allowed } = secretOf(name);
      const need = neededBy === null ? "" : `, and ${neededBy} needs it`;
      return [
        `${name} is ${state}${need}. ${description}`,
        `  allowed: ${allowed}`,
        `  to get one: ${howToGet}`,
        `  to set it: ${setSecretCommand(name, stack)}`,
      ].join("\n");
    })
    .join("\n\n");
}

function isInteractive({ output, yes }: CommandContext): boolean {
  const { stdin, stderr } = output.terminal;
  return stdin.isTTY && stderr.isTTY && !yes;
}

function warnInRehearsal({ rehearsal, output }: CommandContext): void {
  if (rehearsal !== undefined) {
    output.note(
      "A rehearsal's passphrase is known to everybody: what is set there is as good as in clear. `./groundwork rehearse --fresh` forgets it.",
    );
  }
}
