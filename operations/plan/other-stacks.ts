import { readdirSync } from "node:fs";
import * as path from "node:path";
import type { Netmask } from "netmask";
import { overlap, parseBlock } from "../../settings/ip-blocks";
import type { StackSettings } from "../../settings/load";
import { SettingsError } from "../../settings/problem";
import { isMapping } from "../../settings/schema-walk";
import { readText, readYaml } from "../../settings/yaml-file";
import type { EngineError } from "./diagnostics";
import { settingAt } from "./setting-paths";

/** What a stack file beside this one calls its own. */
interface OtherStack {
  readonly name: string;
  readonly accounts: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly isUnreadable: boolean;
}

/** Names that only one stack can have, whoever else is in the world, by the setting. */
const namesOfOne: Readonly<Record<string, string>> = {
  "groundwork:reports.bucket.name": "S3 has each name once",
  "groundwork:dns.domain": "two zones of one domain answer differently",
  "groundwork:state.storageAccount": "the state of both would be in one account",
  "groundwork:state.keyVault.name": "Azure has each name once",
};

/**
 * Warns of values that belong to a stack whose file lies beside this one: an ARN or an image of its account, its bucket, domain, state
 * or addresses. Who begins with a copy of another file has overlooked them; no cloud says so before the middle of a run.
 */
export function valuesOfOthers(settings: StackSettings, file: string): readonly EngineError[] {
  const { accountId, stack } = settings.context;
  const others = stacksBeside(file, stack);
  const own = sectionsByKey(settings);
  const warn = (setting: string, message: string): EngineError => ({
    urn: undefined,
    message: `${settingAt(file, setting)} ${message}`,
  });
  const ofAccounts = textsIn(own).flatMap(([setting, text]) => {
    const account = accountIn(text);
    const owner = others.find(({ accounts }) => account !== undefined && accounts.includes(account));
    return account === accountId || account === undefined || owner === undefined
      ? []
      : [
          warn(
            setting,
            `is of account ${account}, in which the stack ${owner.name} lives; ${stack} lives in ${accountId}.`,
          ),
        ];
  });
  const ofNames = Object.entries(namesOfOne).flatMap(([setting, why]) => {
    const value = at(own, setting);
    const owner = others.find(({ config }) => value !== undefined && at(config, setting) === value);
    return owner === undefined ? [] : [warn(setting, `is that of the stack ${owner.name}: ${why}.`)];
  });
  const unreadable = others
    .filter(({ isUnreadable }) => isUnreadable)
    .map(({ name }) => ({
      urn: undefined,
      message: `Pulumi.${name}.yaml cannot be read: whether ${stack} has something of that stack is not known.`,
    }));
  return [...ofAccounts, ...ofNames, ...sharedAddresses(own, others, warn), ...unreadable];
}

/** The sections by their keys in the file: `groundwork:network`. */
export function sectionsByKey({ sections }: StackSettings): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [`groundwork:${name}`, section]),
  );
}

function* sharedAddresses(
  own: Readonly<Record<string, unknown>>,
  others: readonly OtherStack[],
  warn: (setting: string, message: string) => EngineError,
): Generator<EngineError> {
  const setting = "groundwork:network.cidrBlock";
  const block = blockAt(own, setting);
  for (const { name, config } of others) {
    const theirs = blockAt(config, setting);
    if (block !== undefined && theirs !== undefined && overlap(block, theirs)) {
      yield warn(
        setting,
        `overlaps ${String(at(config, setting))} of the stack ${name}: the two can never be peered.`,
      );
    }
  }
}

function blockAt(config: Readonly<Record<string, unknown>>, setting: string): ReturnType<typeof parseBlock> {
  const text = at(config, setting);
  return typeof text === "string" ? parseBlock(text) : undefined;
}

/** The account that an ARN, or an image in ECR, says that it is of. */
function accountIn(text: string): string | undefined {
  return (
    /^arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\d{12}):/.exec(text)?.[1] ??
    /^(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.exec(text)?.[1]
  );
}

/** Blocks of addresses that the networks of the other stacks have, as far as their files can be read. */
export function blocksOfOthers(file: string, stack: string): readonly Netmask[] {
  return stacksBeside(file, stack).flatMap(
    ({ config }) => blockAt(config, "groundwork:network.cidrBlock") ?? [],
  );
}

function stacksBeside(file: string, stack: string): readonly OtherStack[] {
  const directory = path.dirname(file);
  return readdirSync(directory).flatMap((entry) => {
    const name = /^Pulumi\.([A-Za-z0-9_.-]+)\.ya?ml$/.exec(entry)?.[1];
    if (name === undefined || name === stack) return [];
    const config = configIn(path.join(directory, entry), name);
    const accounts = config?.["aws:allowedAccountIds"];
    return [
      {
        name,
        config: config ?? {},
        accounts: Array.isArray(accounts) ? accounts.map(String) : [],
        isUnreadable: config === undefined,
      },
    ];
  });
}

/** Undefined for a file that is no YAML. */
function configIn(file: string, stack: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { content } = readYaml(readText(file, { stack }), path.basename(file), { stack });
    return isMapping(content) && isMapping(content["config"]) ? content["config"] : {};
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

/** The value at `groundwork:reports.bucket.name`. */
function at(config: Readonly<Record<string, unknown>>, setting: string): unknown {
  return setting
    .split(".")
    .reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), config);
}

/** Every text, by the setting that it stands at. */
export function textsIn(value: unknown, prefix = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string") return [[prefix, value]];
  if (Array.isArray(value))
    return value.flatMap((item, index) => textsIn(item, `${prefix}[${String(index)}]`));
  return isMapping(value)
    ? Object.entries(value).flatMap(([key, item]) => textsIn(item, prefix === "" ? key : `${prefix}.${key}`))
    : [];
}
