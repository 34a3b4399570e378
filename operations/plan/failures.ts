import type { EngineEvent } from "@pulumi/pulumi/automation";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { describeError, engineErrors, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineFailure } from "../engine/automation";
import { FailedError, UsageError, type OperationError } from "../terminal/errors";
import { beyondPlanWords, isBeyondPlan, isCustom, tellingErrors } from "./held-run";
import { count } from "../terminal/output";
import { shortType, type Plan, type PlannedStep } from "./plan";

/** What a preview that the engine could not finish means for the person who asked for it. Nothing was touched. */
export function failureOf(
  stack: string,
  action: string,
  failure: EngineFailure,
  errors: readonly EngineError[],
): OperationError {
  if (failure.kind === "missing") {
    return new UsageError(
      `The backend that pulumi is logged in to has no stack "${stack}". Create it with ` +
        `\`${pulumiCommand`stack init ${stack}`}\`, or log in to the right backend. Nothing was touched.`,
    );
  }
  if (failure.kind === "locked") {
    return new FailedError(locked(stack, failure));
  }
  const text = errors.length > 0 ? errors.map(describeError).join("\n") : lastWords(failure);
  if (/\bSettingsError\b|The settings of stack \S+ have \d+ problem/.test(text)) {
    return new UsageError(`${text}\nNothing was touched.`, errors);
  }
  const told = [`The ${action} of ${stack} failed. Nothing was touched.`, text];
  return new FailedError([...told, ...(isCutOff(text) ? [cutOff(stack)] : [])].join("\n"), errors);
}

/**
 * What a change that did not get to its end has done, has failed at and has left undone.
 *
 * @param call how a person would write it: `./groundwork up dev`.
 */
export function brokenOff(
  stack: string,
  call: string,
  plan: Plan,
  failure: EngineFailure,
  events: readonly EngineEvent[],
): FailedError {
  if (failure.kind === "locked") {
    return new FailedError(locked(stack, failure));
  }
  const done = new Set<string>();
  const failed = new Set<string>();
  for (const event of events) {
    const finished = event.resOutputsEvent?.metadata;
    if (finished !== undefined && finished.op !== "same") {
      done.add(finished.urn);
    }
    if (event.resOpFailedEvent !== undefined) {
      failed.add(event.resOpFailedEvent.metadata.urn);
    }
  }
  const planned = plan.outcome.filter(
    (step) => ["create", "update", "replace", "delete", "import"].includes(step.op) && isCustom(step.type),
  );
  const failedSteps = planned.filter((step) => failed.has(step.urn));
  const undone = planned.filter((step) => !failed.has(step.urn) && !done.has(step.urn));
  const errors = [
    ...tellingErrors(engineErrors(events)),
    ...policyViolations(events)
      .filter(isMandatory)
      .map(({ policy, urn, message }) => ({
        urn: urn ?? undefined,
        message: `policy ${policy}: ${message}`,
      })),
  ];
  const told = errors.length > 0 ? errors.map(describeError) : [lastWords(failure)];
  const lines = [
    `\`${call}\` broke off.`,
    ...(errors.some(isBeyondPlan) ? [beyondPlanWords] : []),
    ...told,
    "",
    `Done and recorded in the state: ${count(planned.length - failedSteps.length - undone.length, "resource")}.`,
    ...listOf("Failed", failedSteps),
    ...listOf("Not done", undone),
    wayOn(stack, told.join("\n")),
  ];
  return new FailedError(lines.join("\n"), errors);
}

/** What a person does next. Where the same call would end the same way for ever, that is said. */
function wayOn(stack: string, told: string): string {
  if (isCutOff(told)) {
    return cutOff(stack);
  }
  return /already ?exists|AlreadyOwned/i.test(told)
    ? "What is said to exist already exists in the cloud, and the state does not know it: somebody else made it, or a run that was killed before it " +
        "could write it down. The same call ends the same way. Look at it. If it belongs to this stack, " +
        `\`${pulumiCommand`import TYPE NAME ID --stack ${stack}`}\` takes it in; else it needs another name here.`
    : `The same call again goes on from here; \`${groundworkCommand`preview ${stack}`}\` shows what is left.`;
}

/** The engine's words for a file of its backend that is empty or not whole. */
function isCutOff(told: string): boolean {
  return told.includes("unexpected end of JSON input");
}

function cutOff(stack: string): string {
  return (
    "A file in the backend is empty or cut off, as a full disk leaves it, and every run fails at it. " +
    `\`${groundworkCommand`state lock ${stack}`}\` shows whether it is a lock; \`${groundworkCommand`state unlock ${stack}`}\` removes that. ` +
    `If it is the state itself: \`${groundworkCommand`state history ${stack}`}\`.`
  );
}

function listOf(title: string, steps: readonly PlannedStep[]): string[] {
  return steps.length === 0
    ? []
    : [`${title}:`, ...steps.map((step) => `  ${step.op} ${shortType(step.type)} ${step.name}`)];
}

function locked(stack: string, failure: EngineFailure): string {
  return (
    `Another run holds the lock of ${stack}; two at once would spoil the state. Nothing was touched. ` +
    `Wait for it to end. \`${groundworkCommand`state lock ${stack}`}\` says whose it is and whether that run lives; if it is dead, ` +
    `\`${groundworkCommand`state unlock ${stack}`}\` breaks the lock.\n` +
    lastWords(failure)
  );
}

/** What the engine wrote to stderr, without its usage text. */
function lastWords(failure: EngineFailure): string {
  const lines = failure.stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-20).join("\n") || "The engine ended without saying why.";
}
