import { count, duration } from "../terminal/output";
import { text } from "./check";
import {
  failedLaunches,
  isServing,
  ownWords,
  targetStates,
  type FleetGroup,
  type FleetMachine,
} from "./group";
import {
  groupOf,
  pollMilliseconds,
  RollProblem,
  until,
  type Moves,
  type RollOrder,
  type RollScene,
} from "./roll-scene";

/**
 * Failed attempts to start a machine after which a roll gives up where AWS had none to give: it may have one in another zone
 * or of another type. A machine that started and did not become ready is of a bad image: the first ends the roll.
 */
const mostRefusals = 3;

/** What is told of no more: attempts that failed before, and machines that serve already. */
export interface Seen {
  readonly failures: ReadonlySet<string>;
  readonly machines: Set<string>;
}

export async function whatIsThere({ clients }: RollScene, group: FleetGroup): Promise<Seen> {
  const failures = await failedLaunches(clients, group.name);
  return {
    failures: new Set(failures.map(({ id }) => id)),
    machines: new Set(group.machines.map(({ id }) => id)),
  };
}

/** Until so many machines of the template's version serve. @throws RollProblem when a new one does not come. */
export async function untilServing(
  scene: RollScene,
  order: RollOrder,
  goal: number,
  seen: Seen,
): Promise<FleetGroup> {
  const { clients } = scene;
  let missing = goal;
  return until(
    scene,
    order.readySeconds,
    () =>
      `${count(missing, "new machine")} did not come into service within ${duration(order.readySeconds * 1000)}`,
    () => `waiting for ${count(missing, "new machine")} to serve`,
    async () => {
      const failed = await failedLaunches(clients, order.group, seen.failures);
      const [boot] = failed.filter(({ booted }) => booted);
      const bad = boot ?? (failed.length >= mostRefusals ? failed[0] : undefined);
      if (bad !== undefined) {
        const own =
          order.failure === undefined ? undefined : await ownWords(clients, order.failure, bad.machine);
        throw new RollProblem(
          `a new machine did not come into service: ${own === undefined ? "" : `${bad.machine}: ${own}. `}${bad.message}`,
        );
      }
      const group = await groupOf(scene, order.group);
      const states = await targetStates(clients, group.targetGroups);
      const serving = group.machines.filter(
        (machine) => machine.isCurrent && isServing(machine, group.targetGroups, states),
      );
      for (const machine of serving.filter(({ id }) => !seen.machines.has(id))) {
        seen.machines.add(machine.id);
        scene.say(`  ${machine.id} serves (${describe(machine)})`);
      }
      missing = goal - serving.length;
      return missing <= 0 ? group : undefined;
    },
  );
}

export async function untilGone(scene: RollScene, order: RollOrder, ids: readonly string[]): Promise<void> {
  let left: readonly string[] = ids;
  await until(
    scene,
    order.drainSeconds,
    () => `${left.join(", ")} has not ended after ${String(order.drainSeconds)} s`,
    () => `draining ${left.join(", ")}`,
    async () => {
      const group = await groupOf(scene, order.group);
      left = ids.filter((id) => group.machines.some((machine) => machine.id === id));
      return left.length === 0 ? true : undefined;
    },
  );
  for (const id of ids) {
    scene.say(`  ${id} has ended`);
  }
}

/** What moves, and which machine holds it. */
async function holders(
  { clients }: RollScene,
  moves: Moves,
): Promise<readonly { readonly what: string; readonly machine: string }[]> {
  const filters = Object.entries(moves.tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const found: { readonly what: string; readonly machine: string }[] = [];
  if (moves.volumes.length > 0) {
    const { Volumes: volumes = [] } = await clients.ec2.send(
      new clients.sdk.ec2.DescribeVolumesCommand({
        Filters: [...filters, { Name: "tag:volume", Values: [...moves.volumes] }],
      }),
    );
    found.push(
      ...volumes.map((volume) => ({
        what: `volume ${volume.Tags?.find(({ Key: key }) => key === "volume")?.Value ?? ""} (${volume.VolumeId ?? ""})`,
        machine:
          volume.State === "available"
            ? ""
            : (volume.Attachments?.find(({ State: state }) => state !== "detached")?.InstanceId ??
              "somebody"),
      })),
    );
  }
  if (moves.address) {
    const { Addresses: addresses = [] } = await clients.ec2.send(
      new clients.sdk.ec2.DescribeAddressesCommand({ Filters: filters }),
    );
    found.push(
      ...addresses.map((address) => ({
        what: `address ${address.PublicIp ?? ""}`,
        machine: address.InstanceId ?? "",
      })),
    );
  }
  return found;
}

export async function untilFree(scene: RollScene, moves: Moves, seconds: number): Promise<void> {
  let held: readonly string[] = [];
  await until(
    scene,
    seconds,
    () => `${held.join(", ")} still attached after ${String(seconds)} s`,
    () => `waiting for ${held.join(", ")}`,
    async () => {
      const all = await holders(scene, moves);
      held = all.filter(({ machine }) => machine !== "").map(({ what, machine }) => `${what} at ${machine}`);
      return held.length === 0 ? true : undefined;
    },
  );
  scene.say(`  ${(await holders(scene, moves)).map(({ what }) => what).join(", ")}: free`);
}

export async function untilTaken(
  scene: RollScene,
  moves: Moves,
  machine: string,
  seconds: number,
): Promise<void> {
  let missing: readonly string[] = [];
  await until(
    scene,
    seconds,
    () => `${machine} has not taken ${missing.join(", ")}`,
    () => `waiting until ${machine} has ${missing.join(", ")}`,
    async () => {
      const all = await holders(scene, moves);
      missing = all.filter((one) => one.machine !== machine).map(({ what }) => what);
      return missing.length === 0 ? true : undefined;
    },
  );
  scene.say(`  ${machine} has ${(await holders(scene, moves)).map(({ what }) => what).join(", ")}`);
}

/** @throws RollProblem when the number has fallen and does not come back. */
export async function judge(scene: RollScene, judged: boolean): Promise<void> {
  const { check, clock, lock } = scene;
  const { baseline } = lock.notes;
  if (!judged || check === undefined || baseline === undefined) {
    return;
  }
  const { value, problem } = await check.settle(baseline, clock.now(), () => lock.beat());
  if (problem !== undefined) {
    throw new RollProblem(problem);
  }
  scene.say(`  ${check.name}: ${text(value ?? 0)} (before: ${text(baseline)})`);
}

export async function pause(scene: RollScene, seconds: number): Promise<void> {
  scene.say(`  pausing for ${duration(seconds * 1000)}`);
  const end = scene.clock.now() + seconds * 1000;
  while (scene.clock.now() < end && !scene.stops()) {
    await scene.lock.beat();
    await scene.clock.sleep(Math.min(pollMilliseconds, end - scene.clock.now()));
  }
}

/** Type, zone and version in a few words. */
export function describe({ type, zone, version }: FleetMachine): string {
  return [type, zone, version === "" ? "" : `version ${version}`].filter((part) => part !== "").join(", ");
}
