import { defaultDiskKeyType } from "../catalogue/entries/aws/key-use";
import { holderOf } from "../catalogue/entries/aws/machine-boot";
import { addressType } from "../catalogue/entries/aws/network-references";
import {
  dataOfVersion,
  templateType,
  versionNumber,
  versionsOf,
} from "../catalogue/entries/aws/template-versions";
import type { CloudRecord } from "../cloud/store";
import { isRecord, numberOf, textOf, type Value, type Values } from "../interpreter/values";
import { ApiError, type ApiCall, type QueryOperation } from "./call";
import { imageOperations } from "./ec2-images";
import { networkOperations } from "./ec2-network";
import { describedTags, instanceOperations, namedOnes, passesFilters } from "./ec2-instances";
import { ec2Read } from "./ec2-operation";
import { listOfForm, type Xml } from "./xml";

const volumeType = "aws:ebs/volume:Volume";
const attachmentType = "aws:ec2/volumeAttachment:VolumeAttachment";

/** The machine that a volume is attached to, by its boot or by the program. */
function attachedTo(volume: CloudRecord, call: ApiCall): string {
  const byProgram = call.hands
    .ofType(attachmentType)
    .find(({ outputs }) => textOf(outputs, "volumeId") === volume.id);
  return holderOf(volume) || textOf(byProgram?.outputs ?? {}, "instanceId");
}

function describedVolume(volume: CloudRecord, call: ApiCall): Xml {
  const { outputs } = volume;
  const machine = attachedTo(volume, call);
  return {
    volumeId: volume.id,
    size: numberOf(outputs, "size"),
    volumeType: textOf(outputs, "type") || "gp3",
    availabilityZone: textOf(outputs, "availabilityZone"),
    status: machine === "" ? "available" : "in-use",
    createTime: volume.createdAt,
    encrypted: outputs["encrypted"] === true,
    kmsKeyId: textOf(outputs, "kmsKeyId") || undefined,
    attachmentSet:
      machine === ""
        ? []
        : [{ volumeId: volume.id, instanceId: machine, device: "/dev/sdf", status: "attached" }],
    tagSet: describedTags(volume),
  };
}

function describedAddress(address: CloudRecord): Xml {
  const { outputs } = address;
  return {
    publicIp: textOf(outputs, "publicIp"),
    allocationId: textOf(outputs, "allocationId") || address.id,
    domain: "vpc",
    associationId: textOf(outputs, "associationId") || undefined,
    instanceId: textOf(outputs, "instance") || undefined,
    privateIpAddress: textOf(outputs, "privateIp") || undefined,
    tagSet: describedTags(address),
  };
}

/** A template's properties as EC2 has them: `iamInstanceProfile` and `blockDeviceMappings`, which is `blockDeviceMappingSet`. */
function describedData(data: Values): Xml {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      Array.isArray(value) ? (setNames[name] ?? `${name.replace(/s$/, "")}Set`) : name,
      asXml(value),
    ]),
  );
}

const setNames: Readonly<Record<string, string>> = {
  vpcSecurityGroupIds: "securityGroupIdSet",
  securityGroups: "groupSet",
};

function asXml(value: Value): Xml {
  if (Array.isArray(value)) return (value as readonly Value[]).map(asXml);
  if (isRecord(value)) {
    // Tags are a map for the program, and a list for EC2.
    const { tags, ...others } = value;
    const described = describedData(others);
    return isRecord(tags) && isRecord(described)
      ? {
          ...(described as Record<string, Xml>),
          tagSet: Object.entries(tags).map(([key, text]) => ({ key, value: textOf({ text }, "text") })),
        }
      : described;
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}

function templateAsked(input: URLSearchParams, call: ApiCall): CloudRecord {
  const [id, name] = [input.get("LaunchTemplateId"), input.get("LaunchTemplateName")];
  const found =
    id === null
      ? call.hands.ofType(templateType).find(({ outputs }) => textOf(outputs, "name") === name)
      : call.hands.find(templateType, id);
  if (found === undefined) {
    throw new ApiError(
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id ?? name ?? ""}, does not exist.`,
    );
  }
  return found;
}

const describeVersions = ec2Read("DescribeLaunchTemplateVersions", (input, call) => {
  const asked = listOfForm(input, "LaunchTemplateVersion");
  // Of all templates only $Latest and $Default can be asked for.
  const isOfAll = !input.has("LaunchTemplateId") && !input.has("LaunchTemplateName");
  const templates = isOfAll ? call.hands.ofType(templateType) : [templateAsked(input, call)];
  return {
    launchTemplateVersionSet: templates.flatMap((template) => describedVersions(template, asked, call)),
  };
});

function describedVersions(template: CloudRecord, asked: readonly string[], call: ApiCall): readonly Xml[] {
  const known = versionsOf(template.id, call.hands).map(({ inputs }) => numberOf(inputs, "version") ?? 0);
  const numbers = asked.length > 0 ? asked.map((one) => versionNumber(template, one)) : known;
  return numbers.map((version, index) => {
    if (version === undefined) {
      throw new ApiError(
        "InvalidLaunchTemplateId.VersionNotFound",
        `Could not find launch template version ${asked[index] ?? ""}`,
      );
    }
    return {
      launchTemplateId: template.id,
      launchTemplateName: textOf(template.outputs, "name"),
      versionNumber: version,
      defaultVersion: version === numberOf(template.outputs, "defaultVersion"),
      launchTemplateData: describedData(dataOfVersion(template, version, call.hands)),
    };
  });
}

/** EC2 as commands ask it: machines, templates, volumes, addresses, and what stands in a network. */
export const ec2Operations: Readonly<Record<string, QueryOperation>> = {
  ...instanceOperations,
  ...imageOperations,
  ...networkOperations,
  DescribeLaunchTemplateVersions: describeVersions,
  // On as soon as a file says which key.
  GetEbsEncryptionByDefault: ec2Read("GetEbsEncryptionByDefault", (_input, call) => ({
    ebsEncryptionByDefault: call.hands.ofType(defaultDiskKeyType).length > 0,
  })),
  GetEbsDefaultKmsKeyId: ec2Read("GetEbsDefaultKmsKeyId", (_input, call) => ({
    kmsKeyId: textOf(call.hands.ofType(defaultDiskKeyType)[0]?.outputs ?? {}, "keyArn") || "alias/aws/ebs",
  })),
  DescribeVolumes: ec2Read("DescribeVolumes", (input, call) => ({
    volumeSet: namedOnes(
      call.hands.ofType(volumeType),
      listOfForm(input, "VolumeId"),
      (id) => new ApiError("InvalidVolume.NotFound", `The volume '${id}' does not exist.`),
    )
      .filter((volume) =>
        passesFilters(volume, input, (name) =>
          name === "volume-id"
            ? [volume.id]
            : name === "status"
              ? [attachedTo(volume, call) === "" ? "available" : "in-use"]
              : name === "attachment.instance-id"
                ? [attachedTo(volume, call)]
                : [],
        ),
      )
      .map((volume) => describedVolume(volume, call)),
  })),
  DescribeAddresses: ec2Read("DescribeAddresses", (input, call) => ({
    addressesSet: namedOnes(
      call.hands.ofType(addressType),
      listOfForm(input, "AllocationId"),
      (id) => new ApiError("InvalidAllocationID.NotFound", `The allocation ID '${id}' does not exist`),
    )
      .filter((address) =>
        passesFilters(address, input, (name) =>
          name === "allocation-id"
            ? [address.id]
            : name === "instance-id"
              ? [textOf(address.outputs, "instance")]
              : name === "public-ip"
                ? [textOf(address.outputs, "publicIp")]
                : [],
        ),
      )
      .map(describedAddress),
  })),
};
