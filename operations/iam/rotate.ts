import { physicalName } from "../../components/names";
import { otherSlot, slotNames } from "../../settings/two-slots";
import { exitOf } from "../plan/part";
import type { PlanOptions } from "../plan/planning";
import { withStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { documentOf, nextOf, sceneOf, stateOf, type Scene } from "./key-scene";
import { age, deleteKey, dependentsOf, keyUrn, stillNeeded, usedText } from "./keys";
import {
  inactiveTooShort,
  makeSlots,
  requireGivenUp,
  requireReason,
  slotCall,
  type RetireOptions,
  type SlotWork,
} from "./slot-run";

/** Shows the keys of a user, how old they are, when they were used, and what is next. Changes nothing. */
export async function keyStatus(context: CommandContext, stackName: string, user: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, user);
    const { output } = context;
    const { keys, now } = scene;
    const next = nextOf(scene);
    output.document({ ...documentOf(scene), next });
    output.print(
      table([
        ["slot", "access key id", "state", "age", "last used"],
        ...keys.map((key) => [
          key.slot ?? "none",
          key.id,
          stateOf(key, scene),
          age(key.made, now),
          usedText(key, now),
        ]),
      ]),
    );
    output.printFitted(`\n${next}`);
    return exitCodes.done;
  });
}

/**
 * A new key in the free slot, given out in the place of the one that is there, which stays valid. The file is written first, and one run
 * does the rest: the same as `up` would. Called again it goes on from wherever it broke off.
 */
export async function rotateKey(
  context: CommandContext,
  stackName: string,
  user: string,
  options: PlanOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, user);
    const { current, other, slots } = scene;
    if (slots.other === "inactive" || (slots.other === "none" && other !== undefined)) {
      throw new UsageError(
        `${user} has two keys, as many as IAM lets it have: ${other?.id ?? ""} is deactivated and not deleted yet. ` +
          `\`${slotCall(scene, "retire")}\` first. Nothing was touched.`,
      );
    }
    const begins = slots.other === "none";
    const isNewMade = !begins && current !== undefined;
    if (!isNewMade && !(await madeRoom(scene))) {
      context.output.document({ ...documentOf(scene), result: "declined" });
      context.output.print("Nothing was touched.");
      return exitCodes.done;
    }
    return run(
      { ...scene, slots: begins ? { ...slots, current: otherSlot(slots.current), other: "active" } : slots },
      begins,
      options,
      {
        action: "rotate",
        question: `Make a new key for ${user} of ${stack.name} and give it out (${stack.where})?`,
        results: { changed: "rotated", nothing: "rotated already" },
      },
    );
  });
}

/**
 * Gives the old key up, in two calls: the first deactivates it, when nobody has used it for long enough; the second deletes it, when it
 * has been deactivated for long enough and nobody has missed it.
 *
 * @throws OperationError (3) while it may still be needed, and no reason is given.
 */
export async function retireKey(
  context: CommandContext,
  stackName: string,
  user: string,
  { force, ...options }: RetireOptions,
): Promise<ExitCode> {
  requireReason(force);
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, user);
    const { checkpoint, current, now, other, published, rotation, slots } = scene;
    const isInState = checkpoint.resources?.some(
      ({ urn }) => urn === keyUrn(stack, user, otherSlot(slots.current)),
    );
    if (slots.other === "none" && other === undefined && isInState !== true) {
      context.output.document({ ...documentOf(scene), result: "nothing to retire" });
      context.output.print(`${user} has no old key. Nothing was touched.`);
      return exitCodes.done;
    }
    if (current === undefined || published !== current.id) {
      throw new UsageError(
        `The new key of ${user} is not given out yet, so that the old one is needed. \`${slotCall(scene, "rotate")}\` continues ` +
          "that. Nothing was touched.",
      );
    }
    // Written before, and the run broke off: what the file says is made so.
    const deletes = slots.other === "none" || other?.isActive === false;
    if (slots.other !== "none" && other !== undefined) {
      const reasons = deletes
        ? inactiveTooShort(slots, rotation.inactiveDays, now)
        : stillNeeded(other, current, rotation, now);
      const what = `The old key ${other.id} of ${user} is not ${deletes ? "deleted" : "deactivated"}`;
      requireGivenUp(scene, what, reasons, force);
    }
    const id = other?.id ?? "";
    const wanted = deletes ? ("none" as const) : ("inactive" as const);
    return run({ ...scene, slots: { ...slots, other: wanted } }, slots.other !== wanted, options, {
      action: "retire",
      reason: force,
      question: deletes
        ? `Delete the key ${id} of ${user} of ${stack.name} for good (${stack.where})?`
        : `Deactivate the key ${id} of ${user} of ${stack.name} (${stack.where})? Whoever still has it is refused from then on.`,
      results: deletes
        ? { changed: "deleted", nothing: "deleted already" }
        : { changed: "deactivated", nothing: "deactivated already" },
    });
  });
}

interface Run extends Pick<SlotWork, "action" | "question"> {
  readonly reason?: string | undefined;
  readonly results: Readonly<Record<"changed" | "nothing", string>>;
}

async function run(
  scene: Scene,
  writes: boolean,
  options: PlanOptions,
  { action, question, reason, results }: Run,
): Promise<ExitCode> {
  const { checkpoint, context, slots: wanted, stack, user } = scene;
  const isInState = (urn: string): boolean => checkpoint.resources?.some((one) => one.urn === urn) === true;
  const inState = slotNames.map((slot) => keyUrn(stack, user, slot)).filter(isInState);
  const made = wanted.other === "none" ? [wanted.current] : slotNames;
  const targets = [...dependentsOf(checkpoint, inState), ...made.map((slot) => keyUrn(stack, user, slot))];
  const { document, result, slots } = await makeSlots(
    scene,
    {
      ...{ action, slots: wanted, writes, question, reason },
      part: `the keys of ${user}`,
      targets: [...new Set(targets)],
      // A pod that has not been given the new key yet needs the old one.
      ...(action === "retire" && { mayTouch: (urn: string) => inState.includes(urn) }),
    },
    options,
  );
  if (result === "refused" || result === "declined") {
    context.output.document({ ...document, user, result });
    return exitOf(result);
  }
  const after = await sceneOf(context, stack, user, slots);
  const next = nextOf(after);
  context.output.document({ ...document, ...documentOf(after), result: results[result], next });
  context.output.print(`\n${user} of ${stack.name}: ${results[result]}.`);
  for (const key of after.keys) {
    context.output.print(`  ${key.id}  ${stateOf(key, after)}`);
  }
  context.output.printFitted(next);
  return exitCodes.done;
}

/** Milliseconds that this machine's clock may be ahead of AWS's, which takes no signature that is 5 minutes off. */
const CLOCKS_APART = 5 * 60_000;

/**
 * Room for a new key. A run that broke off after IAM had made one, and before it had told, leaves a key that nobody knows the secret
 * of: it is deleted, if the person agrees.
 *
 * @returns False when the person does not.
 * @throws FailedError for a key that somebody else may have made.
 */
async function madeRoom({ context, foreign, keys, slots, stack, user }: Scene): Promise<boolean> {
  const [lost] = foreign;
  if (keys.length < 2 || lost === undefined) {
    return true;
  }
  const begun = slots.other === "active" && lost.made.getTime() >= Date.parse(slots.since) - CLOCKS_APART;
  if (!begun || lost.used !== undefined) {
    throw new FailedError(
      `${user} has two keys, as many as IAM lets it have, and ${lost.id} is none of this stack's. Find out who uses it, and delete it: ` +
        `\`aws iam delete-access-key --user-name ${physicalName(stack.settings.context, user)} --access-key-id ${lost.id}\`. Nothing was touched.`,
    );
  }
  context.output.note(
    `${lost.id} of ${user} is in no state, was made since the rotation began, and nobody has used it: a run that broke off has made it, ` +
      "and its secret is lost.",
  );
  if (!(await confirm(`Delete the key ${lost.id}?`, context))) {
    return false;
  }
  await deleteKey(stack, user, lost.id);
  return true;
}
