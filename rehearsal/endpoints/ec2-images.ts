import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../interpreter/values";
import { daysToDeprecation, publicImages } from "../catalogue/entries/aws/public-images";
import { imageId } from "../packages/aws/images";
import { ApiError, callOf, type ApiCall, type QueryOperation } from "./call";
import { describedTags, namedOnes, passesFilters } from "./ec2-instances";
import { ec2Change, ec2Read } from "./ec2-operation";
import { templateOperations } from "./ec2-templates";
import { listOfForm, tagsOfForm, type Xml } from "./xml";

// Images and their snapshots. What is checked, and in which words: the Amazon EC2 API reference.

export const imageType = "aws:ec2/ami:Ami";
const snapshotType = "aws:ebs/snapshot:Snapshot";
const volumeType = "aws:ebs/volume:Volume";

interface NewImage {
  readonly name: string;
  readonly description: string;
  readonly architecture: string;
  /** GiB. */
  readonly size: number;
  readonly deviceName: string;
  readonly tags: Values;
  readonly createdAt: string;
}

/** An image with its one snapshot. @returns Its id. */
export function putImage(image: NewImage, call: ApiCall): string {
  const random = call.cloud.random(`${call.region}/${image.name}`);
  const id = `ami-${random.hex(17)}`;
  const snapshotId = `snap-${random.hex(17)}`;
  const { createdAt, size } = image;
  call.hands.put({
    type: snapshotType,
    id: snapshotId,
    name: image.name,
    inputs: {},
    outputs: { description: `Created by CreateImage for ${id}`, volumeSize: size, encrypted: true },
    createdAt,
  });
  call.hands.put({
    type: imageType,
    id,
    name: image.name,
    inputs: {},
    outputs: {
      name: image.name,
      description: image.description,
      architecture: image.architecture,
      state: "available",
      tags: image.tags,
      ebsBlockDevices: [{ deviceName: image.deviceName, snapshotId, volumeSize: size }],
    },
    createdAt,
  });
  return id;
}

const snapshotsOf = (image: CloudRecord): readonly string[] =>
  listOf(image.outputs, "ebsBlockDevices")
    .filter(isRecord)
    .map((disk) => textOf(disk, "snapshotId"));

function describedImage(image: CloudRecord, call: ApiCall): Xml {
  const { outputs } = image;
  return {
    imageId: image.id,
    imageLocation: `${call.account}/${textOf(outputs, "name")}`,
    imageState: textOf(outputs, "state") || "available",
    imageOwnerId: call.account,
    creationDate: image.createdAt,
    isPublic: false,
    architecture: textOf(outputs, "architecture"),
    imageType: "machine",
    name: textOf(outputs, "name"),
    description: textOf(outputs, "description"),
    rootDeviceType: "ebs",
    rootDeviceName: "/dev/xvda",
    blockDeviceMapping: listOf(outputs, "ebsBlockDevices")
      .filter(isRecord)
      .map((disk) => ({
        deviceName: textOf(disk, "deviceName"),
        ebs: {
          snapshotId: textOf(disk, "snapshotId"),
          volumeSize: numberOf(disk, "volumeSize"),
          volumeType: "gp3",
          encrypted: true,
          deleteOnTermination: true,
        },
      })),
    tagSet: describedTags(image),
  };
}

/** What these owners publish, by a name with stars. */
function describedPublicImages(input: URLSearchParams, owners: readonly string[], { region }: ApiCall): Xml {
  const names = ["1", "2"].flatMap((number) =>
    input.get(`Filter.${number}.Name`) === "name" ? listOfForm(input, `Filter.${number}.Value`) : [],
  );
  const patterns = names.map((name) => new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));
  return publicImages
    .filter(({ name, owner }) => owners.includes(owner) && patterns.some((pattern) => pattern.test(name)))
    .map(({ name, architecture, day, owner }) => ({
      imageId: imageId(name, region),
      imageState: "available",
      imageOwnerId: owner === "amazon" ? "137112412989" : owner,
      isPublic: true,
      name,
      architecture,
      creationDate: new Date(day).toISOString(),
      deprecationTime: new Date(Date.parse(day) + daysToDeprecation(owner) * 86_400_000).toISOString(),
    }));
}

const describeImages = ec2Read("DescribeImages", (input, call) => {
  const owners = listOfForm(input, "Owner").filter((owner) => owner !== "self" && owner !== call.account);
  if (owners.length > 0) return { imagesSet: describedPublicImages(input, owners, call) };
  return {
    imagesSet: namedOnes(
      call.hands.ofType(imageType),
      listOfForm(input, "ImageId"),
      (id) => new ApiError("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`),
    )
      .filter((image) =>
        passesFilters(image, input, (name) =>
          name === "image-id" ? [image.id] : name === "state" ? [textOf(image.outputs, "state")] : [],
        ),
      )
      .map((image) => describedImage(image, call)),
  };
});

const describeSnapshots = ec2Read("DescribeSnapshots", (input, call) => ({
  snapshotSet: namedOnes(
    call.hands.ofType(snapshotType),
    listOfForm(input, "SnapshotId"),
    (id) => new ApiError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`),
  )
    .filter((snapshot) =>
      passesFilters(snapshot, input, (name) => (name === "snapshot-id" ? [snapshot.id] : [])),
    )
    .map((snapshot) => ({
      snapshotId: snapshot.id,
      status: "completed",
      progress: "100%",
      startTime: snapshot.createdAt,
      ownerId: call.account,
      volumeId: textOf(snapshot.outputs, "volumeId") || undefined,
      volumeSize: numberOf(snapshot.outputs, "volumeSize"),
      description: textOf(snapshot.outputs, "description"),
      encrypted: snapshot.outputs["encrypted"] === true,
      kmsKeyId: textOf(snapshot.outputs, "kmsKeyId") || undefined,
      tagSet: describedTags(snapshot),
    })),
}));

const deregisterImage = ec2Change(
  "DeregisterImage",
  (input) => callOf("delete", imageType, input.get("ImageId") ?? "", input.get("ImageId")),
  (input, call) => {
    const id = input.get("ImageId") ?? "";
    if (!call.hands.find(imageType, id)) {
      throw new ApiError("InvalidAMIID.Unavailable", `The image ID '${id}' is no longer available`);
    }
    call.hands.remove(imageType, id);
    return { return: true };
  },
);

const deleteSnapshot = ec2Change(
  "DeleteSnapshot",
  (input) => callOf("delete", snapshotType, input.get("SnapshotId") ?? "", input.get("SnapshotId")),
  (input, call) => {
    const id = input.get("SnapshotId") ?? "";
    if (!call.hands.find(snapshotType, id)) {
      throw new ApiError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
    }
    const user = call.hands.ofType(imageType).find((image) => snapshotsOf(image).includes(id));
    if (user) {
      throw new ApiError("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${user.id}`);
    }
    call.hands.remove(snapshotType, id);
    return { return: true };
  },
);

const createSnapshot = ec2Change(
  "CreateSnapshot",
  (input) => callOf("create", snapshotType, input.get("VolumeId") ?? ""),
  (input, call) => {
    const volumeId = input.get("VolumeId") ?? "";
    const volume = call.hands.find(volumeType, volumeId);
    if (!volume) throw new ApiError("InvalidVolume.NotFound", `The volume '${volumeId}' does not exist.`);
    const tags = tagsOfForm(input, "TagSpecification.1.Tag");
    const { outputs } = volume;
    const id = `snap-${call.cloud.random(`${volumeId}/snapshot`).hex(17)}`;
    const description = input.get("Description") ?? "";
    const volumeSize = outputs["size"] ?? 0;
    const encrypted = outputs["encrypted"] ?? false;
    const kmsKeyId = outputs["kmsKeyId"] ?? "";
    call.hands.put({
      type: snapshotType,
      id,
      inputs: { volumeId, tags },
      outputs: {
        ...{ volumeId, volumeSize, encrypted, kmsKeyId, description, tags, tagsAll: tags },
        ownerId: call.account,
        storageTier: "standard",
      },
    });
    return {
      snapshotId: id,
      volumeId,
      status: "pending",
      volumeSize: numberOf(outputs, "size"),
      description,
    };
  },
);

const createTags = ec2Change(
  "CreateTags",
  (input) => callOf("update", "aws:ec2/tag:Tag", listOfForm(input, "ResourceId").join(" ")),
  (input, call) => {
    const tags = tagsOfForm(input, "Tag");
    for (const id of listOfForm(input, "ResourceId")) {
      const record = call.hands.inPlace().find((one) => one.id === id);
      if (!record) throw new ApiError("InvalidID", `The ID '${id}' is not valid`);
      const { outputs } = record;
      call.hands.put({ ...record, outputs: { ...outputs, tags: { ...recordOf(outputs, "tags"), ...tags } } });
    }
    return { return: true };
  },
);

export const imageOperations: Readonly<Record<string, QueryOperation>> = {
  ...templateOperations,
  DescribeImages: describeImages,
  DescribeSnapshots: describeSnapshots,
  DeregisterImage: deregisterImage,
  CreateSnapshot: createSnapshot,
  DeleteSnapshot: deleteSnapshot,
  CreateTags: createTags,
};
