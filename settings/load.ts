import type { StackContext } from "./stack-context";
import { draftOf } from "./draft";
import { findingsOf } from "./findings";
import { networkForm } from "./network-form";
import { byPath, pathText, SettingsError, toProblem, type Finding } from "./problem";
import { rules } from "./rules";
import { alarmNamesAreKnown } from "./rules/alarms";
import type { RuleInput } from "./rules/rule";
import { secretNamesIn, secretOf, setSecretCommand } from "./secrets";
import { sectionNames, stackSections, type SectionName, type StackSections } from "./schema";
import { awsSettings } from "./sections/aws";
import { guardSettings } from "./sections/guard";
import { defaultProvidersKey, namespace, unknownKeys } from "./unknown-keys";
import { unquotedDates } from "./unquoted-dates";
import { unusableKeys } from "./unusable-keys";
import { wholeSize } from "./whole-size";

/** A stack's settings, whole and right. */
export interface StackSettings {
  /** What every component needs to know of the stack. */
  readonly context: StackContext;
  readonly sections: StackSections;
}

/** Whose settings they are. */
export interface StackIdentity {
  /** Name in Pulumi.yaml: `groundwork`. */
  readonly project: string;
  /** Name without organization: `dev`. */
  readonly stack: string;
}

/**
 * A stack's configuration as the engine hands it to a program: key (`groundwork:network`) to text, everything but
 * plain text written as JSON.
 */
export interface StackConfig {
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is encrypted in the stack file, or has something encrypted within. */
  readonly secretKeys: ReadonlySet<string>;
  /** How much of the secrets can be judged. Default: `values` has them in clear, and each that is needed must be there. */
  readonly secretsAre?: SecretsAre;
}

/** `sealed`: as in the file, encrypted, so that nobody can judge their form. `supplied`: a rehearsal adds what is missing, too. */
type SecretsAre = "sealed" | "supplied";

export type Judgement =
  | { readonly settings: StackSettings; readonly findings?: undefined }
  | { readonly settings?: undefined; readonly findings: readonly Finding[] };

/** The settings of a configuration; throws a SettingsError with everything that is wrong with them. */
export function settingsFromConfig(config: StackConfig, identity: StackIdentity): StackSettings {
  const judgement = judge(config, identity);
  if (judgement.settings === undefined) {
    throw new SettingsError(
      identity.stack,
      judgement.findings.map((finding) => toProblem(finding)),
    );
  }
  return judgement.settings;
}

/** Judges a configuration whole, in four looks: each key known, each value right by itself, all right together, and what follows from all. */
export function judge(config: StackConfig, identity: StackIdentity): Judgement {
  const region = read(config, "aws:region", awsSettings.shape.region);
  const accounts = read(config, "aws:allowedAccountIds", awsSettings.shape.allowedAccountIds);
  const profile = read(config, "aws:profile", awsSettings.shape.profile);
  const assumeRoles = read(config, "aws:assumeRoles", awsSettings.shape.assumeRoles);
  const sections = readSections(config);
  const findings = [
    ...unknownKeys(config.values),
    ...wholeSize(config.values),
    ...defaultProviders(config),
    ...region.findings,
    ...accounts.findings,
    ...profile.findings,
    ...assumeRoles.findings,
    ...secretFindings(config, identity, sections),
    ...Object.values(sections).flatMap((section) => section.findings),
  ];
  const input = {
    ...ruleInput(config, identity, region, sections),
    awsLogin: { profile: profile.draft, assumeRoles: assumeRoles.draft } as RuleInput["awsLogin"],
  };
  for (const rule of rules) {
    findings.push(...rule(input));
  }
  if (findings.length > 0) {
    return { findings: inOrder(findings) };
  }
  const values = Object.entries(sections).map(([name, section]) => [name, section.value] as const);
  const [accountId] = awsSettings.shape.allowedAccountIds.parse(accounts.value);
  const parsed = stackSections.parse(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
  const settings = {
    context: {
      ...identity,
      accountId: accountId as string,
      region: awsSettings.shape.region.parse(region.value),
      guardLevel: parsed.guard.level,
      ...(parsed.releases && { releases: parsed.releases }),
      ...loginOf(profile.value, assumeRoles.value),
      ...(Object.keys(parsed.iam).length > 1 || parsed.iam.path !== "/" ? { iam: parsed.iam } : {}),
    },
    sections: parsed,
  };
  const late = [...alarmNamesAreKnown(settings)];
  return late.length > 0 ? { findings: inOrder(late) } : { settings };
}

/** Absent where nothing is said: the environment's credentials are used as they are. */
function loginOf(profile: unknown, assumeRoles: unknown): Pick<StackContext, "login"> {
  const login = awsSettings.pick({ profile: true, assumeRoles: true }).parse({ profile, assumeRoles });
  return login.profile === undefined && login.assumeRoles.length === 0 ? {} : { login };
}

/** The safety net of every stack: what forgets to name its provider fails, in place of using whatever credentials are there. */
const withoutDefaults = ["aws", "azure-native", "kubernetes"] as const;

function defaultProviders({ values }: StackConfig): readonly Finding[] {
  const set = decode(values[defaultProvidersKey]);
  const off: readonly unknown[] = Array.isArray(set) ? set : [];
  const missing = off.includes("*") ? [] : withoutDefaults.filter((name) => !off.includes(name));
  return missing.length === 0
    ? []
    : [
        {
          key: defaultProvidersKey,
          path: [],
          message:
            set === undefined
              ? "is missing: what forgets to name its provider would use whatever credentials are there"
              : `does not name ${missing.join(", ")}: what forgets to name its provider would use whatever credentials are there`,
          allowed: `a list with ${withoutDefaults.join(", ")}`,
        },
      ];
}

/** What is wrong with the secrets: never shows one. */
function secretFindings(
  config: StackConfig,
  { stack }: StackIdentity,
  sections: Readonly<Record<SectionName, Reading>>,
): readonly Finding[] {
  const drafts = Object.fromEntries(Object.entries(sections).map(([name, { draft }]) => [name, draft]));
  const keys = Object.keys(config.values).map((key) => [key.replace(`${namespace}:`, ""), ""] as const);
  return secretNamesIn({ ...Object.fromEntries(keys), ...drafts }).flatMap((name) => {
    const { allowed, description, format, howToGet, neededBy } = secretOf(name);
    const key = `${namespace}:${name}`;
    const value = config.values[key];
    const suggestion = `Set it with \`${setSecretCommand(name, stack)}\`. To get one: ${howToGet}`;
    const found = (message: string): readonly Finding[] => [{ key, path: [], message, allowed, suggestion }];
    const needed = neededBy(drafts);
    if (value === undefined) {
      return needed === undefined || config.secretsAre === "supplied"
        ? []
        : found(`is missing, and ${needed} needs it. ${description}`);
    }
    if (!config.secretKeys.has(key)) {
      return found("stands in clear. Take the line away, and take back the secret where it came from");
    }
    return config.secretsAre !== undefined || format.safeParse(value).success
      ? []
      : found("is encrypted, but its value does not have the form of one");
  });
}

/** One configuration key as it was found. */
interface Reading {
  /** Undefined when the key is absent, or not for anyone to see. */
  readonly value: unknown;
  /** As much of the value as is right by itself. */
  readonly draft: unknown;
  readonly findings: readonly Finding[];
}

function readSections(config: StackConfig): Readonly<Record<SectionName, Reading>> {
  const readings = sectionNames.map((name) => {
    const key = `${namespace}:${name}`;
    const value = name === "network" ? decode(config.values[key]) : undefined;
    const form = value === undefined ? undefined : networkForm(value);
    return [name, read(config, key, form?.schema ?? stackSections.shape[name], form?.keysOfTheOtherForm)];
  });
  return Object.fromEntries(readings) as Record<SectionName, Reading>;
}

function read(
  config: StackConfig,
  key: string,
  schema: Parameters<typeof findingsOf>[1],
  elsewhere?: Readonly<Record<string, string>>,
): Reading {
  if (config.secretKeys.has(key)) {
    return { value: undefined, draft: undefined, findings: [secretRefusal(key)] };
  }
  const value = decode(config.values[key]);
  const found = [...unquotedDates(key, value), ...unusableKeys(key, value)];
  const told = new Set(found.map(({ path }) => pathText(key, path)));
  const wrong = findingsOf(key, schema, value, elsewhere).filter(
    ({ path }) => !told.has(pathText(key, path)),
  );
  return { value, draft: draftOf(schema, value), findings: [...found, ...wrong] };
}

/**
 * Back from the engine's text. `pulumi config set KEY '{…}'` gives the same text as a mapping in the stack file, so
 * that a text which is JSON counts as what it says. A key without a value is the empty text.
 */
export function decode(text: string | undefined): unknown {
  if (text === undefined) {
    return undefined;
  }
  if (text === "") {
    return null;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: a plain text, which the schema then judges.
    return text;
  }
}

/** Nothing in these sections is secret; what is encrypted would come out in clear in names, tags and previews. */
function secretRefusal(key: string): Finding {
  return {
    key,
    path: [],
    message: "holds an encrypted value",
    allowed: "plain values: nothing here is secret, and what stands here shows in names, tags and previews",
    suggestion: "Write it in plain, without `secure:` (`pulumi config set` without --secret).",
  };
}

function ruleInput(
  config: StackConfig,
  identity: StackIdentity,
  region: Reading,
  sections: Readonly<Record<SectionName, Reading>>,
): RuleInput {
  const { guard, network, ...others } = sections;
  const drafts = Object.fromEntries(Object.entries(others).map(([name, { draft }]) => [name, draft]));
  const level = guardSettings.shape.level.safeParse((guard.draft as { level?: unknown } | undefined)?.level);
  return {
    ...(drafts as Partial<RuleInput>),
    ...(networkForm(network.value).isExisting
      ? { existingNetwork: network.draft as RuleInput["existingNetwork"] }
      : { newNetwork: network.draft as RuleInput["newNetwork"] }),
    ...identity,
    region: region.draft as string | undefined,
    guardLevel: guard.findings.length > 0 ? undefined : level.data,
    declared: new Set(sectionNames.filter((name) => config.values[`${namespace}:${name}`] !== undefined)),
  };
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .map((finding) => ({ finding, path: pathText(finding.key, finding.path) }))
    .sort((a, b) => byPath(a, b) || a.finding.message.localeCompare(b.finding.message, "en"))
    .map(({ finding }) => finding);
}
