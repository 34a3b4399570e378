import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { groundworkCommand } from "../../guard/printed-command";
import { describeError, engineErrors, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineFailure } from "../engine/automation";
import { FailedError, UsageError, type OperationError } from "../terminal/errors";
import { kindOfFailure, waysOn, type Failure } from "./failure-kinds";
import { beyondPlanWords, isBeyondPlan, isCustom, tellingErrors } from "./held-run";
import { count } from "../terminal/output";
import { placeOf, type PlacedSettings } from "./physical-ids";
import { doneIn, shortType, type Plan, type PlannedStep } from "./plan";
import { settingAt } from "./setting-paths";
import type { OpenStack } from "./workspace";

/** The stack of which something failed. */
type FailedStack = Pick<OpenStack, "name" | "settingsFile"> & {
  readonly settings: PlacedSettings;
};

/** What the engine does before it plans, where it was asked to. */
export const readingAction = "reading of the cloud";

/** What a preview that the engine could not finish means for the person who asked for it. Nothing was touched. */
export function failureOf(
  stack: FailedStack,
  action: string,
  failure: EngineFailure,
  found: readonly EngineError[],
): OperationError {
  const { name } = stack;
  const errors = tellingErrors(found);
  if (failure.kind === "missing") {
    return new UsageError(
      `The backend that pulumi is logged in to has no stack "${name}". Create it with ` +
        `\`${groundworkCommand`stack init ${name}`}\`, or log in to the right backend. Nothing was touched.`,
    );
  }
  if (failure.kind === "locked") {
    return new FailedError(locked(name, failure));
  }
  const text = errors.length > 0 ? errors.map(describeError).join("\n") : lastWords(failure);
  if (/\bSettingsError\b|The settings of stack \S+ have \d+ problem/.test(text)) {
    return new UsageError(`${text}\nNothing was touched.`, errors);
  }
  const told = errors.length > 0 ? errors : [{ urn: undefined, message: text }];
  const failures = failuresOf(stack, groundworkCommand`preview ${name}`, told, new Map());
  const ways = waysOn(failures.filter((one) => kindOfFailure(one).name !== "unknown"));
  const blind =
    action === readingAction
      ? [
          `\`${groundworkCommand`preview ${name} --no-refresh`}\` plans with what the last run knew (\`up\` and \`destroy\` take it too): ` +
            "what others changed since then is not seen, nor put back.",
        ]
      : [];
  return new FailedError(
    [`The ${action} of ${name} failed. Nothing was touched.`, text, ...ways, ...blind].join("\n"),
    errors,
  );
}

/**
 * What a change that did not get to its end has done, has failed at and has left undone.
 *
 * @param call how a person would write it: `./groundwork up dev`.
 */
export function brokenOff(
  stack: FailedStack,
  call: string,
  plan: Plan,
  failure: EngineFailure,
  events: readonly EngineEvent[],
): FailedError {
  if (failure.kind === "locked") {
    return new FailedError(locked(stack.name, failure));
  }
  const done = new Set<string>();
  const failed = new Map<string, StepEventMetadata>();
  for (const event of events) {
    const finished = doneIn(event);
    if (finished !== undefined) {
      done.add(finished.urn);
    }
    if (event.resOpFailedEvent !== undefined) {
      const { metadata } = event.resOpFailedEvent;
      failed.set(metadata.urn, metadata);
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
  const whole = (message: string): EngineError => ({ urn: undefined, message });
  const told: readonly EngineError[] = [
    ...errors,
    ...(failure.isKilled === true ? [whole("The engine was killed.")] : []),
    ...(failure.isKilled !== true && errors.length === 0 ? [whole(lastWords(failure))] : []),
  ];
  const lines = [
    `\`${call}\` broke off.`,
    ...(errors.some(isBeyondPlan) ? [beyondPlanWords] : []),
    ...told.map(describeError),
    "",
    `Done and recorded in the state: ${count(planned.length - failedSteps.length - undone.length, "resource")}.`,
    ...listOf("Failed", failedSteps),
    ...listOf("Not done", undone),
    ...closing(stack, failuresOf(stack, call, told, failed)),
  ];
  return new FailedError(lines.join("\n"), errors);
}

/** What a person does next, by what the errors mean. */
function closing({ name }: FailedStack, failures: readonly Failure[]): string[] {
  const left = `\`${groundworkCommand`preview ${name}`}\` shows what is left.`;
  // Of what was about to do more than planned the first line says it all.
  return failures.some(isBeyondPlan) ? [left] : ["", ...waysOn(failures), left];
}

function failuresOf(
  { name: stack, settings, settingsFile }: FailedStack,
  call: string,
  errors: readonly EngineError[],
  steps: ReadonlyMap<string, StepEventMetadata>,
): Failure[] {
  return errors.map(({ urn, message }) => ({
    urn,
    message,
    call,
    stack,
    place: placeOf(settings),
    step: steps.get(urn ?? ""),
    settingAt: (setting) => settingAt(settingsFile, setting),
  }));
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
