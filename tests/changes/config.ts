import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { engineText } from "../../settings/engine-yaml";
import { judge } from "../../settings/load";
import { toProblem, type Path } from "../../settings/problem";
import { isMapping, valueAt } from "../../settings/schema-walk";
import { checkout } from "../engine/support/walk";

/** What stands under `config:` in a stack file, by section: `aws` has the provider's keys. */
export type Config = Readonly<Record<string, unknown>>;

/** A value put at a path, or with none, what is there taken out. */
export interface Edit {
  readonly path: Path;
  readonly value?: unknown;
}

/** The configuration of a committed stack, with the guard's level of development: what production forbids besides is in its guide. */
export function committed(stack: "dev" | "prod"): Config {
  const file = path.join(checkout, `Pulumi.${stack}.yaml`);
  // All of them are the stack dev, whose queues have its name.
  const text = readFileSync(file, "utf8").replaceAll("prod_control_", "dev_control_");
  const { config } = parse(text) as { readonly config: Config };
  const own = Object.entries(config).filter(([key]) => key.startsWith("groundwork:"));
  return {
    aws: { region: config["aws:region"], allowedAccountIds: config["aws:allowedAccountIds"] },
    ...Object.fromEntries(own.map(([key, value]) => [key.replace("groundwork:", ""), value])),
    guard: { level: "development" },
  };
}

/** What stands under `config:` in the file. */
function keysOf({ aws, ...sections }: Config): Config {
  return {
    ...Object.fromEntries(Object.entries(aws as Config).map(([key, value]) => [`aws:${key}`, value])),
    "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
    ...Object.fromEntries(Object.entries(sections).map(([key, value]) => [`groundwork:${key}`, value])),
  };
}

/** The text of a stack file that says this. */
export function stackFileOf(config: Config): string {
  // In quotes: text that looks like a date or a number stays text.
  return stringify(
    { config: keysOf(config) },
    {
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
      lineWidth: 0,
      aliasDuplicateObjects: false,
    },
  );
}

const known = new Map<string, readonly string[]>();

/** Why the settings take no such configuration, a sentence a problem; empty when they take it. */
export function refusalsOf(config: Config): readonly string[] {
  const key = JSON.stringify(config);
  const found = known.get(key) ?? judged(config);
  known.set(key, found);
  return found;
}

/** As the program judges what the engine hands it: ten times as fast as from a file. */
function judged(config: Config): readonly string[] {
  const values = Object.entries(keysOf(config)).map(([key, value]) => [key, engineText(value)] as const);
  const { findings = [] } = judge(
    { values: Object.fromEntries(values), secretKeys: new Set(), secretsAre: "supplied" },
    { project: "groundwork", stack: "dev" },
  );
  return findings.map((finding) => toProblem(finding)).map((problem) => `${problem.path} ${problem.message}`);
}

export function edited(config: Config, edits: readonly Edit[]): Config {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const { path: where, value } of edits) {
    const parent = valueAt(copy, where.slice(0, -1));
    const key = where.at(-1) as string | number;
    if (Array.isArray(parent)) {
      if (value === undefined) parent.splice(Number(key), 1);
      else parent[Number(key)] = value;
    } else if (isMapping(parent)) {
      if (value === undefined) Reflect.deleteProperty(parent, key);
      else parent[key] = value;
    }
  }
  return copy;
}
