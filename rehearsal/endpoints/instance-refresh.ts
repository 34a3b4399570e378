import { machinesOf, originOf, templateOf } from "../catalogue/entries/aws/group-machines";
import type { Cloud } from "../cloud/cloud";
import { recordOf, type Values } from "../interpreter/values";
import { ApiError, type ApiCall, type QueryOperation } from "./call";
import { activitiesOf, changeGroup, groupNamed, groupOperation, launch, terminate } from "./groups";
import { flagOfForm, numberOfForm, type Xml } from "./xml";

interface Refresh {
  readonly id: string;
  readonly group: string;
  readonly status: "Successful" | "Failed" | "RollbackSuccessful";
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly template: Values;
}

/** Forgotten when the rehearsal ends; a refresh is over when its call is, as nothing is waited for here. */
const refreshes = new WeakMap<Cloud, Refresh[]>();

function refreshesOf(group: string, { cloud }: ApiCall): readonly Refresh[] {
  return [...(refreshes.get(cloud) ?? [])].reverse().filter((refresh) => refresh.group === group);
}

/** The template of DesiredConfiguration; empty without one. */
function desiredTemplate(input: URLSearchParams): Values {
  for (const at of [
    "DesiredConfiguration.LaunchTemplate",
    "DesiredConfiguration.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification",
  ]) {
    const id = input.get(`${at}.LaunchTemplateId`);
    if (id !== null)
      return { id, version: input.get(`${at}.Version`) ?? "$Default", mixed: at.includes("Mixed") };
  }
  return {};
}

function withTemplate(outputs: Values, { id = "", version = "", mixed }: Values): Values {
  if (mixed !== true) return { launchTemplate: { id, version } };
  const policy = recordOf(outputs, "mixedInstancesPolicy");
  const launchTemplate = {
    ...recordOf(policy, "launchTemplate"),
    launchTemplateSpecification: { launchTemplateId: id, version },
  };
  return { mixedInstancesPolicy: { ...policy, launchTemplate } };
}

/** Replaces machine by machine; the first that does not come ends it, and brings back the old template if that is asked. */
async function refresh(input: URLSearchParams, call: ApiCall): Promise<Refresh> {
  const group = groupNamed(input.get("AutoScalingGroupName") ?? "", call);
  const wanted = desiredTemplate(input);
  const rollsBack = flagOfForm(input, "Preferences.AutoRollback") === true;
  const skips = flagOfForm(input, "Preferences.SkipMatching") === true;
  if (rollsBack && Object.keys(wanted).length === 0) {
    throw new ApiError(
      "ValidationError",
      "DesiredConfiguration must be specified when AutoRollback is enabled.",
    );
  }
  const startedAt = new Date().toISOString();
  const had = group.outputs;
  if (Object.keys(wanted).length > 0) changeGroup(group.id, withTemplate(had, wanted), call);
  const target = templateOf(groupNamed(group.id, call), call.hands);
  if (!target) throw new ApiError("ValidationError", "The launch template does not exist.");
  const stale = machinesOf(group.id, call.hands).filter(
    (machine) => !skips || originOf(machine).version !== String(target.version),
  );
  const ended: Values = { launchTemplate: had["launchTemplate"] ?? {} };
  let failed = false;
  let replaced = 0;
  for (const machine of stale) {
    if ((await launch(group.id, call)) === undefined) {
      failed = true;
      break;
    }
    await terminate(machine, call);
    replaced += 1;
  }
  if (failed && rollsBack) {
    changeGroup(
      group.id,
      had["mixedInstancesPolicy"] === undefined
        ? ended
        : { mixedInstancesPolicy: had["mixedInstancesPolicy"] },
      call,
    );
    const news = machinesOf(group.id, call.hands).filter(
      (machine) => originOf(machine).version === String(target.version),
    );
    for (const machine of news.slice(0, replaced)) {
      await launch(group.id, call);
      await terminate(machine, call);
    }
  }
  const [why] = activitiesOf(group.id, call).filter(({ status }) => status !== "Successful");
  return {
    id: call.cloud.random(`${group.id}/refresh`).uuid(),
    group: group.id,
    status: !failed ? "Successful" : rollsBack ? "RollbackSuccessful" : "Failed",
    reason: failed ? (why?.message ?? "An instance did not become healthy.") : "",
    startedAt,
    endedAt: new Date().toISOString(),
    template: wanted,
  };
}

function described(one: Refresh): Xml {
  return {
    InstanceRefreshId: one.id,
    AutoScalingGroupName: one.group,
    Status: one.status,
    StatusReason: one.reason === "" ? undefined : one.reason,
    StartTime: one.startedAt,
    EndTime: one.endedAt,
    PercentageComplete: 100,
    InstancesToUpdate: 0,
  };
}

const none = (): never => {
  throw new ApiError(
    "ActiveInstanceRefreshNotFound",
    "No in progress or pending Instance Refresh found for Auto Scaling group.",
  );
};

export const refreshOperations: Readonly<Record<string, QueryOperation>> = {
  StartInstanceRefresh: groupOperation("StartInstanceRefresh", "update", async (input, call) => {
    const done = await refresh(input, call);
    refreshes.set(call.cloud, [...(refreshes.get(call.cloud) ?? []), done]);
    return { InstanceRefreshId: done.id };
  }),
  DescribeInstanceRefreshes: groupOperation("DescribeInstanceRefreshes", "invoke", (input, call) => {
    const { id } = groupNamed(input.get("AutoScalingGroupName") ?? "", call);
    const most = numberOfForm(input, "MaxRecords") ?? 50;
    return { InstanceRefreshes: refreshesOf(id, call).slice(0, most).map(described) };
  }),
  CancelInstanceRefresh: groupOperation("CancelInstanceRefresh", "update", none),
  RollbackInstanceRefresh: groupOperation("RollbackInstanceRefresh", "update", none),
};
