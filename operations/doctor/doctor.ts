import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { forgetLeftovers } from "./forget";
import { judgePool, type MachineFinding } from "./judge";
import { findingDocument, findingText, planText } from "./report";
import { isRunning } from "./running";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count } from "../terminal/output";
import { stepNames } from "../workers/building";
import { ageHours, type Machines } from "../workers/machine";
import { lookAtPool, vendorOf } from "../workers/pool";
import { slotCall, workOnSlots } from "../workers/slot-plan";
import { deployerOf, settingsOf, withStack, type OpenStack } from "../plan/workspace";
import { startSession } from "../engine/rehearsal-session";
import { stackFile } from "../terminal/project";
import { patientOf } from "./check";
import { standsIn } from "./checks/backend";
import { checkDocument, checksTable, isFault, runChecks, type Located } from "./run-checks";

export interface DoctorOptions {
  /** Take over, build and delete, after asking. */
  readonly fix: boolean;
}

/**
 * Looks at everything that a run of the stack needs, before the first one and at any time after, and for machines of its workers that
 * nobody knows of, that are there twice, half built or gone. Changes nothing without `fix`, which is about machines alone. Exit 4 when
 * there is something that is not mended.
 */
export async function doctor(
  context: CommandContext,
  stackName: string,
  options: DoctorOptions,
): Promise<ExitCode> {
  const settings = settingsOf(context, stackName);
  if (options.fix) {
    return withStack(
      context,
      stackName,
      async (stack) =>
        await withMachines(context, stack, (vendor) =>
          examine(context, stack, vendor, { ...options, checked: [] }),
        ),
    );
  }
  // What no backend has yet has no machines either, and needs no engine.
  const looksAtMachines =
    settings.sections.metalWorkers !== undefined && (await standsIn(context, stackName)) !== false;
  if (looksAtMachines) {
    return withStack(context, stackName, async (stack) => {
      const checked = await check(context, stack);
      return withMachines(context, stack, (vendor) =>
        examine(context, stack, vendor, { ...options, checked }),
      );
    });
  }
  const { rehearsal } = context;
  const { accountId } = settings.context;
  const session =
    rehearsal === undefined
      ? undefined
      : await startSession(context, rehearsal, accountId, deployerOf(settings));
  try {
    const settingsFile = stackFile(context.project, stackName);
    const checked = await check(context, { name: stackName, settings, settingsFile, session });
    const isWell = !checked.some(isFault);
    context.output.document({
      stack: stackName,
      checks: checked.map(checkDocument),
      findings: [],
      result: isWell ? "well" : "found",
    });
    return isWell ? exitCodes.done : exitCodes.found;
  } finally {
    await session?.stop();
  }
}

/** Runs the checks and shows what they found. */
async function check(
  context: CommandContext,
  stack: Parameters<typeof patientOf>[1],
): Promise<readonly Located[]> {
  const { output } = context;
  const { accountId, region } = stack.settings.context;
  output.note(
    `Looking at ${stack.name} (${stack.session === undefined ? "AWS account" : "rehearsal of account"} ${accountId}, ${region})`,
  );
  const checked = await runChecks(patientOf(context, stack));
  if (checked.length > 0) {
    output.print(checksTable(checked));
  }
  const faults = checked.filter(isFault).length;
  output.print(
    `\n${stack.name}: ${faults === 0 ? "nothing stands against a run" : count(faults, "finding")}` +
      `${checked.length === faults ? "" : `; ${count(checked.length - faults, "thing")} could not be asked`}.\n`,
  );
  return checked;
}

async function withMachines(
  context: CommandContext,
  stack: OpenStack,
  act: (vendor: Machines) => Promise<ExitCode>,
): Promise<ExitCode> {
  const vendor = await vendorOf(context, stack);
  try {
    return await act(vendor);
  } finally {
    vendor.close();
  }
}

async function examine(
  context: CommandContext,
  stack: OpenStack,
  vendor: Machines,
  { checked, fix }: DoctorOptions & { readonly checked: readonly Located[] },
): Promise<ExitCode> {
  const { output } = context;
  output.note(`Looking at the workers of ${stack.name} (${stack.where})`);
  const running = await isRunning(context, stack.name);
  const findings = await findingsOf(stack, vendor);
  const now = new Date();
  const report = (rest: Record<string, unknown>): void =>
    output.document({
      stack: stack.name,
      running,
      ...(fix ? {} : { checks: checked.map(checkDocument) }),
      findings: findings.map((finding) => findingDocument(finding, now)),
      ...rest,
    });
  if (findings.length === 0) {
    const isWell = !checked.some(isFault);
    report({ result: isWell ? "well" : "found" });
    output.print(`The workers of ${stack.name} are as they should be.`);
    return isWell ? exitCodes.done : exitCodes.found;
  }
  output.print(`${count(findings.length, "finding")}:`);
  for (const finding of findings) {
    output.print(`\n${findingText(finding, now, (action, slot) => slotCall(stack, action, slot))}`);
  }
  if (running === "yes") {
    output.print(`\nA run is at work on ${stack.name}: what it is making is in no state yet.`);
  }
  const todo = findings.filter(({ remedy }) => ["adopt", "build", "remove", "forget"].includes(remedy));
  if (!fix || todo.length === 0) {
    report({ result: "found" });
    return exitCodes.found;
  }
  refuseWhileRunning(stack, running, todo, now);
  if (!(await confirm(`${capital(planText(todo))} (${stack.where})?`, context))) {
    report({ result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.found;
  }
  await removeStrangers(stack, vendor, todo, context);
  const slots = [
    ...new Set(todo.filter(({ remedy }) => remedy === "adopt" || remedy === "build").map(({ slot }) => slot)),
  ];
  const worked =
    slots.length === 0
      ? undefined
      : await workOnSlots({ ...context, yes: true }, stack, {
          slots,
          replaces: [],
          call: stack.call("doctor --fix"),
          question: "",
        });
  // Also what the run just now has left: one that took over the second half of a replacement.
  if (
    worked?.result !== "refused" &&
    (await findingsOf(stack, vendor)).some(({ remedy }) => remedy === "forget")
  ) {
    await forgetLeftovers(context, stack);
  }
  const left = await findingsOf(stack, vendor);
  report({
    result: left.length === 0 ? "mended" : "found",
    left: left.map((finding) => findingDocument(finding, new Date())),
  });
  if (worked?.result === "refused") {
    return exitCodes.refused;
  }
  output.print(
    left.length === 0
      ? `\nDone: the workers of ${stack.name} are as they should be.`
      : `\n${count(left.length, "finding")} left: \`${stack.call("doctor")}\`.`,
  );
  return left.length === 0 ? exitCodes.done : exitCodes.found;
}

async function findingsOf(stack: OpenStack, vendor: Machines): Promise<readonly MachineFinding[]> {
  return judgePool(await lookAtPool(stack, vendor), stepNames(stack), new Date());
}

/**
 * @throws FailedError while a run is at work, or where nobody can tell and a machine is so young that one may be.
 */
function refuseWhileRunning(
  stack: OpenStack,
  running: "yes" | "no" | "unknown",
  todo: readonly MachineFinding[],
  now: Date,
): void {
  if (running === "yes") {
    throw new FailedError(
      `A run is at work on ${stack.name}; what it is creating would look abandoned. Nothing was touched. Wait for it to ` +
        `end (\`${stack.call("state lock")}\` says who has it), and call this again.`,
    );
  }
  const young = todo.find(
    ({ remedy, machine }) =>
      remedy === "remove" && machine !== undefined && (ageHours(machine, now) ?? 0) < 1,
  );
  if (running === "unknown" && young !== undefined) {
    throw new FailedError(
      `${young.machine?.id ?? ""} is less than an hour old, and this backend does not tell whether a run is at work that is making ` +
        "it. Nothing was touched. Call this again when it is older.",
    );
  }
}

/** Deletes what no state knows; looks once more, right before: the list is as old as the person's answer. */
async function removeStrangers(
  stack: OpenStack,
  vendor: Machines,
  todo: readonly MachineFinding[],
  { output }: CommandContext,
): Promise<void> {
  const wanted = todo.filter(({ remedy }) => remedy === "remove").map(({ machine }) => machine?.id ?? "");
  if (wanted.length === 0) {
    return;
  }
  const still = (await findingsOf(stack, vendor)).filter(
    ({ remedy, machine }) => remedy === "remove" && machine !== undefined && wanted.includes(machine.id),
  );
  for (const { machine } of still) {
    if (stack.signal.aborted) {
      throw new FailedError("Stopped before all were deleted; `doctor` says what is left.");
    }
    const id = machine?.id ?? "";
    try {
      await vendor.remove(id);
    } catch (error) {
      if (error instanceof OperationError) {
        throw error;
      }
      throw new FailedError(`${id} was not deleted: ${String(error)}`);
    }
    output.note(`  deleted ${id}`);
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
