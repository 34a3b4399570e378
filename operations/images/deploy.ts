import { callOf, type ImageCall } from "./call";
import type { RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { refreshAlarmName } from "../../components/worker-groups/group-data";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { describeAwsError } from "../engine/aws-clients";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { type ImageGroup, ssm, type ImageClients } from "./clients";
import { findImages, deployedImageOf } from "./inventory";
import { recordInState, stateKnows } from "./record";
import { duration } from "../terminal/output";
import {
  configurationOf,
  dropVersion,
  groupTemplate,
  imageOf,
  makeDefault,
  versionOf,
  versionWithImage,
  type GroupTemplate,
} from "./group-template";
import { newestFirst, type FoundImage } from "./judge-images";
import { failedStarts, followRefresh, runningRefresh, startRefresh, type Ended } from "./refresh";

export interface Deploying {
  readonly clients: ImageClients;
  readonly group: ImageGroup;
  readonly preferences: RefreshPreferences;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  /** How a person calls it again. */
  readonly call: string;
  /** How a person calls what makes the group. */
  readonly standUp: string;
}

/** What a deployment would do; or that there is nothing to do but to finish one. */
export interface Plan {
  readonly image: FoundImage;
  readonly from: GroupTemplate;
  /** What the parameter says now. */
  readonly deployed: string | undefined;
  /** `roll`: replace machines. `follow`: a refresh to this image is under way. `record`: only write the parameter. */
  readonly action: "roll" | "follow" | "record" | "nothing";
  /** Id of the refresh that is under way, and the version that it brings. */
  readonly refresh?: { readonly id: string; readonly version: string };
}

/**
 * Looks what is to be done. Nothing is changed.
 *
 * @param wanted Id of an image; the newest that works when it is left out.
 * @throws UsageError for an image that cannot be deployed, and while something else replaces machines.
 */
export async function planDeployment(deploying: Deploying, wanted: string | undefined): Promise<Plan> {
  const { clients, group, standUp } = deploying;
  const from = await groupTemplate(clients, group);
  if (from === undefined) {
    throw new UsageError(
      `${group.autoScalingGroup} is not there yet: \`${standUp}\` first. Nothing was touched.`,
    );
  }
  const image = chosen(await findImages(clients, group), group, wanted);
  const deployed = await deployedImageOf(clients, group);
  const under = await runningRefresh(clients, group.autoScalingGroup);
  if (under !== undefined) {
    const version = versionOf(under.DesiredConfiguration);
    const brings = version === undefined ? undefined : await imageOf(clients, from.templateId, version);
    if (brings !== image.id || version === undefined || under.Status === "RollbackInProgress") {
      throw new UsageError(
        `${group.autoScalingGroup} is replacing machines already (instance refresh ${under.InstanceRefreshId}, ${under.Status}). ` +
          "Wait for its end, or cancel it: `aws autoscaling cancel-instance-refresh --auto-scaling-group-name " +
          `${group.autoScalingGroup}\`. Nothing was touched.`,
      );
    }
    return {
      image,
      from,
      deployed,
      action: "follow",
      refresh: { id: under.InstanceRefreshId ?? "", version },
    };
  }
  if (from.imageId !== image.id) {
    return { image, from, deployed, action: "roll" };
  }
  return { image, from, deployed, action: deployed === image.id ? "nothing" : "record" };
}

function chosen(images: readonly FoundImage[], group: ImageGroup, wanted: string | undefined): FoundImage {
  if (wanted === undefined) {
    const newest = newestFirst(images).find(({ state }) => state === "available");
    if (newest === undefined) {
      throw new UsageError(
        `There is no image of ${group.key} that a machine could start from. Build one first. Nothing was touched.`,
      );
    }
    return newest;
  }
  const image = images.find(({ id }) => id === wanted);
  if (image === undefined) {
    throw new UsageError(
      `${wanted} is no image of the worker group ${group.key}: none of its own has this id and the group's tags. ` +
        "`list` shows them. Nothing was touched.",
    );
  }
  if (image.state !== "available") {
    throw new UsageError(`${wanted} is ${image.state}: no machine can start from it. Nothing was touched.`);
  }
  return image;
}

/**
 * Brings the group to the image: a template version more, an instance refresh to it, and when that is done the parameter.
 * When it fails, Auto Scaling takes it back, and everything else is as it was.
 *
 * @throws FailedError that says why, and what state things are in.
 */
export async function deployImage(deploying: Deploying, plan: Plan): Promise<void> {
  const { clients, group, preferences, note, signal, call } = deploying;
  const { from, image } = plan;
  const started = Date.now();
  if (plan.action === "roll" || plan.action === "follow") {
    const version = plan.refresh?.version ?? (await versionWithImage(clients, from, image.id));
    const id =
      plan.refresh?.id ??
      (await begin(deploying, plan, version, configurationOf(from, version), preferences));
    note(`  instance refresh ${id}: version ${version} of ${from.templateId}`);
    const ended = await followRefresh({ clients, group: group.autoScalingGroup, note, signal }, id);
    if (ended.status === "left") {
      throw new FailedError(
        `Nobody waits for it any more, and the machines continue to be replaced (instance refresh ${id}). ` +
          `Run \`${call}\` again: it continues from here, and records the result.`,
      );
    }
    if (ended.status !== "Successful") {
      throw await failure(deploying, plan, version, ended, started);
    }
    await makeDefault(clients, from.templateId, version);
  }
  await clients.ssm.send(
    new (ssm().PutParameterCommand)({
      Name: group.parameter,
      Value: image.id,
      Type: "String",
      Overwrite: true,
      Description: `Image of the worker group ${group.key}; groundwork image deploy writes it`,
    }),
  );
}

/** A template version that no refresh could be started with is of no use to anybody. */
async function begin(
  { clients, group }: Deploying,
  { from }: Plan,
  version: string,
  ...rest: [configuration: ReturnType<typeof configurationOf>, preferences: RefreshPreferences]
): Promise<string> {
  try {
    return await startRefresh(clients, group.autoScalingGroup, ...rest);
  } catch (error) {
    await dropVersion(clients, from.templateId, version).catch(() => undefined);
    throw error;
  }
}

async function failure(
  { clients, group, note }: Deploying,
  { from, image, deployed }: Plan,
  version: string,
  ended: Ended,
  started: number,
): Promise<FailedError> {
  const isBack = ended.status === "RollbackSuccessful";
  if (isBack) {
    // Nothing starts from it any more; what is newest is then what runs.
    await dropVersion(clients, from.templateId, version).catch((error: unknown) =>
      note(`  version ${version} of ${from.templateId} is left: ${describeAwsError(error)}`),
    );
  }
  const starts = await failedStarts(clients, group.autoScalingGroup, started).catch(() => []);
  return new FailedError(
    [
      `${image.id} was not deployed to ${group.key}: ${ended.status} after ${duration(ended.took)}${ended.reason === "" ? "" : `: ${ended.reason}`}`,
      ...starts.map((reason) => `  a machine did not start: ${reason}`),
      isBack
        ? `The group is back on ${from.imageId} (version ${from.version} of ${from.templateId}); ` +
          `the parameter ${group.parameter} was not changed${deployed === undefined ? "" : ` (${deployed})`}.`
        : `Machines of both images may run. The group starts new ones from version ${from.version} of ${from.templateId} (${from.imageId}), ` +
          "unless `aws autoscaling describe-auto-scaling-groups` says otherwise; deploy an image that works, or this one again.",
    ].join("\n"),
  );
}

/** The verb: brings an image to the group's machines, and to the stack's state. */
export async function deploy(call: ImageCall): Promise<ExitCode> {
  const { context, stack, clients, group, settings, options } = call;
  const { output } = context;
  if (settings.workerAmiId !== undefined) {
    throw new UsageError(
      `The worker group ${group.key} runs ${settings.workerAmiId} (workerAmiId), whatever is deployed. Take that out and \`${stack.call("up")}\` first. ` +
        "Nothing was touched.",
    );
  }
  const deploying: Deploying = {
    clients,
    group,
    preferences: preferencesOf(settings, refreshAlarmName(stack.settings.context, group.key)),
    signal: stack.signal,
    note: (line) => output.note(line),
    call: callOf(stack, group, "deploy"),
    standUp: stack.call("up"),
  };
  output.note(`Looking for images of ${group.key} (${stack.where})`);
  const plan = await planDeployment(deploying, options.image);
  const { from, image: chosen } = plan;
  const report = (result: string, problem?: string): void =>
    output.document({
      stack: stack.name,
      group: group.key,
      image: chosen.id,
      before: from.imageId,
      result,
      ...(problem !== undefined && { problem }),
    });
  const isRecorded = plan.action === "nothing" && (await stateKnows(stack, from.templateId, chosen.id));
  if (isRecorded) {
    report("nothing to do");
    output.print(`${group.key} runs ${chosen.id} already. Nothing was touched.`);
    return exitCodes.done;
  }
  const size = from.group.DesiredCapacity ?? 0;
  output.print(
    plan.action === "record" || plan.action === "nothing"
      ? `${group.key} runs ${chosen.id} already; what is left is to write it down.`
      : `${group.key}: ${from.imageId} -> ${chosen.id} (${chosen.name}), ${size} machines replaced one after another, each drained first.`,
  );
  if (
    plan.action === "roll" &&
    !(await confirm(`Replace the machines of ${group.key} (${stack.where})?`, context))
  ) {
    report("declined");
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  if (plan.action !== "nothing") {
    await deployImage(deploying, plan);
  }
  const problem = await recordInState(stack, [from.templateId, group.autoScalingGroup]);
  report(plan.action === "roll" || plan.action === "follow" ? "deployed" : "recorded", problem);
  output.print(`${group.key} runs ${chosen.id}.`);
  if (problem !== undefined) {
    output.note(
      output.colors.yellow(
        `The stack's state could not be told: ${problem}\nUntil then the next \`up\` replaces the machines once more, with the same image. ` +
          `\`${deploying.call}\` tries again.`,
      ),
    );
    return exitCodes.failed;
  }
  return exitCodes.done;
}

/** As the program's own refreshes of the group; also the group's own alarm, which goes off when new machines do not come up. */
function preferencesOf({ instanceRefresh }: WorkerGroupSettings, alarm: string): RefreshPreferences {
  const { alarms, maxHealthyPercentage, minHealthyPercentage, protectedInstances, warmupSeconds } =
    instanceRefresh;
  return {
    MinHealthyPercentage: minHealthyPercentage,
    MaxHealthyPercentage: maxHealthyPercentage,
    InstanceWarmup: warmupSeconds,
    ScaleInProtectedInstances: protectedInstances === "refresh" ? "Refresh" : "Ignore",
    AlarmSpecification: { Alarms: [alarm, ...alarms] },
  };
}
