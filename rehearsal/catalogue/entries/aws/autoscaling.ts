import type {
  CloudHands,
  CloudView,
  Entries,
  Entry,
  Reference,
  Refusal,
  Rule,
  Subject,
} from "../../../interpreter/entry";
import {
  containsUnknown,
  isRecord,
  numberOf,
  recordOf,
  textOf,
  textsAt,
  type Values,
} from "../../../interpreter/values";
import {
  distributionFits,
  firstHooksFit,
  lifetimeFits,
  mixedTemplateIsPlain,
  ofHook,
  percentagesFit,
  rollbackIsPossible,
  scheduleFits,
  warmPoolIsAllowed,
} from "./autoscaling-rules";
import { nameIsFree } from "./common-rules";
import { endMachines, followUpdate, groupType, startMachines } from "./group-machines";
import { toSubnet } from "./network-references";

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
    importedBy: [`{autoscalingGroupName}/{${named}}`],
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

const hookType = "aws:autoscaling/lifecycleHook:LifecycleHook";
const notificationType = "aws:autoscaling/notification:Notification";
const policyType = "aws:autoscaling/policy:Policy";
const attachmentType = "aws:autoscaling/attachment:Attachment";
const scheduleType = "aws:autoscaling/schedule:Schedule";
const tagType = "aws:autoscaling/tag:Tag";

/** What is a group's goes with it, whoever made it. */
export function endSettings(group: string, cloud: CloudHands): void {
  for (const record of [
    attachmentType,
    hookType,
    notificationType,
    policyType,
    scheduleType,
    tagType,
  ].flatMap((type) => cloud.ofType(type))) {
    const { inputs } = record;
    if (textOf(inputs, "autoscalingGroupName") === group || textsAt(inputs, "groupNames").includes(group)) {
      cloud.drop(record);
    }
  }
}

/** A template that is named by id has its name beside it in the outputs, and the other way round. */
function bothNames(template: Values, id: string, name: string, cloud: CloudView): Values {
  const found = cloud
    .ofType("aws:ec2/launchTemplate:LaunchTemplate")
    .find((record) => record.id === template[id] || record.outputs["name"] === template[name]);
  return { ...template, ...(found && { [id]: found.id, [name]: textOf(found.outputs, "name") }) };
}

function templatesOf(inputs: Values, cloud: CloudView): Values {
  const { launchTemplate: single, mixedInstancesPolicy: mixed } = inputs;
  if (containsUnknown(single) || containsUnknown(mixed)) return {};
  const policy = isRecord(mixed) ? recordOf(mixed, "launchTemplate") : {};
  const given = policy["launchTemplateSpecification"];
  return {
    ...(isRecord(single) && { launchTemplate: bothNames(single, "id", "name", cloud) }),
    ...(isRecord(mixed) &&
      isRecord(given) && {
        mixedInstancesPolicy: {
          ...mixed,
          launchTemplate: {
            ...policy,
            launchTemplateSpecification: bothNames(given, "launchTemplateId", "launchTemplateName", cloud),
          },
        },
      }),
  };
}

function toTargetGroup(property: string): Reference {
  return {
    property,
    type: ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"],
    code: "ValidationError",
    message: (arn) => `Target group '${arn}' not found`,
  };
}

/** Puts the target groups of a group's machines right, where an attachment has come or gone. */
function regroup(
  { inputs }: Subject,
  cloud: CloudHands,
  change: (arns: readonly string[], arn: string) => readonly string[],
): void {
  const group = cloud.find(groupType, textOf(inputs, "autoscalingGroupName"));
  if (group === undefined) return;
  const arns = change(textsAt(group.outputs, "targetGroupArns"), textOf(inputs, "lbTargetGroupArn"));
  cloud.keep({ ...group, outputs: { ...group.outputs, targetGroupArns: [...arns] } });
}

export const entries: Entries = {
  [tagType]: {
    // One for each key of a group. Source: "Import" of aws_autoscaling_group_tag.
    id: ({ inputs }) => `${textOf(inputs, "autoscalingGroupName")},${textOf(recordOf(inputs, "tag"), "key")}`,
  },
  [groupType]: {
    api: {
      service: "Auto Scaling",
      title: "Auto Scaling Group",
      create: "CreateAutoScalingGroup",
      update: "UpdateAutoScalingGroup",
      delete: "DeleteAutoScalingGroup",
    },
    id: ({ inputs, random }) => textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    outputs: ({ id, inputs, place }, cloud) => ({
      ...templatesOf(inputs, cloud),
      name: id,
      desiredCapacity: inputs["desiredCapacity"] ?? inputs["minSize"] ?? 0,
      defaultCooldown: inputs["defaultCooldown"] ?? 300,
      healthCheckType: textOf(inputs, "healthCheckType") || "EC2",
      serviceLinkedRoleArn: `arn:aws:iam::${place.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    }),
    updated: ({ inputs }, cloud) => templatesOf(inputs, cloud),
    references: [
      toSubnet("vpcZoneIdentifiers"),
      toTargetGroup("targetGroupArns"),
      ...[
        "launchTemplate.id",
        "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId",
      ].map((property): Reference => ({
        property,
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        code: "ValidationError",
        message: (id) => `The specified launch template, with template ID ${id}, does not exist.`,
      })),
    ],
    unique: [
      nameIsFree("name", {
        code: "AlreadyExists",
        message: () => "AutoScalingGroup by this name already exists - A group with the name already exists",
      }),
    ],
    refuseCreate: [hasTemplate],
    refuseInputs: [
      sizesFit,
      distributionFits,
      mixedTemplateIsPlain,
      warmPoolIsAllowed,
      lifetimeFits,
      percentagesFit,
      rollbackIsPossible,
      firstHooksFit,
    ],
    afterCreate: startMachines,
    meanwhile: followUpdate,
    afterDelete: (group, cloud) => {
      endMachines(group, cloud);
      endSettings(group.id, cloud);
    },
  },
  [attachmentType]: {
    api: {
      service: "Auto Scaling",
      title: "Auto Scaling Group Attachment",
      create: "AttachLoadBalancerTargetGroups",
      delete: "DetachLoadBalancerTargetGroups",
    },
    id: ({ inputs, random }) => `${textOf(inputs, "autoscalingGroupName")}-${random.hex(26)}`,
    references: [
      {
        property: "autoscalingGroupName",
        type: groupType,
        code: "ValidationError",
        message: (name) => `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`,
      },
      toTargetGroup("lbTargetGroupArn"),
    ],
    afterCreate: (draft, cloud) => {
      regroup(draft, cloud, (arns, arn) => [...new Set([...arns, arn])]);
    },
    afterDelete: (draft, cloud) => {
      regroup(draft, cloud, (arns, arn) => arns.filter((other) => other !== arn));
    },
  },
  [hookType]: {
    ...ofGroup("Auto Scaling Lifecycle Hook", "name"),
    outputs: ({ inputs }) => ({ defaultResult: textOf(inputs, "defaultResult") || "ABANDON" }),
    refuseInputs: [ofHook],
  },
  [notificationType]: {
    api: {
      service: "Auto Scaling",
      title: "Auto Scaling Notification",
      create: "PutNotificationConfiguration",
    },
    id: ({ inputs }) => textOf(inputs, "topicArn"),
    within: (values) => textsAt(values, "groupNames").join(","),
    references: [
      {
        property: "groupNames",
        type: groupType,
        code: "ValidationError",
        message: (name) => `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`,
      },
    ],
  },
  [policyType]: ofGroup("Auto Scaling Policy", "name"),
  [scheduleType]: {
    ...ofGroup("Auto Scaling Scheduled Action", "scheduledActionName"),
    refuseInputs: [scheduleFits],
  },
};
