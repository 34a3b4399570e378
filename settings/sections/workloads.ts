import { z } from "zod";
import { format, setting } from "../describe";
import { cidrBlock, imageReference } from "../formats";
import { storageQuantity } from "../quantities";
import { permissionSettings } from "./fleets";
import { loadBalancerSettings, portName, portNumber } from "./load-balancer";
import { nodeKey, nodeKeyOfAll, nodeValue, qualifiedName, reserved } from "./node-labels";
import { grants } from "./users";
import { containerParts, initContainers, probes, sidecars } from "./workload-containers";
import { jobSettings } from "./workload-job";
import { secretSource } from "./workload-secrets";
import { containerPath, files, volumes } from "./workload-storage";

/** The longest name that is derived from a key: `<key>-network-internal-<digest>`, a service of at most 63 characters. */
const longestKey = 40;

const workloadKey = format(
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/)
    .max(longestKey),
  {
    allowed: `1 to ${longestKey} lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen`,
  },
);

const registryHost = format(
  z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{2,5})?$/)
    .max(253),
  {
    allowed: "the host of a registry, with its port where that is not 443: ghcr.io",
  },
);

const percentage = /^(?:\d|[1-9]\d|100)%$/;
const podCount = format(z.union([z.number().int().min(0).max(1000), z.string().regex(percentage)]), {
  allowed: 'a whole number from 0 to 1000, or a percentage from "0%" to "100%"',
});

const replicas = setting(
  z
    .union([
      z.number().int().min(1).max(1000),
      z.strictObject({
        min: setting(z.number().int().min(1).max(1000), { description: "Pods at least." }),
        max: setting(z.number().int().min(1).max(1000), { description: "Pods at most. Not less than min." }),
        cpuPercent: setting(z.number().int().min(1).max(500).default(70), {
          description: "Use of the requested processor time that the number of pods aims at.",
          unit: "percent of resources.requests.cpu",
          why: "Leaves room until new pods are there.",
        }),
      }),
    ])
    .default(2),
  {
    description:
      "How many pods: a number, or min and max between which it follows the load (by metrics-server, an add-on of the cluster).",
    why: "Two: one can go without the workload being gone.",
    allowed: "a whole number from 1 to 1000, or a mapping with the keys min, max, cpuPercent",
    examples: [3, { min: 2, max: 10, cpuPercent: 60 }],
  },
);

const disruption = setting(
  z
    .strictObject({
      minAvailable: setting(podCount.optional(), {
        description: "Pods that must stay. Fewer than replicas (its min), or no node could ever be drained.",
      }),
      maxUnavailable: setting(podCount.optional(), {
        description: "Pods that may be away. At least 1.",
        defaultText: "1 where there is no minAvailable",
      }),
    })
    .prefault({}),
  { description: "What draining a node must leave. One of the two." },
);

const rollingUpdate = setting(
  z
    .strictObject({
      maxSurge: setting(podCount.default(1), {
        description: "Pods above the number during an update.",
      }),
      maxUnavailable: setting(podCount.default(0), {
        description: "Pods below the number during an update. Not zero together with maxSurge.",
      }),
    })
    .prefault({}),
  {
    description: "How an update replaces pods.",
    why: "One new one, then one old one less: never fewer than asked for.",
  },
);

/** Kubernetes' own and EKS's decide about security and networking: they are not for a workload to say. */
const annotationKey = format(
  z
    .string()
    .regex(qualifiedName)
    .refine((key) => !reserved.test(key), { error: "is kept for Kubernetes and EKS themselves" }),
  { allowed: "the key of an annotation, not under kubernetes.io, k8s.io or eks.amazonaws.com" },
);

export const workloadSettings = z.strictObject({
  image: setting(imageReference, { description: "The container image, by digest." }),
  port: setting(portNumber.optional(), {
    description:
      "The port that the program listens on, named `http`. The service has the same number. 1024 or more: it is not root.",
  }),
  ports: setting(z.record(portName, portNumber).default({}), {
    description: "More ports, by name; `http` is the name of `port`. TCP.",
    examples: [{ metrics: 9090 }],
  }),
  udpPorts: setting(z.record(portName, portNumber).default({}), {
    description: "Ports that take UDP, by name, for callers inside the cluster.",
    examples: [{ syslog: 5514 }],
  }),
  replicas,
  ...containerParts,
  probes,
  initContainers,
  sidecars,
  mail: setting(z.boolean().default(false), {
    description:
      "Whether it sends mail: gives it SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD and SMTP_FROM of the section mail.",
  }),
  grants: setting(z.array(z.enum(grants)).max(grants.length).default([]), {
    description:
      "What its pods may do in AWS with what this stack has, by a role that EKS hands them (pod identity), without any key. The same grants as " +
      "those of service users (docs/settings.md, users.additional).",
    examples: [["reports:write", "queues:send"]],
  }),
  permissions: setting(z.array(permissionSettings).max(20).default([]), {
    description:
      "What they may do besides, action by action. The policy pack judges it: nothing on everything.",
    examples: [[{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::example-builds/*"] }]],
  }),
  files,
  volumes,
  writablePaths: setting(z.record(containerPath, storageQuantity).default({}), {
    description:
      "Folders that the program can write to, with their size; empty at each start. The rest of the image is read-only.",
    examples: [{ "/tmp": "64Mi" }],
  }),
  runAsUser: setting(z.number().int().min(1).max(2147483647).default(65532), {
    description: "Number of the user, and of the group, that the program runs as. Never 0, which is root.",
    why: "`nonroot` of the distroless images.",
  }),
  disruption,
  strategy: setting(z.enum(["RollingUpdate", "Recreate"]).optional(), {
    description:
      "How an update goes: new pods beside the old ones, or (Recreate) after all old ones have ended, with nobody serving between.",
    defaultText: "Recreate with volumes, which one pod alone can have; else RollingUpdate",
  }),
  rollingUpdate,
  minReadySeconds: setting(z.number().int().min(0).max(3600).default(10), {
    description:
      "How long a new pod must be ready before the next one is replaced: the pause of a rolling update.",
    unit: "seconds",
    why: "Long enough for a program that crashes soon after its start to be noticed.",
  }),
  progressDeadlineSeconds: setting(z.number().int().min(1).max(7200).default(600), {
    description: "After how long without progress an update counts as failed. More than minReadySeconds.",
    unit: "seconds",
    why: "As Kubernetes has it.",
  }),
  preStopSeconds: setting(z.number().int().min(0).max(3600).default(15), {
    description:
      "How long an ending pod still serves, so that nobody sends to it any more when it ends. Less than terminationGracePeriodSeconds.",
    unit: "seconds",
    why: "Nodes and load balancers hear of it within a few seconds.",
  }),
  terminationGracePeriodSeconds: setting(z.number().int().min(1).max(7200).default(60), {
    description: "How long a pod has to end, preStopSeconds included, before it is killed.",
    unit: "seconds",
  }),
  spread: setting(z.enum(["prefer", "require"]).default("prefer"), {
    description:
      "Pods are spread over zones and nodes: as far as it goes, or (zones only) strictly, so that a pod waits rather than stand in the wrong zone.",
  }),
  affinity: setting(
    z
      .strictObject({
        near: setting(z.array(workloadKey).max(10).default([]), {
          description:
            "Workloads in whose zone its pods are put, as far as it goes: calls between zones cost time and money.",
          examples: [["cache"]],
        }),
        awayFrom: setting(z.array(workloadKey).max(10).default([]), {
          description:
            "Workloads on whose nodes its pods are not put: strictly, so that a pod waits for another node.",
          examples: [["batch"]],
        }),
      })
      .optional(),
    { description: "Where its pods are put, by where those of other workloads are." },
  ),
  annotations: setting(z.record(annotationKey, z.string().max(4096)).default({}), {
    description:
      "Annotations of its pods, for programs in the cluster that read them, such as Prometheus. A change replaces the pods, as each " +
      "of their template does.",
    examples: [{ "prometheus.io/scrape": "true", "prometheus.io/port": "9090" }],
  }),
  allowFrom: setting(z.array(workloadKey).max(100).default([]), {
    description: "Workloads that may call this one. Others, and whatever else is in the cluster, cannot.",
    examples: [["frontend"]],
  }),
  egressCidrBlocks: setting(z.array(cidrBlock).max(100).optional(), {
    description:
      "Where it may connect to, besides DNS, mail where it sends some, and workloads that allow it. Absent: everywhere but the node's own metadata.",
    examples: [["10.0.0.0/16"], []],
  }),
  nodeSelector: setting(z.record(nodeKeyOfAll, nodeValue).default({}), {
    description:
      "Labels that a node must have. Refused where no group of nodes has them: labels of cluster.nodeGroups, kubernetes.io/arch, " +
      "kubernetes.io/os, node.kubernetes.io/instance-type, topology.kubernetes.io/zone and eks.amazonaws.com/capacityType.",
    examples: [{ purpose: "batch" }],
  }),
  tolerations: setting(
    z
      .array(
        z.strictObject({
          key: setting(nodeKey, { description: "Key of the taint." }),
          value: setting(nodeValue.optional(), { description: "Its value.", defaultText: "any" }),
          effect: setting(z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(), {
            description: "Its effect, as Kubernetes writes it.",
            defaultText: "any",
          }),
        }),
      )
      .max(50)
      .default([]),
    {
      description: "Taints of nodes that its pods do not mind.",
      examples: [[{ key: "purpose", value: "batch", effect: "NoSchedule" }]],
    },
  ),
  imagePullSecrets: setting(
    z
      .record(
        registryHost,
        z.strictObject({
          username: setting(z.string().min(1).max(256), { description: "User, or the name of the token." }),
          password: setting(secretSource, { description: "Where the password, or the token, comes from." }),
        }),
      )
      .default({}),
    {
      description:
        "Logins of private registries, by host. ECR of this account needs none: nodes have it. Docker Hub is docker.io.",
      examples: [{ "ghcr.io": { username: "example-bot", password: { stackSecret: "ghcr-token" } } }],
    },
  ),
  job: setting(jobSettings.optional(), {
    description:
      "Runs to its end in place of serving: once, or by schedule. With neither ports, nor probes, nor replicas.",
    examples: [{ schedule: "30 2 * * *" }],
  }),
  loadBalancer: loadBalancerSettings.optional(),
});
export type WorkloadSettings = z.infer<typeof workloadSettings>;

export const workloadsSettings = setting(z.record(workloadKey, workloadSettings), {
  description:
    "Programs that run in the cluster, by name: a Deployment with service, disruption budget, network policy and, by " +
    "setting, autoscaling and a load balancer. The name is what others call it by: `http://NAME:PORT`.",
  examples: [
    {
      frontend: {
        image: `ghcr.io/example/frontend:1.4.2@sha256:${"0123456789abcdef".repeat(4)}`,
        port: 8080,
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
      },
    },
  ],
});
export type WorkloadsSettings = z.infer<typeof workloadsSettings>;

/** A workload's ports of TCP by name, `http` first. */
export function portsOf({
  port,
  ports = {},
}: {
  readonly port?: number;
  readonly ports?: Readonly<Record<string, number | undefined>>;
}): Readonly<Record<string, number>> {
  const others = Object.entries(ports).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries([
    ...(port === undefined ? [] : [["http", port] as const]),
    ...others.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** All of a workload's ports, those of TCP first. */
export function portListOf(
  settings: Parameters<typeof portsOf>[0] & { readonly udpPorts: Readonly<Record<string, number>> },
): readonly { readonly name: string; readonly port: number; readonly protocol: "TCP" | "UDP" }[] {
  const ofProtocol = (protocol: "TCP" | "UDP", ports: Readonly<Record<string, number>>) =>
    Object.entries(ports).map(([name, port]) => ({ name, port, protocol }));
  return [
    ...ofProtocol("TCP", portsOf(settings)),
    ...ofProtocol("UDP", portsOf({ ports: settings.udpPorts })),
  ];
}

/** How an update of it goes. */
export function strategyOf({
  strategy,
  volumes,
}: {
  readonly strategy?: "RollingUpdate" | "Recreate";
  readonly volumes?: Readonly<Record<string, unknown>>;
}): "RollingUpdate" | "Recreate" {
  return strategy ?? (Object.keys(volumes ?? {}).length > 0 ? "Recreate" : "RollingUpdate");
}
