import { createHash } from "node:crypto";
import { z } from "zod";
import { format, setting } from "../describe";
import { cidrBlock } from "../formats";
import { certificateName } from "./dns";

/** A port that something listens on. */
export const portNumber = format(z.number().int().min(1).max(65535), {
  allowed: "a port from 1 to 65535",
});

/** A name of a container's port: an IANA service name, which Kubernetes takes at most 15 characters of. */
export const portName = format(
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/)
    .max(15)
    .refine((text) => !text.includes("--"), { error: "has two hyphens in a row" }),
  {
    allowed:
      "1 to 15 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
  },
);

export const certificateArn = format(
  z.string().regex(/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  {
    allowed: "the ARN of a certificate of ACM: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
    examples: ["arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"],
  },
);

export const loadBalancerSettings = setting(
  z.strictObject({
    type: setting(z.enum(["network", "classic"]).default("network"), {
      description:
        "A Network Load Balancer, or a Classic one. A change makes the new one before the old one goes; aliases of DNS follow " +
        "in the same run, as soon as it is set up and has healthy targets (minutes; a run that waits for 15 in vain fails, and what " +
        "serves stays). Clients follow within the minute that an alias lives in their cache; those that have not by the time the " +
        "old one goes ask again.",
      why: "network: it has no capacity to warm up, and AWS still develops it.",
    }),
    internal: setting(z.boolean().default(false), {
      description: "Reachable from the VPC only. A change makes another load balancer, as type does.",
    }),
    listeners: setting(
      z
        .array(
          z.strictObject({
            port: setting(portNumber, { description: "Where the load balancer listens." }),
            target: setting(portName.default("http"), {
              description: "Name of the workload's port: `http` for `port`, or a key of `ports`.",
            }),
            tls: setting(z.boolean().default(false), {
              description:
                "Whether the load balancer ends TLS here, with its certificate. A change makes another load balancer, as type does.",
            }),
          }),
        )
        .min(1)
        .max(50)
        .optional(),
      {
        description: "What it listens to, each port once.",
        why: "50 is what either type of load balancer has by default (100 for classic ones).",
        defaultText: "port 443 with TLS where there is a certificate, else port 80; both to `http`",
        examples: [[{ port: 443, tls: true }]],
      },
    ),
    certificate: setting(certificateName.optional(), {
      description: "The certificate of listeners with TLS: its name in groundwork:dns.certificates.",
    }),
    certificateArn: setting(certificateArn.optional(), {
      description: "In its place a certificate that others made, in the stack's own region.",
    }),
    allowedCidrBlocks: setting(z.array(cidrBlock).min(1).max(50).default(["0.0.0.0/0"]), {
      description: "From where it may be reached.",
      why: "Everywhere: most load balancers are for the public. Each block is a rule of a security group for each listener, and a group has 60.",
      examples: [["203.0.113.0/24"]],
    }),
    crossZone: setting(z.boolean().default(true), {
      description: "Whether each of its addresses sends to the nodes of all zones.",
      why: "true: else a zone with one pod of three gets as much as one with two.",
    }),
    externalTrafficPolicy: setting(z.enum(["Cluster", "Local"]).default("Cluster"), {
      description:
        "Cluster: every node takes requests and passes them on, and the pod sees the node's address. Local: only nodes with a " +
        "pod do, and the pod sees the client's (of a network load balancer). Local needs preStopSeconds of 30 or more: the load " +
        "balancer learns only by its health checks that a pod has gone.",
      why: "Cluster: no node has to be found unhealthy before requests go elsewhere.",
    }),
    idleTimeoutSeconds: setting(z.number().int().min(1).max(4000).optional(), {
      description: "Idle time after which a connection is closed. Of classic ones only.",
      unit: "seconds",
      defaultText: "60 for a classic one; network ones have 350, which cannot be set here",
    }),
  }),
  {
    description:
      "A load balancer before the workload. Absent: the workload is reached from inside the cluster only.",
  },
);
export type LoadBalancerSettings = z.infer<typeof loadBalancerSettings>;
export type ListenerSettings = NonNullable<LoadBalancerSettings["listeners"]>[number];

/** What a load balancer listens to, the default included. */
export function listenersOf({
  listeners,
  certificate,
  certificateArn,
}: Pick<LoadBalancerSettings, "certificate" | "certificateArn" | "listeners">): readonly ListenerSettings[] {
  return (
    listeners ?? [
      certificateArn === undefined && certificate === undefined
        ? { port: 80, target: "http", tls: false }
        : { port: 443, target: "http", tls: true },
    ]
  );
}

/** Ports where it ends TLS. */
export function tlsPortsOf(settings: Parameters<typeof listenersOf>[0]): readonly number[] {
  return listenersOf(settings).flatMap(({ port, tls }) => (tls ? [port] : []));
}

/**
 * Name of the service before a workload. Another for each type and scheme, and for a network load balancer for each set of
 * ports with TLS: the cloud's controller changes none of them in place (it adds the other listener of a port before it takes
 * the first away, which AWS refuses for ever, and nobody hears of it). A change must be a new service, and a name of its own
 * lets it be made before the old one goes. Ports as a digest: a service has 63 characters, and a key takes up to 40.
 */
export function loadBalancerName(
  key: string,
  settings: Pick<LoadBalancerSettings, "certificate" | "certificateArn" | "internal" | "listeners" | "type">,
): string {
  const { internal, type } = settings;
  const tls = type === "network" ? tlsPortsOf(settings).join() : "";
  const digest = createHash("sha256").update(tls).digest("hex").slice(0, 5);
  return [key, type, ...(internal ? ["internal"] : []), ...(tls === "" ? [] : [digest])].join("-");
}
