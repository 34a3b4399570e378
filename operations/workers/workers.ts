import { slotName } from "../../components/metal-workers/slot-identity";
import { startCommand, stopCommand } from "../../components/metal-workers/script";
import { slotNumbers } from "../../settings/sections/metal-workers";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { stepNames } from "./building";
import { poolDocument, poolRows } from "./listing";
import { lookAtPool, vendorOf, workersOf } from "./pool";
import { exitOf } from "../plan/part";
import { slotCall, workOnSlots } from "./slot-plan";
import { slotsInState, type SlotInState } from "./slot-state";
import { runOverSsh } from "./ssh";
import type { PlanOptions } from "../plan/planning";
import { withStack, type OpenStack } from "../plan/workspace";

/** Lists the slots: what the settings want, what the state knows, what the vendor has. Changes nothing. */
export async function listWorkers(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const vendor = await vendorOf(context, stack);
    try {
      const pool = await lookAtPool(stack, vendor);
      const steps = stepNames(stack);
      const now = new Date();
      output.document({ stack: stack.name, workers: poolDocument(pool, steps, now) });
      output.print(table(poolRows(pool, steps, now)));
    } finally {
      vendor.close();
    }
    return exitCodes.done;
  });
}

/** Destroys the machine of a slot and builds it anew: that slot alone. */
export async function replaceWorker(
  context: CommandContext,
  stackName: string,
  word: string,
  options: PlanOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const { slot, inState } = await slotOf(stack, word);
    const { source } = workersOf(stack);
    const machine = inState?.machine;
    // A machine that exists is not made anew, but what the steps have made of it is.
    const replaces =
      source.hosts === undefined
        ? machine
          ? [machine.urn]
          : []
        : (inState?.steps ?? []).map(({ urn }) => urn);
    const what = machine === undefined ? slotName(slot) : `${slotName(slot)} (${machine.id})`;
    const { result, document } = await workOnSlots(
      context,
      stack,
      {
        ...options,
        slots: [slot],
        replaces,
        call: slotCall(stack, "replace", slot),
        question: `Replace ${what} of ${stack.name} (${stack.where})? Tasks that it is at are lost; \`${slotCall(stack, "drain", slot)}\` lets it finish them first.`,
      },
      () => (source.hosts === undefined ? Promise.resolve() : forgetSteps(context, stack, slot, inState)),
    );
    output.document({ ...document, slot, result: result === "changed" ? "replaced" : result });
    if (result === "changed") {
      output.print(`\nSlot ${slot} is built again.`);
    }
    return exitOf(result);
  });
}

/** Builds what is missing of a slot, from where the last run stopped, and starts a worker that was drained. */
export async function retryWorker(
  context: CommandContext,
  stackName: string,
  word: string,
  options: PlanOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const { slot } = await slotOf(stack, word);
    const { result, document } = await workOnSlots(context, stack, {
      ...options,
      slots: [slot],
      replaces: [],
      call: slotCall(stack, "retry", slot),
      question: `Build what is missing of ${slotName(slot)} of ${stack.name} (${stack.where})?`,
    });
    if (result === "nothing") {
      // Everything is built; it may have been drained.
      const { inState } = await slotOf(stack, word);
      await onMachine(context, stack, slot, inState, (user) =>
        startCommand(workersOf(stack).worker.kind, user),
      );
    }
    output.document({ ...document, slot, result: result === "nothing" ? "started" : result });
    if (result === "changed" || result === "nothing") {
      output.print(`\nSlot ${slot} is built${result === "nothing" ? " and its worker started" : ""}.`);
    }
    return exitOf(result);
  });
}

/** Lets a worker finish its tasks, takes no new ones, and stops it; returns when it has. */
export async function drainWorker(
  context: CommandContext,
  stackName: string,
  word: string,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const { slot, inState } = await slotOf(stack, word);
    const { drainSeconds, kind } = workersOf(stack).worker;
    const connection = inState?.connection;
    if (connection === undefined) {
      throw new UsageError(
        `Slot ${slot} of ${stack.name} has no machine that was ever reached: nothing to drain.`,
      );
    }
    if (!(await confirm(`Drain ${slotName(slot)} of ${stack.name} (${stack.where})?`, context))) {
      output.document({ stack: stack.name, slot, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    output.note(
      `Waiting until ${slotName(slot)} has finished its tasks: up to ${Math.ceil(drainSeconds / 60)} minutes`,
    );
    await onMachine(context, stack, slot, inState, (user) => stopCommand(kind, user));
    output.document({ stack: stack.name, slot, result: "drained" });
    output.print(
      `Slot ${slot} has finished its tasks and is stopped. \`${slotCall(stack, "retry", slot)}\` starts it again, ` +
        `\`${slotCall(stack, "replace", slot)}\` builds it again.`,
    );
    return exitCodes.done;
  });
}

/** Runs something on the machine of a slot; in a rehearsal there is none, and what would be run is said. */
async function onMachine(
  context: CommandContext,
  stack: OpenStack,
  slot: number,
  inState: SlotInState | undefined,
  command: (user: string) => string,
): Promise<void> {
  const connection = inState?.connection;
  if (connection === undefined) {
    throw new FailedError(`The state does not say how slot ${slot} is reached: none of its steps is done.`);
  }
  const text = command(connection.user);
  if (stack.session !== undefined) {
    context.output.note(
      `In a rehearsal no machine is spoken to; this would run on ${connection.host}: ${text}`,
    );
    return;
  }
  const privateKey = await stack.engine.secret(`${context.project.name}:workerSshKey`);
  await runOverSsh(text, { connection, privateKey, signal: stack.signal, machine: slotName(slot) });
}

/** A machine that stays remembers which steps are done on it; built anew it has to forget them. */
async function forgetSteps(
  context: CommandContext,
  stack: OpenStack,
  slot: number,
  inState: SlotInState | undefined,
): Promise<void> {
  if (inState?.connection !== undefined) {
    await onMachine(
      context,
      stack,
      slot,
      inState,
      (user) => `exec ${user === "root" ? "" : "sudo -n "}rm -rf /var/lib/groundwork/steps`,
    );
  }
}

async function slotOf(
  stack: OpenStack,
  word: string,
): Promise<{ readonly slot: number; readonly inState: SlotInState | undefined }> {
  const settings = workersOf(stack);
  const wanted = slotNumbers(settings.slots);
  if (!/^\d{1,3}$/.test(word) || !wanted.includes(Number(word))) {
    throw new UsageError(
      `${stack.name} has no slot ${word}: groundwork:metalWorkers.slots has ${settings.slots.join(", ")}. ` +
        "Nothing was touched.",
    );
  }
  const slot = Number(word);
  return { slot, inState: slotsInState(await stack.engine.checkpoint()).get(slot) };
}
