import { expect } from "chai";
import { previewEvents, type Plan } from "../../../bench/events";
import { inventoryOf } from "../../../guard/memory/inventory";
import { judgeInventory, keysIn } from "../../../guard/memory/judge-inventory";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";
import { readPlan } from "../../../operations/plan/plan";

/** How often the judges look at a step of a plan of this many. */
function looks(count: number, plan: Plan): number {
  let seen = 0;
  const { steps } = readPlan(previewEvents(count, plan));
  const watched = steps.map(
    (step) =>
      new Proxy<Step>(step, {
        get: (target, property) => {
          seen++;
          return Reflect.get(target, property) as unknown;
        },
      }),
  );
  const inventory = inventoryOf(
    steps.flatMap(({ urn, type, old }) =>
      old === undefined
        ? []
        : [
            {
              urn,
              type,
              custom: true,
              id: `before-${old.id ?? ""}`,
              inputs: old.inputs,
              outputs: old.outputs,
            },
          ],
    ),
    "production",
  );
  judgeSteps(watched, { level: "production" });
  judgeInventory(watched, {
    level: "production",
    inventory,
    present: keysIn(watched),
    others: [{ project: "groundwork", stack: "other", entries: inventory }],
  });
  return seen;
}

describe("the work of the gate", () => {
  for (const plan of [
    "quiet",
    "everything deleted",
    "everything replaced",
    "everything made anew",
  ] as const) {
    it(`is twice as much for a plan that is twice as long, ${plan}`, () => {
      const [short, long] = [looks(400, plan), looks(800, plan)];
      expect(short).to.be.greaterThan(400);
      expect(long).to.be.lessThan(2.2 * short);
    });
  }
});
