import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { groundworkCommand } from "../../guard/printed-command";
import { describeError, engineErrors, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineFailure } from "../engine/automation";
import { FailedError, UsageError, type OperationError } from "../terminal/errors";
import type { Failure } from "./failure";
import { kindOfFailure, waysOn } from "./failure-kinds";
import { beyondPlanWords, isBeyondPlan, isCustom, isEcho, tellingErrors } from "./held-run";
import { namesText } from "./grouped-changes";
import { count } from "../terminal/output";
import { placeOf, type PlacedSettings } from "./physical-ids";
import { doneIn, shortType, type Plan, type PlannedStep } from "./plan";
import { settingAt } from "./setting-paths";
import type { OpenStack } from "./workspace";

/** The stack of which something failed. */
type FailedStack = Pick<OpenStack, "name" | "settingsFile"> & {
  readonly settings: PlacedSettings;
  readonly stopping?: AbortSignal;
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
  const ended = new Map<string, Set<string>>();
  const failed = new Map<string, StepEventMetadata>();
  for (const event of events) {
    const finished = doneIn(event);
    if (finished !== undefined) {
      ended.set(finished.urn, (ended.get(finished.urn) ?? new Set()).add(finished.op));
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
  const undone = planned.filter((step) => !failed.has(step.urn) && !ended.has(step.urn));
  const half = planned.filter(({ urn, op }) => {
    const ops = ended.get(urn);
    return op === "replace" && ops?.has("create-replacement") === true && !ops.has("delete-replaced");
  });
  const isStopped = stack.stopping?.aborted === true;
  const isDestroy = plan.outcome.every(({ op }) => op === "delete" || op === "same");
  const next = isDestroy
    ? `\`${groundworkCommand`destroy ${stack.name}`}\` says first what is left.`
    : `\`${groundworkCommand`preview ${stack.name}`}\` shows what is left.`;
  const errors = [
    ...tellingErrors(engineErrors(events)),
    ...policyViolations(events)
      .filter(isMandatory)
      .map(({ policy, urn, message }) => ({
        urn: urn ?? undefined,
        message: `policy ${policy}: ${message}`,
      })),
    // Who has stopped a run knows why it did not end.
  ].filter((error) => !isStopped || !isEcho(error));
  const whole = (message: string): EngineError => ({ urn: undefined, message });
  const told: readonly EngineError[] = [
    ...errors,
    ...(failure.isKilled === true ? [whole("The engine was killed.")] : []),
    ...(failure.isKilled !== true && errors.length === 0 && !isStopped ? [whole(lastWords(failure))] : []),
  ];
  const failures = failuresOf(stack, call, told, failed);
  const done = planned.length - failedSteps.length - undone.length - half.length;
  // The reason, the way on and the counts come last: what was not done may be long, and only the end of it stands on a screen.
  const lines = [
    isStopped
      ? `\`${call}\` broke off, as it was asked to. What had begun has ended first.`
      : `\`${call}\` broke off.`,
    ...listOf("Not done", undone),
    ...listOf("Replaced, and the old one still stands, until the next run deletes it", half),
    ...listOf("Failed", failedSteps),
    ...(told.length > 0 ? [""] : []),
    ...(errors.some(isBeyondPlan) ? [beyondPlanWords] : []),
    ...told.map(describeError),
    "",
    // Of what was about to do more than planned the first line says it all.
    ...(failures.some(isBeyondPlan) || failures.length === 0 ? [] : [...waysOn(failures), ""]),
    `Done and recorded in the state: ${count(done, "resource")}; failed: ${failedSteps.length}; not done: ${undone.length}. ` +
      `${failedSteps.length > 0 ? "What failed is in the state as it was before, or as far as it came. " : ""}${next}`,
  ];
  return new FailedError(lines.join("\n"), errors);
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

/** Lines of a list that are written out. */
const mostLines = 6;

/** By operation and type, since there may be hundreds of them. */
function listOf(title: string, steps: readonly PlannedStep[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { op, type, name } of steps) {
    const key = `${op} ${shortType(type)}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const rows = [...groups].map(([what, names]) => `  ${what} ${namesText(names)}`);
  const more = rows.length - mostLines;
  return steps.length === 0
    ? []
    : [
        `${title} (${count(steps.length, "resource")}):`,
        ...rows.slice(0, mostLines),
        ...(more > 0 ? [`  and ${count(more, "more type")}`] : []),
      ];
}

function locked(stack: string, failure: EngineFailure): string {
  return (
    `Another run holds the lock of ${stack}; two at once would spoil the state. Nothing was touched. ` +
    `Wait for it to end. \`${groundworkCommand`state lock ${stack}`}\` says who has it and whether that run lives; if it is dead, ` +
    `\`${groundworkCommand`state unlock ${stack}`}\` breaks the lock. More: docs/runbooks/state-lock.md\n` +
    lastWords(failure)
  );
}

/** What the engine wrote to stderr, without its usage text. */
function lastWords(failure: EngineFailure): string {
  const lines = failure.stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-20).join("\n") || "The engine ended without saying why.";
}
