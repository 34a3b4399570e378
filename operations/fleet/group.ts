import type { AutoScalingGroup, MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import type { FleetClients } from "./clients";

/** A machine of a role's group, as AWS sees it now. */
export interface FleetMachine {
  readonly id: string;
  readonly zone: string;
  readonly type: string;
  readonly image: string;
  /** Private address; empty where EC2 does not say. */
  readonly address: string;
  /** Auto Scaling's word: `InService`, `Pending:Wait`, `Terminating:Wait`, … */
  readonly lifecycle: string;
  readonly healthy: boolean;
  /** Milliseconds since 1970. */
  readonly launchedAt: number;
  /** Version of the launch template that it was started from. */
  readonly version: string;
  /** Whether a machine that is started now would be as this one. */
  readonly isCurrent: boolean;
}

/** A role's Auto Scaling group, as it stands now. */
export interface FleetGroup {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly templateId: string;
  /** Version that new machines are started from. */
  readonly version: string;
  /** Present where machines are of several types. */
  readonly mixed: MixedInstancesPolicy | undefined;
  /** Image of that version. */
  readonly image: string;
  readonly targetGroups: readonly string[];
  readonly suspended: readonly string[];
  /** Oldest first. */
  readonly machines: readonly FleetMachine[];
}

/** The group of this name, or undefined when there is none. */
export async function readGroup(clients: FleetClients, name: string): Promise<FleetGroup | undefined> {
  const { DescribeAutoScalingGroupsCommand } = clients.sdk.autoscaling;
  const { AutoScalingGroups: [group] = [] } = await clients.autoscaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  if (group === undefined) {
    return undefined;
  }
  const members = group.Instances ?? [];
  const { templateId, version } = templateOf(group);
  const versions = await templateVersions(clients, templateId, [
    version,
    ...members.map((member) => member.LaunchTemplate?.Version ?? ""),
  ]);
  const wanted = versions.get(version);
  const instances = await readInstances(
    clients,
    members.map(({ InstanceId: id }) => id ?? ""),
  );
  return {
    name,
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    templateId,
    version: wanted?.number ?? version,
    mixed: group.MixedInstancesPolicy,
    image: wanted?.image ?? "",
    targetGroups: group.TargetGroupARNs ?? [],
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName: process }) => process ?? ""),
    machines: members
      .map((member): FleetMachine => {
        const id = member.InstanceId ?? "";
        const instance = instances.get(id);
        const own = versions.get(member.LaunchTemplate?.Version ?? "");
        const image = instance?.ImageId ?? own?.image ?? "";
        return {
          id,
          zone: member.AvailabilityZone ?? "",
          type: member.InstanceType ?? instance?.InstanceType ?? "",
          image,
          address: instance?.PrivateIpAddress ?? "",
          lifecycle: member.LifecycleState ?? "",
          healthy: member.HealthStatus?.toLowerCase() === "healthy",
          launchedAt: instance?.LaunchTime?.getTime() ?? 0,
          version: own?.number ?? member.LaunchTemplate?.Version ?? "",
          // A version that says the same counts as the same: after a roll back there may be a third.
          isCurrent:
            own !== undefined &&
            member.LaunchTemplate?.LaunchTemplateId === templateId &&
            own.content === wanted?.content &&
            (image === "" || wanted.image === "" || image === wanted.image),
        };
      })
      .sort((a, b) => a.launchedAt - b.launchedAt || a.id.localeCompare(b.id)),
  };
}

function templateOf(group: AutoScalingGroup): { readonly templateId: string; readonly version: string } {
  const specification =
    group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? group.LaunchTemplate;
  return {
    templateId: specification?.LaunchTemplateId ?? "",
    version: specification?.Version ?? "$Default",
  };
}

interface TemplateVersion {
  readonly number: string;
  readonly image: string;
  /** All that it says, to compare. */
  readonly content: string;
}

/** By what was asked for: a number, `$Latest` or `$Default`. Versions that are gone are left out. */
async function templateVersions(
  clients: FleetClients,
  templateId: string,
  asked: readonly string[],
): Promise<ReadonlyMap<string, TemplateVersion>> {
  const found = new Map<string, TemplateVersion>();
  const { DescribeLaunchTemplateVersionsCommand } = clients.sdk.ec2;
  for (const version of new Set(asked.filter((one) => one !== ""))) {
    try {
      const { LaunchTemplateVersions: [answer] = [] } = await clients.ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: [version] }),
      );
      if (answer !== undefined) {
        found.set(version, {
          number: String(answer.VersionNumber ?? version),
          image: answer.LaunchTemplateData?.ImageId ?? "",
          content: JSON.stringify(answer.LaunchTemplateData ?? {}),
        });
      }
    } catch (error) {
      if (!(error instanceof Error && /VersionNotFound/.test(error.name))) {
        throw error;
      }
    }
  }
  return found;
}

/** By id. Asked by filter: an id that is not there any more is then no error. */
async function readInstances(
  clients: FleetClients,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> {
  const found = new Map<string, Instance>();
  // EC2 takes 200 values in a filter.
  for (let from = 0; from < ids.length; from += 200) {
    const { Reservations: reservations = [] } = await clients.ec2.send(
      new clients.sdk.ec2.DescribeInstancesCommand({
        Filters: [{ Name: "instance-id", Values: ids.slice(from, from + 200) }],
      }),
    );
    for (const instance of reservations.flatMap(({ Instances: instances = [] }) => instances)) {
      found.set(instance.InstanceId ?? "", instance);
    }
  }
  return found;
}

/** Lets the group start its machines from another version of its template. Those that run stay. */
export async function useVersion(clients: FleetClients, group: FleetGroup, version: string): Promise<void> {
  const specification = { LaunchTemplateId: group.templateId, Version: version };
  await clients.autoscaling.send(
    new clients.sdk.autoscaling.UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: group.name,
      ...(group.mixed === undefined
        ? { LaunchTemplate: specification }
        : {
            MixedInstancesPolicy: {
              ...group.mixed,
              LaunchTemplate: {
                ...group.mixed.LaunchTemplate,
                LaunchTemplateSpecification: specification,
              },
            },
          }),
    }),
  );
}

/** What stands in the way of a machine's traffic, by its id; a machine that is not named is no target yet. */
export async function targetStates(
  clients: FleetClients,
  targetGroups: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const states = new Map<string, string[]>();
  for (const arn of targetGroups) {
    const { TargetHealthDescriptions: targets = [] } = await clients.elb.send(
      new clients.sdk.elb.DescribeTargetHealthCommand({ TargetGroupArn: arn }),
    );
    for (const { Target: target, TargetHealth: health } of targets) {
      const id = target?.Id ?? "";
      states.set(id, [...(states.get(id) ?? []), health?.State ?? "unknown"]);
    }
  }
  return states;
}

/** In service for its group, and healthy for each of its load balancers; one without listeners says `unused`. */
export function isServing(
  machine: FleetMachine,
  targetGroups: readonly string[],
  states: ReadonlyMap<string, readonly string[]>,
): boolean {
  const own = states.get(machine.id) ?? [];
  return (
    machine.lifecycle === "InService" &&
    machine.healthy &&
    own.length >= targetGroups.length &&
    own.every((state) => state === "healthy" || state === "unused")
  );
}

/** A failed attempt of the group to start a machine. */
export interface FailedLaunch {
  readonly id: string;
  readonly message: string;
  /** Id of the machine; empty where there was none. */
  readonly machine: string;
  /** It started and did not become what it should be; otherwise AWS had none to give. */
  readonly booted: boolean;
}

/** Why a machine has failed, in its own words: what its boot has left in the role's parameter; undefined where it left none. */
export async function ownWords(
  clients: FleetClients,
  parameter: string,
  machine: string,
): Promise<string | undefined> {
  try {
    const { Parameter: found } = await clients.ssm.send(
      new clients.sdk.ssm.GetParameterCommand({ Name: parameter }),
    );
    const said = JSON.parse(found?.Value ?? "{}") as {
      readonly instance?: unknown;
      readonly reason?: unknown;
    };
    return said.instance === machine && typeof said.reason === "string" ? said.reason : undefined;
  } catch {
    // It only explains; what has failed is known without it.
    return undefined;
  }
}

/** Attempts to start machines that have failed, but for those known already; newest first. */
export async function failedLaunches(
  clients: FleetClients,
  group: string,
  known: ReadonlySet<string> = new Set(),
): Promise<readonly FailedLaunch[]> {
  const { Activities: activities = [] } = await clients.autoscaling.send(
    new clients.sdk.autoscaling.DescribeScalingActivitiesCommand({
      AutoScalingGroupName: group,
      MaxRecords: 50,
    }),
  );
  return activities
    .filter(
      ({ ActivityId: id = "", Description: text = "", StatusCode: status }) =>
        text.startsWith("Launching") && (status === "Failed" || status === "Cancelled") && !known.has(id),
    )
    .map(({ ActivityId: id = "", StatusCode: status, StatusMessage: message, Description: text = "" }) => ({
      id,
      message: message ?? text,
      machine: /\bi-[0-9a-f]+\b/.exec(text)?.[0] ?? "",
      booted: status === "Cancelled" || /Lifecycle Action/.test(message ?? ""),
    }));
}
