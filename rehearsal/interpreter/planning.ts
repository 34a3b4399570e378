import { planFacts } from "../catalogue/plan";
import type { Planned } from "../catalogue/plan/plan-facts";
import type { TypeFacts } from "../catalogue/type-facts";
import { CloudError } from "./cloud-error";
import { parsePattern } from "./property-path";
import { isList, isRecord, type Value, type Values } from "./values";

/** What the state has of a resource. */
interface Had {
  readonly inputs: Values;
  readonly outputs: Values;
}

/** What is not there yet. */
export const nothingYet: Had = { inputs: {}, outputs: {} };

/**
 * A resource before and after a change, as a provider's code sees it.
 *
 * @param old what the state has; `nothingYet` for a resource that is to be created.
 */
export function plannedOf(facts: TypeFacts, old: Had, newInputs: Values): Planned {
  const had = withoutNulls({ ...old.inputs, ...old.outputs });
  const given = withoutNulls(newInputs);
  const filled = facts.optionalComputed.flatMap((name): [string, Value][] => {
    const value = given[name] === undefined ? had[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return { had, given, wanted: { ...given, ...Object.fromEntries(filled) } };
}

/**
 * Refuses what the provider's own code refuses when it plans, before it asks the cloud for anything.
 *
 * @throws CloudError in the provider's words.
 */
export function refuseToPlan(facts: TypeFacts, old: Had, newInputs: Values): void {
  const { refuses = [] } = planFacts(facts.token);
  if (refuses.length === 0) return;
  const planned = plannedOf(facts, old, newInputs);
  for (const refusal of refuses) {
    const message = refusal(planned);
    if (message !== undefined) throw new CloudError("PlanRefused", `1 error occurred:\n\t* ${message}\n\n`);
  }
}

/**
 * Inputs as the cloud comes to hear of them in an update: what the provider takes for no change stays as it is there.
 */
export function heard(facts: TypeFacts, old: Had, newInputs: Values): Values {
  const { ignores = [], keeps = [] } = planFacts(facts.token);
  const planned = plannedOf(facts, old, newInputs);
  const unheard = ignores.filter(({ property, when }) => /^\w+$/.test(property) && when(planned));
  const had = unheard.map(({ property }) => [property, planned.had[property]] as const);
  const inputs = Object.entries({ ...newInputs, ...Object.fromEntries(had) });
  return keeps.reduce<Values>(
    (kept, path) => keptAt(kept, planned.had, parsePattern(path)) as Values,
    Object.fromEntries(inputs.filter((entry): entry is [string, Value] => entry[1] !== undefined)),
  );
}

function keptAt(value: Value, had: Value | undefined, [step, ...rest]: readonly string[]): Value {
  if (step === "*" && isList(value) && isList(had))
    return value.map((item, index) => keptAt(item, had[index], rest));
  if (step === undefined || !isRecord(value) || !isRecord(had)) return value;
  const inside = value[step] ?? undefined;
  if (inside !== undefined) return { ...value, [step]: keptAt(inside, had[step], rest) };
  const before = had[step];
  return rest.length === 0 && before !== undefined ? { ...value, [step]: before } : value;
}

/** Outputs with what the provider writes inside blocks where the program gave nothing. */
export function withWritten(facts: TypeFacts, outputs: Values): Record<string, Value> {
  const { writes = {} } = planFacts(facts.token);
  return Object.entries(writes).reduce<Record<string, Value>>(
    (written, [path, what]) => {
      const value = typeof what === "function" ? what(written) : what;
      return writtenAt(written, parsePattern(path), value) as Record<string, Value>;
    },
    { ...outputs },
  );
}

function writtenAt(at: Value, [step, ...rest]: readonly string[], value: Value): Value {
  if (step === "*") return isList(at) ? at.map((item) => writtenAt(item, rest, value)) : at;
  if (step === undefined || !isRecord(at)) return at;
  const inside = at[step] ?? undefined;
  if (rest.length === 0) return inside === undefined ? { ...at, [step]: value } : at;
  return inside === undefined ? at : { ...at, [step]: writtenAt(inside, rest, value) };
}

function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
