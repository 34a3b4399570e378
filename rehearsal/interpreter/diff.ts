import { typeFacts } from "../catalogue/facts";
import { locate } from "../catalogue/modules";
import { planFacts } from "../catalogue/plan";
import type { PlanCondition, PlanFacts, Planned } from "../catalogue/plan/plan-facts";
import type { TypeFacts } from "../catalogue/type-facts";
import { isArchive, isAsset } from "./assets";
import { createBeforeDeleteKey, defaultsKey, isAutonamed, metadataOf } from "./defaults";
import { plannedOf } from "./planning";
import { formatPath, parsePattern, relate, type Step } from "./property-path";
import { sameContent, sameMembers } from "./same-content";
import { isList, isRecord, isUnknown, sameValue, type Value, type Values } from "./values";

/** What happens to one property, as the engine's detailed diff names it. */
export type PropertyChange =
  "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** What a change of inputs means for a resource. */
export interface InputDiff {
  /** Top-level properties that change; empty when nothing does. */
  readonly changes: readonly string[];
  /** Paths whose change forces replacement; empty for an update in place. */
  readonly replaces: readonly string[];
  /** Every changed path with what happens to it. */
  readonly detailed: Readonly<Record<string, PropertyChange>>;
  /** Whether a replacement deletes the old one first, because two of that name cannot be. */
  readonly deleteBeforeReplace: boolean;
}

/** One path that changes. */
export interface Change {
  readonly steps: readonly Step[];
  readonly kind: "add" | "delete" | "update";
  /** What comes or goes, when it does so as a whole. */
  readonly whole?: Value;
}

/** Lists that AWS keeps as sets, going by what they are called: their order is no change. */
const unorderedNames = /(Arns|CidrBlocks|Cidrs|Groups|Ids|Roles|Subnets|Users|Zones)$/i;

/**
 * Compares checked inputs as the real provider's Diff does.
 *
 * @param token The resource type, which must be known.
 * @param oldInputs Inputs of the last run, as the engine's state has them.
 * @param newInputs What the program wants now, checked.
 * @param oldOutputs What the cloud last said: an input that is added with the value it has there is no change.
 * @throws Error for a type without facts.
 */
export function diffInputs(
  token: string,
  oldInputs: Values,
  newInputs: Values,
  oldOutputs: Values = {},
): InputDiff {
  const facts = typeFacts(token);
  if (facts === undefined)
    throw new Error(`No facts for the type "${token}": check its inputs before comparing them.`);
  const plan = planFacts(token);
  const planned = plannedOf(facts, { inputs: oldInputs, outputs: oldOutputs }, newInputs);
  const found = changesOf(facts, oldInputs, newInputs, oldOutputs).filter(
    (change) => !holds(plan.ignores, change, planned),
  );
  const detailed: Record<string, PropertyChange> = {};
  const replaces: string[] = [];
  for (const change of found) {
    const path = formatPath(change.steps);
    const replacing = forcesReplacement(change, facts, plan) || holds(plan.replaces, change, planned);
    if (replacing) replaces.push(path);
    detailed[path] = replacing ? `${change.kind}-replace` : change.kind;
  }
  return {
    changes: [...new Set(found.map((change) => String(change.steps[0])))],
    replaces,
    detailed,
    deleteBeforeReplace: replaces.length > 0 && deletesFirst(facts, oldInputs, newInputs),
  };
}

function holds(conditions: readonly PlanCondition[] = [], change: Change, planned: Planned): boolean {
  return conditions.some(({ property, when }) => touches(change, property) && when(planned));
}

/** Every path at which the wanted inputs differ from what is there. */
export function changesOf(
  facts: TypeFacts,
  oldInputs: Values,
  newInputs: Values,
  oldOutputs: Values,
): readonly Change[] {
  const packageName = locate(facts.token).package;
  const bridged = packageName === "aws" || packageName === "equinix-metal";
  const found: Change[] = [];
  for (const name of propertyNames(oldInputs, newInputs)) {
    const wanted = present(newInputs[name]) ?? (facts.outputDefaults[name] as Value | undefined);
    // What the cloud fills in by itself stays as it is when the program stops naming it.
    if (bridged && wanted === undefined && facts.optionalComputed.includes(name)) continue;
    const had = present(oldInputs[name]) ?? (wanted === undefined ? undefined : present(oldOutputs[name]));
    compare([name], had, wanted, { ...planFacts(facts.token), hasSets: packageName === "aws" }, found);
  }
  return found;
}

function propertyNames(oldInputs: Values, newInputs: Values): string[] {
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)]);
  return [...names].filter((name) => !name.startsWith("__"));
}

function present(value: Value | undefined): Value | undefined {
  return value === null ? undefined : value;
}

interface ComparingRules extends Pick<PlanFacts, "keeps" | "sets"> {
  /** Lists go by what they are called, too. */
  readonly hasSets: boolean;
}

/** Whether a path is what one of the patterns names. */
function isAmong(patterns: readonly string[] = [], steps: readonly Step[]): boolean {
  return patterns.some((text) => {
    const pattern = parsePattern(text);
    return pattern.length === steps.length && relate(steps, pattern) === "within";
  });
}

function compare(
  steps: readonly Step[],
  had: Value | undefined,
  wanted: Value | undefined,
  rules: ComparingRules,
  found: Change[],
): void {
  if (sameContent(had, wanted)) return;
  // What the cloud fills in inside a block stays when the program stops naming it there.
  if (wanted === undefined && isAmong(rules.keeps, steps)) return;
  if (had === undefined || wanted === undefined) {
    found.push(
      had === undefined ? { steps, kind: "add", whole: wanted } : { steps, kind: "delete", whole: had },
    );
  } else if (isList(had) && isList(wanted)) {
    const isSet = (rules.hasSets && unorderedNames.test(String(steps.at(-1)))) || isAmong(rules.sets, steps);
    if (isSet && sameMembers(had, wanted)) return;
    for (let index = 0; index < Math.max(had.length, wanted.length); index++) {
      compare([...steps, index], present(had[index]), present(wanted[index]), rules, found);
    }
  } else if (isPlainRecord(had) && isPlainRecord(wanted)) {
    for (const name of propertyNames(had, wanted)) {
      compare([...steps, name], present(had[name]), present(wanted[name]), rules, found);
    }
  } else {
    found.push({ steps, kind: "update" });
  }
}

function isPlainRecord(value: Value): value is Record<string, Value> {
  return isRecord(value) && !isAsset(value) && !isArchive(value);
}

function forcesReplacement(change: Change, facts: TypeFacts, { keeps = [] }: PlanFacts): boolean {
  if (facts.neverUpdates || facts.replaces.includes(String(change.steps[0]))) return true;
  // A block that goes takes with it what was fixed in it, but not what the cloud had filled in.
  const fixed = facts.replacesNested.filter(
    (pattern) => change.kind !== "delete" || !keeps.includes(pattern),
  );
  return fixed.some((pattern) => touches(change, pattern));
}

/** Whether a change is of what a pattern names, or of something that has it inside. */
export function touches(change: Change, pattern: string): boolean {
  const steps = parsePattern(pattern);
  const relation = relate(change.steps, steps);
  if (relation !== "above") return relation === "within";
  // A block that comes or goes as a whole counts when the field is set in it; one that is not known yet may have it.
  return change.kind === "update" || reaches(change.whole, steps.slice(change.steps.length));
}

/** Whether a value has something at the pattern. */
function reaches(value: Value | undefined, pattern: readonly string[]): boolean {
  if (value === undefined || value === null) return false;
  const [step, ...rest] = pattern;
  if (step === undefined || isUnknown(value)) return true;
  if (isList(value)) return step === "*" && value.some((item) => reaches(item, rest));
  if (!isRecord(value)) return false;
  return step === "*" ? Object.values(value).some((item) => reaches(item, rest)) : reaches(value[step], rest);
}

/** How the provider of a type decides that a replacement cannot stand beside what it replaces. */
function deletesFirst(facts: TypeFacts, oldInputs: Values, newInputs: Values): boolean {
  if (facts.deleteBeforeReplace) return true;
  switch (locate(facts.token).package) {
    case "aws":
    case "equinix-metal":
      return namedByProgram(facts, newInputs);
    case "azure-native":
      return newInputs[createBeforeDeleteKey] !== true;
    case "kubernetes":
      return keepsItsName(facts, oldInputs, newInputs);
    default:
      return false;
  }
}

/** Whether the name that the bridge would draw was given by the program. */
function namedByProgram(facts: TypeFacts, inputs: Values): boolean {
  const { autonaming } = facts;
  const drawn = inputs[defaultsKey];
  // Without the list of what was filled in, the bridge takes a resource to be named by itself.
  if (autonaming === undefined || autonaming.unique === false || !isList(drawn)) return false;
  return present(inputs[autonaming.property]) !== undefined && !drawn.includes(autonaming.property);
}

/** Whether a Kubernetes object with a name of the program's own keeps name and namespace. */
function keepsItsName(facts: TypeFacts, oldInputs: Values, newInputs: Values): boolean {
  const [had, wanted] =
    facts.autoname === "metadata.name"
      ? [metadataOf(oldInputs), metadataOf(newInputs)]
      : [oldInputs, newInputs];
  if (present(wanted["name"]) === undefined || isAutonamed(newInputs)) return false;
  return sameValue(had["name"], wanted["name"]) && sameValue(had["namespace"], wanted["namespace"]);
}
