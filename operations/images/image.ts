import { imageActions, type ImageAction, type ImageCall, type ImageOptions } from "./call";
import { list } from "./listing";
import { build } from "./build";
import { deploy } from "./deploy";
import { imageResourceName, imageTags } from "../../components/worker-images/image-names";
import { imageParameterName } from "../../components/worker-images/parameter-name";
import { groundworkCommand } from "../../guard/printed-command";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, oneOf, OperationError, UsageError } from "../terminal/errors";
import type { ExitCode } from "../terminal/exit-codes";
import { nearestName } from "../../settings/nearest";
import { cleanImages } from "./clean";
import { closeClients, imageClients, type ImageGroup } from "./clients";
import { withStack, type OpenStack } from "../plan/workspace";

/** @throws UsageError for a word that is no action, and for options of another one. */
export function imageAction(
  word: string,
  options: { readonly image?: string; readonly keep?: number; readonly dryRun?: boolean },
): ImageAction {
  const action = imageActions.find((one) => one === word);
  if (action === undefined) {
    throw new UsageError(
      `"${word}" does not say what to do. Allowed: ${oneOf(imageActions)}. Nothing was touched.`,
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
