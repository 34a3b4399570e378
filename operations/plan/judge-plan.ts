import type { Standing } from "../../guard/approvals/approval-record";
import { statefulType } from "../../guard/catalogue/stateful-types";
import { judgeSteps, type JudgeContext } from "../../guard/judge/judge";
import { unfinishedResources } from "../../guard/memory/unfinished";
import type { Refusal, Step } from "../../guard/step";
import type { EngineError } from "./diagnostics";
import { holding } from "./memory/approvals";
import { judgeMemory, type MemoryVerdict } from "./memory/inventory";
import { exercisedOf, unlockedBy } from "./memory/verified";
import type { Move } from "./moves";
import { judgeNamedIds } from "./named-ids";
import { valuesOfOthers } from "./other-stacks";
import { agedKeys } from "./key-ages";
import { agedPins } from "./pin-ages";
import type { PlanReport } from "./report";
import { judgeVersionDates } from "./version-dates";
import type { OpenStack } from "./workspace";

/** The guard's judgement of the plan itself, of what moved in the cloud, and of what it remembers besides. */
export async function judge(
  stack: OpenStack,
  steps: readonly Step[],
  standings: readonly Standing[],
  moves: readonly Move[],
): Promise<Omit<MemoryVerdict, "unremembered"> & Pick<PlanReport, "exercised">> {
  const approvals = holding(standings);
  const unlocked = unlockedBy(standings);
  const named = await judgeNamedIds(stack, steps);
  const judged = await judgeWith(stack, steps, { approvals, unlocked }, moves);
  const told = new Set(judged.refusals.map(({ urn, rule }) => `${urn} ${rule}`));
  const verdict = {
    ...judged,
    refusals: [...judged.refusals, ...named.filter(({ urn, rule }) => !told.has(`${urn} ${rule}`))],
  };
  if (approvals.length === 0) {
    return verdict;
  }
  const without = await judgeWith(stack, steps, { approvals: [], unlocked }, moves);
  return { ...verdict, exercised: exercisedOf(approvals, steps, without.refusals, verdict.refusals) };
}

async function judgeWith(
  stack: OpenStack,
  steps: readonly Step[],
  allowed: Allowed,
  moves: readonly Move[],
): Promise<Omit<MemoryVerdict, "unremembered">> {
  const gone = moves.filter(({ isGone }) => isGone);
  const memory = await judgeMemory(stack, steps, allowed.approvals, gone);
  const dates = judgeVersionDates(steps, new Date());
  return {
    refusals: [
      ...(await judgePlan(stack, [...memory.unremembered.map(readingOf), ...steps], allowed)),
      ...(await judgeFromState(stack, steps, allowed, moves)),
      ...dates.refusals,
      ...memory.refusals,
    ],
    warnings: [
      ...dates.warnings,
      ...agedPins(stack.settings, stack.settingsFile, new Date()),
      ...agedKeys(stack.settings, stack.settingsFile, steps, new Date()),
      ...valuesOfOthers(stack.settings, stack.settingsFile),
      ...(stack.guardLevel === "disposable" ? [] : lostHistories(steps)),
      ...memory.warnings,
    ],
  };
}

/** What a refresh did not find, as the step that the guard's rule about that looks at. */
function readingOf({ urn, type, old }: Move): Step {
  return { urn, type, op: "refresh", old, replaceKeys: [], changedKeys: [] };
}

/**
 * What moved outside is judged besides from where the last run left it to where this one will: what somebody loosened by hand and then
 * wrote into the file is no less loosened for that.
 */
async function judgeFromState(
  stack: OpenStack,
  steps: readonly Step[],
  allowed: Allowed,
  moves: readonly Move[],
): Promise<Refusal[]> {
  const before = new Map(moves.filter(({ isGone }) => !isGone).map(({ urn, old }) => [urn, old]));
  if (before.size === 0) {
    return [];
  }
  const from = (step: Step): Step =>
    step.old === undefined ? step : { ...step, old: before.get(step.urn) ?? step.old };
  const now = await judgePlan(stack, steps, allowed);
  const isKnown = (refusal: Refusal): boolean =>
    now.some(({ urn, rule }) => urn === refusal.urn && rule === refusal.rule);
  const refusals = await judgePlan(stack, steps.map(from), allowed);
  return refusals.filter((refusal) => before.has(refusal.urn) && !isKnown(refusal));
}

/** What goes with what it belongs to, and is no data, but is a record that somebody may want. */
function lostHistories(steps: readonly Step[]): EngineError[] {
  return steps
    .filter(({ op, type }) => op === "delete" && statefulType(type)?.keepsHistory === true)
    .map(({ urn, old }) => ({ urn, message: `every event in it goes with it (${old?.id ?? ""}).` }));
}

/** Judged once more with what only the backend knows where that may decide: whether a store is from a run that broke off. */
async function judgePlan(stack: OpenStack, steps: readonly Step[], allowed: Allowed): Promise<Refusal[]> {
  const level = stack.guardLevel;
  const refusals = judgeSteps(steps, { level, ...allowed });
  if (!refusals.some(({ rule, op }) => rule === "shortened-lifecycle" && op === "create")) {
    return refusals;
  }
  const [checkpoint, last] = [await stack.engine.checkpoint(), await stack.engine.lastSuccess()];
  return judgeSteps(steps, {
    level,
    ...allowed,
    unfinished: unfinishedResources(checkpoint, last, new Date()),
  });
}

type Allowed = Required<Pick<JudgeContext, "approvals" | "unlocked">>;
