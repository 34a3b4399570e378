import type * as pulumi from "@pulumi/pulumi";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";

export interface StorageClassArgs {
  readonly className: string;
  readonly isDefault: boolean;
  /** Tags of the volumes that are made by it; in values the driver puts `{{ .PVCName }}` and its like. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A class of volumes: encrypted gp3, made in the zone in which its pod is placed.
 *
 * A volume outlives its claim (`Retain`): it is found in the account and deleted by hand. At every guard level: a class
 * cannot be changed, and lifting the locks is to replace nothing.
 */
export function createStorageClass(
  name: string,
  { className, isDefault, tags = {} }: StorageClassArgs,
  options: pulumi.CustomResourceOptions,
): StorageClass {
  // Source: docs/tagging.md of aws-ebs-csi-driver.
  const specifications: Record<string, string> = Object.fromEntries(
    Object.entries(tags).map(([key, value], index) => [`tagSpecification_${index + 1}`, `${key}=${value}`]),
  );
  return new StorageClass(
    name,
    {
      metadata: {
        name: className,
        ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
      },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", ...specifications },
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
