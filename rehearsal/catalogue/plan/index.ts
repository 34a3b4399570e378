import { dataPlans } from "./aws-data";
import { machinePlans } from "./aws-machines";
import { networkPlans } from "./aws-network";
import type { PlanFacts, PlanFactsByToken } from "./plan-facts";

const facts: PlanFactsByToken = { ...dataPlans, ...machinePlans, ...networkPlans };
const none: PlanFacts = { source: "" };

/** What the provider of a type decides in its code when it plans; nothing where nobody has declared it. */
export function planFacts(token: string): PlanFacts {
  return facts[token] ?? none;
}
