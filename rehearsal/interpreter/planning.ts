import { planFacts } from "../catalogue/plan";
import type { Planned } from "../catalogue/plan/plan-facts";
import type { TypeFacts } from "../catalogue/type-facts";
import { CloudError } from "./cloud-error";
import type { Value, Values } from "./values";

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
  const wanted = withoutNulls(newInputs);
  const filled = facts.optionalComputed.flatMap((name): [string, Value][] => {
    const value = wanted[name] === undefined ? had[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return { had, wanted: { ...wanted, ...Object.fromEntries(filled) } };
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
  const { ignores = [] } = planFacts(facts.token);
  if (ignores.length === 0) return newInputs;
  const planned = plannedOf(facts, old, newInputs);
  const unheard = ignores.filter(({ property, when }) => /^\w+$/.test(property) && when(planned));
  const kept = unheard.map(({ property }) => [property, planned.had[property]] as const);
  const inputs = Object.entries({ ...newInputs, ...Object.fromEntries(kept) });
  return Object.fromEntries(inputs.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
