import { keyOf, type InventoryEntry } from "./inventory";
import { kindOf } from "./inventory-words";
import { lastOf } from "../urns";
import type { Step } from "../step";
import { read } from "../unknown";

/** The steps of a plan by what is asked of them for every entry of an inventory, which may be as long. */
export class PlanIndex {
  readonly byUrn = new Map<string, Step[]>();
  private readonly making = new Map<string, { readonly step: Step; readonly at: number }>();

  constructor(steps: readonly Step[]) {
    steps.forEach((step, at) => {
      this.byUrn.set(step.urn, [...(this.byUrn.get(step.urn) ?? []), step]);
      if (isMaking(step)) {
        for (const key of [named(step.type, madeName(step)), called(step.type, step.urn)]) {
          if (!this.making.has(key)) this.making.set(key, { step, at });
        }
      }
    });
  }

  /** What makes it anew: under its URN, or the same type under the same name, the program's or the cloud's. */
  makingAnew({ urn, type, name }: InventoryEntry): Step | undefined {
    const same = this.byUrn.get(urn)?.find(isMaking);
    const twins = [this.making.get(named(type, name)), this.making.get(called(type, urn))];
    return same ?? twins.filter((twin) => twin !== undefined).sort((a, b) => a.at - b.at)[0]?.step;
  }
}

export function named(type: string, name: unknown): string {
  return JSON.stringify([keyOf({ type, id: "" }), name]);
}

function called(type: string, urn: string): string {
  return JSON.stringify([keyOf({ type, id: "" }), "called", lastOf(urn)]);
}

/** The name that it would have in the cloud, as far as it is known. */
export function madeName(step: Step): unknown {
  const path = kindOf(step).name;
  const name = path === undefined ? undefined : read(step.new?.inputs ?? {}, path);
  return typeof name === "string" ? name : undefined;
}

export function isMaking({ op, new: wanted }: Step): boolean {
  return (op === "create" || op === "import") && wanted !== undefined;
}
