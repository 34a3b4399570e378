import * as path from "node:path";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { serviceUsers } from "../../settings/sections/users";
import { settleBegun } from "../plan/begun";
import { carryOut } from "../plan/carry-out";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { nothingToChange } from "../plan/drift-report";
import { changesAnything } from "../plan/plan";
import { rememberInventory } from "../plan/memory/inventory";
import { isRefused, planDocument, printPlan, tellRefusal } from "../plan/report";
import { planUpdate } from "../plan/planning";
import { maskedOutputs, printOutputs } from "../plan/stack-outputs";
import { pageFile } from "../engine/rehearsal-folder";
import { withPage, writePage } from "../page/write";
import { withStack, type OpenStack } from "../plan/workspace";

export interface RehearseOptions {
  /** Begin with an empty cloud: whatever was rehearsed before, of any stack, is forgotten. */
  readonly fresh: boolean;
}

/** Previews a stack and stands it up in the rehearsal cloud; a second run finds nothing to change. */
export async function rehearse(
  context: CommandContext,
  stackName: string,
  options: RehearseOptions,
): Promise<ExitCode> {
  // Deleted when the stack and its settings are known to be right, and the engine is there.
  const rehearsing = { ...context, rehearsal: { ...context.rehearsal, fresh: options.fresh } };
  return withStack(rehearsing, stackName, async (stack) => {
    const { output } = context;
    await settleBegun({ ...context, yes: true }, stack);
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack);
    const options = { page: path.join(context.environment.rehearsalDirectory, pageFile), isQuiet: true };
    printPlan(report, output);
    if (isRefused(report)) {
      await writePage(context, stack, report, options);
      output.document(planDocument(report));
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    const changes = changesAnything(report.plan);
    if (changes) {
      output.print();
    }
    const outputs = changes
      ? await withPage(context, stack, report, options, () => carryOut(stack, report, output))
      : maskedOutputs(report.run.events);
    if (!changes) {
      await rememberInventory(stack, output, { complete: true });
      await writePage(context, stack, report, options);
    }
    const result = changes ? "changed" : "nothing to change";
    const next = nextSteps(stack);
    output.document({ ...planDocument(report), result, outputs, page: options.page, next });
    output.print(
      changes
        ? `\n${stack.name} stands in the rehearsal cloud. Run this again: nothing to change.`
        : `\n${stack.name} stands in the rehearsal cloud: ${nothingToChange(stack.name, report.cloud)}`,
    );
    printOutputs(outputs, output);
    output.print(`\n${output.colors.bold("Try next")}`);
    output.print(`  look at it in a browser: ${options.page}`);
    for (const line of next) {
      output.print(`  ${line}`);
    }
    return exitCodes.done;
  });
}

function nextSteps({ name, settings }: OpenStack): string[] {
  // The outputs name no user: they are secret as a whole.
  const named = serviceUsers(settings.sections);
  return [
    ...named.slice(0, 1).map((user) => groundworkCommand`iam ${name} ${user}`),
    `edit Pulumi.${name}.yaml, then: ${groundworkCommand`preview ${name}`}`,
    pulumiCommand`stack output --show-secrets --stack ${name}`,
    `${groundworkCommand`destroy ${name}`}   (the guard will refuse)`,
  ];
}
