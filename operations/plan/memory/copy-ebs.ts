import type * as ec2Module from "@aws-sdk/client-ec2";
import type { EC2Client, Snapshot } from "@aws-sdk/client-ec2";
import { createRequire } from "node:module";
import { CopyError, differences, isError, untilThere, type CopyMaker } from "./copy";

const load = createRequire(__filename);

function ec2(): typeof ec2Module {
  return load("@aws-sdk/client-ec2") as typeof ec2Module;
}

/**
 * Snapshots of volumes: kept until somebody deletes them, under the key of the volume. What a machine has written and not
 * yet brought to the volume is not in one: stop what writes first.
 */
export const volumeSnapshots: CopyMaker = {
  permissions: [
    ...["ec2:DescribeVolumes", "ec2:CreateSnapshot", "ec2:CreateTags", "ec2:DescribeSnapshots"],
    "and for a volume under a KMS key of one's own kms:CreateGrant",
    ...["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt* of that key"],
  ],
  async take(order) {
    const { config, resource, name, tags, say } = order;
    const client = new (ec2().EC2Client)(config);
    try {
      const id = resource.id ?? "";
      const { Volumes: [volume] = [] } = await client.send(
        new (ec2().DescribeVolumesCommand)({ VolumeIds: [id] }),
      );
      say(`  EBS snapshot ${name} of ${id} is being taken`);
      const { SnapshotId: snapshotId } = await client.send(
        new (ec2().CreateSnapshotCommand)({
          VolumeId: id,
          Description: `${name}: ${id} before it is given up`,
          TagSpecifications: [
            {
              ResourceType: "snapshot",
              Tags: Object.entries({ ...tags, Name: name }).map(([Key, Value]) => ({ Key, Value })),
            },
          ],
        }),
      );
      if (snapshotId === undefined) {
        throw new CopyError(`EC2 did not say which snapshot of ${id} it has begun.`);
      }
      const snapshot = await untilThere(order, `snapshot ${snapshotId}`, async () => {
        const found = await describe(client, snapshotId);
        if (found?.State === "error") {
          throw new CopyError(
            `EC2 could not take the snapshot ${snapshotId}: ${found.StateMessage ?? "it does not say why"}.`,
          );
        }
        return found?.State === "completed" ? found : undefined;
      });
      const wrong = differences({
        volume: [volume?.VolumeId, snapshot.VolumeId],
        size: [volume?.Size, snapshot.VolumeSize],
        encryption: [volume?.Encrypted, snapshot.Encrypted],
        "KMS key": [volume?.KmsKeyId, snapshot.KmsKeyId],
      });
      if (wrong.length > 0) {
        throw new CopyError(`The snapshot ${snapshotId} is not what it should be: ${wrong.join(", ")}.`);
      }
      const facts = [
        `${name}, ${String(snapshot.VolumeSize ?? 0)} GiB`,
        ...(snapshot.KmsKeyId === undefined
          ? []
          : [`readable as long as KMS key ${snapshot.KmsKeyId} exists`]),
      ];
      return { kind: "EBS snapshot", id: snapshotId, detail: facts.join(", ") };
    } finally {
      client.destroy();
    }
  },
  async flaw(config, { id }, resource) {
    const client = new (ec2().EC2Client)(config);
    try {
      const { State: state, VolumeId: volume } = (await describe(client, id)) ?? {};
      return state === "completed"
        ? volume === resource.id
          ? undefined
          : `the snapshot ${id} is one of ${volume ?? "nothing"}`
        : state === undefined
          ? `the snapshot ${id} is not there any more`
          : `the snapshot ${id} is ${state}`;
    } finally {
      client.destroy();
    }
  },
};

/** Right after its beginning a snapshot may not be found yet. */
async function describe(client: EC2Client, id: string): Promise<Snapshot | undefined> {
  try {
    const { Snapshots: [found] = [] } = await client.send(
      new (ec2().DescribeSnapshotsCommand)({ SnapshotIds: [id] }),
    );
    return found;
  } catch (error) {
    if (isError(error, "InvalidSnapshot.NotFound")) {
      return undefined;
    }
    throw error;
  }
}
