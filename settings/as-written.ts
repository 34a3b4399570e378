import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decode, type StackConfig, type StackIdentity } from "./load";
import { SettingsError, type Finding } from "./problem";
import { projectFileProblems } from "./project-file";
import { isSecretName } from "./secrets";
import { passphraseOfProduction, readStackFile } from "./stack-file";
import { readStackConfig } from "./stack-file-config";
import { isDecisive, namespace } from "./unknown-keys";

interface WhereWritten {
  /** The folder of the Pulumi.yaml that the engine runs. */
  readonly projectDirectory: string;
  /** The stack's file. */
  readonly file: string;
  /** Whether a passphrase may encrypt the file at level production. Default: no. */
  readonly passphraseIsTaken?: boolean;
}

/**
 * Refuses a configuration that says something else than the stack's file: groundwork's commands judge that file, and the
 * program must not obey another one. The engine takes values from Pulumi.yaml, `--config`, another file (`--config-file`) and
 * ESC environments too.
 *
 * Of what is encrypted only that it is there is compared. Declared secrets may come from elsewhere: a rehearsal supplies
 * them.
 *
 * @throws SettingsError with every key that differs, also when there is no such file.
 */
export function requireAsWritten(
  handed: StackConfig,
  { projectDirectory, file, passphraseIsTaken = false }: WhereWritten,
  identity: StackIdentity,
): void {
  const name = path.basename(file);
  const written = readStackConfig(readStackFile(file, identity), name, identity);
  const elsewhere = projectFileProblems(projectDirectory, identity);
  const keys = new Set([...Object.keys(handed.values), ...Object.keys(written.config.values)]);
  const differing = [...keys].filter(
    (key) => isDecisive(key) && !elsewhere.has(key) && !isSame(key, handed, written.config),
  );
  const problems = [
    ...written.problems,
    ...elsewhere.values(),
    ...(passphraseIsTaken ? [] : passphraseOfProduction(written, identity)),
    ...differing.sort().map((key) => written.toProblem(difference(key, handed, written.config, name))),
  ];
  if (problems.length > 0) {
    throw new SettingsError(identity.stack, problems);
  }
}

function isSame(key: string, handed: StackConfig, written: StackConfig): boolean {
  const [ours, theirs] = [written.values[key], handed.values[key]];
  if (ours === undefined && isSecretName(key.replace(`${namespace}:`, ""))) {
    return handed.secretKeys.has(key);
  }
  if (ours === undefined || theirs === undefined) {
    return false;
  }
  return written.secretKeys.has(key) || handed.secretKeys.has(key)
    ? written.secretKeys.has(key) === handed.secretKeys.has(key)
    : isDeepStrictEqual(decode(ours), decode(theirs));
}

/** Says no value: one of them may be meant to be secret. */
function difference(key: string, handed: StackConfig, written: StackConfig, file: string): Finding {
  const message =
    written.values[key] === undefined
      ? `${file} does not set it, and the engine hands the program a value`
      : handed.values[key] === undefined
        ? `${file} sets it, and the engine hands the program nothing`
        : `the engine hands the program another value than ${file} has`;
  return {
    key,
    path: [],
    message,
    allowed: `what ${file} says: groundwork's commands judge that file, and the program obeys no other`,
    suggestion:
      "It comes from `--config` (`-c`), from another file (`--config-file`, PULUMI_OPTION_CONFIG_FILE, a rehearsal's copy that is " +
      `older than ${file} or was changed) or from a Pulumi ESC environment. Set it in ${file}.`,
    aboutKey: true,
  };
}
