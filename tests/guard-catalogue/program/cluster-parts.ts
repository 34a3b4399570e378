import type { Walk } from "../../engine/support/walk";
import { putInCloud } from "../cloud-edits";
import type { Part } from "./parts";

const scope = "482913067251/eu-west-1";
const endpoint = "https://4F1B0C2D3E4A5B6C7D8E.gr7.eu-west-1.eks.amazonaws.com";

/** A kubeconfig of a cluster at this address, without any credential in it. */
export function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "shop",
    contexts: [{ name: "shop", context: { cluster: "shop", user: "shop" } }],
    clusters: [{ name: "shop", cluster: { server } }],
    users: [{ name: "shop", user: {} }],
  });
}

/** A disk that somebody made for the volume `disk`. */
export const handMadeDisk = "vol-0a1b2c3d4e5f60718";

/** Somebody else's EKS cluster: its driver makes disks in AWS for claims, and deletes them as their classes say. */
export function putClusterInCloud(walk: Walk): void {
  const put = (file: string, type: string, id: string, values: Record<string, unknown>): void => {
    putInCloud(walk, file, { type, id, scope, inputs: values, outputs: values });
  };
  const clusterName = "shop";
  const subnetIds = ["subnet-0f1e2d3c4b5a69788"];
  put("shop-subnet", "aws:ec2/subnet:Subnet", "subnet-0f1e2d3c4b5a69788", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZone: "eu-west-1a",
    cidrBlock: "10.60.0.0/20",
  });
  put("shop-cluster", "aws:eks/cluster:Cluster", clusterName, {
    name: clusterName,
    endpoint,
    vpcConfig: { subnetIds, vpcId: "vpc-0123456789abcdef0", clusterSecurityGroupId: "sg-0123456789abcdef0" },
  });
  put("shop-nodes", "aws:eks/nodeGroup:NodeGroup", `${clusterName}:main`, {
    clusterName,
    nodeGroupName: "main",
    subnetIds,
    scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 2 },
  });
  put("shop-driver", "aws:eks/addon:Addon", `${clusterName}:aws-ebs-csi-driver`, {
    clusterName,
    addonName: "aws-ebs-csi-driver",
  });
  put("shop-disk", "aws:ebs/volume:Volume", handMadeDisk, {
    availabilityZone: "eu-west-1a",
    size: 50,
    type: "gp3",
    encrypted: true,
  });
}

export const claim = "kubernetes:core/v1:PersistentVolumeClaim";
export const persistentVolume = "kubernetes:core/v1:PersistentVolume";
export const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";
export const statefulSet = "kubernetes:apps/v1:StatefulSet";
export const namespace = "kubernetes:core/v1:Namespace";
export const resourceDefinition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

export function namespacePart(name: string): Part {
  return {
    name,
    type: namespace,
    provider: "cluster",
    props: { metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
  };
}

/** A class of encrypted gp3 disks, made as soon as they are claimed. */
export function classPart(name: string, reclaimPolicy: "Retain" | "Delete"): Part {
  return {
    name: `class-${name}`,
    type: storageClass,
    provider: "cluster",
    props: {
      metadata: { name },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      reclaimPolicy,
      volumeBindingMode: "Immediate",
      allowVolumeExpansion: true,
    },
    // The API server changes neither, and two cannot have one name.
    options: { replaceOnChanges: ["reclaimPolicy", "volumeBindingMode"], deleteBeforeReplace: true },
  };
}

export function claimSpec(
  storageClassName: string,
  storage: string,
  accessMode = "ReadWriteOnce",
): Readonly<Record<string, unknown>> {
  return { accessModes: [accessMode], storageClassName, resources: { requests: { storage } } };
}

function claimPart(name: string, className: string, storage: string): Part {
  return {
    name,
    type: claim,
    provider: "cluster",
    props: { metadata: { name, namespace: "shop" }, spec: claimSpec(className, storage) },
    options: { dependsOn: ["shop", `class-${className}`] },
  };
}

const labels = { app: "store" };

export function setSpec(changes: Readonly<Record<string, unknown>> = {}, image = "a"): object {
  return {
    replicas: 2,
    serviceName: "store",
    selector: { matchLabels: labels },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec("quick", "8Gi") }],
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "store",
            image: `registry.example.com/store@sha256:${image.repeat(64)}`,
            resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          },
        ],
      },
    },
    ...changes,
  };
}

/** What holds data in a cluster: claims of both kinds of classes, a volume of somebody's own disk, and a set with claims. */
export const clusterParts: readonly Part[] = [
  { name: "cluster", type: "pulumi:providers:kubernetes", props: { kubeconfig: kubeconfig(endpoint) } },
  namespacePart("shop"),
  classPart("kept", "Retain"),
  classPart("quick", "Delete"),
  claimPart("files", "quick", "20Gi"),
  claimPart("archive", "kept", "40Gi"),
  {
    name: "disk",
    type: persistentVolume,
    provider: "cluster",
    props: {
      metadata: { name: "disk" },
      spec: {
        capacity: { storage: "50Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "by-hand",
        csi: { driver: "ebs.csi.aws.com", volumeHandle: handMadeDisk, fsType: "ext4" },
      },
    },
  },
  {
    name: "store",
    type: statefulSet,
    provider: "cluster",
    props: { metadata: { name: "store", namespace: "shop" }, spec: setSpec() },
    options: { dependsOn: ["shop", "class-quick"] },
  },
  {
    name: "widgets",
    type: resourceDefinition,
    provider: "cluster",
    props: {
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "widgets", singular: "widget", kind: "Widget" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object" } },
          },
        ],
      },
    },
  },
];
