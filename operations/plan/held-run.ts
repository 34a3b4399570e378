import type { EngineEvent } from "@pulumi/pulumi/automation";
import { engineErrors, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineRun } from "../engine/engine-stack";
import type { Plan } from "./plan";

/** For a person whose run the engine has ended because it was about to do something that it had not planned. */
export const beyondPlanWords =
  "Something has changed since the preview that was judged: settings, the program, the state, or the cloud. What was not " +
  "in that preview was not done, and nothing was started after it. Call it again: the next preview shows what it would be " +
  "now. The engine says:";

/** Whether the engine was about to do something else than what it had planned in the preview. */
export function isBeyondPlan({ message }: EngineError): boolean {
  return /\bviolates plan: |\bis not allowed by the plan: |\bwas not specified in --target list\b/.test(
    message,
  );
}

/** The engine's word, said at the end of a run, for each resource with which less was done than planned. */
const lessThanPlanned = /^expected resource operations for (.+) but none were seen$/;

/** What the engine and its helpers say when they are stopped because something else has failed. */
const echoes =
  /\bcontext cancell?ed\b|resource monitor (has )?(shut down|is terminating)|client connection is closing|^update cancell?ed$/i;

/** Whether somebody only says that he was stopped. */
export function isEcho({ message }: EngineError): boolean {
  return lessThanPlanned.test(message) || echoes.test(message);
}

/** Without what only follows from the others: a run that breaks off does less than was planned, and stops what is under way. */
export function tellingErrors(errors: readonly EngineError[]): readonly EngineError[] {
  const others = errors.filter((error) => !isEcho(error));
  return others.length > 0 ? others : errors;
}

/**
 * Whether a run got to its end and the engine calls it a failure only because less was needed than planned: what a preview
 * takes for a replacement, because a value is not known yet, may turn out to be none.
 *
 * @param plan what was planned, of which every part must have been come to.
 */
export function didLessThanPlanned(plan: Plan, run: EngineRun): boolean {
  const errors = engineErrors(run.events);
  if (
    run.failure?.kind !== "failed" ||
    errors.length === 0 ||
    policyViolations(run.events).some(isMandatory)
  ) {
    return false;
  }
  const left = errors.map(({ message }) => lessThanPlanned.exec(message)?.[1]);
  const done = operationsOf(run.events);
  return (
    left.every((urn) => urn !== undefined && (done.get(urn) ?? ["none"]).every((op) => milder.has(op))) &&
    plan.outcome.every(
      ({ urn, type, op }) => op === "same" || op === "read" || !isCustom(type) || done.has(urn),
    )
  );
}

/** Components have no existence of their own in a cloud. */
export function isCustom(type: string): boolean {
  return !type.startsWith("groundwork:") && !type.startsWith("pulumi:");
}

const milder: ReadonlySet<string> = new Set(["same", "update"]);

/** What was done with each resource, from its last word. */
function operationsOf(events: readonly EngineEvent[]): ReadonlyMap<string, readonly string[]> {
  const done = new Map<string, string[]>();
  for (const { resOutputsEvent } of events) {
    // That it was read before says nothing of what was done with it.
    if (resOutputsEvent !== undefined && resOutputsEvent.metadata.op !== "refresh") {
      const { urn, op } = resOutputsEvent.metadata;
      done.set(urn, [...(done.get(urn) ?? []), op]);
    }
  }
  return done;
}
