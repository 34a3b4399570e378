import { z } from "zod";
import { format, setting } from "../describe";
import { cidrBlock } from "../formats";
import { certificateName } from "./dns";
import { certificateArn, portNumber } from "./load-balancer";

const hostName = format(
  z
    .string()
    .max(128)
    .regex(/^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/),
  { allowed: "a host name in lower case, or *. and one", examples: ["api.example.com"] },
);

/** What the condition path-pattern of a listener's rule takes. */
const pathPattern = format(
  z
    .string()
    .max(128)
    .regex(/^\/[A-Za-z0-9_.$/~"'@:+*?&-]*$/),
  { allowed: "a path that begins with /, in which * and ? stand for others", examples: ["/v1/*"] },
);

const probePath = format(
  z
    .string()
    .max(1024)
    .regex(/^\/[^\s]*$/),
  {
    allowed: "a path that begins with /, without spaces",
  },
);

const probeTimes = {
  intervalSeconds: setting(z.number().int().min(5).max(300).default(10), {
    description: "Time between two probes of a machine.",
    unit: "seconds",
  }),
  healthyThreshold: setting(z.number().int().min(2).max(10).default(2), {
    description: "Probes that must answer well before a machine gets requests.",
    unit: "probes",
  }),
  unhealthyThreshold: setting(z.number().int().min(2).max(10).default(3), {
    description: "Probes that must fail before a machine gets no more requests.",
    unit: "probes",
  }),
};

const httpSettings = z.strictObject({
  targetPort: setting(portNumber, {
    description: "Port of the machines, over HTTP.",
    examples: [8080],
  }),
  certificate: setting(certificateName.optional(), {
    description: "The certificate for HTTPS on port 443: its name in groundwork:dns.certificates.",
    defaultText: "none, and without certificateArn HTTP on port 80",
  }),
  certificateArn: setting(certificateArn.optional(), {
    description: "In its place a certificate that others made, in aws:region.",
  }),
  moreCertificates: setting(
    z
      .array(z.union([certificateName, certificateArn]))
      .max(24)
      .default([]),
    {
      description:
        "Further certificates on port 443, by their names in groundwork:dns.certificates or their ARNs in aws:region: a client gets the one that has the " +
        "name it asks for. certificate, or certificateArn, is for clients that name none, and may change places with one of these.",
      why: "24: a load balancer takes 25 in its list, and the default one is in it too.",
      allowed: "a list of up to 24 names of certificates, or ARNs",
      examples: [["shop"]],
    },
  ),
  redirect: setting(z.boolean().default(true), {
    description: "With a certificate: whether port 80 sends people to HTTPS. Without it port 80 is closed.",
  }),
  hosts: setting(z.array(hostName).max(5).default([]), {
    description: "Requests for other hosts are answered with 404.",
    why: "A rule of a load balancer takes five values, hosts and paths together.",
    defaultText: "every host",
  }),
  paths: setting(z.array(pathPattern).max(5).default([]), {
    description: "Requests for other paths are answered with 404.",
    defaultText: "every path",
    examples: [["/v1/*", "/healthz"]],
  }),
  idleTimeoutSeconds: setting(z.number().int().min(1).max(4000).default(60), {
    description: "Idle time after which a connection is closed.",
    unit: "seconds",
    why: "60 is what AWS has.",
  }),
  probe: setting(
    z
      .strictObject({
        path: setting(probePath.default("/"), { description: "Path that is asked." }),
        port: setting(portNumber.optional(), {
          description: "Port that is asked.",
          defaultText: "targetPort",
        }),
        statuses: setting(
          z
            .string()
            .regex(/^[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*$/)
            .default("200-399"),
          {
            description: "Statuses that count as healthy.",
            allowed: 'statuses from 200 to 499, and ranges of them: "200", "200-299,301"',
          },
        ),
        ...probeTimes,
      })
      .prefault({}),
    { description: "How the load balancer finds out whether a machine is healthy." },
  ),
});
export type FleetHttpSettings = z.infer<typeof httpSettings>;

const flowSettings = z.strictObject({
  port: setting(portNumber, { description: "Where the load balancer listens.", examples: [1194] }),
  targetPort: setting(portNumber.optional(), {
    description: "Port of the machines.",
    defaultText: "port",
  }),
});

const networkProbe = z.strictObject({
  protocol: setting(z.enum(["TCP", "HTTP"]).default("TCP"), {
    description: "TCP: something takes connections. HTTP: a path answers with a status from 200 to 399.",
  }),
  port: setting(portNumber.optional(), {
    description: "Port that is probed. Needed where a udp port has no tcp port of the same number.",
    defaultText: "the port that is served",
  }),
  path: setting(probePath.optional(), { description: "Path that is asked over HTTP.", defaultText: "/" }),
  ...probeTimes,
});

const flows = (protocol: string): z.ZodDefault<z.ZodArray<typeof flowSettings>> =>
  setting(z.array(flowSettings).max(50).default([]), {
    description: `Ports that a Network Load Balancer passes on, ${protocol}. A port that is both tcp and udp is one listener for both.`,
    allowed: "a list of up to 50 ports, each once",
  });

export const fleetLoadBalancerSettings = z.strictObject({
  http: setting(httpSettings.optional(), {
    description: "An Application Load Balancer: HTTP and HTTPS, by host and path.",
  }),
  tcp: flows("TCP"),
  udp: flows("UDP"),
  probe: setting(networkProbe.prefault({}), {
    description: "How a Network Load Balancer finds out whether a machine is healthy.",
  }),
  internal: setting(z.boolean().default(false), {
    description:
      "Reachable from the VPC only. A change makes other load balancers, with other names, before the old ones go.",
  }),
  allowedCidrBlocks: setting(z.array(cidrBlock).min(1).max(20).default(["0.0.0.0/0"]), {
    description: "From where it may be reached.",
    why: "Everywhere: most load balancers are for the public.",
    examples: [["203.0.113.0/24"]],
  }),
});
export type FleetLoadBalancerSettings = z.infer<typeof fleetLoadBalancerSettings>;

/** One listener of a Network Load Balancer. */
export interface NetworkFlow {
  /** tcp, udp, or both. */
  readonly protocols: readonly ("tcp" | "udp")[];
  readonly port: number;
  readonly targetPort: number;
}

/** What a Network Load Balancer listens to, in the order of the ports. */
export function networkFlows({
  tcp,
  udp,
}: Pick<FleetLoadBalancerSettings, "tcp" | "udp">): readonly NetworkFlow[] {
  const ports = [...new Set([...tcp, ...udp].map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => {
    const [overTcp, overUdp] = [tcp, udp].map((list) => list.find((entry) => entry.port === port));
    return {
      protocols: [...(overTcp ? (["tcp"] as const) : []), ...(overUdp ? (["udp"] as const) : [])],
      port,
      targetPort: (overTcp ?? overUdp)?.targetPort ?? port,
    };
  });
}

/** The port of a machine that is probed for a flow. */
export function probePortOf(
  { probe }: Pick<FleetLoadBalancerSettings, "probe">,
  { targetPort }: NetworkFlow,
): number {
  return probe.port ?? targetPort;
}
