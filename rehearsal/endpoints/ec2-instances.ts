import { durationOf } from "../catalogue/durations";
import { endMachine, groupOf, instanceType, machinesOf } from "../catalogue/entries/aws/group-machines";
import { subnetType } from "../catalogue/entries/aws/network-references";
import type { CloudRecord } from "../cloud/store";
import { recordOf, textOf, textsAt } from "../interpreter/values";
import { ApiError, callOf, faultWords, type ApiCall, type QueryOperation } from "./call";
import { ec2Read } from "./ec2-operation";
import { launch } from "./groups";
import { ec2Answer, filtersOfForm, listOfForm, passes, type Xml } from "./xml";

// What is checked, and in which words: the Amazon EC2 API reference.

/** Tags of a resource, the provider's default ones too. */
function tagsOf(record: CloudRecord): Readonly<Record<string, string>> {
  const { tags, tagsAll } = record.outputs;
  const all = {
    ...recordOf({ tags: record.inputs["tags"] ?? {} }, "tags"),
    ...recordOf({ tags: tags ?? {} }, "tags"),
    ...recordOf({ tagsAll: tagsAll ?? {} }, "tagsAll"),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

export function describedTags(record: CloudRecord): Xml {
  return Object.entries(tagsOf(record)).map(([key, value]) => ({ key, value }));
}

/** Whether a record passes all filters; `values` gives what it has under a filter's name, tags aside. */
export function passesFilters(
  record: CloudRecord,
  input: URLSearchParams,
  values: (name: string) => readonly string[],
): boolean {
  return filtersOfForm(input).every(({ name, values: wanted }) => {
    const tags = tagsOf(record);
    if (name === "tag-key") return Object.keys(tags).some((key) => passes(key, wanted));
    const had = name.startsWith("tag:") ? [tags[name.slice("tag:".length)] ?? ""] : values(name);
    return had.some((value) => value !== "" && passes(value, wanted));
  });
}

/** Of those named; all without names. @throws ApiError for one that is not there. */
export function namedOnes(
  all: readonly CloudRecord[],
  ids: readonly string[],
  missing: (id: string) => ApiError,
): readonly CloudRecord[] {
  const lost = ids.find((id) => !all.some((record) => record.id === id));
  if (lost !== undefined) throw missing(lost);
  return ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id));
}

const noInstance = (id: string): ApiError =>
  new ApiError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);

function stateName(machine: CloudRecord): string {
  return textOf(machine.outputs, "instanceState") || "running";
}

/** By the API reference's table of instance states. */
const stateCodes: Readonly<Record<string, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

function describedInstance(machine: CloudRecord, call: ApiCall): Xml {
  const outputs = { ...machine.inputs, ...machine.outputs };
  return {
    instanceId: machine.id,
    imageId: textOf(outputs, "ami"),
    instanceType: textOf(outputs, "instanceType"),
    instanceState: { code: stateCodes[stateName(machine)] ?? 16, name: stateName(machine) },
    launchTime: machine.createdAt,
    placement: { availabilityZone: textOf(outputs, "availabilityZone") || `${call.region}a` },
    privateIpAddress: textOf(outputs, "privateIp") || undefined,
    ipAddress: textOf(outputs, "publicIp") || undefined,
    subnetId: textOf(outputs, "subnetId") || undefined,
    instanceLifecycle: textOf(outputs, "instanceLifecycle") || undefined,
    groupSet: textsAt(outputs, "vpcSecurityGroupIds").map((groupId) => ({ groupId })),
    tagSet: describedTags(machine),
  };
}

function valuesOf(machine: CloudRecord, call: ApiCall): (name: string) => readonly string[] {
  return (name) => {
    switch (name) {
      case "instance-id":
        return [machine.id];
      case "instance-state-name":
        return [stateName(machine)];
      case "image-id":
        return [textOf(machine.outputs, "ami")];
      case "subnet-id":
        return [textOf({ ...machine.inputs, ...machine.outputs }, "subnetId")];
      case "instance.group-id":
        return textsAt({ ...machine.inputs, ...machine.outputs }, "vpcSecurityGroupIds");
      case "vpc-id": {
        const subnet = textOf({ ...machine.inputs, ...machine.outputs }, "subnetId");
        return [textOf(call.hands.find(subnetType, subnet)?.outputs ?? {}, "vpcId")];
      }
      case "availability-zone":
        return [textOf(machine.outputs, "availabilityZone")];
      default:
        throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
    }
  };
}

const terminateInstances: QueryOperation = async (input, call) => {
  const ids = listOfForm(input, "InstanceId");
  if (ids.length === 0) {
    throw new ApiError("MissingParameter", "The request must contain the parameter InstanceId");
  }
  const found = namedOnes(call.hands.ofType(instanceType), ids, noInstance);
  for (const machine of found) {
    await call.cloud.reach(
      callOf("delete", instanceType, machine.name, machine.id),
      durationOf(instanceType, "delete"),
      faultWords,
      () => {
        if (machine.outputs["disableApiTermination"] === true) {
          throw new ApiError(
            "OperationNotPermitted",
            `The instance '${machine.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
          );
        }
        endMachine(machine, call.hands);
        return { id: machine.id, result: undefined };
      },
    );
    // A group takes an ended machine for an unhealthy one, and starts another.
    if (
      groupOf(machine) !== "" &&
      machinesOf(groupOf(machine), call.hands).every(({ id }) => id !== machine.id)
    ) {
      await launch(groupOf(machine), call);
    }
  }
  return ec2Answer("TerminateInstances", {
    instancesSet: found.map(({ id }) => ({
      instanceId: id,
      currentState: { code: 32, name: "shutting-down" },
      previousState: { code: 16, name: "running" },
    })),
  });
};

/** Page by page where it is asked for; each machine in a reservation of its own. */
function describeInstances(input: URLSearchParams, call: ApiCall): Xml {
  const size = input.get("MaxResults");
  if (size !== null && !(Number(size) >= 5 && Number(size) <= 1000)) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const found = namedOnes(
    call.hands.ofType(instanceType),
    listOfForm(input, "InstanceId"),
    noInstance,
  ).filter((machine) => passesFilters(machine, input, valuesOf(machine, call)));
  const from = Number(input.get("NextToken") ?? "0") || 0;
  const end = size === null ? found.length : from + Number(size);
  return {
    reservationSet: found.slice(from, end).map((machine) => ({
      reservationId: machine.id.replace(/^i-/, "r-"),
      ownerId: call.account,
      instancesSet: [describedInstance(machine, call)],
    })),
    ...(end < found.length && { nextToken: String(end) }),
  };
}

export const instanceOperations: Readonly<Record<string, QueryOperation>> = {
  DescribeInstances: ec2Read("DescribeInstances", describeInstances),
  TerminateInstances: terminateInstances,
};
