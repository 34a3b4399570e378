import {
  endMachine,
  firstToGo,
  groupOf,
  groupType,
  instanceType,
  machinesOf,
  startMachine,
} from "../catalogue/entries/aws/group-machines";
import type { Cloud } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { CloudError } from "../interpreter/cloud-error";
import { numberOf, textOf, textsAt, type Values } from "../interpreter/values";
import { ApiError, callOf, carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { queryAnswer, type Xml } from "./xml";

// What an Auto Scaling group does by itself when it is told so over its API: each machine that it starts or ends is a line
// of the log and meets its faults, as a create or delete of `aws:ec2/instance:Instance` with the group's name.

/** Something that a group has done or failed to do; forgotten when the rehearsal ends. */
export interface Activity {
  readonly id: string;
  readonly group: string;
  readonly status: "Successful" | "Failed" | "Cancelled";
  readonly description: string;
  readonly message: string;
  readonly at: string;
}

const activities = new WeakMap<Cloud, Activity[]>();

/** Newest first. */
export function activitiesOf(group: string, { cloud }: ApiCall): readonly Activity[] {
  return [...(activities.get(cloud) ?? [])].reverse().filter((activity) => activity.group === group);
}

function remember(activity: Omit<Activity, "at" | "id">, { cloud }: ApiCall): Activity {
  const had = activities.get(cloud) ?? [];
  const made = { ...activity, id: `activity-${String(had.length + 1)}`, at: new Date().toISOString() };
  activities.set(cloud, [...had, made]);
  return made;
}

const namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

/** An operation that is logged as a read, or as an update of the group that it names. */
export function groupOperation(
  action: string,
  kind: "invoke" | "update",
  act: (input: URLSearchParams, call: ApiCall) => Xml | Promise<Xml>,
): QueryOperation {
  return (input, call) => {
    const name = input.get("AutoScalingGroupName");
    const logged =
      kind === "update"
        ? callOf("update", groupType, call.hands.find(groupType, name ?? "")?.name ?? "", name)
        : readOf("autoscaling", action);
    return carryOut(call, logged, async () => queryAnswer(action, namespace, await act(input, call)));
  };
}

/** @throws ApiError in Auto Scaling's words when there is none. */
export function groupNamed(name: string, call: ApiCall): CloudRecord {
  const group = call.hands.find(groupType, name);
  if (group === undefined) {
    throw new ApiError(
      "ValidationError",
      `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`,
    );
  }
  return group;
}

/** The group's machine. @throws ApiError when it is no machine of a group. */
export function machineOfGroup(id: string, call: ApiCall): CloudRecord {
  const machine = call.hands.find(instanceType, id);
  if (machine === undefined || groupOf(machine) === "") {
    throw new ApiError(
      "ValidationError",
      `Instance Id not found - No managed instance found for instance ID ${id}`,
    );
  }
  return machine;
}

export function suspendedOf(group: CloudRecord): readonly string[] {
  return textsAt(group.outputs, "suspendedProcesses");
}

/** Sizes and other values that are the cloud's and not the program's: they show as drift. */
export function changeGroup(name: string, change: Values, call: ApiCall): CloudRecord {
  const group = groupNamed(name, call);
  call.hands.put({ ...group, outputs: { ...group.outputs, ...change } });
  return groupNamed(name, call);
}

/** A machine more. @returns Undefined when it did not come, for a fault. */
export async function launch(name: string, call: ApiCall): Promise<CloudRecord | undefined> {
  const group = groupNamed(name, call);
  try {
    const machine = await call.cloud.reach(
      callOf("create", instanceType, group.name),
      0,
      (fault) =>
        fault.message ??
        "We currently do not have sufficient capacity in the Availability Zone you requested.",
      (fault) => {
        const failure =
          fault?.fault === "unhealthy" ? (fault.message ?? "it did not become healthy") : undefined;
        const started = startMachine(group, call.hands, {
          random: call.cloud.random(group.id),
          ...(failure !== undefined && { failure }),
        });
        return { id: started?.id ?? null, result: { started, failure } };
      },
    );
    const id = machine.started?.id ?? "an instance";
    remember(
      {
        group: name,
        status: machine.started ? "Successful" : "Cancelled",
        description: `Launching a new EC2 instance: ${id}`,
        message:
          machine.failure === undefined
            ? ""
            : `Instance failed to complete user's Lifecycle Action: ${machine.failure}. The lifecycle action token was abandoned.`,
      },
      call,
    );
    return machine.started;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const description = "Launching a new EC2 instance. Status Reason: it could not be started.";
    remember({ group: name, status: "Failed", description, message: error.message }, call);
    return undefined;
  }
}

/** A machine less. */
export async function terminate(machine: CloudRecord, call: ApiCall): Promise<Activity> {
  const group = groupOf(machine);
  await carryOut(call, callOf("delete", instanceType, machine.name, machine.id), () => {
    endMachine(machine, call.hands);
  });
  return remember(
    { group, status: "Successful", description: `Terminating EC2 instance: ${machine.id}`, message: "" },
    call,
  );
}

/** Until there are as many machines as are wanted; what is suspended is not done. */
export async function reconcile(name: string, call: ApiCall): Promise<void> {
  const group = groupNamed(name, call);
  const suspended = suspendedOf(group);
  const wanted = numberOf(group.outputs, "desiredCapacity") ?? 0;
  const have = machinesOf(name, call.hands).filter((machine) => stateOf(machine) !== "Standby").length;
  if (have > wanted && !suspended.includes("Terminate")) {
    for (const machine of firstToGo(group, call.hands).slice(0, have - wanted))
      await terminate(machine, call);
  }
  if (have < wanted && !suspended.includes("Launch")) {
    for (let missing = wanted - have; missing > 0; missing--) await launch(name, call);
  }
}

export function stateOf(machine: CloudRecord): string {
  return textOf(machine.outputs, "lifecycleState") || "InService";
}
