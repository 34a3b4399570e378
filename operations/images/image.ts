import type { RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { refreshAlarmName } from "../../components/worker-groups/group-data";
import { imageResourceName, imageTags } from "../../components/worker-images/image-names";
import { imageParameterName } from "../../components/worker-images/parameter-name";
import { groundworkCommand } from "../../guard/printed-command";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, oneOf, OperationError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { nearestName } from "../../settings/nearest";
import { buildImage, findPipeline } from "./build";
import type { ImageCall, ImageOptions } from "./call";
import { cleanImages } from "./clean";
import { closeClients, imageClients, type ImageGroup } from "./clients";
import { deployImage, planDeployment, type Deploying } from "./deploy";
import { findImages } from "./inventory";
import { imageDocument, imageListing } from "./listing";
import { recordInState, stateKnows } from "./record";
import { duration } from "../terminal/output";
import { withStack, type OpenStack } from "../plan/workspace";

export const imageActions = ["build", "deploy", "list", "clean"] as const;
export type ImageAction = (typeof imageActions)[number];

/** @throws UsageError for a word that is no action, and for options of another one. */
export function imageAction(
  word: string,
  options: { readonly image?: string; readonly keep?: number; readonly dryRun?: boolean },
): ImageAction {
  const action = imageActions.find((one) => one === word);
  if (action === undefined) {
    throw new UsageError(
      `"${word}" says not what to do. Allowed: ${oneOf(imageActions)}. Nothing was touched.`,
    );
  }
  const foreign = [
    ...(options.image !== undefined && action !== "deploy" ? ["--image goes with deploy"] : []),
    ...(options.keep !== undefined && action !== "clean" ? ["--keep goes with clean"] : []),
    ...(options.dryRun === true && action !== "clean" ? ["--dry-run goes with clean"] : []),
  ];
  if (foreign.length > 0) {
    throw new UsageError(`${foreign.join("; ")}. Nothing was touched.`);
  }
  if (options.image !== undefined && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(options.image)) {
    throw new UsageError(
      `--image ${options.image}: an image's id is ami- and 8 or 17 hexadecimal digits. Nothing was touched.`,
    );
  }
  return action;
}

const actions: Readonly<Record<ImageAction, (call: ImageCall) => Promise<ExitCode>>> = {
  build,
  deploy,
  list,
  clean: cleanImages,
};

/** Builds, deploys, lists and removes the images of a worker group. */
export async function image(
  context: CommandContext,
  stackName: string,
  groupName: string,
  action: ImageAction,
  options: ImageOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const settings = groupSettings(stack, groupName);
    const clients = imageClients(await awsClientConfig(stack));
    const { context: names } = stack.settings;
    const group: ImageGroup = {
      key: groupName,
      autoScalingGroup: imageResourceName(names, groupName),
      tags: imageTags(names, groupName),
      parameter: imageParameterName(names, groupName),
      pipeline: imageResourceName(names, groupName),
    };
    try {
      return await actions[action]({ context, stack, clients, group, settings, options });
    } catch (error) {
      if (error instanceof OperationError) {
        throw error;
      }
      throw new FailedError(
        `\`${groundworkCommand`image ${stack.name} ${groupName} ${action}`}\` was broken off: ${describeAwsError(error)}`,
      );
    } finally {
      closeClients(clients);
    }
  });
}

function groupSettings(stack: OpenStack, groupName: string): WorkerGroupSettings {
  const groups = stack.settings.sections.workerGroups ?? {};
  const names = Object.keys(groups).sort();
  const settings = Object.hasOwn(groups, groupName) ? groups[groupName] : undefined;
  if (settings !== undefined) {
    return settings;
  }
  const nearest = nearestName(groupName, names);
  throw new UsageError(
    names.length === 0
      ? `${stack.name} has no worker groups: Pulumi.${stack.name}.yaml has no section groundwork:workerGroups. Nothing was touched.`
      : `${stack.name} has no worker group "${groupName}". Known: ${oneOf(names)}.` +
          `${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Nothing was touched.`,
  );
}

async function build(call: ImageCall): Promise<ExitCode> {
  const { context, stack, clients, group, settings } = call;
  const { output } = context;
  if (settings.imageBuild === undefined) {
    throw new UsageError(
      `The worker group ${group.key} has no images of its own: it has no imageBuild at groundwork:workerGroups. Nothing was touched.`,
    );
  }
  const pipeline = await findPipeline(clients, group, stack.call("up"));
  output.note(`Building an image of ${group.key} (${stack.where})`);
  const built = await buildImage(
    {
      clients,
      group,
      region: stack.settings.context.region,
      signal: stack.signal,
      note: (line) => output.note(line),
    },
    pipeline,
  );
  output.document({
    stack: stack.name,
    group: group.key,
    image: built.imageId,
    build: built.buildArn,
    seconds: Math.round(built.took / 1000),
  });
  output.print(`${built.imageId} is built and tested (${duration(built.took)}).`);
  output.print(
    `Deploy it: ${callOf(stack, group, "deploy")}${settings.workerAmiId === undefined ? "" : " (workerAmiId must go first)"}`,
  );
  return exitCodes.done;
}

async function deploy(call: ImageCall): Promise<ExitCode> {
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

async function list({ context, stack, clients, group }: ImageCall): Promise<ExitCode> {
  const { output } = context;
  const images = await findImages(clients, group);
  const now = Date.now();
  output.document({
    stack: stack.name,
    group: group.key,
    images: images.map((one) => imageDocument(one)),
  });
  output.print(
    images.length === 0
      ? `The worker group ${group.key} has no images (${stack.where}).`
      : imageListing(images, now),
  );
  return exitCodes.done;
}

function callOf(stack: OpenStack, group: ImageGroup, action: ImageAction): string {
  return groundworkCommand`image ${stack.name} ${group.key} ${action}`;
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
