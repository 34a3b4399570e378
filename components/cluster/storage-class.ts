import type * as pulumi from "@pulumi/pulumi";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";

/** The default class, for whoever names one all the same. */
const STORAGE_CLASS = "gp3";

/**
 * The default class of volumes: encrypted gp3, made in the zone in which its pod is placed.
 *
 * A volume outlives its claim (`Retain`): it is found in the account and deleted by hand. At every guard level: a class
 * cannot be changed, and lifting the locks is to replace nothing.
 */
export function createStorageClass(name: string, options: pulumi.CustomResourceOptions): StorageClass {
  return new StorageClass(
    name,
    {
      metadata: {
        name: STORAGE_CLASS,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    },
    {
      ...options,
      // The API server changes neither, and the provider knows it only of provisioner and parameters.
      replaceOnChanges: ["reclaimPolicy", "volumeBindingMode"],
      // Two cannot have one name.
      deleteBeforeReplace: true,
    },
  );
}
