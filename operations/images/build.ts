import { callOf, type ImageCall } from "./call";
import { groundworkCommand } from "../../guard/printed-command";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { type ImageGroup, imagebuilder, pause, pauses, type ImageClients } from "./clients";
import { duration } from "../terminal/output";
import { randomUUID } from "node:crypto";

export interface Building {
  readonly clients: ImageClients;
  readonly group: ImageGroup;
  readonly region: string;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** An image that was built. */
export interface Built {
  readonly imageId: string;
  readonly buildArn: string;
  /** Milliseconds that it took. */
  readonly took: number;
}

/** How often a build that goes on is spoken of. */
const reminderMilliseconds = 60_000;

/** What Image Builder's states mean to a person; those that are missing here end the build. */
const stages: Readonly<Record<string, string>> = {
  PENDING: "waiting for a machine",
  CREATING: "starting a machine",
  BUILDING: "installing",
  TESTING: "testing a machine from the new image",
  INTEGRATING: "integrating",
  DISTRIBUTING: "distributing",
};

/** The pipeline's ARN. @throws UsageError when there is none. */
async function findPipeline(clients: ImageClients, group: ImageGroup, call: string): Promise<string> {
  const { imagePipelineList: pipelines = [] } = await clients.imagebuilder.send(
    new (imagebuilder().ListImagePipelinesCommand)({ filters: [{ name: "name", values: [group.pipeline] }] }),
  );
  const arn = pipelines.find(({ name }) => name === group.pipeline)?.arn;
  if (arn === undefined) {
    throw new UsageError(
      `Image Builder has no pipeline ${group.pipeline} yet. It comes with imageBuild in the group's settings, and \`${call}\`. ` +
        "Nothing was touched.",
    );
  }
  return arn;
}

/**
 * Starts a build and follows it to its end.
 *
 * @throws FailedError when it fails, with Image Builder's reason; also when the person stops waiting: the build goes on.
 */
export async function buildImage(building: Building, pipelineArn: string): Promise<Built> {
  const { clients, group, note, signal } = building;
  const started = Date.now();
  const { imageBuildVersionArn: buildArn = "" } = await clients.imagebuilder.send(
    new (imagebuilder().StartImagePipelineExecutionCommand)({
      imagePipelineArn: pipelineArn,
      clientToken: randomUUID(),
    }),
  );
  note(`  building ${buildArn}`);
  let stage = "";
  let spoken = started;
  for (const seconds of pauses()) {
    const { image } = await clients.imagebuilder.send(
      new (imagebuilder().GetImageCommand)({ imageBuildVersionArn: buildArn }),
    );
    const { status = "", reason } = image?.state ?? {};
    const elapsed = duration(Date.now() - started);
    if (status === "AVAILABLE") {
      const made = image?.outputResources?.amis?.find(({ region }) => region === building.region);
      if (made?.image === undefined) {
        throw new FailedError(`${buildArn} is built, and names no image in ${building.region}.`);
      }
      return { imageId: made.image, buildArn, took: Date.now() - started };
    }
    const now = stages[status];
    if (now === undefined) {
      throw new FailedError(
        `The image of ${group.key} was not built: ${status.toLowerCase()} after ${elapsed}` +
          `${stage === "" ? "" : `, while ${stage}`}${reason === undefined ? "" : `: ${reason}`}\n` +
          `What its machine said is in CloudWatch, log group /aws/imagebuilder/${group.pipeline}. ` +
          "The machines of the group run as before.",
      );
    }
    if (now !== stage) {
      note(`  ${now} (${elapsed})`);
      spoken = Date.now();
    } else if (Date.now() - spoken >= reminderMilliseconds) {
      note(`  still ${now} (${elapsed})`);
      spoken = Date.now();
    }
    stage = now;
    await pause(seconds, signal);
    if (signal.aborted) {
      break;
    }
  }
  throw new FailedError(
    `Nobody waits for it any more, and the build continues: ${buildArn}. \`${groundworkCommand`image STACK ${group.key} list`}\` shows its image when it is there.`,
  );
}

/** The verb: builds an image of the group, tests it, and says how it is deployed. */
export async function build(call: ImageCall): Promise<ExitCode> {
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
