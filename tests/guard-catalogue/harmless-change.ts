import type { Walk } from "../engine/support/walk";
import type { Harmless, Stage } from "./mutation";
import { up } from "./ways";

/** Makes entries of one stage, applied by `groundwork up`: which previews, asks the pack, judges and applies. */
export function harmlessOn(stage: Stage): (
  name: string,
  change: (walk: Walk) => void,
  plan: Harmless["plan"],
  /** Types that hold data and are changed in place. */
  changed?: readonly string[],
  more?: Partial<Harmless>,
) => Harmless {
  return (name, change, plan, changed = [], more = {}) => ({
    name,
    stage,
    change,
    plan,
    mayChange: ({ type }) => changed.includes(type),
    ways: [up],
    ...more,
  });
}
