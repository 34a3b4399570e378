import type { FleetClients } from "./clients";
import type { FleetGroup } from "./group";
import type { RollScene } from "./roll-scene";

/** Puts back what the roll has changed about the group besides its machines. */
export async function letGo(scene: RollScene, group: string): Promise<void> {
  const { clients, lock } = scene;
  await resume(scene, group, lock.notes.suspended);
  const { max } = lock.notes;
  if (max !== undefined) {
    await clients.autoscaling.send(
      new clients.sdk.autoscaling.UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: group,
        MaxSize: max,
      }),
    );
  }
}

/** What would start or end machines in the middle of a roll is suspended: written down first, so that it is never forgotten. */
export async function holdStill(
  scene: RollScene,
  group: FleetGroup,
  more: readonly string[] = [],
): Promise<void> {
  const { clients, lock } = scene;
  const wanted = [...more, "AlarmNotification", "AZRebalance", "ScheduledActions"];
  const own = wanted.filter((process) => !group.suspended.includes(process));
  if (own.length > 0) {
    await lock.note({ suspended: [...new Set([...lock.notes.suspended, ...own])] });
    await clients.autoscaling.send(
      new clients.sdk.autoscaling.SuspendProcessesCommand({
        AutoScalingGroupName: group.name,
        ScalingProcesses: own,
      }),
    );
  }
}

export async function resume(scene: RollScene, group: string, processes: readonly string[]): Promise<void> {
  const { clients, lock } = scene;
  const own = lock.notes.suspended.filter((process) => processes.includes(process));
  if (own.length > 0) {
    await clients.autoscaling.send(
      new clients.sdk.autoscaling.ResumeProcessesCommand({
        AutoScalingGroupName: group,
        ScalingProcesses: own,
      }),
    );
    await lock.note({ suspended: lock.notes.suspended.filter((process) => !own.includes(process)) });
  }
}

export async function makeRoom(
  { clients, lock }: RollScene,
  group: FleetGroup,
  wanted: number,
): Promise<void> {
  if (group.max < wanted) {
    await lock.note({ max: lock.notes.max ?? group.max });
    await clients.autoscaling.send(
      new clients.sdk.autoscaling.UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: group.name,
        MaxSize: wanted,
      }),
    );
  }
}

export async function setDesired(clients: FleetClients, group: string, desired: number): Promise<void> {
  await clients.autoscaling.send(
    new clients.sdk.autoscaling.SetDesiredCapacityCommand({
      AutoScalingGroupName: group,
      DesiredCapacity: desired,
      HonorCooldown: false,
    }),
  );
}

export async function terminate(clients: FleetClients, id: string, fewer: boolean): Promise<void> {
  await clients.autoscaling.send(
    new clients.sdk.autoscaling.TerminateInstanceInAutoScalingGroupCommand({
      InstanceId: id,
      ShouldDecrementDesiredCapacity: fewer,
    }),
  );
}
