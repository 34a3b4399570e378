import type * as pulumi from "@pulumi/pulumi";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import { isLocked } from "../guarded";
import type { StackContext } from "../stack-context";

/** The default class, for whoever names one all the same. */
export const STORAGE_CLASS = "gp3";

/**
 * The default class of volumes: encrypted gp3, made in the zone in which its pod is placed.
 *
 * Where the guard holds data a volume outlives its claim (`Retain`): it is found in the account and deleted by hand. At
 * guard level disposable it goes with it. A class cannot be changed, so that the guard's level replaces it; volumes that
 * there are keep the policy that they were made with.
 */
export function createStorageClass(
  name: string,
  context: StackContext,
  options: pulumi.CustomResourceOptions,
): StorageClass {
  return new StorageClass(
    name,
    {
      metadata: {
        name: STORAGE_CLASS,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      reclaimPolicy: isLocked(context) ? "Retain" : "Delete",
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
