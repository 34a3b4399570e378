import { z } from "zod";
import { format, setting } from "../describe";
import { imageReference } from "../formats";
import { cpuQuantity, memoryQuantity, storageQuantity } from "../quantities";
import { portName } from "./load-balancer";
import { secretSource } from "./workload-secrets";

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

function probe(kind: string, defaults: { readonly failures: number; readonly period: number }) {
  return z.strictObject({
    path: setting(
      z
        .string()
        .regex(/^\/[\x21-\x7e]*$/)
        .max(1024)
        .optional(),
      {
        description: `Path that answers with a status from 200 to 399. Absent, with no exec and no grpc: it is enough that the port takes connections.`,
        allowed: "a path beginning with /, without spaces, up to 1024 characters",
        examples: ["/healthz"],
      },
    ),
    exec: setting(z.array(argument).min(1).max(100).optional(), {
      description: "A command in the container that ends with 0. Not with path, grpc and port.",
      examples: [["/bin/pg_isready"]],
    }),
    grpc: setting(
      z
        .strictObject({
          service: setting(z.string().max(253).default(""), {
            description: "The service that is asked for.",
            defaultText: "the empty name: the server as a whole",
          }),
        })
        .optional(),
      { description: "Asks by the gRPC health checking protocol. Not with path and exec." },
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
export type ProbeSettings = z.infer<ReturnType<typeof probe>>;

const readiness = probe("readiness", { failures: 3, period: 5 });
const liveness = setting(probe("liveness", { failures: 6, period: 10 }).optional(), {
  description:
    "Whether a container must be restarted. Absent: only when its process ends. Ask for less than readiness does: what fails with a database that is down restarts everything at the worst moment.",
});
const startup = setting(probe("startup", { failures: 30, period: 2 }).optional(), {
  description: "Holds the other probes back until it has succeeded once: for programs that start slowly.",
});

export const probes = setting(
  z
    .strictObject({
      readiness: setting(readiness.prefault({}), {
        description: "Whether a pod gets requests. Of workloads with a port, always there.",
        why: "That the port takes connections: the least that can be asked of every server.",
      }),
      liveness,
      startup,
    })
    .prefault({}),
  { description: "How Kubernetes finds out how the containers are." },
);

const resources = z.strictObject({
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
});
const resourcesExample = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };

/** What each container of a workload may have, the main one among them. */
export const containerParts = {
  resources: setting(resources, {
    description: "What a pod gets of a node.",
    examples: [resourcesExample],
  }),
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
  secrets: setting(z.record(environmentName, secretSource).default({}), {
    description:
      "Environment variables that are secret: of a database role, a service user, Secrets Manager, or this stack's own file; one of " +
      "the four each. A value that changes replaces the pods.",
    examples: [
      {
        DATABASE_URL: { databaseRole: "users_app" },
        REPORTS_URL: { user: "report_writer", url: "dynamodb" },
        API_TOKEN: { secretsManager: "frontend/api-token", jsonKey: "token" },
      },
    ],
  }),
};

const containerName = format(
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/)
    .max(30),
  { allowed: "1 to 30 lower-case letters, digits and hyphens, beginning with a letter" },
);

const besides = {
  name: setting(containerName, { description: "Name of the container, once in the workload." }),
  image: setting(imageReference.optional(), {
    description: "The container image, by digest.",
    defaultText: "the workload's own",
  }),
  ...containerParts,
};

export const initContainers = setting(
  z
    .array(
      z.strictObject({
        ...besides,
        resources: setting(resources.optional(), {
          description: "What the container gets of a node.",
          defaultText: "as the workload's own",
        }),
      }),
    )
    .max(20)
    .default([]),
  {
    description:
      "Containers that run to their end, one after the other, before the program starts: migrations, for one. They see its files, " +
      "volumes and writable folders; environment and secrets are their own.",
    examples: [
      [
        {
          name: "migrate",
          args: ["migrate", "up"],
          secrets: { DATABASE_URL: { databaseRole: "users_app" } },
        },
      ],
    ],
  },
);

export const sidecars = setting(
  z
    .array(
      z.strictObject({
        ...besides,
        probes: setting(
          z
            .strictObject({
              readiness: setting(readiness.optional(), {
                description: "Whether the pod gets requests, as far as this container goes.",
              }),
              liveness,
              startup,
            })
            .prefault({}),
          { description: "How Kubernetes finds out how the container is. Ports are the workload's." },
        ),
      }),
    )
    .max(10)
    .default([]),
  {
    description:
      "Containers that run beside the program, from before its start until after its end (Kubernetes' native sidecars: init containers with " +
      "restartPolicy Always). They begin before initContainers do, and see the same files, volumes and folders.",
    examples: [
      [
        {
          name: "proxy",
          image: `ghcr.io/example/proxy:1.0.0@sha256:${"0123456789abcdef".repeat(4)}`,
          resources: resourcesExample,
        },
      ],
    ],
  },
);
