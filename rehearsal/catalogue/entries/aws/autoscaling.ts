import type { Entries, Entry, Refusal, Rule } from "../../../interpreter/entry";
import { numberOf, textOf, type Values } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";
import { endMachines, startMachines } from "./group-machines";
import { toSubnet } from "./network-references";

const groupType = "aws:autoscaling/group:Group";

/** A group takes its machines from a template, a configuration, or a mix of templates. */
const hasTemplate: Rule = ({ inputs }) => {
  const given = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"].some(
    (name) => inputs[name] !== undefined,
  );
  if (given) return undefined;
  const message =
    "One of `launch_configuration`, `launch_template`, or `mixed_instances_policy` must be set for an Auto Scaling Group";
  return { code: "MissingTemplate", message, byProvider: true };
};

function sizesFit(inputs: Values): Refusal | undefined {
  const [min = 0, max = 0, desired] = ["minSize", "maxSize", "desiredCapacity"].map((name) =>
    numberOf(inputs, name),
  );
  if (min > max) {
    const message = `Max bound, ${String(max)}, must be greater than or equal to min bound, ${String(min)}`;
    return { code: "ValidationError", message };
  }
  if (desired === undefined || (desired >= min && desired <= max)) return undefined;
  const bound =
    desired < min
      ? `above the specified min value ${String(min)}`
      : `below the specified max value ${String(max)}`;
  return { code: "ValidationError", message: `Desired capacity:${String(desired)} must be ${bound}` };
}

/** A setting of a group, which must be there. */
function ofGroup(title: string, named: string): Entry {
  return {
    api: { service: "Auto Scaling", title },
    id: ({ inputs, name }) => textOf(inputs, named) || name,
    within: (values) => textOf(values, "autoscalingGroupName"),
    references: [
      {
        property: "autoscalingGroupName",
        type: groupType,
        code: "ValidationError",
        message: () => "Group or scheduled action name not found",
      },
    ],
  };
}

export const entries: Entries = {
  [groupType]: {
    api: {
      service: "Auto Scaling",
      title: "Auto Scaling Group",
      create: "CreateAutoScalingGroup",
      update: "UpdateAutoScalingGroup",
      delete: "DeleteAutoScalingGroup",
    },
    id: ({ inputs, random }) => textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    outputs: ({ id, inputs, place }) => ({
      name: id,
      desiredCapacity: inputs["desiredCapacity"] ?? inputs["minSize"] ?? 0,
      defaultCooldown: inputs["defaultCooldown"] ?? 300,
      healthCheckType: textOf(inputs, "healthCheckType") || "EC2",
      serviceLinkedRoleArn: `arn:aws:iam::${place.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    }),
    references: [
      toSubnet("vpcZoneIdentifiers"),
      {
        property: "targetGroupArns",
        type: ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"],
        code: "ValidationError",
        message: (arn) => `Target group '${arn}' not found`,
      },
      {
        property: "launchTemplate.id",
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        code: "ValidationError",
        message: (id) => `The specified launch template, with template ID ${id}, does not exist.`,
      },
    ],
    refuseCreate: [
      nameIsFree("name", {
        code: "AlreadyExists",
        message: () => "AutoScalingGroup by this name already exists - A group with the name already exists",
      }),
      hasTemplate,
    ],
    refuseInputs: [sizesFit],
    afterCreate: startMachines,
    afterDelete: endMachines,
    seconds: { create: 60, update: 10, delete: 120 },
  },
  "aws:autoscaling/lifecycleHook:LifecycleHook": {
    ...ofGroup("Auto Scaling Lifecycle Hook", "name"),
    outputs: ({ inputs }) => ({ defaultResult: textOf(inputs, "defaultResult") || "ABANDON" }),
  },
  "aws:autoscaling/policy:Policy": ofGroup("Auto Scaling Policy", "name"),
  "aws:autoscaling/schedule:Schedule": ofGroup("Auto Scaling Scheduled Action", "scheduledActionName"),
};
