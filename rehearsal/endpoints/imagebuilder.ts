import { buildType, distributionType, pipelineType, recipeType } from "../catalogue/entries/aws/imagebuilder";
import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, type Value, type Values } from "../interpreter/values";
import { ApiError, callOf, carryOut, faultWords, readOf, type ApiCall, type Operation } from "./call";
import { imageType, putImage } from "./ec2-images";

// A build is played: nothing is installed. Each look at one brings it a stage further.

const stages = ["BUILDING", "TESTING", "DISTRIBUTING", "AVAILABLE"] as const;

/** Answers of this service carry it; nobody reads it. */
const requestId = "00000000-0000-0000-0000-000000000000";

function read<T>(action: string, call: ApiCall, act: () => T): Promise<T> {
  return carryOut(call, readOf("imagebuilder", action), act);
}

function byArn(type: string, arn: string, call: ApiCall): CloudRecord {
  const found = call.hands
    .ofType(type)
    .find(({ id, outputs }) => id === arn || textOf(outputs, "arn") === arn);
  if (!found) {
    throw new ApiError("ResourceNotFoundException", `The resource with ARN '${arn}' does not exist.`, 404);
  }
  return found;
}

interface ListInput {
  readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
}

const listImagePipelines: Operation<ListInput, unknown> = ({ filters = [] }, call) =>
  read("ListImagePipelines", call, () => ({
    requestId,
    imagePipelineList: call.hands
      .ofType(pipelineType)
      .filter(({ outputs }) =>
        filters.every(({ name = "", values = [] }) => values.includes(textOf(outputs, name))),
      )
      .map(({ id, outputs }) => ({
        arn: id,
        name: textOf(outputs, "name"),
        platform: "Linux",
        status: textOf(outputs, "status") || "ENABLED",
        imageRecipeArn: textOf(outputs, "imageRecipeArn"),
        tags: recordOf(outputs, "tagsAll"),
      })),
  }));

const startExecution: Operation<
  { readonly imagePipelineArn: string; readonly clientToken: string },
  unknown
> = ({ imagePipelineArn: arn, clientToken }, call) => {
  const pipeline = call.hands.find(pipelineType, arn);
  const name = textOf(pipeline?.outputs ?? {}, "name");
  return call.cloud.reach(callOf("create", buildType, pipeline?.name ?? arn), 0, faultWords, (fault) => {
    const found = byArn(pipelineType, arn, call);
    const recipe = byArn(recipeType, textOf(found.outputs, "imageRecipeArn"), call);
    const version = textOf(recipe.outputs, "version");
    const before = call.hands
      .ofType(buildType)
      .filter(({ outputs }) => textOf(outputs, "recipe") === recipe.id)
      .map(({ outputs }) => numberOf(outputs, "build") ?? 0);
    const build = Math.max(0, ...before) + 1;
    const id = `arn:aws:imagebuilder:${call.region}:${call.account}:image/${name.toLowerCase()}/${version}/${String(build)}`;
    call.hands.put({
      type: buildType,
      id,
      name: found.name,
      inputs: { imagePipelineArn: arn },
      outputs: {
        arn: id,
        build,
        recipe: recipe.id,
        pipeline: arn,
        status: "PENDING",
        ...(fault?.fault === "unhealthy" && { failure: fault.message ?? "Component check failed." }),
      },
    });
    return { id, result: { requestId, clientToken, imageBuildVersionArn: id } };
  });
};

const getImage: Operation<{ readonly imageBuildVersionArn: string }, unknown> = (
  { imageBuildVersionArn: arn },
  call,
) =>
  read("GetImage", call, () => {
    const build = advanced(byArn(buildType, arn, call), call);
    const status = textOf(build.outputs, "status");
    const image = textOf(build.outputs, "image");
    return {
      requestId,
      image: {
        arn,
        state: {
          status,
          ...(status === "FAILED" && { reason: textOf(build.outputs, "failure") }),
        },
        outputResources: {
          amis: image === "" ? [] : [{ region: call.region, image, accountId: call.account }],
        },
      },
    };
  });

/** One stage further, unless it is at its end. */
function advanced(build: CloudRecord, call: ApiCall): CloudRecord {
  const status = textOf(build.outputs, "status");
  const failure = textOf(build.outputs, "failure");
  const next = stages[stages.indexOf(status as (typeof stages)[number]) + 1];
  if (status === "FAILED" || next === undefined) return build;
  const outputs: Values =
    next === "DISTRIBUTING" && failure !== ""
      ? { ...build.outputs, status: "FAILED" }
      : next === "AVAILABLE"
        ? { ...build.outputs, status: next, image: distribute(build, call) }
        : { ...build.outputs, status: next };
  call.hands.put({ ...build, outputs });
  return { ...build, outputs };
}

function distribute(build: CloudRecord, call: ApiCall): string {
  const pipeline = byArn(pipelineType, textOf(build.outputs, "pipeline"), call);
  const recipe = byArn(recipeType, textOf(build.outputs, "recipe"), call);
  const distribution = byArn(
    distributionType,
    textOf(pipeline.outputs, "distributionConfigurationArn"),
    call,
  );
  const [here = {}] = listOf(distribution.outputs, "distributions")
    .filter(isRecord)
    .filter((one) => one["region"] === call.region);
  const told = recordOf(here, "amiDistributionConfiguration");
  const [disk = {}] = listOf(recipe.outputs, "blockDeviceMappings").filter(isRecord);
  const now = new Date().toISOString();
  return putImage(
    {
      name: textOf(told, "name").replace("{{ imagebuilder:buildDate }}", now.replaceAll(":", "-")),
      description: textOf(told, "description"),
      architecture: architectureOf(textOf(recipe.outputs, "parentImage"), call),
      size: numberOf(recordOf(disk, "ebs"), "volumeSize") ?? 8,
      deviceName: textOf(disk, "deviceName") || "/dev/xvda",
      tags: {
        ...(recordOf(told, "amiTags") as Record<string, Value>),
        CreatedBy: "EC2 Image Builder",
        Ec2ImageBuilderArn: build.id,
      },
      createdAt: now,
    },
    call,
  );
}

/** Of an image of one's own; those of Amazon are not kept here. */
function architectureOf(image: string, call: ApiCall): string {
  return textOf(call.hands.find(imageType, image)?.outputs ?? {}, "architecture") || "x86_64";
}

const deleteImage: Operation<{ readonly imageBuildVersionArn: string }, unknown> = (
  { imageBuildVersionArn: arn },
  call,
) =>
  carryOut(call, callOf("delete", buildType, arn, arn), () => {
    call.hands.remove(buildType, byArn(buildType, arn, call).id);
    return { requestId, imageBuildVersionArn: arn };
  });

/** REST: by the last part of the path; the input is the body, or the query. */
export const imagebuilderOperations: Readonly<Record<string, Operation<never, unknown>>> = {
  ListImagePipelines: listImagePipelines,
  StartImagePipelineExecution: startExecution,
  GetImage: getImage,
  DeleteImage: deleteImage,
};
