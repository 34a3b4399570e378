import * as path from "node:path";
import { nearestName } from "../../settings/nearest";
import { SettingsError } from "../../settings/problem";
import {
  isSecretName,
  secretNames,
  secretOf,
  setSecretCommand,
  type SecretName,
} from "../../settings/secrets";
import { storedSecrets, type StoredSecret } from "../../settings/stack-file";
import { readText } from "../../settings/yaml-file";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { requireStack } from "../terminal/project";
import { secretsFile } from "./vault";

/** @throws UsageError for a stack without a file, and for a file that is no YAML; anything else in there may be wrong. */
export function stored(context: CommandContext, stack: string): readonly StoredSecret[] {
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

export function told(
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

export function isWellFormed(name: SecretName, value: string | undefined): boolean {
  return secretOf(name).format.safeParse(value).success;
}

/** What is no name is not repeated: it may be a secret that was given in its place. */
export function knownName(name: string): SecretName {
  if (!isSecretName(name)) {
    const nearest = nearestName(name, secretNames);
    throw new UsageError(
      `There is no such secret. Known: ${oneOf(secretNames)}, and workload.NAME for what workloads name.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Nothing was touched.`,
    );
  }
  return name;
}

export function setLines(
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

export function warnInRehearsal({ rehearsal, output }: CommandContext): void {
  if (rehearsal !== undefined) {
    output.note(
      "A rehearsal's passphrase is known to everybody: what is set there is as good as in clear. `./groundwork rehearse --fresh` forgets it.",
    );
  }
}
