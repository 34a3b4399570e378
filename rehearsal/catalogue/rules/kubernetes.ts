import type { TypeRules } from "./type-rules";

/** Fields of a pod that no update may touch; its metadata, images' owners and tolerations are the exceptions. */
const podFields = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const containerFields = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const volumeSources = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const job = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const statefulSet = [
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.selector",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];

/**
 * Fields whose change makes the Pulumi provider replace the object, by type. Source: the provider's own table. What the
 * provider does not know to be fixed it tries to update, and the API server may refuse that: see `fixedFields`.
 */
const replaced: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:apps/v1:DaemonSet": ["spec.selector"],
  "kubernetes:apps/v1:Deployment": ["spec.selector"],
  "kubernetes:apps/v1:StatefulSet": statefulSet,
  "kubernetes:apps/v1beta1:StatefulSet": statefulSet,
  "kubernetes:apps/v1beta2:DaemonSet": ["spec.selector"],
  "kubernetes:apps/v1beta2:Deployment": ["spec.selector"],
  "kubernetes:apps/v1beta2:StatefulSet": statefulSet,
  "kubernetes:batch/v1:Job": job,
  "kubernetes:batch/v1beta1:Job": job,
  // Unless the provider is told that they are mutable.
  "kubernetes:core/v1:ConfigMap": ["binaryData", "data"],
  "kubernetes:core/v1:PersistentVolume": volumeSources.map((source) => `spec.${source}`),
  "kubernetes:core/v1:PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "kubernetes:core/v1:Pod": [
    ...podFields.map((field) => `spec.${field}`),
    ...containerFields.map((field) => `spec.containers[].${field}`),
    ...containerFields.map((field) => `spec.initContainers[].${field}`),
  ],
  "kubernetes:core/v1:ResourceQuota": ["spec.scopes"],
  "kubernetes:core/v1:Secret": ["data", "stringData", "type"],
  "kubernetes:core/v1:Service": ["spec.clusterIP"],
  "kubernetes:policy/v1beta1:PodDisruptionBudget": ["spec"],
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
  "kubernetes:rbac.authorization.k8s.io/v1alpha1:ClusterRoleBinding": ["roleRef"],
  "kubernetes:rbac.authorization.k8s.io/v1alpha1:RoleBinding": ["roleRef"],
  "kubernetes:rbac.authorization.k8s.io/v1beta1:ClusterRoleBinding": ["roleRef"],
  "kubernetes:rbac.authorization.k8s.io/v1beta1:RoleBinding": ["roleRef"],
  "kubernetes:storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** A field that stays as it was made. */
export interface FixedField {
  readonly field: string;
  /** What inside the field may change. */
  readonly except?: readonly string[];
  /** Fixed only once it has this value. */
  readonly once?: unknown;
  /** The API server's words. Default: `field is immutable`. */
  readonly message?: string;
}

const setForGood: FixedField = {
  field: "immutable",
  once: true,
  message: "field is immutable when `immutable` is set",
};

/**
 * Fields that the API server keeps while the provider, which does not know that, tries an update: it is refused. Source:
 * the validation rules of the Kubernetes API.
 */
export const fixedFields: Readonly<Record<string, readonly FixedField[]>> = {
  "kubernetes:apps/v1:StatefulSet": [
    {
      field: "spec",
      except: [
        "spec.minReadySeconds",
        "spec.ordinals",
        "spec.persistentVolumeClaimRetentionPolicy",
        "spec.replicas",
        "spec.revisionHistoryLimit",
        "spec.template",
        "spec.updateStrategy",
      ],
      message:
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
        "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    },
  ],
  "kubernetes:batch/v1:Job": [{ field: "spec.completionMode" }, { field: "spec.podFailurePolicy" }],
  "kubernetes:core/v1:ConfigMap": [setForGood],
  "kubernetes:core/v1:PersistentVolume": [{ field: "spec.volumeMode" }],
  "kubernetes:core/v1:PersistentVolumeClaim": [
    {
      field: "spec",
      except: ["spec.resources.requests", "spec.volumeAttributesClassName"],
      message:
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    },
  ],
  "kubernetes:core/v1:Secret": [setForGood],
  "kubernetes:core/v1:Service": [{ field: "spec.clusterIPs" }, { field: "spec.loadBalancerClass" }],
  "kubernetes:networking.k8s.io/v1:IngressClass": [{ field: "spec.controller" }],
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": [{ field: "preemptionPolicy" }, { field: "value" }],
  "kubernetes:storage.k8s.io/v1:CSIDriver": [
    { field: "spec.attachRequired" },
    { field: "spec.volumeLifecycleModes" },
  ],
  "kubernetes:storage.k8s.io/v1:StorageClass": [{ field: "reclaimPolicy" }, { field: "volumeBindingMode" }],
};

/** What the Kubernetes provider does. */
export function kubernetesRules(token: string): TypeRules {
  if (token === "kubernetes:helm.sh/v3:Release") {
    return {
      autonaming: { property: "name", randomLength: 8 },
      replaces: ["name", "namespace"],
      certainty: "schema",
    };
  }
  if (!/^kubernetes:[^:]+\/[^:]+:\w+$/.test(token)) return {};
  const identity = ["metadata.name", "metadata.namespace", "apiVersion", "kind"];
  // Patches of objects that exist, and lists, are given names by nobody.
  const named = !/(Patch|List)$/.test(token);
  return {
    ...(named && { autonaming: { property: "metadata.name", randomLength: 8 } }),
    replacesNested: [...identity, ...(replaced[token] ?? [])],
    certainty: "schema",
  };
}
