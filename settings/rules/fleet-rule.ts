import type { Draft } from "../draft";
import type { Finding, Path } from "../problem";
import type { FleetSettings } from "../sections/fleets";
import { finding, type Rule, type RuleInput, type Verdict } from "./rule";

/** One role, and the whole that it is a part of. */
export interface FleetInput {
  readonly role: string;
  readonly fleet: Draft<FleetSettings>;
  readonly input: RuleInput;
  readonly at: (path: Path, verdict: Verdict) => Finding;
}

/** A rule over each role by itself. */
export function eachFleet(judge: (fleet: FleetInput) => Iterable<Finding>): Rule {
  return function* (input) {
    for (const [role, fleet] of Object.entries(input.fleets ?? {})) {
      if (fleet !== undefined) {
        yield* judge({
          role,
          fleet,
          input,
          at: (path, verdict) => finding("fleets", [role, ...path], verdict),
        });
      }
    }
  };
}

/** Whether the role has what only one machine can have. */
export function isSingleDraft({ address, volumes }: Draft<FleetSettings>): boolean {
  return address === true || Object.keys(volumes ?? {}).length > 0;
}

/** Whether something is passed on to the role's machines. */
export function isBalancedDraft({ loadBalancer }: Draft<FleetSettings>): boolean {
  return (
    loadBalancer !== undefined &&
    ("http" in loadBalancer || (loadBalancer.tcp ?? []).length + (loadBalancer.udp ?? []).length > 0)
  );
}
