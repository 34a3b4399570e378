import type { EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation";
import { withoutColors } from "../terminal/output";
import { byKey } from "./by-key";
import { nameOf } from "./plan";

/** An error or a warning that the engine reported, with the resource it is about. */
export interface EngineError {
  readonly urn: string | undefined;
  readonly message: string;
}

/** One entry of `policyViolations` in `preview --json`. */
export interface PolicyViolation {
  readonly policy: string;
  readonly level: string;
  /** Null for a rule over the whole stack. */
  readonly urn: string | null;
  readonly message: string;
}

/** The errors of a run, each once, without the engine's colour marks. */
export function engineErrors(events: readonly EngineEvent[]): EngineError[] {
  // The last word about errors that were reported one by one says nothing more.
  return messages(events, "error").filter(
    ({ message }) => !/^(preview|update|destroy) failed$/.test(message),
  );
}

function messages(events: readonly EngineEvent[], severity: "error" | "warning"): EngineError[] {
  const found = new Map<string, EngineError>();
  for (const { diagnosticEvent } of events) {
    const message = plain(diagnosticEvent?.message ?? "");
    if (diagnosticEvent?.severity === severity && message !== "") {
      const urn = diagnosticEvent.urn === "" ? undefined : diagnosticEvent.urn;
      found.set(`${urn ?? ""}\n${message}`, { urn, message });
    }
  }
  return [...found.values()];
}

/** The warnings of a run, each once. */
export function engineWarnings(events: readonly EngineEvent[]): EngineError[] {
  return messages(events, "warning");
}

/** What the policy packs found, mandatory first. */
export function policyViolations(events: readonly EngineEvent[]): PolicyViolation[] {
  const violations = new Map<string, PolicyViolation>();
  for (const { policyEvent } of events) {
    if (policyEvent !== undefined) {
      const violation = policyViolation(policyEvent);
      violations.set(JSON.stringify(violation), violation);
    }
  }
  return [...violations.values()].sort(
    (a, b) => Number(isMandatory(b)) - Number(isMandatory(a)) || a.policy.localeCompare(b.policy),
  );
}

/** Whether a violation stops the run. A level that is not known to be harmless does. */
export function isMandatory(violation: PolicyViolation): boolean {
  return violation.level !== "advisory" && violation.level !== "warning" && violation.level !== "none";
}

/** One group a policy and message: what has the same thing wrong is named together. */
export function alike(
  violations: readonly PolicyViolation[],
): readonly (readonly [PolicyViolation, ...PolicyViolation[]])[] {
  return [
    ...byKey(violations, ({ level, policy, message }) => JSON.stringify([level, policy, message])).values(),
  ];
}

function policyViolation(event: PolicyEvent): PolicyViolation {
  return {
    policy: event.policyName,
    level: event.enforcementLevel,
    urn: event.resourceUrn === undefined || event.resourceUrn === "" ? null : event.resourceUrn,
    message: plain(event.message),
  };
}

/** One error as text, with the resource's name in front. */
export function describeError(error: EngineError): string {
  return error.urn === undefined ? error.message : `${nameOf(error.urn)}: ${error.message}`;
}

/** Without the engine's `<{%reset%}>` marks and the program's own colours. */
function plain(message: string): string {
  return withoutColors(message.replace(/<\{%[^%]*%\}>/g, "")).trim();
}
