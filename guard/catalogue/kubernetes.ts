import type { CapacityProperty, StatefulType } from "../stateful-type";
import { quantity } from "../quantity";

function volumeSize(path: string): CapacityProperty {
  return {
    kind: "capacity",
    path,
    unit: "GiB",
    part: (value) => quantity(value),
    otherwise: "Kubernetes makes no volume smaller, and a smaller one in its place would be empty.",
  };
}

const volumeCopy = "Take a VolumeSnapshot, or a snapshot of the disk in the cloud, first.";

const current: readonly StatefulType[] = [
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    noun: "persistent volume claim",
    holds: "the volume behind it, unless its reclaim policy is Retain",
    name: "metadata.name",
    size: [{ path: "metadata.namespace", label: "namespace " }, { path: "spec.resources.requests.storage" }],
    locks: [],
    life: [volumeSize("spec.resources.requests.storage")],
    copyFirst: volumeCopy,
  },
  {
    type: "kubernetes:core/v1:PersistentVolume",
    noun: "persistent volume",
    holds: "the disk behind it, unless its reclaim policy is Retain",
    name: "metadata.name",
    size: [{ path: "spec.capacity.storage" }],
    locks: [],
    life: [
      {
        kind: "switch",
        path: "spec.persistentVolumeReclaimPolicy",
        safe: "Retain",
        absent: "Retain",
        otherwise: "The disk is deleted when the claim is.",
        demanded: true,
      },
      volumeSize("spec.capacity.storage"),
    ],
    copyFirst: volumeCopy,
  },
  {
    type: "kubernetes:storage.k8s.io/v1:StorageClass",
    noun: "storage class",
    holds: "nothing that exists, but it decides what becomes of the volumes made by it",
    name: "metadata.name",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "reclaimPolicy",
        safe: "Retain",
        absent: "Delete",
        otherwise: "Disks of volumes made from then on are deleted when their claims are.",
        demanded: false,
      },
      {
        kind: "switch",
        // Of the EBS driver; other drivers have no such parameter, or none that is off.
        path: "parameters.encrypted",
        safe: "true",
        absent: "false",
        otherwise: "Disks of volumes made from then on are not encrypted, and stay so.",
        demanded: false,
      },
    ],
    copyFirst: "See that another class makes volumes of the same kind.",
    // Volumes keep the policy that they were made with.
    removable: true,
  },
  {
    type: "kubernetes:apps/v1:StatefulSet",
    noun: "stateful set",
    holds: "the order among its pods, and the volumes of its claims where their retention policy says Delete",
    name: "metadata.name",
    size: [
      { path: "metadata.namespace", label: "namespace " },
      { path: "spec.replicas", unit: " replicas" },
    ],
    locks: [],
    life: [
      {
        kind: "switch",
        path: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        safe: "Retain",
        absent: "Retain",
        otherwise: "Its claims, and the volumes behind them, are deleted with it.",
        demanded: true,
      },
      {
        kind: "switch",
        path: "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        safe: "Retain",
        absent: "Retain",
        otherwise: "Claims of pods that are scaled away are deleted, and the volumes behind them.",
        demanded: true,
      },
    ],
    copyFirst: volumeCopy,
  },
  {
    type: "kubernetes:helm.sh/v3:Release",
    noun: "Helm release",
    holds: "everything that its chart makes, databases and claims included",
    name: "name",
    size: [{ path: "namespace", label: "namespace " }, { path: "chart" }],
    locks: [],
    life: [],
    copyFirst: "Back up what its chart has made first.",
  },
  {
    type: "kubernetes:core/v1:Namespace",
    noun: "namespace",
    holds: "every object in it, claims and secrets included",
    name: "metadata.name",
    locks: [],
    life: [],
    copyFirst: "Back up what is in it first.",
  },
  {
    type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    noun: "custom resource definition",
    holds: "every object of its kind, in all namespaces",
    name: "metadata.name",
    locks: [],
    life: [],
    copyFirst: "Back up the objects of its kind first.",
  },
];

/** Groups that the same things were in at earlier times, before stateful sets could delete claims. */
const former: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:storage.k8s.io/v1:StorageClass": ["kubernetes:storage.k8s.io/v1beta1:StorageClass"],
  "kubernetes:apps/v1:StatefulSet": [
    "kubernetes:apps/v1beta1:StatefulSet",
    "kubernetes:apps/v1beta2:StatefulSet",
  ],
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": [
    "kubernetes:apiextensions.k8s.io/v1beta1:CustomResourceDefinition",
  ],
};

/** What holds data in a Kubernetes cluster. Its cloud side has no locks: the reclaim policy decides. */
export const kubernetes: readonly StatefulType[] = current.flatMap((kind) => [
  kind,
  ...(former[kind.type] ?? []).map((type) => ({
    ...kind,
    type,
    life: kind.life.filter(({ path }) => !path.startsWith("spec.persistentVolumeClaimRetentionPolicy")),
  })),
]);
