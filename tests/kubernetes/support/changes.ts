/** An object of each kind, and changes of single fields. A value of undefined takes the field away. */
export interface KindChanges {
  /** The provider's token. */
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** What a controller would say of it, and changes depend on. */
  readonly status?: Readonly<Record<string, unknown>>;
  readonly changes: readonly (readonly [path: string, value: unknown])[];
}

const IMAGE = `example.com/image@sha256:${"0123456789abcdef".repeat(4)}`;
const OTHER_IMAGE = `example.com/image@sha256:${"fedcba9876543210".repeat(4)}`;

const labels = { app: "a" };
const container = {
  name: "a",
  image: IMAGE,
  command: ["a"],
  args: ["a"],
  env: [{ name: "A", value: "a" }],
  ports: [{ name: "http", containerPort: 8080 }],
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
  readinessProbe: { tcpSocket: { port: "http" } },
  volumeMounts: [{ name: "data", mountPath: "/data" }],
};
const podSpec = {
  containers: [container],
  volumes: [{ name: "data", emptyDir: { sizeLimit: "1Mi" } }],
  terminationGracePeriodSeconds: 30,
  automountServiceAccountToken: false,
};
const template = { metadata: { labels }, spec: podSpec };
const metadata = { name: "changes", labels: { team: "a" }, annotations: { note: "a" } };
const selector = { matchLabels: labels };
const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const subject = { kind: "ServiceAccount", name: "a", namespace: "default" };

/** What every object may have changed. */
const ofMetadata = [
  ["metadata.labels.team", "b"],
  ["metadata.annotations.note", "b"],
] as const;

export const kindChanges: readonly KindChanges[] = [
  {
    type: "kubernetes:apps/v1:Deployment",
    object: {
      metadata,
      spec: {
        replicas: 1,
        selector,
        template,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.replicas", 3],
      ["spec.minReadySeconds", 5],
      ["spec.progressDeadlineSeconds", 60],
      ["spec.revisionHistoryLimit", 3],
      ["spec.paused", true],
      ["spec.strategy", { type: "Recreate" }],
      ["spec.strategy.rollingUpdate.maxSurge", 2],
      ["spec.selector.matchLabels", { app: "a", tier: "b" }],
      ["spec.selector.matchExpressions", [{ key: "app", operator: "Exists" }]],
      ["spec.template.metadata.labels.tier", "b"],
      ["spec.template.spec.containers.0.image", OTHER_IMAGE],
      ["spec.template.spec.serviceAccountName", "b"],
      ["spec.template.spec.terminationGracePeriodSeconds", 60],
    ],
  },
  {
    type: "kubernetes:apps/v1:DaemonSet",
    object: { metadata, spec: { selector, template } },
    changes: [
      ...ofMetadata,
      ["spec.minReadySeconds", 5],
      ["spec.updateStrategy", { type: "OnDelete" }],
      ["spec.selector.matchExpressions", [{ key: "app", operator: "Exists" }]],
      ["spec.template.spec.containers.0.image", OTHER_IMAGE],
    ],
  },
  {
    type: "kubernetes:apps/v1:StatefulSet",
    object: {
      metadata,
      spec: {
        replicas: 1,
        serviceName: "a",
        selector,
        template,
        volumeClaimTemplates: [claim],
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.replicas", 3],
      ["spec.minReadySeconds", 5],
      ["spec.revisionHistoryLimit", 3],
      ["spec.updateStrategy", { type: "OnDelete" }],
      ["spec.template.spec.containers.0.image", OTHER_IMAGE],
      ["spec.persistentVolumeClaimRetentionPolicy", { whenDeleted: "Delete", whenScaled: "Retain" }],
      ["spec.ordinals", { start: 1 }],
      ["spec.serviceName", "b"],
      ["spec.podManagementPolicy", "Parallel"],
      ["spec.selector.matchExpressions", [{ key: "app", operator: "Exists" }]],
      ["spec.volumeClaimTemplates.0.spec.resources.requests.storage", "2Gi"],
    ],
  },
  {
    type: "kubernetes:batch/v1:Job",
    object: {
      metadata,
      spec: {
        backoffLimit: 1,
        completions: 1,
        parallelism: 1,
        completionMode: "NonIndexed",
        template: { ...template, spec: { ...podSpec, restartPolicy: "Never" } },
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.backoffLimit", 3],
      ["spec.activeDeadlineSeconds", 60],
      ["spec.ttlSecondsAfterFinished", 60],
      ["spec.suspend", true],
      ["spec.parallelism", 2],
      ["spec.completions", 2],
      ["spec.completionMode", "Indexed"],
      ["spec.manualSelector", true],
      ["spec.podReplacementPolicy", "Failed"],
      ["spec.template.spec.containers.0.image", OTHER_IMAGE],
      ["spec.template.spec.containers.0.env.0.value", "b"],
      ["spec.template.metadata.labels.tier", "b"],
      [
        "spec.podFailurePolicy",
        { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] },
      ],
    ],
  },
  {
    type: "kubernetes:batch/v1:CronJob",
    object: {
      metadata,
      spec: {
        schedule: "0 3 * * *",
        jobTemplate: { spec: { template: { ...template, spec: { ...podSpec, restartPolicy: "Never" } } } },
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.schedule", "0 4 * * *"],
      ["spec.suspend", true],
      ["spec.concurrencyPolicy", "Forbid"],
      ["spec.jobTemplate.spec.template.spec.containers.0.image", OTHER_IMAGE],
    ],
  },
  {
    type: "kubernetes:core/v1:Pod",
    object: { metadata, spec: podSpec },
    changes: [
      ...ofMetadata,
      ["spec.containers.0.args", ["b"]],
      ["spec.containers.0.command", ["b"]],
      ["spec.containers.0.env.0.value", "b"],
      ["spec.containers.0.image", OTHER_IMAGE],
      ["spec.containers.0.resources.limits.memory", "64Mi"],
      ["spec.nodeSelector", { disk: "ssd" }],
      ["spec.terminationGracePeriodSeconds", 60],
      ["spec.activeDeadlineSeconds", 60],
      ["spec.volumes.0.emptyDir.sizeLimit", "2Mi"],
    ],
  },
  {
    type: "kubernetes:core/v1:Service",
    object: {
      metadata,
      spec: { type: "ClusterIP", selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    changes: [
      ...ofMetadata,
      ["spec.selector.app", "b"],
      ["spec.type", "NodePort"],
      ["spec.type", "LoadBalancer"],
      ["spec.ports.0.port", 81],
      ["spec.ports.0.targetPort", 8081],
      ["spec.sessionAffinity", "ClientIP"],
      ["spec.internalTrafficPolicy", "Local"],
      ["spec.publishNotReadyAddresses", true],
      ["spec.ipFamilyPolicy", "PreferDualStack"],
      ["spec.clusterIP", "172.20.250.250"],
      ["spec.clusterIP", "None"],
    ],
  },
  {
    type: "kubernetes:core/v1:Service",
    object: {
      metadata: { ...metadata, name: "changes-balanced" },
      spec: {
        type: "LoadBalancer",
        selector: labels,
        externalTrafficPolicy: "Cluster",
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        loadBalancerClass: "example.com/a",
        ports: [{ name: "http", port: 80, targetPort: "http" }],
      },
    },
    changes: [
      ["metadata.annotations.note", "b"],
      ["spec.loadBalancerSourceRanges", ["192.168.0.0/16"]],
      ["spec.externalTrafficPolicy", "Local"],
      ["spec.allocateLoadBalancerNodePorts", false],
      ["spec.ports.0.port", 443],
      ["spec.loadBalancerClass", "example.com/b"],
      ["spec.loadBalancerClass", undefined],
    ],
  },
  {
    type: "kubernetes:core/v1:Service",
    object: {
      metadata: { ...metadata, name: "changes-unclassed" },
      spec: { type: "LoadBalancer", selector: labels, ports: [{ name: "http", port: 80 }] },
    },
    changes: [
      ["spec.loadBalancerClass", "example.com/a"],
      ["spec.type", "ClusterIP"],
    ],
  },
  {
    type: "kubernetes:core/v1:ConfigMap",
    object: { metadata, data: { a: "a" } },
    changes: [...ofMetadata, ["data.a", "b"], ["binaryData", { b: "Yg==" }], ["immutable", true]],
  },
  {
    type: "kubernetes:core/v1:ConfigMap",
    object: { metadata: { ...metadata, name: "changes-fixed" }, data: { a: "a" }, immutable: true },
    changes: [...ofMetadata, ["data.a", "b"], ["immutable", false], ["immutable", undefined]],
  },
  {
    type: "kubernetes:core/v1:Secret",
    object: { metadata, type: "Opaque", stringData: { a: "a" } },
    changes: [...ofMetadata, ["stringData.a", "b"], ["type", "example.com/other"], ["immutable", true]],
  },
  {
    type: "kubernetes:core/v1:Secret",
    object: { metadata: { ...metadata, name: "changes-fixed" }, stringData: { a: "a" }, immutable: true },
    changes: [...ofMetadata, ["stringData.a", "b"], ["immutable", false], ["immutable", undefined]],
  },
  {
    type: "kubernetes:core/v1:ServiceAccount",
    object: { metadata, automountServiceAccountToken: false },
    changes: [...ofMetadata, ["automountServiceAccountToken", true]],
  },
  {
    type: "kubernetes:core/v1:Namespace",
    object: { metadata },
    changes: [...ofMetadata],
  },
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    object: {
      metadata,
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "a",
        volumeMode: "Filesystem",
        resources: { requests: { storage: "1Gi" } },
      },
    },
    // Unbound ones keep their size, too.
    status: { phase: "Bound" },
    changes: [
      ...ofMetadata,
      ["spec.accessModes", ["ReadWriteMany"]],
      ["spec.storageClassName", "b"],
      ["spec.selector", selector],
      ["spec.volumeMode", "Block"],
      ["spec.dataSource", { apiGroup: "", kind: "PersistentVolumeClaim", name: "b" }],
      ["spec.resources.requests.storage", "2Gi"],
    ],
  },
  {
    type: "kubernetes:core/v1:PersistentVolume",
    object: {
      metadata,
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Retain",
        csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-0a1b2c3d4e5f60718" },
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.persistentVolumeReclaimPolicy", "Delete"],
      ["spec.capacity.storage", "2Gi"],
      ["spec.csi.volumeHandle", "vol-0a1b2c3d4e5f60719"],
      ["spec.volumeMode", "Block"],
    ],
  },
  {
    type: "kubernetes:core/v1:ResourceQuota",
    object: { metadata, spec: { hard: { pods: "10" }, scopes: ["NotTerminating"] } },
    changes: [...ofMetadata, ["spec.hard.pods", "20"], ["spec.scopes", ["Terminating"]]],
  },
  {
    type: "kubernetes:core/v1:LimitRange",
    object: { metadata, spec: { limits: [{ type: "Container", default: { cpu: "100m" } }] } },
    changes: [...ofMetadata, ["spec.limits.0.default.cpu", "200m"]],
  },
  {
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    object: { metadata, spec: { maxUnavailable: 1, selector } },
    changes: [
      ...ofMetadata,
      ["spec.maxUnavailable", 2],
      ["spec.selector.matchLabels.app", "b"],
      ["spec.unhealthyPodEvictionPolicy", "AlwaysAllow"],
    ],
  },
  {
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    object: {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" },
        minReplicas: 1,
        maxReplicas: 2,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
          },
        ],
      },
    },
    changes: [
      ...ofMetadata,
      ["spec.minReplicas", 2],
      ["spec.maxReplicas", 5],
      ["spec.scaleTargetRef.name", "b"],
      ["spec.metrics.0.resource.target.averageUtilization", 50],
    ],
  },
  {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    object: { metadata, spec: { podSelector: selector, policyTypes: ["Ingress"], ingress: [] } },
    changes: [
      ...ofMetadata,
      ["spec.podSelector", {}],
      ["spec.policyTypes", ["Ingress", "Egress"]],
      ["spec.ingress", [{ from: [{ podSelector: {} }] }]],
    ],
  },
  {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    object: {
      metadata,
      spec: {
        ingressClassName: "a",
        defaultBackend: { service: { name: "a", port: { number: 80 } } },
      },
    },
    changes: [...ofMetadata, ["spec.ingressClassName", "b"], ["spec.defaultBackend.service.name", "b"]],
  },
  {
    type: "kubernetes:networking.k8s.io/v1:IngressClass",
    object: { metadata, spec: { controller: "example.com/a" } },
    changes: [...ofMetadata, ["spec.controller", "example.com/b"]],
  },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:Role",
    object: { metadata, rules: [rule] },
    changes: [...ofMetadata, ["rules.0.verbs", ["list"]]],
  },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    object: { metadata, rules: [rule] },
    changes: [...ofMetadata, ["rules.0.verbs", ["list"]]],
  },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    object: {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects: [subject],
    },
    changes: [
      ...ofMetadata,
      ["subjects.0.name", "b"],
      ["roleRef.name", "b"],
      ["roleRef.kind", "ClusterRole"],
    ],
  },
  {
    type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    object: {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "a" },
      subjects: [subject],
    },
    changes: [...ofMetadata, ["subjects.0.name", "b"], ["roleRef.name", "b"]],
  },
  {
    type: "kubernetes:storage.k8s.io/v1:StorageClass",
    object: {
      metadata,
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3" },
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: false,
      mountOptions: ["noatime"],
    },
    changes: [
      ...ofMetadata,
      ["provisioner", "other.csi.aws.com"],
      ["parameters.type", "io2"],
      ["reclaimPolicy", "Retain"],
      ["volumeBindingMode", "Immediate"],
      ["allowVolumeExpansion", true],
      ["mountOptions", ["ro"]],
      ["allowedTopologies", [{ matchLabelExpressions: [{ key: "zone", values: ["a"] }] }]],
    ],
  },
  {
    type: "kubernetes:storage.k8s.io/v1:CSIDriver",
    object: {
      metadata: { ...metadata, name: "a.example.com" },
      spec: { attachRequired: true, podInfoOnMount: false },
    },
    changes: [
      ...ofMetadata,
      ["spec.attachRequired", false],
      ["spec.podInfoOnMount", true],
      ["spec.fsGroupPolicy", "File"],
      ["spec.storageCapacity", true],
      ["spec.volumeLifecycleModes", ["Ephemeral"]],
    ],
  },
  {
    type: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
    object: { metadata, value: 1000, globalDefault: false, preemptionPolicy: "Never", description: "a" },
    changes: [
      ...ofMetadata,
      ["value", 2000],
      ["preemptionPolicy", "PreemptLowerPriority"],
      ["description", "b"],
    ],
  },
];
