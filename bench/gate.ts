import { inventoryOf, type InventoryEntry } from "../guard/memory/inventory";
import { judgeInventory, keysIn } from "../guard/memory/judge-inventory";
import { judgeSteps } from "../guard/judge/judge";
import { readPlan } from "../operations/plan/plan";
import { previewEvents, type Plan } from "./events";

/** What the gate costs over the events of one preview, in the time that `JSON.parse` takes for the same events. */
export interface GateMeasurement {
  readonly plan: string;
  readonly events: number;
  readonly refusals: number;
  /** Median milliseconds. */
  readonly gate: number;
  readonly parse: number;
}

const events = 2000;
const plans: readonly Plan[] = ["quiet", "everything deleted", "everything replaced", "everything made anew"];

/**
 * Measures the gate alone: reading the plan from the engine's events, judging every step, and the inventory of the last good
 * run and of another stack, each as large as the plan. No engine, no files. The ratio is for comparing machines.
 */
export function measureGate(runs: number): GateMeasurement[] {
  return plans.map((plan) => {
    const list = previewEvents(events, plan);
    const text = JSON.stringify(list);
    const inventory = inventoryOfAll(plan);
    let refusals = 0;
    const gate: number[] = [];
    const parse: number[] = [];
    // The first runs are those of the compiler.
    for (let i = -3; i < runs; i++) {
      const parsed = timed(() => JSON.parse(text) as unknown);
      const judged = timed(() => {
        const { steps } = readPlan(list);
        refusals =
          judgeSteps(steps, { level: "production" }).length +
          judgeInventory(steps, {
            level: "production",
            inventory,
            present: keysIn(steps),
            others: [{ project: "groundwork", stack: "other", entries: inventory }],
          }).length;
      });
      if (i >= 0) {
        gate.push(judged);
        parse.push(parsed);
      }
    }
    return { plan, events: list.length, refusals, gate: median(gate), parse: median(parse) };
  });
}

/** As if the last good run had had everything that the plan speaks of; of what is made anew, under another id. */
function inventoryOfAll(plan: Plan): readonly InventoryEntry[] {
  const resources = previewEvents(events, "everything deleted").flatMap((event) => {
    const state = event.resourcePreEvent?.metadata.old as
      (Parameters<typeof inventoryOf>[0][number] & { readonly id?: string }) | undefined;
    return state === undefined
      ? []
      : [{ ...state, id: plan === "everything made anew" ? `before-${state.id ?? ""}` : state.id }];
  });
  return inventoryOf(resources, "production");
}

function timed(action: () => unknown): number {
  const begun = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
