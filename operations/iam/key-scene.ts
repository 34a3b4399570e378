import { groundworkCommand } from "../../guard/printed-command";
import type { UsersSettings } from "../../settings/sections/users";
import { otherSlot, type TwoSlots } from "../../settings/two-slots";
import type { Checkpoint } from "../engine/engine-stack";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { credentialsOf } from "./iam";
import { keysInCloud, slotsOf, stillNeeded, type UserKey } from "./keys";
import { slotCall, type Owner } from "./slot-run";

/** A user's keys in file, state and cloud, at one moment. */
export interface Scene extends Owner {
  readonly user: string;
  readonly slots: TwoSlots;
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
export async function sceneOf(
  context: CommandContext,
  stack: OpenStack,
  user: string,
  written?: TwoSlots,
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
    ...{ context, stack, user, name: user, now: new Date(), slots, rotation: users.rotation },
    ...{ checkpoint, keys, published },
    place: { path: ["groundwork:users", "keys", user], isThere: users.keys[user] !== undefined },
    ...{ current: inSlot(slots.current), other: inSlot(otherSlot(slots.current)) },
    foreign: keys.filter(({ slot }) => slot === undefined),
  };
}

export function stateOf({ id, isActive, slot }: UserKey, { published }: Scene): string {
  const is = isActive ? "active" : "inactive";
  return id === published ? `${is}, given out` : slot === undefined ? `${is}, in no state` : is;
}

/** What a person does next, as sentences. */
export function nextOf(scene: Scene): string {
  const { current, now, other, published, rotation, slots, stack, user } = scene;
  const [rotate, retire] = [slotCall(scene, "rotate"), slotCall(scene, "retire")].map(
    (call) => `\`${call}\``,
  );
  if (slots.other === "active" && (current === undefined || current.id !== published)) {
    return `A rotation has begun and is not done: ${rotate} continues it.`;
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

export function documentOf({ keys, published, slots, stack, user }: Scene): Record<string, unknown> {
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
