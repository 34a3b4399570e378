import { flawOfReason } from "../../guard/approvals/answerable";
import { groundworkCommand } from "../../guard/printed-command";
import { keySlotNames, type KeySlots, type UsersSettings } from "../../settings/sections/users";
import type { Checkpoint } from "../engine/engine-stack";
import { exitOf, workOnPart, type Worked } from "../plan/part";
import type { PlanOptions } from "../plan/planning";
import { withStack, type OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, OperationError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { credentialsOf } from "./iam";
import {
  age,
  deleteKey,
  dependentsOf,
  keysInCloud,
  keyUrn,
  otherSlot,
  slotsOf,
  stillNeeded,
  usedText,
  type UserKey,
} from "./keys";
import { SlotsFile } from "./slots-file";

export interface RetireOptions extends PlanOptions {
  /** `--force REASON`: although it was used lately, or has not been deactivated for long. */
  readonly force?: string;
}

/** A user's keys in file, state and cloud, at one moment. */
interface Scene {
  readonly context: CommandContext;
  readonly stack: OpenStack;
  readonly user: string;
  readonly now: Date;
  readonly slots: KeySlots;
  readonly rotation: UsersSettings["rotation"];
  readonly checkpoint: Checkpoint;
  readonly keys: readonly UserKey[];
  /** Id of the key that the stack gives out. */
  readonly published: string;
  /** In the current slot, and in the other one; undefined where there is none. */
  readonly current: UserKey | undefined;
  readonly other: UserKey | undefined;
  /** Keys that the state does not have. */
  readonly foreign: readonly UserKey[];
}

/** @param written What this call has written into the file since it was read. */
async function sceneOf(
  context: CommandContext,
  stack: OpenStack,
  user: string,
  written?: KeySlots,
): Promise<Scene> {
  const { accessKeyId: published } = await credentialsOf(stack, user);
  const { users } = stack.settings.sections;
  if (users === undefined) {
    throw new UsageError(
      `Pulumi.${stack.name}.yaml has no section groundwork:users any more. Nothing was touched.`,
    );
  }
  const slots = written ?? slotsOf(users, user);
  const checkpoint = await stack.engine.checkpoint();
  const keys = await keysInCloud(stack, user, checkpoint);
  const inSlot = (slot: string): UserKey | undefined => keys.find((key) => key.slot === slot);
  return {
    ...{
      context,
      stack,
      user,
      now: new Date(),
      slots,
      rotation: users.rotation,
      checkpoint,
      keys,
      published,
    },
    ...{ current: inSlot(slots.current), other: inSlot(otherSlot(slots.current)) },
    foreign: keys.filter(({ slot }) => slot === undefined),
  };
}

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
          `\`${callOf(scene, "retire")}\` first. Nothing was touched.`,
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
  if (force !== undefined && flawOfReason(force) !== undefined) {
    throw new UsageError(
      `--force ${JSON.stringify(force)} is no reason: say in at least two words and ten letters why, for whoever reads the history. ` +
        "Nothing was touched.",
    );
  }
  return withStack(context, stackName, async (stack) => {
    const scene = await sceneOf(context, stack, user);
    const { checkpoint, current, other, published, slots } = scene;
    const message = force === undefined ? undefined : `iam ${stack.name} ${user} retire: ${force}`;
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
        `The new key of ${user} is not given out yet, so that the old one is needed. \`${callOf(scene, "rotate")}\` goes on with ` +
          "that. Nothing was touched.",
      );
    }
    // Written before, and the run broke off: what the file says is made so.
    const deletes = slots.other === "none" || other?.isActive === false;
    if (slots.other !== "none") {
      requireGivenUp(scene, deletes, current, force);
    }
    const id = other?.id ?? "";
    const wanted = deletes ? ("none" as const) : ("inactive" as const);
    return run({ ...scene, slots: { ...slots, other: wanted } }, slots.other !== wanted, options, {
      action: "retire",
      message,
      question: deletes
        ? `Delete the key ${id} of ${user} of ${stack.name} for good (${stack.where})?`
        : `Deactivate the key ${id} of ${user} of ${stack.name} (${stack.where})? Whoever still has it is refused from then on.`,
      results: deletes
        ? { changed: "deleted", nothing: "deleted already" }
        : { changed: "deactivated", nothing: "deactivated already" },
    });
  });
}

/** @throws OperationError (3) for an old key that may still be needed. */
function requireGivenUp(scene: Scene, deletes: boolean, current: UserKey, force: string | undefined): void {
  const { now, other, rotation, slots, user } = scene;
  if (other === undefined) {
    return;
  }
  const until = new Date(Date.parse(slots.since) + rotation.inactiveDays * 86_400_000);
  const reasons = !deletes
    ? stillNeeded(other, current, rotation, now)
    : until > now
      ? [
          `it was deactivated ${age(new Date(slots.since), now)} ago, and stays so for ${rotation.inactiveDays} days, until ${until.toISOString().slice(0, 16)}Z: ` +
            "until then it can be had back",
        ]
      : [];
  if (reasons.length > 0 && force === undefined) {
    throw new OperationError(
      [
        `The old key ${other.id} of ${user} is not ${deletes ? "deleted" : "deactivated"}:`,
        ...reasons.map((reason) => `  ${reason}.`),
        `If it has to be all the same: \`${groundworkCommand`iam ${scene.stack.name} ${user} retire --force WHY`}\`. Nothing was touched.`,
      ].join("\n"),
      exitCodes.refused,
      reasons,
    );
  }
}

interface Run {
  readonly action: "rotate" | "retire";
  readonly question: string;
  readonly message?: string | undefined;
  readonly results: Readonly<Record<"changed" | "nothing", string>>;
}

/** Writes the slots where they are to be others, and makes them so: the user's keys and what has them, and nothing else. */
async function run(
  scene: Scene,
  writes: boolean,
  options: PlanOptions,
  { action, message, question, results }: Run,
): Promise<ExitCode> {
  const { checkpoint, context, now, slots, stack, user } = scene;
  const urns = keySlotNames.map((slot) => keyUrn(stack, user, slot));
  const isInState = (urn: string): boolean => checkpoint.resources?.some((one) => one.urn === urn) === true;
  const part = dependentsOf(checkpoint, urns.filter(isInState));
  const made = slots.other === "none" ? [slots.current] : keySlotNames;
  const targets = [...new Set([...part, ...made.map((slot) => keyUrn(stack, user, slot))])];
  const file = new SlotsFile(context, stack, user);
  const since = writes ? file.write(slots, now) : slots.since;
  let result: Worked;
  let document: Record<string, unknown>;
  try {
    ({ result, document } = await workOnPart(context, stack, {
      ...options,
      part: `the keys of ${user}`,
      scope: { targets },
      isWithin: (urn) => targets.includes(urn),
      call: callOf(scene, action),
      question,
      ...(message !== undefined && { message }),
      before: () => {
        file.keep();
        return Promise.resolve();
      },
    }));
  } finally {
    file.putBack();
  }
  if (result === "refused" || result === "declined") {
    context.output.document({ ...document, user, result });
    return exitOf(result);
  }
  const after = await sceneOf(context, stack, user, { ...slots, since });
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
      `${user} has two keys, as many as IAM lets it have, and ${lost.id} is none of this stack's. Find out whose it is, and delete it: ` +
        `\`aws iam delete-access-key --user-name ${stack.settings.context.project}-${stack.name}-${user} --access-key-id ${lost.id}\`. Nothing was touched.`,
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

function callOf({ stack, user }: Scene, action: "rotate" | "retire"): string {
  return action === "rotate"
    ? groundworkCommand`iam ${stack.name} ${user} rotate`
    : groundworkCommand`iam ${stack.name} ${user} retire`;
}

function stateOf({ id, isActive, slot }: UserKey, { published }: Scene): string {
  const is = isActive ? "active" : "inactive";
  return id === published ? `${is}, given out` : slot === undefined ? `${is}, in no state` : is;
}

/** What a person does next, as sentences. */
function nextOf(scene: Scene): string {
  const { current, now, other, published, rotation, slots, stack, user } = scene;
  const [rotate, retire] = [callOf(scene, "rotate"), callOf(scene, "retire")].map((call) => `\`${call}\``);
  if (slots.other === "active" && (current === undefined || current.id !== published)) {
    return `A rotation has begun and is not done: ${rotate} goes on with it.`;
  }
  if (other === undefined || current === undefined) {
    const days = Math.floor((now.getTime() - (current?.made.getTime() ?? now.getTime())) / 86_400_000);
    return days >= rotation.warnAfterDays
      ? `The key is ${days} days old: ${rotate} makes a new one.`
      : `Nothing to do. ${rotate} makes a new key, in ${rotation.warnAfterDays - days} days at the latest.`;
  }
  if (!other.isActive) {
    return (
      `${retire} deletes the old key, from ${rotation.inactiveDays} days after it was deactivated on (${slots.since}). Does somebody miss ` +
      `it: \`other: active\` at groundwork:users.keys.${user} and \`${stack.call("up")}\` take it back.`
    );
  }
  const needed = stillNeeded(other, current, rotation, now);
  return (
    `Whoever has the old key outside of this stack needs the new one: \`${groundworkCommand`iam ${stack.name} ${user}`}\`. Then ${retire} ` +
    `deactivates the old one${needed.length === 0 ? "." : `; not yet: ${needed.join("; ")}.`}`
  );
}

function documentOf({ keys, published, slots, stack, user }: Scene): Record<string, unknown> {
  return {
    stack: stack.name,
    user,
    slots: { current: slots.current, other: slots.other, since: slots.since || null },
    keys: keys.map(({ id, isActive, made, slot = null, used }) => ({
      ...{ accessKeyId: id, slot, status: isActive ? "Active" : "Inactive", published: id === published },
      ...{ created: made.toISOString(), lastUsed: used === undefined ? null : used.at.toISOString() },
      ...(used !== undefined && { lastUsedBy: { service: used.service, region: used.region } }),
    })),
  };
}
