import { describeAwsError } from "../engine/aws-clients";
import { FailedError, OperationError } from "../terminal/errors";
import { count } from "../terminal/output";
import { readGroup, useVersion, type FleetGroup, type FleetMachine } from "./group";
import { holdStill, makeRoom, resume, setDesired, terminate } from "./group-changes";
import { groupOf, isLeaving, RollProblem, RollStopped, type RollOrder, type RollScene } from "./roll-scene";
import {
  describe,
  judge,
  pause,
  untilFree,
  untilGone,
  untilServing,
  untilTaken,
  whatIsThere,
} from "./waiting";

/** Machines that went, and what came in their place. */
export interface Exchanged {
  readonly ended: readonly string[];
  readonly started: readonly string[];
}

/** Machines that may be exchanged at a time: fewer than half, so that whoever has to agree by majority always can. */
export function batchOf(surge: number, machines: number, outdated: number): number {
  return Math.max(1, Math.min(surge, Math.ceil(machines / 2) - 1, outdated));
}

/** Machines that a roll would exchange. Those that are on their way out go by themselves. */
export function outdatedOf(group: FleetGroup): readonly FleetMachine[] {
  return group.machines.filter((machine) => !machine.isCurrent && !isLeaving(machine));
}

/**
 * Exchanges the machines that are not as the group's template says, some at a time: new ones come first and must serve,
 * then as many old ones are drained. There are never fewer than before.
 *
 * @throws RollProblem, RollStopped
 */
export async function rollBySurge(scene: RollScene, order: RollOrder, judged = true): Promise<Exchanged> {
  const { clients, lock } = scene;
  const ended: string[] = [];
  const before = await groupOf(scene, order.group);
  const had = new Set(before.machines.map(({ id }) => id));
  const seen = await whatIsThere(scene, before);
  const { desired } = lock.notes;
  await holdStill(scene, before);
  for (;;) {
    const group = await groupOf(scene, order.group);
    const outdated = outdatedOf(group);
    if (outdated.length === 0) {
      break;
    }
    if (scene.stops() && judged) {
      throw new RollStopped();
    }
    const batch = batchOf(order.surge, desired, outdated.length);
    const staying = group.machines.filter((machine) => !isLeaving(machine));
    const current = staying.filter(({ isCurrent }) => isCurrent).length;
    const extra = staying.length - desired;
    const goal = current + Math.max(0, batch - extra);
    if (group.desired < desired + batch) {
      await makeRoom(scene, group, desired + batch);
      await setDesired(clients, order.group, desired + batch);
      scene.say(`  starting ${count(desired + batch - Math.max(staying.length, desired), "machine")}`);
    }
    const now = await untilServing(scene, order, goal, seen);
    await judge(scene, judged);
    const leaving = outdatedOf(now).slice(
      0,
      Math.max(1, now.machines.filter((one) => !isLeaving(one)).length - desired),
    );
    for (const machine of leaving) {
      await terminate(clients, machine.id, true);
      scene.say(`  draining ${machine.id} (${describe(machine)})`);
    }
    const ids = leaving.map(({ id }) => id);
    await untilGone(scene, order, ids);
    ended.push(...ids);
    if (judged && order.pauseSeconds > 0 && outdatedOf(await groupOf(scene, order.group)).length > 0) {
      await pause(scene, order.pauseSeconds);
    }
    await judge(scene, judged);
  }
  const after = await groupOf(scene, order.group);
  if (after.desired !== desired) {
    await setDesired(clients, order.group, desired);
  }
  return {
    ended,
    started: after.machines.filter(({ id, isCurrent }) => isCurrent && !had.has(id)).map(({ id }) => id),
  };
}

/**
 * Exchanges the one machine of a role that has volumes or an address of its own: the old one is drained and ended, what it held
 * is free, and only then the new one comes and takes it. The role stands still meanwhile.
 *
 * @throws RollProblem
 */
export async function rollInOrder(scene: RollScene, order: RollOrder, judged = true): Promise<Exchanged> {
  const { clients, lock } = scene;
  const before = await groupOf(scene, order.group);
  const outdated = outdatedOf(before);
  const isHeld = lock.notes.suspended.includes("Launch");
  if (outdated.length === 0 && !isHeld) {
    return { ended: [], started: [] };
  }
  if (scene.stops() && judged && !isHeld) {
    throw new RollStopped();
  }
  await holdStill(scene, before, ["Launch"]);
  const ids = outdated.map(({ id }) => id);
  for (const machine of outdated) {
    await terminate(clients, machine.id, false);
    scene.say(`  draining ${machine.id} (${describe(machine)})`);
  }
  await untilGone(scene, order, ids);
  if (order.moves !== undefined) {
    await untilFree(scene, order.moves, order.drainSeconds);
  }
  const seen = await whatIsThere(scene, await groupOf(scene, order.group));
  await resume(scene, order.group, ["Launch"]);
  scene.say("  starting the new machine");
  const now = await untilServing(scene, order, lock.notes.desired, seen);
  const [started] = now.machines.filter((machine) => machine.isCurrent && !isLeaving(machine));
  if (order.moves !== undefined && started !== undefined) {
    await untilTaken(scene, order.moves, started.id, order.readySeconds);
  }
  await judge(scene, judged);
  return { ended: ids, started: started === undefined ? [] : [started.id] };
}

/**
 * Brings back what ran before: the group starts from the version that its machines were of, and those of the other are
 * exchanged again.
 *
 * @throws FailedError when that fails too; the message says how things are.
 */
export async function rollBack(scene: RollScene, order: RollOrder): Promise<Exchanged> {
  const { from } = scene.lock.notes;
  const group = await groupOf(scene, order.group);
  try {
    // Before the template: the group would start another machine in place of the one that failed, and end an old one for it.
    const staying = group.machines.filter((machine) => !isLeaving(machine)).length;
    if (group.desired > scene.lock.notes.desired && staying <= scene.lock.notes.desired) {
      await setDesired(scene.clients, order.group, scene.lock.notes.desired);
    }
    if (group.version !== from) {
      await useVersion(scene.clients, group, from);
    }
    return order.moves === undefined
      ? await rollBySurge(scene, order, false)
      : await rollInOrder(scene, order, false);
  } catch (error) {
    const why =
      error instanceof RollProblem || error instanceof OperationError
        ? error.message
        : describeAwsError(error);
    throw new FailedError(
      `The roll back of ${order.group} has failed: ${why}\n${await stateText(scene, order.group)}`,
    );
  }
}

/** How the group stands, in a sentence. */
export async function stateText(scene: RollScene, name: string): Promise<string> {
  const group = await readGroup(scene.clients, name).catch(() => undefined);
  if (group === undefined) {
    return `How ${name} stands could not be read.`;
  }
  const serving = group.machines.filter(({ lifecycle }) => lifecycle === "InService").length;
  return (
    `${name} has ${count(group.machines.length, "machine")}, ${String(serving)} in service; ` +
    `${count(outdatedOf(group).length, "machine")} not of version ${group.version} of its launch template.`
  );
}
