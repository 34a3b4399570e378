import { engineText, isSecure } from "./engine-yaml";
import type { StackConfig, StackIdentity } from "./load";
import { nearestName } from "./nearest";
import { toProblem, type Finding, type Location, type Path, type Problem } from "./problem";
import { isMapping } from "./schema-walk";
import { Places } from "./stack-file-places";
import { readYaml } from "./yaml-file";

/** A stack file's configuration, not judged yet. */
export interface ReadStackConfig {
  readonly config: StackConfig;
  /** What is wrong with the file around the configuration, and with the configuration's keys as they are written. */
  readonly problems: readonly Problem[];
  /** Adds to a finding about a value where in the file that is. */
  readonly toProblem: (finding: Finding) => Problem;
  /** What stands at the top of the file beside `config`. */
  readonly fileKeys: ReadonlyMap<string, unknown>;
  /** As `toProblem`, of a key at the top of the file. */
  readonly toFileProblem: (finding: Finding) => Problem;
}

/**
 * The configuration of a stack file as the engine would hand it to a program.
 *
 * @param file how problems name the file.
 * @throws SettingsError when the text is no YAML.
 */
export function readStackConfig(text: string, file: string, identity: StackIdentity): ReadStackConfig {
  const { document, lines, content } = readYaml(text, file, identity);
  const read = readConfig(content ?? {}, identity.project);
  const places = new Places(document, lines, file);
  const placeOf = (finding: Finding): Location | undefined => {
    const key = read.writtenKeys.get(finding.key) ?? finding.key;
    const steps = read.secretPaths.get(finding.key) ?? finding.path;
    return finding.key === "stack" ? undefined : places.of(["config", key, ...steps], finding.aboutKey);
  };
  const placed = (finding: Finding): Problem => toProblem(finding, placeOf(finding));
  const placedAtTop = (finding: Finding): Problem =>
    toProblem(finding, places.of([finding.key], finding.aboutKey));
  return {
    config: read,
    problems: [...read.fileFindings.map(placedAtTop), ...read.findings.map(placed)],
    toProblem: placed,
    fileKeys: new Map(Object.entries(isMapping(content) ? content : {})),
    toFileProblem: placedAtTop,
  };
}

/** Every key that the engine knows at the top of a stack file. */
const fileKeys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider"] as const;

interface FileConfig extends StackConfig {
  /** What is wrong with the file around the configuration; their keys are the file's own. */
  readonly fileFindings: readonly Finding[];
  /** What is wrong with the configuration's keys as they are written. */
  readonly findings: readonly Finding[];
  /** The engine's key to the key as the file has it: `groundwork:network` may be written `network`. */
  readonly writtenKeys: ReadonlyMap<string, string>;
  /** Where in a value the first encrypted part is. */
  readonly secretPaths: ReadonlyMap<string, Path>;
}

function readConfig(content: unknown, project: string): FileConfig {
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
      findings.push(...wrongParts(key, value));
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
export function engineKey(written: string, project: string): string | undefined {
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

/** Numbers that JSON has no form for, in which the engine hands values over. */
function wrongParts(key: string, value: unknown, at: Path = []): readonly Finding[] {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const written = Number.isNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
    return [
      {
        key,
        path: at,
        message: `found ${written}, which is no number`,
        allowed: "a number, or a text in quotes",
      },
    ];
  }
  return entriesOf(value).flatMap(([step, entry]) => wrongParts(key, entry, [...at, step]));
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  return Array.isArray(value)
    ? [...(value as unknown[]).entries()]
    : isMapping(value)
      ? Object.entries(value)
      : [];
}

function secretPath(value: unknown, at: Path = []): Path | undefined {
  if (isSecure(value)) {
    return at;
  }
  for (const [step, entry] of entriesOf(value)) {
    const found = secretPath(entry, [...at, step]);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
