import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

/** The property that switches encryption at rest on, for types that have one and are not always encrypted. */
interface Encryption {
  readonly path: string;
  readonly on: boolean | string;
  /** What the cloud takes when nothing is set. */
  readonly absent?: boolean | string;
  readonly advice: string;
}

const fixed = "It is fixed at creation: what is made without it has to be copied to become encrypted.";

const encryptions: Readonly<Record<string, Encryption>> = {
  "aws:rds/instance:Instance": { path: "storageEncrypted", on: true, advice: fixed },
  "aws:rds/cluster:Cluster": { path: "storageEncrypted", on: true, advice: fixed },
  "aws:rds/globalCluster:GlobalCluster": { path: "storageEncrypted", on: true, advice: fixed },
  "aws:docdb/cluster:Cluster": { path: "storageEncrypted", on: true, advice: fixed },
  "aws:neptune/cluster:Cluster": { path: "storageEncrypted", on: true, advice: fixed },
  "aws:redshift/cluster:Cluster": {
    path: "encrypted",
    on: true,
    absent: true,
    advice: "Redshift encrypts unless it is told not to.",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    path: "atRestEncryptionEnabled",
    on: true,
    advice: fixed,
  },
  "aws:opensearch/domain:Domain": { path: "encryptAtRest.enabled", on: true, advice: fixed },
  "aws:efs/fileSystem:FileSystem": { path: "encrypted", on: true, advice: fixed },
  "aws:ebs/volume:Volume": { path: "encrypted", on: true, advice: fixed },
  "aws:ebs/snapshotCopy:SnapshotCopy": { path: "encrypted", on: true, advice: fixed },
  "aws:kinesis/stream:Stream": {
    path: "encryptionType",
    on: "KMS",
    absent: "NONE",
    advice: "alias/aws/kinesis is a key that costs nothing.",
  },
};

/** Types that `checkEncrypted` knows one switch of. */
export const encryptedTypes: readonly string[] = Object.keys(encryptions);

/** The switch for encryption at rest is on. */
export function checkEncrypted({ type, inputs }: Wanted): Finding[] {
  const encryption = encryptions[type];
  if (encryption === undefined) {
    return [];
  }
  const { path, on, absent, advice } = encryption;
  const value = read(inputs, path) ?? absent;
  if (isUnknown(value)) {
    return [notKnown(path)];
  }
  // Some providers declare the switch as text.
  return value === on || value === String(on)
    ? []
    : [{ property: path, message: `${path} is ${shown(value)}. Set it to ${String(on)}. ${advice}` }];
}

/** A queue is encrypted with SQS's own keys or with one of KMS. */
export function checkQueueEncrypted({ inputs }: Wanted): Finding[] {
  const managed = read(inputs, "sqsManagedSseEnabled");
  const key = read(inputs, "kmsMasterKeyId");
  // A key that is not known yet is a key.
  if (managed === true || (key !== undefined && key !== "")) {
    return [];
  }
  if (isUnknown(managed)) {
    return [notKnown("sqsManagedSseEnabled")];
  }
  return [
    {
      property: "sqsManagedSseEnabled",
      message: `sqsManagedSseEnabled is ${shown(managed)} and there is no kmsMasterKeyId. Set one of the two.`,
    },
  ];
}

/** A topic is encrypted with a key of KMS. */
export function checkTopicEncrypted({ inputs }: Wanted): Finding[] {
  const key = read(inputs, "kmsMasterKeyId");
  return key !== undefined && key !== ""
    ? []
    : [
        {
          property: "kmsMasterKeyId",
          message:
            "kmsMasterKeyId is not set. Set it: alias/aws/sns is a key that costs nothing, one of your own lets other services publish.",
        },
      ];
}

/** Every disk that a machine, or a template of machines, says anything of is encrypted, and it says so of the root. */
export function checkDisksEncrypted({ type, inputs }: Wanted): Finding[] {
  return type === "aws:ec2/launchTemplate:LaunchTemplate"
    ? checkDisks(inputs, "blockDeviceMappings", "ebs.encrypted", true)
    : [
        ...checkDisk(inputs, "rootBlockDevice.encrypted"),
        ...checkDisks(inputs, "ebsBlockDevices", "encrypted", false),
      ];
}

function checkDisks(inputs: Wanted["inputs"], list: string, path: string, demanded: boolean): Finding[] {
  const disks = read(inputs, list);
  if (isUnknown(disks)) {
    return [notKnown(list)];
  }
  if (!Array.isArray(disks) || disks.length === 0) {
    return demanded
      ? [
          {
            property: list,
            message: `${list} is not set. Name the disks and set ${path} to true: otherwise the account's default decides.`,
          },
        ]
      : [];
  }
  return disks.flatMap((disk: unknown, index): Finding[] => {
    const prefix = `${list}[${index}].`;
    if (!isRecord(disk)) {
      return [notKnown(`${list}[${index}]`)];
    }
    // An ephemeral disk, or one that is taken away from the image.
    if (read(disk, "virtualName") !== undefined || read(disk, "noDevice") !== undefined) {
      return [];
    }
    return checkDisk(disk, path, prefix);
  });
}

function checkDisk(properties: Wanted["inputs"], path: string, prefix = ""): Finding[] {
  const value = read(properties, path);
  if (isUnknown(value)) {
    return [notKnown(`${prefix}${path}`)];
  }
  return value === true || value === "true"
    ? []
    : [
        {
          property: `${prefix}${path}`,
          message: `${prefix}${path} is ${shown(value)}. Set it to true: otherwise the image, or the account's default, decides.`,
        },
      ];
}
