import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import type { ResourceState, Step, StepOperation } from "../../guard/step";

/** One resource and what the engine plans for it, with what a reader of the plan wants to see besides. */
export interface PlannedStep extends Step {
  readonly name: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Paths of the properties that change, as deep as the provider knows them. */
  readonly paths: readonly string[];
  /** Those of them that force a replacement, as deep as the provider says. */
  readonly forcing: readonly string[];
  /** What changes of it in the state alone, which the engine calls the same. */
  readonly restated: readonly Restated[];
}

/** `urn`: it was renamed or moved, with an alias. */
export type Restated = "protect" | "retainOnDelete" | "urn";

export type PlanCounts = Readonly<Record<StepOperation, number>>;

/** What a preview said, read back from its events. */
export interface Plan {
  /**
   * Everything for the guard to judge. Where the program runs during a destroy a resource is here twice: as it was
   * found, and then deleted; only the first shows what the last checkpoint had.
   */
  readonly steps: readonly PlannedStep[];
  /** What a person is told of, each resource once. */
  readonly outcome: readonly PlannedStep[];
  readonly counts: PlanCounts;
  /** Why the plan cannot be trusted to be whole; empty when it is whole. */
  readonly gaps: readonly string[];
}

/** The engine's step operations in the guard's terms. Those of a replacement are folded further down. */
const operations: Readonly<Record<string, StepOperation | "replacement">> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replacement",
  "create-replacement": "replacement",
  "delete-replaced": "replacement",
  "read-replacement": "replacement",
  "import-replacement": "replacement",
  read: "read",
  import: "import",
  refresh: "refresh",
  // Bookkeeping in the state about what the cloud does not notice: a resource that was only ever read is forgotten,
  // or the note that a replacement is half done is dropped.
  discard: "read",
  "discard-replaced": "read",
  "remove-pending-replace": "read",
};

/** Reads the plan out of a preview's events. Never throws: what is missing it reports in `gaps`. */
export function readPlan(events: readonly EngineEvent[]): Plan {
  const byUrn = new Map<string, StepEventMetadata[]>();
  const imported = importsIn(events);
  for (const event of events) {
    const announced = event.resourcePreEvent?.metadata;
    if (announced === undefined || isDefaultProvider(announced) || isReading(announced)) {
      continue;
    }
    const step = announced.op === "import" ? (imported.get(announced.urn) ?? announced) : announced;
    const group = byUrn.get(step.urn);
    if (group === undefined) {
      byUrn.set(step.urn, [step]);
    } else {
      group.push(step);
    }
  }
  return planOf([...byUrn.values()].flatMap(foldSteps), findGaps(events));
}

/** Whether a step only tells that the cloud was read before the plan was made: it is none of the plan. */
function isReading({ op }: StepEventMetadata): boolean {
  return op === "refresh";
}

/** What an event tells to have been done, in the cloud or in the state; undefined for what was the same, or was only read. */
export function doneIn({ resOutputsEvent }: EngineEvent): StepEventMetadata | undefined {
  const step = resOutputsEvent?.metadata;
  return step === undefined || step.op === "same" || isReading(step) ? undefined : step;
}

/**
 * Imports by their URNs, as they were found in the cloud: which one is imported the engine says only when it has read it, in
 * a preview too. There it gives what it has found as the old state, though the state has none.
 */
function importsIn(events: readonly EngineEvent[]): ReadonlyMap<string, StepEventMetadata> {
  const found = new Map<string, StepEventMetadata>();
  for (const { resOutputsEvent } of events) {
    const step = resOutputsEvent?.metadata;
    if (step?.op === "import") {
      const { old: read, new: wanted } = step;
      found.set(step.urn, {
        ...step,
        old: undefined,
        new: wanted && { ...wanted, id: idOf(wanted) ?? idOf(read) ?? "" },
      });
    }
  }
  return found;
}

/** A plan of these steps. */
export function planOf(steps: readonly PlannedStep[], gaps: readonly string[]): Plan {
  const deleted = new Set(steps.filter((step) => step.op === "delete").map((step) => step.urn));
  const outcome = steps.filter((step) => step.op !== "same" || !deleted.has(step.urn));
  return { steps, outcome, counts: countsOf(outcome), gaps };
}

/**
 * The same plan, as that of a destroy: of what the engine does there only deletions matter. The program registers
 * components and providers, which are deleted in the end; it makes nothing in a cloud.
 */
export function deletionsOf(plan: Plan): Plan {
  const outcome = plan.outcome.filter((step) => step.op === "delete" || step.op === "replace");
  return {
    ...plan,
    // What is not there is skipped, which the engine calls the same as what it would be.
    steps: plan.steps.filter((step) => step.op === "delete" || (step.old?.id ?? null) !== null),
    outcome,
    counts: countsOf(outcome),
  };
}

function countsOf(steps: readonly PlannedStep[]): PlanCounts {
  const counts: Record<StepOperation, number> = { ...noCounts };
  for (const step of steps) {
    // One that is not known has no column; the guard refuses it.
    if (step.op in counts) {
      counts[step.op] += 1;
    }
  }
  return counts;
}

export const noCounts: PlanCounts = {
  create: 0,
  update: 0,
  replace: 0,
  delete: 0,
  same: 0,
  import: 0,
  read: 0,
  refresh: 0,
};

/**
 * Whether carrying out the plan would change anything, in the cloud or in the state. The state counts: protection that was
 * taken off in the settings holds until a run has taken it off there, and an alias is needed until a run has recorded the
 * new name.
 */
export function changesAnything(plan: Plan): boolean {
  return plan.outcome.some(isChange);
}

/** Whether a step changes something, be it in the state alone. */
export function isChange({ op, restated }: Pick<PlannedStep, "op" | "restated">): boolean {
  return changing.has(op) || restated.length > 0;
}

const changing: ReadonlySet<StepOperation> = new Set(["create", "update", "replace", "delete", "import"]);

/** All steps of one URN become one, except deletions of other physical resources under the same URN. */
function foldSteps(group: readonly StepEventMetadata[]): PlannedStep[] {
  // In the place of what was only read comes one of the program's own: the engine calls that a replacement, and deletes nothing.
  const made = group.find(({ op }) => op === "create-replacement");
  if (made !== undefined && group.some(({ op }) => op === "discard-replaced")) {
    return [plannedStep(made, "create")];
  }
  const replacing = group.filter((step) => operations[step.op] === "replacement");
  const others = group.filter((step) => operations[step.op] !== "replacement");
  // An operation that is not known goes to the guard as it is, to be refused there.
  const result = others.map((step) => plannedStep(step, (operations[step.op] ?? step.op) as StepOperation));
  // `replace` carries the keys; without it (an import or a read that replaces) the creation does.
  const main =
    replacing.find((step) => step.op === "replace") ??
    replacing.find((step) => step.op !== "delete-replaced");
  if (main !== undefined) {
    const all = { ...main, keys: union(replacing, "keys"), diffs: union(replacing, "diffs") };
    result.push({ ...plannedStep(all, "replace"), ...(deletesFirst(replacing) && { deletesFirst: true }) });
  }
  // One that was vetoed is announced twice.
  const deletions = new Map(
    replacing.filter(({ op }) => op === "delete-replaced").map((step) => [idOf(step.old), step]),
  );
  for (const [id, step] of deletions) {
    if (main !== undefined && id === idOf(main.old)) {
      continue;
    }
    // Marked for deletion by an earlier replacement that did not get to its end: a deletion of its own. Otherwise a
    // replacement that deletes first, and was vetoed right there.
    const isLeftOver = main !== undefined || step.old?.delete === true;
    result.push({ ...plannedStep(step, isLeftOver ? "delete" : "replace"), new: undefined });
  }
  return result;
}

/** The engine tells the steps of a replacement in the order in which it would take them. */
function deletesFirst(replacing: readonly StepEventMetadata[]): boolean {
  const place = (op: string): number => replacing.findIndex((step) => step.op === op);
  const [deletion, creation] = [place("delete-replaced"), place("create-replacement")];
  return deletion !== -1 && (creation === -1 || deletion < creation);
}

function union(steps: readonly StepEventMetadata[], field: "keys" | "diffs"): string[] {
  return [...new Set(steps.flatMap((step) => step[field] ?? []))];
}

function plannedStep(step: StepEventMetadata, op: StepOperation): PlannedStep {
  const changedKeys = step.diffs ?? [];
  const replaceKeys = step.keys ?? [];
  const details = Object.entries(step.detailedDiff ?? {});
  const paths = details.map(([path]) => path);
  const forcing = details.filter(([, { diffKind }]) => diffKind.endsWith("-replace")).map(([path]) => path);
  return {
    urn: step.urn,
    type: step.type,
    name: nameOf(step.urn),
    op,
    parent: (step.new ?? step.old)?.parent ?? "",
    old: op === "create" ? undefined : resourceState(step.old),
    new: op === "delete" ? undefined : resourceState(step.new),
    replaceKeys,
    changedKeys,
    restated: op === "same" ? restated(step.old, step.new) : [],
    paths: (paths.length > 0 ? paths : [...new Set([...changedKeys, ...replaceKeys])]).sort(),
    forcing: forcing.length > 0 ? forcing : replaceKeys,
  };
}

function restated(
  old: StepEventStateMetadata | undefined | null,
  wanted: StepEventStateMetadata | undefined | null,
): Restated[] {
  if (old === undefined || old === null || wanted === undefined || wanted === null) {
    return [];
  }
  return [
    ...((old.protect === true) === (wanted.protect === true) ? [] : ["protect" as const]),
    ...((old.retainOnDelete === true) === (wanted.retainOnDelete === true)
      ? []
      : ["retainOnDelete" as const]),
    ...(old.urn === wanted.urn ? [] : ["urn" as const]),
  ];
}

/** What an event says of a resource, in the guard's terms. */
export function resourceState(state: StepEventStateMetadata | undefined | null): ResourceState | undefined {
  if (state === undefined || state === null) {
    return undefined;
  }
  return {
    id: idOf(state),
    protect: state.protect === true,
    retainOnDelete: state.retainOnDelete === true,
    provider: state.provider,
    inputs: state.inputs ?? {},
    outputs: state.outputs ?? {},
  };
}

/** The physical id, null while there is none. */
function idOf(state: StepEventStateMetadata | undefined | null): string | null {
  return state?.id === undefined || state.id === "" ? null : state.id;
}

/** The last part of a URN: the name that the program gave. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The resource's own type, without those of its parents. */
export function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").pop() ?? "";
}

/** `aws:rds/instance:Instance` as `aws:rds:Instance`, the way the engine's own display shows it. */
export function shortType(type: string): string {
  return type.replace(/^([^:]+:[^:/]+)\/[^:]+:/, "$1:");
}

/** `aws:rds:Instance database`: a resource as a reader knows it. */
export function whatOf(urn: string): string {
  return `${shortType(typeOf(urn))} ${nameOf(urn)}`;
}

/** The resource under which everything else is. */
export const stackType = "pulumi:pulumi:Stack";

/** Providers that the engine makes by itself; it leaves them out of its own summary too. */
function isDefaultProvider(step: StepEventMetadata): boolean {
  return step.type.startsWith("pulumi:providers:") && nameOf(step.urn).startsWith("default");
}

/**
 * What shows that events are missing. Events are numbered from 0 without a break, the last word of a preview that got
 * to its end is its summary, and the summary's numbers are those of the steps.
 */
function findGaps(events: readonly EngineEvent[]): string[] {
  if (events.length === 0) {
    return ["the engine sent no events"];
  }
  const gaps: string[] = [];
  const sequence = events.map((event) => event.sequence).sort((a, b) => a - b);
  const broken = sequence.findIndex((value, i) => value !== i);
  if (broken !== -1) {
    gaps.push(`event ${broken} is missing`);
  }
  const summary = events.find((event) => event.summaryEvent !== undefined)?.summaryEvent;
  if (summary === undefined) {
    gaps.push("the engine sent no summary of its plan");
    return gaps;
  }
  // A plan that failed leaves out what it failed at; that it failed is known without counting.
  if ((summary as { readonly result?: string }).result !== "succeeded") {
    return gaps;
  }
  const seen: Record<string, number> = {};
  for (const event of events) {
    const step = event.resourcePreEvent?.metadata;
    if (step?.logical === true && !isDefaultProvider(step)) {
      seen[step.op] = (seen[step.op] ?? 0) + 1;
    }
  }
  for (const op of new Set([...Object.keys(seen), ...Object.keys(summary.resourceChanges ?? {})])) {
    // The engine counts a read only when what it read has changed.
    const said = (summary.resourceChanges as Record<string, number> | undefined)?.[op] ?? 0;
    if (op !== "read" && op !== "refresh" && said !== (seen[op] ?? 0)) {
      gaps.push(`the engine counts ${said} × ${op}, its events show ${seen[op] ?? 0}`);
    }
  }
  return gaps;
}
