import * as fs from "node:fs";
import * as path from "node:path";
import { decode, judge, type StackIdentity, type StackSettings } from "./load";
import { nearestName } from "./nearest";
import { SettingsError, type Problem } from "./problem";
import { projectFileProblems } from "./project-file";
import { secretNamesIn, secretOf, type SecretName } from "./secrets";
import { isMapping } from "./schema-walk";
import { groundworkCommand } from "../guard/printed-command";
import { readStackConfig, type ReadStackConfig } from "./stack-file-config";
import { namespace } from "./unknown-keys";
import { readText } from "./yaml-file";

export interface StackFileOptions {
  /** A rehearsal puts placeholders for secrets that the file does not have. Default: false, and a missing one is wrong. */
  readonly secretsAreSupplied?: boolean;
  /** For what puts a stack under a key: until then a passphrase may stand at level production. Default: false. */
  readonly passphraseIsTaken?: boolean;
}

/**
 * The settings of a stack file, without the engine: for commands that must know them before anything runs. The same
 * settings and the same problems as `loadSettings` in the program, with the place of each problem in the file.
 *
 * @throws SettingsError with everything that is wrong, also when there is no such file.
 */
export function loadStackFile(
  file: string,
  identity: StackIdentity,
  options: StackFileOptions = {},
): StackSettings {
  const text = readStackFile(file, identity);
  const elsewhere = [...projectFileProblems(path.dirname(file), identity).values()];
  if (elsewhere.length === 0) {
    return parseStackFile(text, path.basename(file), identity, options);
  }
  throw new SettingsError(identity.stack, [
    ...elsewhere,
    ...problemsIn(() => parseStackFile(text, path.basename(file), identity, options)),
  ]);
}

/** What is wrong besides, so that all of it is told at once. */
function problemsIn(action: () => unknown): readonly Problem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.problems;
    }
    throw error;
  }
}

/** The text of a stack file. @throws SettingsError when there is no such file, or it is no file of text. */
export function readStackFile(file: string, { stack }: StackIdentity): string {
  if (!fs.existsSync(file)) {
    throw new SettingsError(stack, [missingFile(file, stack)]);
  }
  return readText(file, { stack });
}

/**
 * As `loadStackFile`, from the text itself.
 *
 * @param file how problems name the file.
 */
export function parseStackFile(
  text: string,
  file: string,
  identity: StackIdentity,
  options: StackFileOptions = {},
): StackSettings {
  const read = readStackConfig(text, file, identity);
  const passphrase = options.passphraseIsTaken === true ? [] : passphraseOfProduction(read, identity);
  const secretsAre = options.secretsAreSupplied === true ? "supplied" : "sealed";
  const judgement = judge({ ...read.config, secretsAre }, identity);
  if (judgement.settings !== undefined && read.problems.length === 0 && passphrase.length === 0) {
    return judgement.settings;
  }
  throw new SettingsError(identity.stack, [
    ...read.problems,
    ...passphrase,
    ...(judgement.findings ?? [])
      .map(read.toProblem)
      .filter(({ path: where }) => !read.problems.some((problem) => problem.path === where)),
  ]);
}

/**
 * What is wrong with a passphrase at guard level production, which is the level of a file that names none. Who ever knew it can read
 * every secret of the file and of the state, off line, for good; nobody can take it back.
 */
export function passphraseOfProduction(
  { config, fileKeys, toFileProblem }: ReadStackConfig,
  { stack }: StackIdentity,
): readonly Problem[] {
  const guard = decode(config.values[`${namespace}:guard`]);
  const key = fileKeys.has("encryptionsalt") ? "encryptionsalt" : "secretsprovider";
  const isPassphrase = key === "encryptionsalt" || fileKeys.get(key) === "passphrase";
  const level = isMapping(guard) ? (guard["level"] ?? "production") : "production";
  if (!isPassphrase || level !== "production") return [];
  return [
    toFileProblem({
      key,
      path: [],
      message: "a passphrase encrypts the secrets of a stack at guard level production",
      allowed: `a key: \`${groundworkCommand`stack change-secrets-provider ${stack}`}\` moves file and state under one`,
      aboutKey: true,
    }),
  ];
}

/** A declared secret, and what a stack file has of it. */
export interface StoredSecret {
  readonly name: SecretName;
  /** The setting that needs it; undefined where these settings need none. */
  readonly neededBy: string | undefined;
  /** `inClear`: what should be encrypted is there for everybody to read. */
  readonly state: "set" | "absent" | "inClear";
}

/**
 * The declared secrets and what a stack file has of them, whatever else is wrong in there: whoever sets a secret need
 * not have mended everything before.
 *
 * @throws SettingsError when the text is no YAML.
 */
export function storedSecrets(text: string, file: string, identity: StackIdentity): readonly StoredSecret[] {
  const { values, secretKeys } = readStackConfig(text, file, identity).config;
  const sections = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(`${namespace}:`, ""), decode(value)]),
  );
  return secretNamesIn(sections).map((name) => {
    const key = `${namespace}:${name}`;
    const state = values[key] === undefined ? "absent" : secretKeys.has(key) ? "set" : "inClear";
    return { name, neededBy: secretOf(name).neededBy(sections), state };
  });
}

function missingFile(file: string, stack: string): Problem {
  const directory = path.dirname(file);
  const stacks = (fs.existsSync(directory) ? fs.readdirSync(directory) : [])
    .flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? [])
    .sort();
  const nearest = nearestName(stack, stacks);
  return {
    path: path.basename(file),
    message: "there is no such file",
    allowed:
      stacks.length === 0 ? "a stack that has a file Pulumi.<stack>.yaml" : `the stacks ${stacks.join(", ")}`,
    ...(nearest === undefined ? {} : { suggestion: `Did you mean ${nearest}?` }),
  };
}
