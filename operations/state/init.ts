import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { backendUrl } from "../../components/state-backend/address";
import { groundworkCommand } from "../../guard/printed-command";
import type { StateSettings } from "../../settings/sections/state";
import { settleBegun } from "../plan/begun";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { changesAnything } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal, typedFor, type PlanReport } from "../plan/report";
import { planUpdate } from "../plan/planning";
import type { OpenStack } from "../plan/workspace";
import { backendOf, type Backend } from "../backend/backend";
import { stateSettingsOf, withBackendStack } from "./backend-stack";
import { engineReader } from "../backend/engine-reader";
import { moveState } from "./move-between-stores";
import { isReachable, untilReachable } from "../backend/reach";
import { readState } from "../backend/layout";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";
import { carryOut } from "../plan/carry-out";
import { moveAll, printMoves } from "./move";

const command = "groundwork state init";

/**
 * Makes (or brings up to date) the container of groundwork:state, and moves the stack's state there, with that of the
 * program that made it. Broken off at any point it goes on when it is called again.
 */
export async function stateInit(context: CommandContext, stack: string): Promise<ExitCode> {
  const { output } = context;
  const settings = stateSettingsOf(context, stack);
  const backend = await backendOf(context, stack);
  const target = targetOf(context, settings);
  const home = await homeOf(context, stack, backend, target);
  const outcome = await withBackendStack(context, stack, backend, home, (opened) => standUp(context, opened));
  if (outcome?.exitCode !== undefined) {
    return outcome.exitCode;
  }
  if (outcome === undefined) {
    output.document({ stack, result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  await untilReachable(backend.open(target), (message) => output.note(message));
  const moves = await moveAll(context, stack, backend, target, command);
  const main = moves.at(-1);
  output.document({
    ...planDocument(outcome.report),
    result: outcome.changed ? "changed" : "nothing to change",
    backend: withoutSecrets(target),
    moves,
  });
  output.print(`\nThe state of ${stack} has its place: ${withoutSecrets(target)}`);
  if (main?.result === "absent") {
    output.print(
      `There is no state of ${stack} yet: log in there, \`${groundworkCommand`stack init ${stack}`}\`, and go on with \`${groundworkCommand`up ${stack}`}\`.`,
    );
  }
  printMoves(context, stack, moves, backend.url, target);
  return exitCodes.done;
}

/** In a rehearsal a folder stands in for the container: the engine knows no Azure but the real one. */
function targetOf({ rehearsal, environment }: CommandContext, settings: StateSettings): string {
  return rehearsal === undefined
    ? backendUrl(settings)
    : pathToFileURL(
        path.join(environment.rehearsalDirectory, "containers", settings.storageAccount, settings.container),
      ).href;
}

/**
 * Which backend knows the stack that made the container: the container itself once it has moved there, the backend that
 * the person is logged in to before that.
 */
async function homeOf(
  context: CommandContext,
  stack: string,
  backend: Backend,
  target: string,
): Promise<string> {
  const [, ref] = refsOf(context, stack);
  const here = backend.url === target ? undefined : await readState(backend.open(), ref);
  const there = backend.open(target);
  if (!(await isReachable(there, here !== undefined)) || (await readState(there, ref)) === undefined) {
    return backend.url;
  }
  if (here !== undefined) {
    // A move that was broken off: ended before anything is changed in one of the two places.
    await moveState({ from: backend.open(), to: there, ref, read: engineReader(context), command });
  }
  return target;
}

interface StoodUp {
  readonly report: PlanReport;
  readonly changed: boolean;
  /** Set where the command ends here. */
  readonly exitCode?: ExitCode;
}

/** As `groundwork up` does: looks what a killed run has left, previews, judges, asks, applies. Undefined where what is left is to stay. */
async function standUp(context: CommandContext, stack: OpenStack): Promise<StoodUp | undefined> {
  const { output } = context;
  if (!(await settleBegun(context, stack))) {
    return undefined;
  }
  output.note(`Previewing the backend of ${stack.name} (${stack.where})`);
  const report = await planUpdate(stack);
  printPlan(report, output);
  if (isRefused(report)) {
    output.document(planDocument(report));
    tellRefusal(report, output);
    return { report, changed: false, exitCode: exitCodes.refused };
  }
  const changed = changesAnything(report.plan);
  if (
    !(await confirm(
      `${changed ? "Make this, and move" : "Move"} the state of ${stack.name} there?`,
      context,
      typedFor(report),
    ))
  ) {
    output.document({ ...planDocument(report), result: "declined" });
    output.print("Nothing was touched.");
    return { report, changed, exitCode: exitCodes.done };
  }
  if (changed) {
    await carryOut(stack, report, output);
  }
  return { report, changed };
}
