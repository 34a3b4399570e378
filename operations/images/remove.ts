import { describeAwsError } from "../engine/aws-clients";
import { ec2, imagebuilder, type ImageClients, type ImageGroup } from "./clients";
import { useText, type FoundImage } from "./judge-images";
import { snapshotImageTag, usesOf } from "./inventory";

export interface Removed {
  readonly result: "removed" | "kept" | "failed";
  readonly why: string;
  /** Snapshots that could not be deleted. */
  readonly left: readonly string[];
}

/**
 * Takes an image out of EC2, its snapshots with it, and out of Image Builder's list. Looks once more, right before,
 * whether it is in use by now.
 */
export async function removeImage(
  clients: ImageClients,
  group: ImageGroup,
  image: FoundImage,
): Promise<Removed> {
  try {
    const uses = (await usesOf(clients, group, [image.id])).get(image.id) ?? [];
    if (uses.length > 0) {
      return { result: "kept", why: `in use by now: ${useText(uses)}`, left: [] };
    }
    if (image.snapshots.length > 0) {
      // Without its image nothing says whose a snapshot is.
      await clients.ec2.send(
        new (ec2().CreateTagsCommand)({
          Resources: [...image.snapshots],
          Tags: Object.entries({ ...group.tags, [snapshotImageTag]: image.id }).map(([Key, Value]) => ({
            Key,
            Value,
          })),
        }),
      );
    }
    await clients.ec2.send(new (ec2().DeregisterImageCommand)({ ImageId: image.id }));
  } catch (error) {
    return { result: "failed", why: describeAwsError(error), left: [] };
  }
  const left: string[] = [];
  const problems: string[] = [];
  for (const snapshot of image.snapshots) {
    const problem = await deleteSnapshot(clients, snapshot);
    if (problem !== undefined) {
      left.push(snapshot);
      problems.push(`${snapshot} is left: ${problem}`);
    }
  }
  const record = await forgetBuild(clients, image);
  return left.length > 0
    ? { result: "failed", why: problems.join("; "), left }
    : { result: "removed", why: record ?? "", left };
}

/** @returns Why it is still there; undefined when it is gone. */
export async function deleteSnapshot(clients: ImageClients, id: string): Promise<string | undefined> {
  try {
    await clients.ec2.send(new (ec2().DeleteSnapshotCommand)({ SnapshotId: id }));
    return undefined;
  } catch (error) {
    return error instanceof Error && error.name === "InvalidSnapshot.NotFound"
      ? undefined
      : describeAwsError(error);
  }
}

/** Image Builder's own entry costs nothing and harms nobody: what keeps it is only told. */
async function forgetBuild(clients: ImageClients, { buildArn }: FoundImage): Promise<string | undefined> {
  if (buildArn === undefined) {
    return undefined;
  }
  try {
    await clients.imagebuilder.send(
      new (imagebuilder().DeleteImageCommand)({ imageBuildVersionArn: buildArn }),
    );
    return undefined;
  } catch (error) {
    return error instanceof Error && error.name === "ResourceNotFoundException"
      ? undefined
      : `Image Builder still lists it: ${describeAwsError(error)}`;
  }
}
