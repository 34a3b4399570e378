import { z } from "zod";
import { stackSections, sectionNames, type SectionName } from "../../settings/schema";
import { isMapping, unwrap } from "../../settings/schema-walk";
import { committed, refusalsOf, type Config } from "./config";
import { isOptional } from "./settings-list";

/** Sections whose entries stand each for itself: one of them is a smaller stack than all. */
const ofEntries: readonly SectionName[] = ["workloads", "staticServices", "workerGroups", "fleets"];

/** Which sections show what comes of one that makes nothing by itself. */
const shownBy: Readonly<Partial<Record<SectionName, readonly SectionName[]>>> = {
  releases: ["staticServices", "metalWorkers"],
};

/** What watches other sections, and needs none: by the one that shows it soonest. */
const watching: Readonly<Partial<Record<SectionName, SectionName>>> = { alarms: "messaging" };
/** Sections that act on what others make, and those others together. */
const actsOn: Readonly<Partial<Record<SectionName, readonly SectionName[]>>> = {
  encryption: ["reports", "messaging", "fleets"],
};

/** Up to how many sections beside itself all combinations are tried; from there on, what can be left out of all is. */
const mostCombined = 2;

/**
 * The smallest stacks that have a section, the quickest first: of each committed stack the section alone, or an entry of it alone,
 * with no more of the other sections than it needs. What only more sections allow is left out first, and is in a stack of its own.
 */
export function smallestWith(section: SectionName): readonly Config[] {
  const acted = actsOn[section];
  if (acted !== undefined) {
    const parts = acted.map((other) => smallestWith(other)[0] ?? {});
    return [Object.assign({}, ...parts, { [section]: {} }) as Config];
  }
  const others = shownBy[section];
  if (others !== undefined)
    return others
      .flatMap(smallestWith)
      .filter((base) => section in base)
      .map((base) => ({ ...base, [section]: neededOf(base, section) }));
  const watched = watching[section];
  if (watched !== undefined)
    return smallestWith(watched).map((base) => ({ ...base, [section]: committed("dev")[section] }));
  const found = (["dev", "prod"] as const).flatMap((stack) => {
    const whole = committed(stack);
    return variantsOf(section, whole[section]).flatMap(([value, ...parts]) => {
      const companions = companionsOf(whole, section, value);
      return [
        ...(companions === undefined ? [] : [{ companions, value, whole }]),
        ...smaller(whole, section, companions, parts),
      ];
    });
  });
  return found
    .sort((a, b) => a.companions.length - b.companions.length)
    .map(({ companions, value, whole }) => pick(whole, section, value, companions));
}

/** Of a section the keys that the rest of the stack cannot do without. */
function neededOf(base: Config, section: SectionName): Config {
  const value = base[section] as Config;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => {
      const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
      return refusalsOf({ ...base, [section]: rest }).length > 0;
    }),
  );
}

interface Found {
  readonly companions: readonly SectionName[];
  readonly value: unknown;
  readonly whole: Config;
}

/** Parts with which the section needs fewer others; and, where each of two makes it need one, what is left without both. */
function smaller(
  whole: Config,
  section: SectionName,
  companions: readonly SectionName[] | undefined,
  parts: readonly unknown[],
): readonly Found[] {
  const found = parts.flatMap((part) => {
    const fewer = companionsOf(whole, section, part);
    return fewer === undefined || (companions !== undefined && fewer.length >= companions.length)
      ? []
      : [{ companions: fewer, value: part, whole }];
  });
  const [least] = found.toSorted((a, b) => a.companions.length - b.companions.length);
  if (least === undefined || least.companions.length < 2) return found;
  const [, ...rest] = variantsOf(section, least.value).at(-1) ?? [];
  return [...found, ...smaller(whole, section, least.companions, rest)];
}

/** A stack with as many more sections of the committed one as it needs for the section to have this value. */
export function withCompanions(base: Config, section: SectionName, value: unknown): Config | undefined {
  const whole = { ...committed("dev"), ...base };
  const companions = companionsOf(whole, section, value);
  return companions === undefined ? undefined : pick(whole, section, base[section], companions);
}

/** The section, or each of its entries: first as it is, then without each of its optional parts. */
function variantsOf(section: SectionName, value: unknown): readonly (readonly unknown[])[] {
  if (!isMapping(value)) return [];
  const bare = unwrap(stackSections.shape[section]);
  if (!ofEntries.includes(section) || !(bare instanceof z.ZodRecord)) return [withoutParts(bare, value)];
  const entries = Object.entries(value);
  return [
    ...entries.map(([name, entry]) =>
      withoutParts(unwrap(bare.valueType), entry).map((part) => ({ [name]: part })),
    ),
    // Those that name one another.
    ...entries.flatMap(([name, entry], index) =>
      entries.slice(0, index).map(([other, second]) => [{ [name]: entry, [other]: second }]),
    ),
  ];
}

function withoutParts(schema: z.core.$ZodType, value: unknown): readonly unknown[] {
  if (!(schema instanceof z.ZodObject) || !isMapping(value)) return [value];
  const optional = Object.keys(value).filter((key) => isOptional(schema.shape[key] as z.core.$ZodType));
  return [
    value,
    ...optional.map((key) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))),
  ];
}

const memory = new Map<string, readonly SectionName[] | undefined>();

/** The fewest other sections with which the settings take it. */
function companionsOf(
  whole: Config,
  section: SectionName,
  value: unknown,
): readonly SectionName[] | undefined {
  const key = JSON.stringify([whole["aws"], section, value]);
  // What not even all of them allow is not searched for; that others name what is left out of it is their business.
  const own = (problem: string): boolean => problem.startsWith(`groundwork:${section}`);
  if (refusalsOf({ ...whole, [section]: value }).some(own)) return undefined;
  if (!memory.has(key)) {
    const others = sectionNames.filter((name) => name in whole && name !== section && name !== "guard");
    memory.set(
      key,
      [...combinations(others, mostCombined)].find(
        (names) => refusalsOf(pick(whole, section, value, names)).length === 0,
      ) ?? needed(whole, section, value, others),
    );
  }
  return memory.get(key);
}

/** What is left of all when each is taken away that nobody misses. */
function needed(
  whole: Config,
  section: SectionName,
  value: unknown,
  all: readonly SectionName[],
): readonly SectionName[] | undefined {
  const problems = (names: readonly SectionName[]): number =>
    refusalsOf(pick(whole, section, value, names)).length;
  let left = all;
  for (let before: readonly SectionName[] = []; before !== left;) {
    before = left;
    for (const name of left) {
      const fewer = left.filter((one) => one !== name);
      if (problems(fewer) <= problems(left)) left = fewer;
    }
  }
  return problems(left) === 0 ? left : undefined;
}

function pick(
  whole: Config,
  section: SectionName,
  value: unknown,
  companions: readonly SectionName[],
): Config {
  const names = ["aws", ...sectionNames.filter((name) => name === "guard" || companions.includes(name))];
  return { ...Object.fromEntries(names.map((name) => [name, whole[name]])), [section]: value };
}

/** None, then each, then each two, and so on. */
function* combinations<T>(items: readonly T[], most: number): Generator<readonly T[]> {
  for (let size = 0; size <= most; size++) yield* ofSize(items, size);
}

function* ofSize<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of ofSize(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}
