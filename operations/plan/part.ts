import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import type { Scope } from "../engine/engine-stack";
import { settleBegun } from "./begun";
import { carryOut } from "./carry-out";
import { changesAnything, shortType } from "./plan";
import { planUpdate, type JudgedUpdate, type PlanOptions } from "./planning";
import { isRefused, planDocument, printPlan, tellRefusal, typedFor } from "./report";
import type { OpenStack } from "./workspace";

/** Work on a part of a stack that leaves the rest as it is. */
export interface PartWork extends PlanOptions {
  /** As a person calls it: "slot 3". */
  readonly part: string;
  readonly scope: Scope & Required<Pick<Scope, "targets">>;
  readonly isWithin: (urn: string) => boolean;
  /** What a person called: `./groundwork workers dev replace 3`. */
  readonly call: string;
  readonly question: string;
  /** For the history of runs. Default: none. */
  readonly message?: string;
  /** Done once it has been agreed to, and before the engine begins. Default: nothing. */
  readonly before?: () => Promise<void>;
}

/** What became of it. */
export type Worked = "refused" | "nothing" | "declined" | "changed";

const touching = new Set(["create", "update", "replace", "delete", "import"]);

/**
 * Looks what a killed run has left, previews through the engine with targets, with policies and guard as in `up`, proves that nothing
 * else is touched, asks, and does it.
 *
 * @throws OperationError when the preview or the change fails.
 */
export async function workOnPart(
  context: CommandContext,
  stack: OpenStack,
  work: PartWork,
): Promise<{ readonly result: Worked; readonly document: Record<string, unknown> }> {
  const { output } = context;
  const { part } = work;
  if (!(await settleBegun(context, stack))) {
    output.print("Nothing was touched.");
    return { result: "declined", document: {} };
  }
  output.note(`Previewing ${part} of ${stack.name} (${stack.where})`);
  const { report, scope } = await planPart(stack, work, (text) => output.note(text));
  const beyond = report.plan.steps.filter(({ urn, op }) => touching.has(op) && !work.isWithin(urn));
  printPlan(report, output);
  const document = { ...planDocument(report), beyond: beyond.map(({ urn, op }) => ({ urn, op })) };
  if (isRefused(report)) {
    tellRefusal(report, output);
    return { result: "refused", document };
  }
  if (beyond.length > 0) {
    const list = beyond.map(({ op, type, name }) => `  ${op} ${shortType(type)} ${name}`).join("\n");
    output.note(
      output.colors.red(
        `\nRefused: this would touch more than ${part}:\n${list}\n` +
          `Nothing was touched. Bring the stack up to its file first: \`${stack.call("up")}\`.`,
      ),
    );
    return { result: "refused", document };
  }
  if (!changesAnything(report.plan)) {
    return { result: "nothing", document };
  }
  output.print(`\nThe preview touches ${part} and nothing else.`);
  if (!(await confirm(work.question, context, typedFor(report)))) {
    output.print("Nothing was touched.");
    return { result: "declined", document };
  }
  await work.before?.();
  await carryOut(stack, report, output, { scope, call: work.call, message: work.message });
  return { result: "changed", document };
}

async function planPart(
  stack: OpenStack,
  { refresh, scope }: Pick<PartWork, "refresh" | "scope">,
  say: (text: string) => void,
): Promise<{ readonly report: JudgedUpdate; readonly scope: Scope }> {
  try {
    return { report: await planUpdate(stack, { refresh, ...scope }), scope };
  } catch (error) {
    if (!(error instanceof FailedError && notThere.test(error.message))) {
      throw error;
    }
    if (scope.replaces !== undefined) {
      return planPart(stack, { refresh, scope: { targets: scope.targets } }, say);
    }
    if (refresh === true) {
      say("What is new cannot be read before it exists: this plan rests on what the last run knew.");
      return planPart(stack, { refresh: false, scope }, say);
    }
    throw error;
  }
}

/**
 * What was to be replaced is gone in the cloud, so that the engine has read it out of the state: it is made, not replaced. Or a target
 * is to be made, which the engine cannot read before: then it plans with what the last run knew.
 */
const notThere = /^Target '[^']+' could not be found in the stack/m;

export function exitOf(result: Worked): ExitCode {
  return result === "refused" ? exitCodes.refused : exitCodes.done;
}
