import * as fs from "node:fs";
import * as path from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { engineTags, engineText, isSecure } from "./engine-yaml";
import { decode, judge, type StackConfig, type StackIdentity, type StackSettings } from "./load";
import { nearestName } from "./nearest";
import { SettingsError, toProblem, type Finding, type Location, type Path, type Problem } from "./problem";
import { isMapping } from "./schema-walk";
import { secretNames, secretOf, type SecretName } from "./secrets";
import { Places } from "./stack-file-places";
import { namespace } from "./unknown-keys";

export interface StackFileOptions {
  /** A rehearsal puts placeholders for secrets that the file does not have. Default: false, and a missing one is wrong. */
  readonly secretsAreSupplied?: boolean;
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
  if (!fs.existsSync(file)) {
    throw new SettingsError(identity.stack, [missingFile(file, identity.stack)]);
  }
  return parseStackFile(fs.readFileSync(file, "utf8"), path.basename(file), identity, options);
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
  const { document, lines } = readYaml(text, file, identity);
  const read = readConfig(document, identity.project);
  const secretsAre = options.secretsAreSupplied === true ? "supplied" : "sealed";
  const judgement = judge({ ...read, secretsAre }, identity);
  if (judgement.settings !== undefined && read.findings.length + read.fileFindings.length === 0) {
    return judgement.settings;
  }
  const places = new Places(document, lines, file);
  const place = (finding: Finding): Location | undefined => {
    const key = read.writtenKeys.get(finding.key) ?? finding.key;
    const steps = read.secretPaths.get(finding.key) ?? finding.path;
    return finding.key === "stack" ? undefined : places.of(["config", key, ...steps], finding.aboutKey);
  };
  throw new SettingsError(identity.stack, [
    ...read.fileFindings.map((finding) => toProblem(finding, places.of([finding.key], finding.aboutKey))),
    ...[...read.findings, ...(judgement.findings ?? [])].map((finding) => toProblem(finding, place(finding))),
  ]);
}

/** @throws SettingsError when it is no YAML. */
function readYaml(
  text: string,
  file: string,
  identity: StackIdentity,
): { readonly document: Document; readonly lines: LineCounter } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: engineTags,
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const broken = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return {
      path: file,
      message: `cannot be read: ${error.message}`,
      allowed: "one YAML document",
      location: { file, line, column: col },
    };
  });
  if (broken.length > 0) {
    throw new SettingsError(identity.stack, broken);
  }
  return { document, lines };
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
  const { values, secretKeys } = readConfig(readYaml(text, file, identity).document, identity.project);
  const sections = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key.replace(`${namespace}:`, ""), decode(value)]),
  );
  return secretNames.map((name) => {
    const key = `${namespace}:${name}`;
    const state = values[key] === undefined ? "absent" : secretKeys.has(key) ? "set" : "inClear";
    return { name, neededBy: secretOf(name).neededBy(sections), state };
  });
}

/** Every key that the engine knows at the top of a stack file. */
const fileKeys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider"] as const;

interface ReadConfig extends StackConfig {
  /** What is wrong with the file around the configuration; their keys are the file's own. */
  readonly fileFindings: readonly Finding[];
  /** What is wrong with the configuration's keys as they are written. */
  readonly findings: readonly Finding[];
  /** The engine's key to the key as the file has it: `groundwork:network` may be written `network`. */
  readonly writtenKeys: ReadonlyMap<string, string>;
  /** Where in a value the first encrypted part is. */
  readonly secretPaths: ReadonlyMap<string, Path>;
}

function readConfig(document: Document, project: string): ReadConfig {
  const content: unknown = document.toJS() ?? {};
  const findings: Finding[] = [];
  const values: Record<string, string> = {};
  const writtenKeys = new Map<string, string>();
  const secretPaths = new Map<string, Path>();

  const config = isMapping(content) ? (content.config ?? {}) : {};
  for (const [written, value] of Object.entries(isMapping(config) ? config : {})) {
    const key = engineKey(written, project);
    const first = key === undefined ? undefined : writtenKeys.get(key);
    if (key === undefined) {
      findings.push(notAKey(written));
    } else if (first !== undefined) {
      findings.push(setTwice(written, first));
    } else {
      writtenKeys.set(key, written);
      values[key] = engineText(value);
      const secret = secretPath(value);
      if (secret !== undefined) {
        secretPaths.set(key, secret);
      }
    }
  }
  return {
    values,
    secretKeys: new Set(secretPaths.keys()),
    fileFindings: fileFindings(content),
    findings,
    writtenKeys,
    secretPaths,
  };
}

function fileFindings(content: unknown): readonly Finding[] {
  if (!isMapping(content)) {
    return [
      {
        key: "config",
        path: [],
        message: "the file holds no mapping",
        allowed: "a mapping with the key config",
      },
    ];
  }
  const findings = Object.keys(content)
    .filter((key) => !fileKeys.some((known) => known === key))
    .map((key) => (key === "environment" ? environmentFinding : unknownFileKey(key)));
  const { config } = content;
  return config === undefined || config === null || isMapping(config)
    ? findings
    : [
        ...findings,
        { key: "config", path: [], message: "is no mapping", allowed: "a mapping of configuration keys" },
      ];
}

/** What an ESC environment adds is not to be had without its service, so that nobody could judge the whole. */
const environmentFinding: Finding = {
  key: "environment",
  path: [],
  message: "settings from a Pulumi ESC environment cannot be judged before the run",
  allowed: "settings in this file",
  aboutKey: true,
};

function unknownFileKey(key: string): Finding {
  const nearest = nearestName(key, fileKeys);
  return {
    key,
    path: [],
    message: "the engine reads no such key of a stack file",
    allowed: `the keys ${fileKeys.join(", ")}`,
    ...(nearest === undefined ? {} : { suggestion: `Did you mean ${nearest}?` }),
    aboutKey: true,
  };
}

/** As the engine parses keys: `network` is `groundwork:network`, `groundwork:config:network` too. */
function engineKey(written: string, project: string): string | undefined {
  const parts = written.split(":");
  if (parts.length === 1) {
    return `${project}:${written}`;
  }
  if (parts.length === 3 && parts[1] === "config") {
    return `${parts[0]}:${parts[2]}`;
  }
  return parts.length === 2 ? written : undefined;
}

function notAKey(written: string): Finding {
  return {
    key: written,
    path: [],
    message: "is not a configuration key",
    allowed: "keys of the form <package>:<name>",
    aboutKey: true,
  };
}

function setTwice(written: string, first: string): Finding {
  return {
    key: written,
    path: [],
    message: `means the same as ${JSON.stringify(first)}, which is set too`,
    allowed: "each key once",
    aboutKey: true,
  };
}

function secretPath(value: unknown, at: Path = []): Path | undefined {
  if (isSecure(value)) {
    return at;
  }
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...(value as unknown[]).entries()]
    : isMapping(value)
      ? Object.entries(value)
      : [];
  for (const [step, entry] of entries) {
    const found = secretPath(entry, [...at, step]);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
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
