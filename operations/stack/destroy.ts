import { quoted } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { lookForBegun, settleBegun } from "../plan/begun";
import { describeAwsError } from "../engine/aws-clients";
import { FailedError } from "../terminal/errors";
import { brokenOff } from "../plan/failures";
import type { PlannedStep } from "../plan/plan";
import { concludeApprovals } from "../plan/memory/conclude";
import type { Leftover } from "./leftover";
import { outlasting, priceText, type Kept } from "./kept";
import { leftovers } from "./leftovers";
import { billable, madeBefore, remains, type Remains } from "./remains";
import { rememberInventory } from "../plan/memory/inventory";
import { count, type Output } from "../terminal/output";
import { isRefused, planDocument, printPlan, tellRefusal, type PlanReport } from "../plan/report";
import { requirePageFile, withPage, writePage, type PageOptions } from "../page/write";
import { planDestroy, type PlanOptions } from "../plan/planning";
import { OpenedPlan } from "../plan/sealed/opening";
import { requireSettled, tellSealed } from "../plan/sealed/sealable";
import { Sealing, type SealOptions } from "../plan/sealed/sealing";
import { printNotAsked } from "../plan/drift-report";
import { foretold, tellSummary } from "../plan/carry-out";
import { Progress } from "../plan/progress";
import { withStack, type OpenStack } from "../plan/workspace";

export interface DestroyOptions extends PlanOptions, PageOptions {
  /** Where the list of what goes is to be sealed; nothing is taken down then. Default: nowhere. */
  readonly seal?: SealOptions;
  /** File of a sealed list: that is taken down, and nothing else. Default: all that the stack has. */
  readonly plan?: string;
}

/** Previews, judges, asks, and takes the stack down. */
export async function destroy(
  context: CommandContext,
  stackName: string,
  { seal, plan: planned, ...given }: DestroyOptions,
): Promise<ExitCode> {
  requirePageFile(given.page);
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const sealing = seal && (await Sealing.begin(context, stack, seal));
    const sealed =
      planned === undefined ? undefined : await OpenedPlan.open(context, stack, planned, "destroy", given);
    if (sealing !== undefined || sealed !== undefined) {
      requireSettled(stack, (await lookForBegun(context, stack)).length);
    } else if (!(await settleBegun(context, stack))) {
      output.document({ stack: stack.name, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planDestroy(stack, { refresh: sealed?.plan.refresh ?? given.refresh });
    const document = { ...planDocument(report), ...(sealed && { plan: sealed.applied }) };
    printPlan(report, output);
    await writePage(context, stack, report, given);
    if (isRefused(report)) {
      output.document(document);
      tellRefusal(report, output);
      output.note(
        `To take ${stack.name} down with its data, on purpose and in two runs: set groundwork:guard level to ` +
          `disposable in Pulumi.${stack.name}.yaml, apply it with \`${stack.call("up")}\`, then destroy.`,
      );
      return exitCodes.refused;
    }
    sealed?.requireSame(report);
    const gone = report.plan.outcome.filter(({ op }) => op === "delete");
    if (report.plan.counts.delete === 0) {
      output.print(`\n${stack.name} is not up: nothing to destroy.`);
      return prove(stack, [], [], { ...document, result: "nothing to destroy", kept: [] }, output);
    }
    const inTheWay = await leftovers(stack, report.plan);
    if (inTheWay.length > 0) {
      output.document({ ...document, result: "refused", leftovers: inTheWay });
      tellLeftovers(inTheWay, stack, output);
      return exitCodes.refused;
    }
    const kept = [...outlasting(report.plan), ...(await earlierCopies(stack, gone))];
    printNotAsked(stack.name, report.cloud, output);
    tellKept(kept, output);
    if (sealing !== undefined) {
      const plan = await sealing.finish("destroy", report);
      output.document({ ...document, result: "sealed", kept, plan });
      tellSealed(stack, "destroy", plan, output);
      return exitCodes.done;
    }
    if (!(await confirm(`Destroy ${stack.name} (${stack.where})?`, context, stack.name))) {
      output.document({ ...document, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    await sealed?.requireStill(context, stack);
    await withPage(context, stack, report, given, async () => {
      await takeDown(stack, report, output, sealed);
      return {};
    });
    output.print(`\n${stack.name} is down: ${count(report.plan.counts.delete, "resource")} deleted.`);
    return prove(stack, gone, kept, { ...document, result: "destroyed", kept }, output);
  });
}

/**
 * Deletes what the judged list has.
 *
 * @throws FailedError that says what is gone, what failed and what is left.
 */
async function takeDown(
  stack: OpenStack,
  report: PlanReport,
  output: Output,
  sealed: OpenedPlan | undefined,
): Promise<void> {
  const progress = new Progress(output, {
    plan: report.plan,
    stopping: stack.stopping,
    prediction: foretold(stack, report),
  });
  try {
    const run = await stack.engine.destroy({
      onEvent: progress.onEvent,
      signal: stack.signal,
      refresh: report.cloud.isRead,
      targets: sealed?.urns,
      message: sealed?.message,
    });
    progress.stop();
    // What it has destroyed is used up; copies are the business of `up`.
    await concludeApprovals(stack, report, output, { complete: false, events: run.events });
    if (run.failure === undefined || run.failure.kind === "failed") {
      await rememberInventory(stack, output, {
        complete: run.failure === undefined,
        hasRead: report.cloud.isRead,
      });
    }
    if (run.failure !== undefined) {
      throw brokenOff(stack, sealed?.call ?? stack.call("destroy"), report.plan, run.failure, run.events);
    }
    tellSummary(progress, output);
  } finally {
    progress.stop();
  }
}

/** Says what stays, why, until when and at what price. */
function tellKept(kept: readonly Kept[], output: Output): void {
  for (const one of kept) {
    const until = one.until === null ? "" : ` Until ${one.until}.`;
    output.print(`\nKept: ${one.what}. ${one.why}${until} ${priceText(one)}`);
  }
  const sum = kept.reduce((all, { dollarsAMonth }) => all + (dollarsAMonth ?? 0), 0);
  if (kept.length > 0) {
    const unknown = kept.filter(({ dollarsAMonth }) => dollarsAMonth === null).length;
    output.print(
      `\nWhat stays costs about $${sum.toFixed(2)} a month` +
        `${unknown > 0 ? `, and ${count(unknown, "thing")} of which nobody here knows how large` : ""}. Everything else goes.`,
    );
  }
}

async function earlierCopies(stack: OpenStack, gone: readonly PlannedStep[]): Promise<readonly Kept[]> {
  if (!gone.some(({ type }) => type.startsWith("aws:"))) {
    return [];
  }
  return madeBefore(await billable(stack, gone).catch(notAsked("Nothing was touched.")), gone);
}

function notAsked(state: string): (error: unknown) => never {
  return (error) => {
    throw new FailedError(
      `AWS could not be asked what it has with the stack's tags (tag:GetResources): ${describeAwsError(error)}\n${state}`,
    );
  };
}

/** Asks AWS what is left of a stack that is down, says it, and ends with 4 where that is more than was said. */
async function prove(
  stack: OpenStack,
  gone: readonly PlannedStep[],
  kept: readonly Kept[],
  document: object,
  output: Output,
): Promise<ExitCode> {
  const again = `\`${stack.call("destroy")}\` asks again, and touches nothing.`;
  const found: Remains = await remains(stack, gone, kept).catch(
    notAsked(`${stack.name} is down. Whether anything of it is left is not known: ${again}`),
  );
  output.document({ ...document, remains: found });
  const { left, stillShown } = found;
  if (stillShown > 0) {
    output.note(
      `AWS's index of tags still shows ${count(stillShown, "thing")} that ${stillShown === 1 ? "is" : "are"} gone; it forgets them within the hour.`,
    );
  }
  if (left.length === 0) {
    const staying =
      found.kept.length > 0 ? ` but what stays on purpose (${count(found.kept.length, "thing")})` : "";
    output.print(`AWS, asked by the stack's tags, has nothing left of it that costs money${staying}.`);
    return exitCodes.done;
  }
  output.print(`\nLeft in AWS with the tags of ${stack.name} (${count(left.length, "thing")}):`);
  for (const { kind, arn, why } of left) {
    output.print(`  ${kind} ${arn}\n    ${why}`);
  }
  output.note(
    output.colors.red(
      `\n${stack.name} is down, and ${count(left.length, "thing")} that may cost money ${left.length === 1 ? "is" : "are"} left. ${again}`,
    ),
  );
  return exitCodes.found;
}

/** Says what stands in the way of a destroy, and how to remove it; nothing was touched. */
function tellLeftovers(found: readonly Leftover[], stack: OpenStack, output: Output): void {
  const ofKubernetes = found.filter(({ object }) => object !== undefined);
  const ofOthers = found.filter(({ object }) => object === undefined);
  if (ofKubernetes.length > 0) {
    output.print(
      `\nKubernetes made ${count(ofKubernetes.length, "thing")} in AWS for objects that this stack does not manage:`,
    );
  }
  for (const { kind, arn, object, why, remove, removeInAws } of ofKubernetes) {
    output.print(
      `\n  ${kind} of ${object?.kind === "pvc" ? "claim" : "service"} ${object?.namespace}/${object?.name} (${arn})\n` +
        `    ${why}\n    ${remove}\n    where that finds nothing: ${removeInAws}`,
    );
  }
  if (ofOthers.length > 0) {
    output.print(
      `\nThe destroy would stop half way at ${count(ofOthers.length, "thing")}, which nothing here removes:`,
    );
  }
  for (const { kind, id, why, remove } of ofOthers) {
    output.print(`\n  ${kind} ${id}\n    ${why}\n    ${remove}`);
  }
  output.note(
    output.colors.red(
      `\nRefused: ${stack.name} is not destroyed while ${found.length === 1 ? "it is" : "they are"} there. Nothing was touched.`,
    ),
  );
  const volumes = found.some(({ kind }) => kind === "volume")
    ? " Volumes hold data: snapshot what somebody may want (`aws ec2 create-snapshot --volume-id …`)."
    : "";
  const kubeconfig = `\`${stack.call("kubeconfig")} > ${quoted(`${stack.name}.kubeconfig`)}\` makes the file for kubectl.`;
  output.note(
    `${ofKubernetes.length > 0 ? `${kubeconfig}${volumes} ` : ""}Then destroy again; AWS's list may be some minutes behind.`,
  );
}
