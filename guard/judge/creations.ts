import type { ExpiryProperty } from "../stateful-type";
import { statefulType } from "../catalogue/stateful-types";
import type { Step } from "../step";
import { read } from "../unknown";

/** What a plan makes, to be asked for every step without going through the whole plan for each. */
export class Creations {
  private readonly first = new Map<string, Step>();
  private readonly urns: ReadonlySet<string>;
  private readonly steps: readonly Step[];
  private readonly stores = new Map<string, ReadonlySet<unknown>>();

  constructor(steps: readonly Step[]) {
    this.steps = steps.filter(({ op }) => op === "create");
    this.urns = new Set(this.steps.map(({ urn }) => urn));
    for (const step of this.steps) {
      if (!this.first.has(step.type)) {
        this.first.set(step.type, step);
      }
    }
  }

  /** The first that is made of a type. */
  ofType(type: string): Step | undefined {
    return this.first.get(type);
  }

  has(urn: string): boolean {
    return this.urns.has(urn);
  }

  /** Whether the store that rules are about is made by the plan. */
  hasStore({ of, store }: ExpiryProperty, name: unknown): boolean {
    const key = store === undefined ? of : `${store.type}\n${store.path}`;
    const known = this.stores.get(key) ?? new Set(this.steps.flatMap((step) => storeOf(step, of, store)));
    this.stores.set(key, known);
    return known.has(name);
  }
}

function storeOf({ type, new: made }: Step, of: string, store: ExpiryProperty["store"]): readonly unknown[] {
  const isStore = store === undefined ? statefulType(type)?.forced !== undefined : type === store.type;
  return made === undefined || !isStore ? [] : [read(made.inputs, store?.path ?? of)];
}
