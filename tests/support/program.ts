import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { gateJudges, gateVariable } from "../../settings/environment";
import { engineTags, engineText, isSecure } from "../../settings/engine-yaml";
import { secretNamesIn, secretOf } from "../../settings/secrets";
import { invokes } from "./invokes";
import { type Recording, recordStack } from "./mocks";

const root = path.resolve(__dirname, "../..");

/** The stacks that have a committed file. */
export const stacks = ["dev", "prod"] as const;
export type Stack = (typeof stacks)[number];

/** Configuration as a stack file has it: key to whatever the YAML says. */
export type Config = Record<string, unknown>;

/** What a committed stack file configures. */
export function readConfig(stack: Stack): Config {
  const file = readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8");
  const content = parse(file, { customTags: engineTags }) as { config: Config };
  return content.config;
}

export interface ProgramOptions {
  /** Changes to the committed configuration, on a copy of it. */
  readonly change?: (config: Config) => void;
  readonly preview?: boolean;
  /** Whether the gate of `groundwork` judges the run; else a disposable stack asks its backend. Default: yes. */
  readonly gated?: boolean;
}

type ProgramRecording = Recording<Record<string, unknown>>;

/** Of the committed stacks as they are: each is recorded once a process, and nobody changes a recording. */
const recorded = new Map<string, Promise<ProgramRecording>>();

/** Runs the real entry point against mocks, configured by a committed stack file. */
export function recordProgram(stack: Stack, options: ProgramOptions = {}): Promise<ProgramRecording> {
  if (options.change !== undefined) return recordAnew(stack, options);
  const key = JSON.stringify([stack, options]);
  const recording = recorded.get(key) ?? recordAnew(stack, options);
  recorded.set(key, recording);
  return recording;
}

async function recordAnew(stack: Stack, options: ProgramOptions): Promise<ProgramRecording> {
  const config = structuredClone(readConfig(stack));
  options.change?.(config);
  const placeholders = secretPlaceholders(config);
  const rootDirectory = mkdtempSync(path.join(tmpdir(), "groundwork-program-"));
  writeFileSync(path.join(rootDirectory, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
  const [accountId] = config["aws:allowedAccountIds"] as string[];
  setGate((options.gated ?? true) ? gateJudges : "");
  const recording = recordStack(loadProgram, {
    project: "groundwork",
    stack,
    preview: options.preview ?? false,
    rootDirectory,
    invokes,
    accountId,
    region: String(config["aws:region"]),
    config: {
      ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key, engineText(value)])),
      ...placeholders,
    },
    secretConfig: [
      ...Object.keys(config).filter((key) => isSecure(config[key])),
      ...Object.keys(placeholders),
    ],
  });
  return recording.finally(() => {
    setGate("");
    rmSync(rootDirectory, { recursive: true });
  });
}

function setGate(text: string): void {
  // eslint-disable-next-line no-restricted-syntax -- set, not read: where the program takes it from
  process.env[gateVariable] = text;
}

/** What stands in for the secrets that the settings need, as in a rehearsal: no committed file can hold them. */
function secretPlaceholders(config: Config): Readonly<Record<string, string>> {
  const sections = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("groundwork:", ""), value]),
  );
  const needed = secretNamesIn(sections).filter((name) => secretOf(name).neededBy(sections) !== undefined);
  return Object.fromEntries(needed.map((name) => [`groundwork:${name}`, secretOf(name).placeholder]));
}

/** Evaluates index.ts anew: it registers everything while it is loaded, and Node would load it only once. */
function loadProgram(): Record<string, unknown> {
  const entry = path.join(root, "index.ts");
  delete require.cache[entry];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading it is running it
  return require(entry) as Record<string, unknown>;
}
