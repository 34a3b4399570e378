import { quoted } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { lookForBegun, settleBegun } from "../plan/begun";
import { brokenOff } from "../plan/failures";
import { concludeApprovals } from "../plan/memory/conclude";
import type { Leftover } from "./leftover";
import { leftovers } from "./leftovers";
import { rememberInventory } from "../plan/memory/inventory";
import { count, type Output } from "../terminal/output";
import { shortType, type Plan, type PlannedStep } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal } from "../plan/report";
import { planDestroy, type PlanOptions } from "../plan/planning";
import { OpenedPlan } from "../plan/sealed/opening";
import { requireSettled, tellSealed } from "../plan/sealed/sealable";
import { Sealing, type SealOptions } from "../plan/sealed/sealing";
import { printNotAsked } from "../plan/drift-report";
import { foretold, tellSummary } from "../plan/carry-out";
import { Progress } from "../plan/progress";
import { withStack, type OpenStack } from "../plan/workspace";

export interface DestroyOptions extends PlanOptions {
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
    const kept = outlasting(report.plan);
    if (report.plan.counts.delete === 0) {
      output.document({ ...document, result: "nothing to destroy", kept: [] });
      output.print(`\n${stack.name} is not up: nothing to destroy.`);
      return exitCodes.done;
    }
    const inTheWay = await leftovers(stack, report.plan);
    if (inTheWay.length > 0) {
      output.document({ ...document, result: "refused", leftovers: inTheWay });
      tellLeftovers(inTheWay, stack, output);
      return exitCodes.refused;
    }
    printNotAsked(stack.name, report.cloud, output);
    for (const { what, why } of kept) {
      output.print(`\nKept: ${what}. ${why}`);
    }
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
    output.document({ ...document, result: "destroyed", kept });
    output.print(`\n${stack.name} is down: ${count(report.plan.counts.delete, "resource")} deleted.`);
    return exitCodes.done;
  });
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
      `\nThe destroy would stop half way at ${count(ofOthers.length, "thing")} that ${ofOthers.length === 1 ? "is" : "are"} not of this stack:`,
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

interface Kept {
  readonly what: string;
  readonly why: string;
}

/** What outlives the stack. */
function outlasting(plan: Plan): readonly Kept[] {
  return plan.outcome.flatMap((step): Kept[] => {
    const inputs = step.old?.inputs ?? {};
    const name = `${shortType(step.type)} ${step.name}`;
    if (step.op !== "delete") {
      return [];
    }
    if (step.old?.retainOnDelete === true) {
      return [
        {
          what: `${name} (${step.old.id ?? ""})`,
          why: "It is kept on purpose (retainOnDelete); nothing manages it any more.",
        },
      ];
    }
    const { finalSnapshotIdentifier: snapshot, skipFinalSnapshot: skipped } = inputs;
    if (typeof snapshot === "string" && skipped !== true) {
      return [
        {
          what: `the final snapshot ${snapshot} of ${name}`,
          why: "It costs storage until it is deleted by hand.",
        },
      ];
    }
    if (inputs.finalSnapshot === true) {
      return [
        {
          what: `the final snapshot of ${name} (${step.old?.id ?? ""})`,
          why: "It costs storage until it is deleted by hand.",
        },
      ];
    }
    const retained = retainedClaim(step, plan);
    if (retained !== undefined) {
      return [retained];
    }
    if (step.type === "aws:kms/key:Key") {
      const days = typeof inputs.deletionWindowInDays === "number" ? inputs.deletionWindowInDays : 30;
      return [
        {
          what: `${name} (${step.old?.id ?? ""}), for ${days} days`,
          why:
            "KMS deletes a key only after that time. What is encrypted with it, snapshots too, can be read no longer; " +
            "`aws kms cancel-key-deletion` keeps it.",
        },
      ];
    }
    return [];
  });
}

/** A claim whose storage class keeps the volume. */
function retainedClaim(step: PlannedStep, plan: Plan): Kept | undefined {
  const named = (step.old?.inputs.spec as { readonly storageClassName?: unknown } | undefined)
    ?.storageClassName;
  const retains = plan.outcome.some(
    ({ type, old }) =>
      type === "kubernetes:storage.k8s.io/v1:StorageClass" &&
      old?.id === named &&
      old?.inputs.reclaimPolicy === "Retain",
  );
  if (step.type !== "kubernetes:core/v1:PersistentVolumeClaim" || named === undefined || !retains) {
    return undefined;
  }
  return {
    what: `the volume of claim ${step.old?.id ?? step.name}`,
    why: `Its storage class retains volumes. It costs storage until it is deleted by hand.`,
  };
}
