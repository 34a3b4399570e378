import { durationText, type Interruption } from "../../guard/service/interruptions";
import type { Refusal, StepOperation } from "../../guard/step";
import type { Cause, SettingPlace } from "./cause";
import { isMandatory, type PolicyViolation } from "./diagnostics";
import { differences, overlap, topOf, valueAt } from "./differences";
import { masked, secretMask } from "./masked";
import { stackType, type Plan, type PlannedStep } from "./plan";

/** A property that a change sets to something else; secrets masked, null where there is nothing. */
export interface PropertyDiff {
  /** `scalingConfig.desiredSize`, `ingress[0].cidrBlocks`, `tags["a.b"]`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly forcesReplacement: boolean;
}

/** What a change means for whoever uses the resource. */
export interface ChangeVerdict {
  readonly kind:
    | "created"
    | "imported"
    | "in place"
    /** The old one serves until there is another. */
    | "replaced, new one first"
    /** Nothing that is known to serve is gone meanwhile. */
    | "replaced, old one first"
    | "interrupts"
    | "deleted"
    /** By the guard, or by a policy: it is not done. */
    | "refused"
    /** The cloud notices nothing. */
    | "state alone";
  /** For a person: "in place", "interrupts users of the database database, about 10 min: its class changes". */
  readonly words: string;
  /** When it takes effect; absent where it takes nothing from anybody. */
  readonly when?: Interruption["when"];
  /** About how long somebody is without service; null where the plan has no end of it; absent where nobody is. */
  readonly seconds?: number | null;
}

/** A resource that a plan changes, with what a reviewer asks: what exactly, why, and what it does to others. */
export interface Change {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The outermost component around it: `Network network`; `Stack` for what is in none. */
  readonly component: string;
  readonly op: StepOperation;
  /** Null before creation. */
  readonly id: string | null;
  /** Empty for what is created or deleted as a whole. */
  readonly diff: readonly PropertyDiff[];
  /** The setting that caused it; null where none did, or it is not known. */
  readonly setting: SettingPlace | null;
  /** Why, also where no setting is the reason. */
  readonly cause: Cause;
  readonly verdict: ChangeVerdict;
}

/** The part of a report that changes are made of. */
export interface ChangesSource {
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  /** Default: none. */
  readonly policyViolations?: readonly PolicyViolation[];
  readonly interruptions?: readonly Interruption[];
  /** Why each resource changes, by URN. Default: it is not known. */
  readonly causes?: ReadonlyMap<string, Cause>;
}

/** What a plan changes, in an order that the same plan always has: by component, type and name. */
export function changesOf({
  plan,
  refusals,
  policyViolations = [],
  interruptions = [],
  causes,
}: ChangesSource): readonly Change[] {
  const byUrn = new Map(plan.steps.map((step) => [step.urn, step]));
  const refused = new Map([
    ...policyViolations
      .filter(isMandatory)
      .map(({ urn, policy }) => [urn, `refused by the policy ${policy}`] as const),
    ...refusals.map(({ urn, loses }) => [urn, `refused by the guard: ${loses}`] as const),
  ]);
  return plan.outcome
    .filter(({ op }) => op !== "same")
    .map((step): Change => {
      const { urn, type, name, op } = step;
      const cause = causes?.get(urn) ?? { kind: "not known" };
      return {
        ...{ urn, type, name, op },
        component: componentOf(step, byUrn),
        id: step.old?.id ?? null,
        diff: diffOf(step),
        setting: cause.kind === "setting" ? cause.setting : null,
        cause,
        verdict: verdictOf(
          step,
          refused.get(urn),
          interruptions.filter((one) => one.urn === urn),
        ),
      };
    })
    .sort(
      (a, b) =>
        inOrder.compare(a.component, b.component) ||
        inOrder.compare(a.type, b.type) ||
        inOrder.compare(a.name, b.name) ||
        inOrder.compare(a.urn, b.urn) ||
        inOrder.compare(a.op, b.op),
    );
}

const inOrder = new Intl.Collator("en", { numeric: true });

/** Old and new of everything that the provider says changes. */
export function diffOf(step: PlannedStep): readonly PropertyDiff[] {
  if ((step.op !== "update" && step.op !== "replace") || step.old === undefined || step.new === undefined) {
    return [];
  }
  const [had, wants] = [masked(step.old.inputs), masked(step.new.inputs)];
  const isTold = (path: string): boolean => step.paths.some((told) => overlap(path, told));
  const given = differences(had, wants).filter(({ path }) => step.paths.length === 0 || isTold(path));
  // A secret, a list in another order, or what the state has otherwise than the program gave it.
  const others = step.paths
    .filter((path) => !given.some((one) => overlap(one.path, path)))
    .map((path) => {
      const to = valueAt(wants, path, secretMask);
      const from = valueAt(had, path, secretMask);
      const isSame = JSON.stringify(from) === JSON.stringify(to) && from !== secretMask;
      return { path, from: isSame ? valueAt(masked(step.old?.outputs), path, secretMask) : from, to };
    });
  const all = [...given, ...others];
  // All tags, the provider's own among them, tell a changed tag once more.
  return all
    .filter(
      ({ path }) =>
        topOf(path) !== "tagsAll" || !all.some((other) => other.path === path.replace(/^tagsAll/, "tags")),
    )
    .map((one) => ({
      ...one,
      forcesReplacement: step.op === "replace" && step.forcing.some((path) => overlap(path, one.path)),
    }))
    .sort((a, b) => inOrder.compare(a.path, b.path));
}

function verdictOf(
  step: PlannedStep,
  refusal: string | undefined,
  [interruption]: readonly Interruption[],
): ChangeVerdict {
  if (refusal !== undefined) {
    return { kind: "refused", words: refusal };
  }
  if (interruption !== undefined) {
    const { who, why, when, seconds } = interruption;
    return {
      kind: "interrupts",
      words: `interrupts ${who}, ${durationText(interruption)}: ${why}`,
      when,
      seconds,
    };
  }
  switch (step.op) {
    case "create":
      return { kind: "created", words: "created" };
    case "import":
      return { kind: "imported", words: "taken over as it is" };
    case "delete":
      return { kind: "deleted", words: "deleted" };
    case "replace":
      return step.deletesFirst === true
        ? { kind: "replaced, old one first", words: "replaced: the old one goes before there is another" }
        : { kind: "replaced, new one first", words: "replaced: the old one stays until there is another" };
    case "update":
      return { kind: "in place", words: "in place" };
    default:
      return { kind: "state alone", words: "in the state alone" };
  }
}

function componentOf(step: PlannedStep, byUrn: ReadonlyMap<string, PlannedStep>): string {
  let outermost = step;
  for (let parent = byUrn.get(step.parent); parent !== undefined; parent = byUrn.get(parent.parent)) {
    if (parent.type === stackType) {
      break;
    }
    outermost = parent;
  }
  return isComponent(outermost.type) ? `${outermost.type.split(":")[2]} ${outermost.name}` : "Stack";
}

/** Whether nothing of it stands in a cloud: what is in it does. */
export function isComponent(type: string): boolean {
  return /^groundwork:[^:]+:[^:]+$/.test(type);
}
