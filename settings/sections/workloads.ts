import { z } from "zod";
import { schemes } from "../url-schemes";
import { format, setting } from "../describe";
import { cidrBlock, imageReference } from "../formats";
import { cpuQuantity, memoryQuantity, storageQuantity } from "../quantities";
import { loadBalancerSettings, portName, portNumber } from "./load-balancer";

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

/** Kubernetes takes more since 1.34; shells and most programs do not. */
const environmentName = format(
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .max(253),
  { allowed: "up to 253 letters, digits and underscores, not beginning with a digit" },
);

/** Linux ends texts at NUL; half a surrogate pair is no character that JSON could carry. */
const argument = format(
  z
    .string()
    .refine((text) => !text.includes("\0"), { error: "holds a NUL character", abort: true })
    .refine((text) => !/\p{Surrogate}/u.test(text), { error: "holds half a surrogate pair" }),
  { allowed: "a text without NUL characters" },
);

/** Kubernetes counts in 32 bits; nobody means more than a day. */
function seconds(least: number): z.ZodNumber {
  return z.number().int().min(least).max(86400);
}

const percentage = /^(?:\d|[1-9]\d|100)%$/;
const podCount = format(z.union([z.number().int().min(0).max(1000), z.string().regex(percentage)]), {
  allowed: 'a whole number from 0 to 1000, or a percentage from "0%" to "100%"',
});

function probe(kind: string, defaults: { readonly failures: number; readonly period: number }) {
  return z.strictObject({
    path: setting(
      z
        .string()
        .regex(/^\/[\x21-\x7e]*$/)
        .max(1024)
        .optional(),
      {
        description: `Path that answers with a status from 200 to 399. Absent: it is enough that the port takes connections.`,
        allowed: "a path beginning with /, without spaces, up to 1024 characters",
        examples: ["/healthz"],
      },
    ),
    port: setting(portName.optional(), {
      description: "Name of the port: `http` for `port`, or a key of `ports`.",
      defaultText: "`http`, or the first of `ports` by name where there is no `port`",
    }),
    initialDelaySeconds: setting(seconds(0).default(0), {
      description: `How long after the start of the container the first ${kind} probe waits.`,
      unit: "seconds",
    }),
    periodSeconds: setting(seconds(1).default(defaults.period), {
      description: "How long between probes.",
      unit: "seconds",
    }),
    timeoutSeconds: setting(seconds(1).default(2), {
      description: "How long an answer may take.",
      unit: "seconds",
      why: "Twice what Kubernetes has: one slow answer is no failure.",
    }),
    failureThreshold: setting(z.number().int().min(1).max(1000).default(defaults.failures), {
      description: "Failures in a row that count.",
    }),
  });
}

const probes = setting(
  z
    .strictObject({
      readiness: setting(probe("readiness", { failures: 3, period: 5 }).prefault({}), {
        description: "Whether a pod gets requests. Of workloads with a port, always there.",
        why: "That the port takes connections: the least that can be asked of every server.",
      }),
      liveness: setting(probe("liveness", { failures: 6, period: 10 }).optional(), {
        description:
          "Whether a container is to be started again. Absent: only when its process ends. Ask for less than readiness does: what fails with a database that is down restarts everything at the worst moment.",
      }),
      startup: setting(probe("startup", { failures: 30, period: 2 }).optional(), {
        description:
          "Holds the other probes back until it has succeeded once: for programs that start slowly.",
      }),
    })
    .prefault({}),
  { description: "How Kubernetes finds out how the containers are." },
);
export type ProbeSettings = z.infer<ReturnType<typeof probe>>;

const resources = setting(
  z.strictObject({
    requests: setting(
      z.strictObject({
        cpu: setting(cpuQuantity, { description: "Cores that a pod is promised." }),
        memory: setting(memoryQuantity, { description: "Memory that a pod is promised." }),
        "ephemeral-storage": setting(storageQuantity.optional(), {
          description: "Disk that a pod is promised: writable folders and logs.",
        }),
      }),
      { description: "What a node must have free for a pod." },
    ),
    limits: setting(
      z.strictObject({
        cpu: setting(cpuQuantity.optional(), {
          description: "Cores that it gets at most. Absent: what the node has left.",
        }),
        memory: setting(memoryQuantity, { description: "Memory at which the container is ended." }),
        "ephemeral-storage": setting(storageQuantity.optional(), {
          description: "Disk at which the pod is evicted.",
        }),
      }),
      { description: "What a container may not exceed. Each at least what is requested." },
    ),
  }),
  {
    description: "What a pod gets of a node.",
    examples: [{ requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } }],
  },
);

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
        description: "Pods beyond the number while an update goes on.",
      }),
      maxUnavailable: setting(podCount.default(0), {
        description: "Pods below the number while an update goes on. Not zero together with maxSurge.",
      }),
    })
    .prefault({}),
  {
    description: "How an update replaces pods.",
    why: "One new one, then one old one less: never fewer than asked for.",
  },
);

const secretUrl = z.strictObject({
  user: setting(z.string(), {
    description:
      "A service user of this stack: report_writer, report_reader, sqs_readwriter, or one of users.additional.",
    allowed: "the name of a service user",
  }),
  url: setting(z.enum(schemes), { description: "Which of the user's URLs." }),
});

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
  replicas,
  resources,
  probes,
  command: setting(z.array(argument).min(1).max(100).optional(), {
    description: "Instead of the image's entry point.",
    examples: [["/bin/server"]],
  }),
  args: setting(z.array(argument).min(1).max(1000).optional(), {
    description: "Instead of the image's arguments. `$(NAME)` becomes the variable's value.",
  }),
  environment: setting(z.record(environmentName, argument).default({}), {
    description: "Environment variables. Not for secrets: whoever may look at the deployment sees them.",
    examples: [{ LOG_LEVEL: "info" }],
  }),
  secrets: setting(z.record(environmentName, secretUrl).default({}), {
    description:
      "Environment variables with URLs of services that have a service user's key and secret in them.",
    examples: [{ REPORTS_URL: { user: "report_writer", url: "dynamodb" } }],
  }),
  mail: setting(z.boolean().default(false), {
    description:
      "Whether it sends mail: gives it SMTP_HOST, SMTP_PORT, SMTP_USERNAME, SMTP_PASSWORD and SMTP_FROM of the section mail.",
  }),
  writablePaths: setting(
    z
      .record(
        format(
          z
            .string()
            .regex(/^(\/[A-Za-z0-9._-]+)+$/)
            .max(512),
          {
            allowed:
              "an absolute path of letters, digits, dots, hyphens and underscores, without a / at its end",
          },
        ),
        storageQuantity,
      )
      .default({}),
    {
      description:
        "Folders that the program can write to, with their size; empty at each start. The rest of the image is read-only.",
      examples: [{ "/tmp": "64Mi" }],
    },
  ),
  runAsUser: setting(z.number().int().min(1).max(2147483647).default(65532), {
    description: "Number of the user, and of the group, that the program runs as. Never 0, which is root.",
    why: "`nonroot` of the distroless images.",
  }),
  disruption,
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
      "How long a pod that is to go still serves, so that nobody sends to it any more when it ends. Less than terminationGracePeriodSeconds.",
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
  allowFrom: setting(z.array(workloadKey).max(100).default([]), {
    description: "Workloads that may call this one. Others, and whatever else is in the cluster, cannot.",
    examples: [["frontend"]],
  }),
  egressCidrBlocks: setting(z.array(cidrBlock).max(100).optional(), {
    description:
      "Where it may connect to, besides DNS, mail where it sends some, and workloads that allow it. Absent: everywhere but the node's own metadata.",
    examples: [["10.0.0.0/16"], []],
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

/** A workload's ports by name, `http` first. */
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
