import {
  groupOf,
  groupType,
  machinesOf,
  originOf,
  templateOf,
} from "../catalogue/entries/aws/group-machines";
import { templateType } from "../catalogue/entries/aws/template-versions";
import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, textsAt, type Values } from "../interpreter/values";
import { ApiError, type ApiCall, type QueryOperation } from "./call";
import {
  activitiesOf,
  changeGroup,
  groupNamed,
  groupOperation,
  machineOfGroup,
  reconcile,
  stateOf,
  suspendedOf,
  terminate,
} from "./groups";
import { refreshOperations } from "./instance-refresh";
import { flagOfForm, listOfForm, numberOfForm, type Xml } from "./xml";

// What is checked, and in which words: the Amazon EC2 Auto Scaling API reference.

function named(input: URLSearchParams, call: ApiCall): CloudRecord {
  return groupNamed(input.get("AutoScalingGroupName") ?? "", call);
}

function textOfNumber(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "number" ? String(value) : textOf(values, name);
}

function describedTemplate(id: string, version: string, call: ApiCall): Xml {
  if (id === "") return undefined;
  const template = call.hands.find(templateType, id);
  return {
    LaunchTemplateId: id,
    LaunchTemplateName: textOf(template?.outputs ?? {}, "name"),
    Version: version,
  };
}

function describedInstance(machine: CloudRecord, call: ApiCall, withGroup: boolean): Xml {
  const origin = originOf(machine);
  return {
    InstanceId: machine.id,
    ...(withGroup && { AutoScalingGroupName: groupOf(machine) }),
    AvailabilityZone: textOf(machine.outputs, "availabilityZone") || `${call.region}a`,
    InstanceType: textOf(machine.outputs, "instanceType"),
    LifecycleState: stateOf(machine),
    HealthStatus: textOf(machine.outputs, "healthStatus") || (withGroup ? "HEALTHY" : "Healthy"),
    LaunchTemplate: describedTemplate(origin.template, origin.version, call),
    ProtectedFromScaleIn: machine.outputs["protectedFromScaleIn"] === true,
  };
}

function describedGroup(group: CloudRecord, call: ApiCall): Xml {
  const { outputs } = group;
  const origin = templateOf(group, call.hands);
  const described = describedTemplate(origin?.template.id ?? "", String(origin?.version ?? ""), call);
  const mixed = recordOf(outputs, "mixedInstancesPolicy");
  const isMixed = Object.keys(mixed).length > 0;
  const distribution = recordOf(mixed, "instancesDistribution");
  return {
    AutoScalingGroupName: group.id,
    AutoScalingGroupARN: textOf(outputs, "arn"),
    ...(!isMixed && { LaunchTemplate: described }),
    ...(isMixed && {
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: described,
          Overrides: origin?.types.map((type) => ({ InstanceType: type })),
        },
        InstancesDistribution: {
          OnDemandBaseCapacity: numberOf(distribution, "onDemandBaseCapacity"),
          OnDemandPercentageAboveBaseCapacity: numberOf(distribution, "onDemandPercentageAboveBaseCapacity"),
          SpotAllocationStrategy: textOf(distribution, "spotAllocationStrategy") || undefined,
          SpotMaxPrice: textOf(distribution, "spotMaxPrice") || undefined,
        },
      },
    }),
    MinSize: numberOf(outputs, "minSize") ?? 0,
    MaxSize: numberOf(outputs, "maxSize") ?? 0,
    DesiredCapacity: numberOf(outputs, "desiredCapacity") ?? 0,
    DefaultCooldown: numberOf(outputs, "defaultCooldown") ?? 300,
    HealthCheckType: textOf(outputs, "healthCheckType") || "EC2",
    HealthCheckGracePeriod: numberOf(outputs, "healthCheckGracePeriod") ?? 300,
    CreatedTime: group.createdAt,
    VPCZoneIdentifier: textsAt(outputs, "vpcZoneIdentifiers").join(","),
    TargetGroupARNs: textsAt(outputs, "targetGroupArns"),
    SuspendedProcesses: suspendedOf(group).map((process) => ({
      ProcessName: process,
      SuspensionReason: "User suspended at the request of an operator",
    })),
    Instances: machinesOf(group.id, call.hands).map((machine) => describedInstance(machine, call, false)),
    Tags: listOf(group.inputs, "tags")
      .filter(isRecord)
      .map((tag) => ({
        ResourceId: group.id,
        ResourceType: "auto-scaling-group",
        Key: textOf(tag, "key"),
        Value: textOf(tag, "value"),
        PropagateAtLaunch: tag["propagateAtLaunch"] === true,
      })),
  };
}

/** A size that the group's bounds allow. */
function sized(group: Values, desired: number): void {
  const [min, max] = [numberOf(group, "minSize") ?? 0, numberOf(group, "maxSize") ?? 0];
  if (desired >= min && desired <= max) return;
  throw new ApiError(
    "ValidationError",
    desired < min
      ? `New SetDesiredCapacity value ${String(desired)} is below min value ${String(min)} for the AutoScalingGroup.`
      : `New SetDesiredCapacity value ${String(desired)} is above max value ${String(max)} for the AutoScalingGroup.`,
  );
}

/** Changes that UpdateAutoScalingGroup asks for: sizes and the template. */
function wantedChanges(input: URLSearchParams, group: CloudRecord, call: ApiCall): Values {
  const numbers = (["MinSize", "MaxSize", "DesiredCapacity"] as const).flatMap((name) => {
    const number = numberOfForm(input, name);
    return number === undefined ? [] : [[name.charAt(0).toLowerCase() + name.slice(1), number] as const];
  });
  const mixedAt = "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification";
  const mixed = input.get(`${mixedAt}.LaunchTemplateId`) !== null;
  const id = input.get(mixed ? `${mixedAt}.LaunchTemplateId` : "LaunchTemplate.LaunchTemplateId");
  const version = input.get(mixed ? `${mixedAt}.Version` : "LaunchTemplate.Version") ?? "$Default";
  const policy = recordOf(group.outputs, "mixedInstancesPolicy");
  const changed: Values = {
    ...Object.fromEntries(numbers),
    ...(id !== null && !mixed && { launchTemplate: { id, version } }),
    ...(id !== null &&
      mixed && {
        mixedInstancesPolicy: {
          ...policy,
          launchTemplate: {
            ...recordOf(policy, "launchTemplate"),
            launchTemplateSpecification: { launchTemplateId: id, version },
          },
        },
      }),
  };
  if (id !== null && !templateOf({ ...group, outputs: { ...group.outputs, ...changed } }, call.hands)) {
    throw new ApiError(
      "ValidationError",
      `The specified launch template, with template ID ${id}, or its version ${version}, does not exist.`,
    );
  }
  return changed;
}

const setSuspended =
  (change: (had: readonly string[], given: readonly string[]) => readonly string[]) =>
  async (input: URLSearchParams, call: ApiCall): Promise<Xml> => {
    const group = named(input, call);
    const given = listOfForm(input, "ScalingProcesses");
    changeGroup(group.id, { suspendedProcesses: [...change(suspendedOf(group), given)] }, call);
    await reconcile(group.id, call);
    return {};
  };

const allProcesses = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
];

export const autoscalingOperations: Readonly<Record<string, QueryOperation>> = {
  DescribeAutoScalingGroups: groupOperation("DescribeAutoScalingGroups", "invoke", (input, call) => {
    const names = listOfForm(input, "AutoScalingGroupNames");
    return {
      AutoScalingGroups: call.hands
        .ofType(groupType)
        .filter(({ id }) => names.length === 0 || names.includes(id))
        .map((group) => describedGroup(group, call)),
    };
  }),
  DescribeAutoScalingInstances: groupOperation("DescribeAutoScalingInstances", "invoke", (input, call) => {
    const ids = listOfForm(input, "InstanceIds");
    return {
      AutoScalingInstances: call.hands
        .ofType("aws:ec2/instance:Instance")
        .filter((machine) => groupOf(machine) !== "" && (ids.length === 0 || ids.includes(machine.id)))
        .map((machine) => describedInstance(machine, call, true)),
    };
  }),
  DescribeScalingActivities: groupOperation("DescribeScalingActivities", "invoke", (input, call) => {
    const group = input.get("AutoScalingGroupName") ?? "";
    return {
      Activities: activitiesOf(group, call).map(({ id, status, description, message, at }) => ({
        ActivityId: id,
        AutoScalingGroupName: group,
        Description: description,
        Cause: "At an operator's request.",
        StartTime: at,
        EndTime: at,
        StatusCode: status,
        StatusMessage: message === "" ? undefined : message,
        Progress: 100,
      })),
    };
  }),
  DescribeLifecycleHooks: groupOperation("DescribeLifecycleHooks", "invoke", (input, call) => {
    const group = named(input, call);
    const separate = call.hands
      .ofType("aws:autoscaling/lifecycleHook:LifecycleHook")
      .map(({ outputs }) => outputs)
      .filter((hook) => textOf(hook, "autoscalingGroupName") === group.id);
    return {
      LifecycleHooks: [...listOf(group.inputs, "initialLifecycleHooks").filter(isRecord), ...separate].map(
        (hook) => ({
          LifecycleHookName: textOf(hook, "name"),
          AutoScalingGroupName: group.id,
          LifecycleTransition: textOf(hook, "lifecycleTransition"),
          HeartbeatTimeout: Number(textOfNumber(hook, "heartbeatTimeout") || "3600"),
          DefaultResult: textOf(hook, "defaultResult") || "ABANDON",
        }),
      ),
    };
  }),
  SetDesiredCapacity: groupOperation("SetDesiredCapacity", "update", async (input, call) => {
    const group = named(input, call);
    const desired = numberOfForm(input, "DesiredCapacity") ?? 0;
    sized(group.outputs, desired);
    changeGroup(group.id, { desiredCapacity: desired }, call);
    await reconcile(group.id, call);
    return {};
  }),
  UpdateAutoScalingGroup: groupOperation("UpdateAutoScalingGroup", "update", async (input, call) => {
    const group = named(input, call);
    const changes = wantedChanges(input, group, call);
    const after = { ...group.outputs, ...changes };
    const [min, max] = [numberOf(after, "minSize") ?? 0, numberOf(after, "maxSize") ?? 0];
    const desired = Math.min(Math.max(numberOf(after, "desiredCapacity") ?? 0, min), max);
    sized(after, desired);
    changeGroup(group.id, { ...changes, desiredCapacity: desired }, call);
    await reconcile(group.id, call);
    return {};
  }),
  TerminateInstanceInAutoScalingGroup: groupOperation(
    "TerminateInstanceInAutoScalingGroup",
    "invoke",
    async (input, call) => {
      const machine = machineOfGroup(input.get("InstanceId") ?? "", call);
      const group = groupNamed(groupOf(machine), call);
      if (flagOfForm(input, "ShouldDecrementDesiredCapacity") === true) {
        const desired = (numberOf(group.outputs, "desiredCapacity") ?? 0) - 1;
        const min = numberOf(group.outputs, "minSize") ?? 0;
        if (desired < min) {
          throw new ApiError(
            "ValidationError",
            `Currently, desiredSize equals minSize (${String(min)}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
          );
        }
        changeGroup(group.id, { desiredCapacity: desired }, call);
      }
      const { id, description, at } = await terminate(machine, call);
      await reconcile(group.id, call);
      return {
        Activity: {
          ActivityId: id,
          AutoScalingGroupName: group.id,
          Description: description,
          Cause: "At an operator's request.",
          StartTime: at,
          StatusCode: "InProgress",
          Progress: 0,
        },
      };
    },
  ),
  SetInstanceProtection: groupOperation("SetInstanceProtection", "update", (input, call) => {
    for (const id of listOfForm(input, "InstanceIds")) {
      const machine = machineOfGroup(id, call);
      const protectedFromScaleIn = flagOfForm(input, "ProtectedFromScaleIn") === true;
      call.hands.put({ ...machine, outputs: { ...machine.outputs, protectedFromScaleIn } });
    }
    return {};
  }),
  SetInstanceHealth: groupOperation("SetInstanceHealth", "invoke", (input, call) => {
    const machine = machineOfGroup(input.get("InstanceId") ?? "", call);
    const healthStatus = input.get("HealthStatus") ?? "Healthy";
    call.hands.put({ ...machine, outputs: { ...machine.outputs, healthStatus } });
    return {};
  }),
  CompleteLifecycleAction: groupOperation("CompleteLifecycleAction", "invoke", () => ({})),
  RecordLifecycleActionHeartbeat: groupOperation("RecordLifecycleActionHeartbeat", "invoke", () => ({})),
  SuspendProcesses: groupOperation(
    "SuspendProcesses",
    "update",
    setSuspended((had, given) => [...new Set([...had, ...(given.length > 0 ? given : allProcesses)])].sort()),
  ),
  ResumeProcesses: groupOperation(
    "ResumeProcesses",
    "update",
    setSuspended((had, given) => (given.length > 0 ? had.filter((one) => !given.includes(one)) : [])),
  ),
  ...refreshOperations,
};
