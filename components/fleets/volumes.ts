import type * as pulumi from "@pulumi/pulumi";
import { Volume } from "@pulumi/aws/ebs/volume";
import type { FleetSettings } from "../../settings/sections/fleets";
import { guarded } from "../guard/guarded";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { volumeTags } from "./fleet-data";

const VOLUME_TYPE = "aws:ebs/volume:Volume";

export interface VolumesArgs {
  readonly context: StackContext;
  readonly role: string;
  readonly settings: FleetSettings;
  /** Needed where a volume says ownKey. */
  readonly diskKey: pulumi.Input<string> | undefined;
  readonly parent: pulumi.Resource;
}

/**
 * The volumes of a role, by their names in the settings. They belong to no machine: whichever is the role's finds them by
 * their tags and attaches them. Nothing here attaches or detaches, so that a run never takes one from a machine.
 *
 * @throws Error when the role has no zone; settings refuse that.
 */
export function createVolumes(
  name: string,
  { context, diskKey, parent, role, settings }: VolumesArgs,
): Readonly<Record<string, Volume>> {
  return Object.fromEntries(
    Object.entries(settings.volumes).map(([key, volume]) => {
      if (settings.availabilityZone === undefined) {
        throw new Error(`fleets: role ${role} has the volume ${key} and no availabilityZone for it.`);
      }
      return [
        key,
        new Volume(
          `${name}-${key}`,
          {
            availabilityZone: settings.availabilityZone,
            size: volume.size,
            type: volume.type,
            ...(volume.iops !== undefined && { iops: volume.iops }),
            ...(volume.throughput !== undefined && { throughput: volume.throughput }),
            ...(volume.snapshotId !== undefined && { snapshotId: volume.snapshotId }),
            encrypted: true,
            ...(volume.ownKey && { kmsKeyId: ownKeyOf(diskKey, `${role}.volumes.${key}`) }),
            finalSnapshot: volume.onDeletion === "snapshot",
            tags: { ...volumeTags(context, role, key), Name: physicalName(context, `${role}-${key}`) },
          },
          guarded(VOLUME_TYPE, context, { parent, retainOnDelete: volume.onDeletion === "keep" }),
        ),
      ];
    }),
  );
}

function ownKeyOf(key: pulumi.Input<string> | undefined, where: string): pulumi.Input<string> {
  if (key === undefined) {
    throw new Error(`fleets.${where}: ownKey, and groundwork:encryption.disks has no key for it.`);
  }
  return key;
}
