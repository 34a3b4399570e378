import type { Entries, InputRule, Reference, Rule, UpdateRule } from "../../../interpreter/entry";
import { numberOf, textOf } from "../../../interpreter/values";
import { holderOf } from "./machine-boot";

const volumeType = "aws:ebs/volume:Volume";
const attachmentType = "aws:ec2/volumeAttachment:VolumeAttachment";

const toVolume: Reference = {
  property: "volumeId",
  type: volumeType,
  code: "InvalidVolume.NotFound",
  message: (id) => `The volume '${id}' does not exist.`,
};

const volumeGrows: UpdateRule = ({ outputs }, wanted) => {
  const [had, want] = [numberOf(outputs, "size"), numberOf(wanted, "size")];
  if (had === undefined || want === undefined || want >= had) return undefined;
  return {
    code: "InvalidParameterValue",
    message: `New size cannot be smaller than existing size (${String(had)} GiB)`,
  };
};

/** Sizes in GiB. Source: Amazon EBS user guide, "Amazon EBS volume types". */
const sizes: Readonly<Record<string, readonly [least: number, most: number]>> = {
  gp2: [1, 16_384],
  gp3: [1, 65_536],
  io1: [4, 16_384],
  io2: [4, 65_536],
  sc1: [125, 16_384],
  st1: [125, 16_384],
  standard: [1, 1_024],
};

const sizeFits: InputRule = (inputs, _cloud, { outputs }) => {
  const type = textOf(inputs, "type") || textOf(outputs, "type") || "gp2";
  const size = numberOf(inputs, "size") ?? numberOf(outputs, "size");
  const [least, most] = sizes[type] ?? [0, Infinity];
  if (size === undefined || (size >= least && size <= most)) return undefined;
  const [word, bound, limit] = size < least ? ["small", "minimum", least] : ["large", "maximum", most];
  const message = `Volume of ${String(size)}GiB is too ${word} for volume type ${type}; ${bound} is ${String(limit)}GiB.`;
  return { code: "InvalidParameterValue", message };
};

const attachedOnce: Rule = ({ type, inputs }, cloud) => {
  const volume = textOf(inputs, "volumeId");
  if (!cloud.ofType(type).some(({ outputs }) => outputs["volumeId"] === volume)) return undefined;
  return { code: "VolumeInUse", message: `${volume} is already attached to an instance` };
};

/** Machines attach volumes by themselves, which no attachment of the program's tells. */
const heldByNobody: Rule = ({ type, id }, cloud) => {
  const volume = cloud.find(type, id);
  const holder = volume === undefined ? "" : holderOf(volume);
  if (holder === "") return undefined;
  return { code: "VolumeInUse", message: `Volume ${id} is currently attached to ${holder}` };
};

const snapshotType = "aws:ebs/snapshot:Snapshot";

export const entries: Entries = {
  [volumeType]: {
    api: { service: "EC2", title: "EBS Volume" },
    id: ({ random }) => `vol-${random.hex(17)}`,
    outputs: ({ inputs, now }) => ({
      type: textOf(inputs, "type") || "gp2",
      iops: inputs["iops"] ?? (inputs["type"] === "gp3" ? 3000 : 100),
      throughput: inputs["throughput"] ?? (inputs["type"] === "gp3" ? 125 : 0),
      createTime: now,
    }),
    refuseInputs: [sizeFits],
    refuseUpdate: [volumeGrows],
    refuseDelete: [heldByNobody],
    afterDelete: ({ id, inputs, now, outputs, place, random }, cloud) => {
      if (inputs["finalSnapshot"] !== true) return;
      const tags = outputs["tagsAll"] ?? inputs["tags"] ?? {};
      const volumeSize = outputs["size"] ?? 0;
      const encrypted = outputs["encrypted"] ?? false;
      cloud.put({
        type: snapshotType,
        id: `snap-${random.hex(17)}`,
        inputs: { volumeId: id, tags },
        outputs: {
          ...{ volumeId: id, volumeSize, encrypted, tags, tagsAll: tags, storageTier: "standard" },
          ownerId: place.account,
          startTime: now,
        },
      });
    },
    dependants: [
      {
        type: attachmentType,
        property: "volumeId",
        code: "VolumeInUse",
        message: ({ id }, by) => `Volume ${id} is currently attached to ${textOf(by.outputs, "instanceId")}`,
      },
    ],
  },

  [attachmentType]: {
    api: { service: "EC2", title: "EBS Volume Attachment", create: "AttachVolume", delete: "DetachVolume" },
    id: ({ random }) => `vai-${String(1_000_000_000 + random.int(3_000_000_000))}`,
    references: [
      toVolume,
      {
        property: "instanceId",
        type: "aws:ec2/instance:Instance",
        code: "InvalidInstanceID.NotFound",
        message: (id) => `The instance ID '${id}' does not exist`,
      },
    ],
    refuseCreate: [attachedOnce],
  },

  [snapshotType]: {
    api: { service: "EC2", title: "EBS Snapshot" },
    id: ({ random }) => `snap-${random.hex(17)}`,
    outputs: ({ inputs, place }, cloud) => {
      const volume = cloud.find(volumeType, textOf(inputs, "volumeId"))?.outputs ?? {};
      return {
        ownerId: place.account,
        volumeSize: volume["size"] ?? 0,
        encrypted: volume["encrypted"] ?? false,
        storageTier: "standard",
      };
    },
    references: [toVolume],
  },
};
