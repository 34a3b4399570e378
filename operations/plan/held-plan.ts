import { readFileSync, writeFileSync } from "node:fs";
import { FailedError } from "../terminal/errors";

/** What stands for a value that is not known before something has been made, in every JSON of the engine. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The part of the engine's plan file that is looked at (sdk/go/common/apitype/plan.go of the engine's sources). */
export interface EnginePlan {
  readonly resourcePlans: Readonly<Record<string, ResourcePlan>>;
}

interface ResourcePlan {
  /** Absent for what is only deleted. */
  readonly goal?: Goal | null;
  /** What may be done with it, in this order; less may be done. */
  readonly steps?: readonly string[] | null;
}

interface Goal {
  readonly type: string;
  /** False for components. Default: true. */
  readonly custom?: boolean;
  /** URN and id, joined by `::`. */
  readonly provider?: string;
  /** URNs of everything that it depends on. */
  readonly dependencies?: readonly string[] | null;
  readonly inputDiff: PlanDiff;
  readonly outputDiff: PlanDiff;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

interface PlanDiff {
  readonly adds?: Readonly<Record<string, unknown>> | null;
  readonly deletes?: readonly string[] | null;
  readonly updates?: Readonly<Record<string, unknown>> | null;
}

/**
 * The engine's plan without what may differ between a preview and the very run that it described. What a run may do with
 * each resource stays (create, update, replace, delete, or nothing), and so does every input that the preview knew whole.
 *
 * The engine compares more than it can know, and would break off runs that do exactly what was planned:
 * - A list that was unknown as a whole reaches the AWS provider as one unknown element, and comes with its length in the
 *   run (pulumi/pulumi#13765). So a property in which anything is unknown is unknown altogether; the engine takes any
 *   value for that.
 * - While something in a provider's own settings is unknown (the kubeconfig of a cluster that is still to be made), the
 *   engine does not ask it to check inputs. In the run it does, and names and annotations come in that the plan does
 *   not have (the same issue). So nothing is held against such a provider's inputs.
 * - Outputs of components and of the stack exist nowhere but in the state, and the engine breaks off over them without a
 *   word (pulumi/pulumi#16670).
 * - Which resource a property's value came from is not always known while the value is not.
 */
export function heldTo(plan: EnginePlan): EnginePlan {
  const unsettled = new Set(
    Object.entries(plan.resourcePlans)
      .filter(([, { goal }]) => goal?.type.startsWith("pulumi:providers:") && containsUnknown(goal.inputDiff))
      .map(([urn]) => urn),
  );
  return {
    ...plan,
    resourcePlans: Object.fromEntries(
      Object.entries(plan.resourcePlans).map(([urn, resource]) => [urn, held(resource, unsettled)]),
    ),
  };
}

function held(resource: ResourcePlan, unsettled: ReadonlySet<string>): ResourcePlan {
  const { goal } = resource;
  if (goal === undefined || goal === null) {
    return resource;
  }
  const provider = (goal.provider ?? "").split("::").slice(0, -1).join("::");
  return {
    ...resource,
    goal: {
      ...goal,
      inputDiff: unsettled.has(provider)
        ? withKeys(anything(goal.inputDiff), addedByCheck(goal.type))
        : knownWhole(goal.inputDiff),
      outputDiff: anything(goal.outputDiff),
      propertyDependencies: {},
    },
  };
}

/** Inputs that a provider may add to those of the program. */
function addedByCheck(type: string): readonly string[] {
  return type.startsWith("kubernetes:") ? ["metadata"] : [];
}

function knownWhole({ adds, updates, deletes }: PlanDiff): PlanDiff {
  const blurred = (values: PlanDiff["adds"]): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(values ?? {}).map(([key, value]) => [key, containsUnknown(value) ? unknown : value]),
    );
  return { adds: blurred(adds), updates: blurred(updates), deletes };
}

/** The same properties, with whatever value, or with none. */
function anything({ adds, updates, deletes }: PlanDiff): PlanDiff {
  return {
    adds: unknowns(Object.keys(adds ?? {})),
    updates: unknowns([...Object.keys(updates ?? {}), ...(deletes ?? [])]),
    deletes: [],
  };
}

function withKeys(diff: PlanDiff, keys: readonly string[]): PlanDiff {
  const missing = keys.filter((key) => !(key in (diff.updates ?? {})));
  return { ...diff, adds: { ...diff.adds, ...unknowns(missing) } };
}

function unknowns(keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, unknown]));
}

/** Whether anything in a value of the plan is known only once something else is there. */
export function containsUnknown(value: unknown): boolean {
  return (
    value === unknown ||
    (typeof value === "object" && value !== null && Object.values(value).some(containsUnknown))
  );
}

/**
 * Makes a plan file that the engine has written one that a run can be held to, and returns what it was.
 *
 * @throws FailedError for a file that holds no plan.
 */
export function holdTo(file: string): EnginePlan {
  try {
    const plan = JSON.parse(readFileSync(file, "utf8")) as EnginePlan;
    writeFileSync(file, JSON.stringify(heldTo(plan)));
    return plan;
  } catch (error) {
    throw new FailedError(
      `The engine's plan could not be read (${error instanceof Error ? error.message : String(error)}), so nothing would ` +
        "hold a change to what was previewed. Nothing was touched.",
    );
  }
}
