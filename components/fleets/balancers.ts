import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { Listener } from "@pulumi/aws/lb/listener";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import {
  networkFlows,
  probePortOf,
  type FleetHttpSettings,
  type NetworkFlow,
} from "../../settings/sections/fleet-load-balancer";
import type { BalancerArgs } from "./balancer-args";
import { createBalancerGroup } from "./balancer-group";

/** TLS 1.2 and 1.3 with forward secrecy. Source: Elastic Load Balancing, "Security policies for your Application Load Balancer". */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** Seconds that a probe waits for its answer, where the interval leaves room for as many. */
const PROBE_TIMEOUT_SECONDS = 5;

export interface Balancer {
  readonly balancer: LoadBalancer;
  readonly targetGroups: readonly TargetGroup[];
  /** Without these nothing arrives at a machine. */
  readonly ways: readonly pulumi.Resource[];
}

/** HTTP or HTTPS by host and path. What no rule asks for is answered with 404. */
export function createHttpBalancer(name: string, http: FleetHttpSettings, args: BalancerArgs): Balancer {
  const { drainSeconds, parent, settings, tags } = args;
  const child = { parent };
  const secure = http.certificateArn !== undefined;
  const listenerPorts = secure ? [443, ...(http.redirect ? [80] : [])] : [80];
  const probePort = http.probe.port ?? http.targetPort;
  const { group, rules } = createBalancerGroup(name, args, {
    listens: listenerPorts.map((port) => ({ protocol: "tcp", port })),
    targets: [http.targetPort, probePort].map((port) => ({ protocol: "tcp", port })),
  });
  const balancer = new LoadBalancer(
    name,
    {
      name: shortName("alb", args, settings.internal),
      loadBalancerType: "application",
      internal: settings.internal,
      subnets: args.subnetIds,
      securityGroups: [group.id],
      dropInvalidHeaderFields: true,
      idleTimeout: http.idleTimeoutSeconds,
      tags,
    },
    child,
  );
  const targetGroup = new TargetGroup(
    name,
    {
      name: shortName("tg", args, "HTTP", http.targetPort),
      protocol: "HTTP",
      port: http.targetPort,
      targetType: "instance",
      vpcId: args.vpcId,
      deregistrationDelay: drainSeconds,
      healthCheck: {
        protocol: "HTTP",
        path: http.probe.path,
        port: probePortText(http.probe.port),
        matcher: http.probe.statuses,
        ...probeTimes(http.probe),
      },
      tags,
    },
    child,
  );
  const forward = { type: "forward", targetGroupArn: targetGroup.arn };
  const conditions = [
    ...(http.hosts.length > 0 ? [{ hostHeader: { values: http.hosts } }] : []),
    ...(http.paths.length > 0 ? [{ pathPattern: { values: http.paths } }] : []),
  ];
  const listener = new Listener(
    name,
    {
      loadBalancerArn: balancer.arn,
      ...(http.certificateArn === undefined
        ? { port: 80, protocol: "HTTP" }
        : { port: 443, protocol: "HTTPS", certificateArn: http.certificateArn, sslPolicy: TLS_POLICY }),
      defaultActions: [
        conditions.length === 0
          ? forward
          : {
              type: "fixed-response",
              fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
            },
      ],
    },
    child,
  );
  const ways: pulumi.Resource[] = [...rules, listener];
  if (conditions.length > 0) {
    ways.push(
      new ListenerRule(
        name,
        { listenerArn: listener.arn, priority: 1, conditions, actions: [forward] },
        child,
      ),
    );
  }
  if (secure && http.redirect) {
    ways.push(
      new Listener(
        `${name}-redirect`,
        {
          loadBalancerArn: balancer.arn,
          port: 80,
          protocol: "HTTP",
          defaultActions: [
            { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
          ],
        },
        child,
      ),
    );
  }
  return { balancer, targetGroups: [targetGroup], ways };
}

/** TCP and UDP as they come. */
export function createNetworkBalancer(name: string, args: BalancerArgs): Balancer {
  const { drainSeconds, parent, settings, tags } = args;
  const child = { parent };
  const flows = networkFlows(settings);
  const { group, rules } = createBalancerGroup(name, args, {
    listens: flows.flatMap(({ port, protocols }) => protocols.map((protocol) => ({ protocol, port }))),
    targets: flows.flatMap((flow) => [
      ...flow.protocols.map((protocol) => ({ protocol, port: flow.targetPort })),
      { protocol: "tcp", port: probePortOf(settings, flow) },
    ]),
  });
  const balancer = new LoadBalancer(
    name,
    {
      name: shortName("nlb", args, settings.internal),
      loadBalancerType: "network",
      internal: settings.internal,
      subnets: args.subnetIds,
      securityGroups: [group.id],
      enableCrossZoneLoadBalancing: true,
      tags,
    },
    child,
  );
  const { probe } = settings;
  const ways: pulumi.Resource[] = [...rules];
  const targetGroups = flows.map((flow) => {
    const protocol = elbProtocol(flow);
    const flowName = `${name}-${flow.protocols.join("-")}-${flow.port}`;
    const targetGroup = new TargetGroup(
      flowName,
      {
        name: shortName("tg", args, protocol, flow.port, flow.targetPort),
        protocol,
        port: flow.targetPort,
        targetType: "instance",
        vpcId: args.vpcId,
        deregistrationDelay: drainSeconds,
        // Connections that live for days end with their machine, and clients find another.
        connectionTermination: true,
        healthCheck: {
          protocol: probe.protocol,
          port: probePortText(probe.port),
          ...(probe.protocol === "HTTP" && { path: probe.path ?? "/", matcher: "200-399" }),
          ...probeTimes(probe),
        },
        tags,
      },
      child,
    );
    ways.push(
      new Listener(
        flowName,
        {
          loadBalancerArn: balancer.arn,
          port: flow.port,
          protocol,
          defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
        },
        child,
      ),
    );
    return targetGroup;
  });
  return { balancer, targetGroups, ways };
}

function elbProtocol({ protocols }: NetworkFlow): string {
  return protocols.map((protocol) => protocol.toUpperCase()).join("_");
}

function probePortText(port: number | undefined): string {
  return port === undefined ? "traffic-port" : String(port);
}

function probeTimes(probe: {
  readonly intervalSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}): Readonly<Record<"interval" | "timeout" | "healthyThreshold" | "unhealthyThreshold", number>> {
  return {
    interval: probe.intervalSeconds,
    // AWS wants it shorter than the interval.
    timeout: Math.min(PROBE_TIMEOUT_SECONDS, probe.intervalSeconds - 1),
    healthyThreshold: probe.healthyThreshold,
    unhealthyThreshold: probe.unhealthyThreshold,
  };
}

/**
 * At most 32 characters, which is all that load balancers and target groups take, and another one for whatever cannot be
 * changed in place: the new one is made before the old one goes.
 */
function shortName(
  kind: "alb" | "nlb" | "tg",
  { context, role }: Pick<BalancerArgs, "context" | "role">,
  ...fixed: readonly unknown[]
): string {
  const whole = JSON.stringify([context.project, context.stack, role, kind, ...fixed]);
  return `${kind}-${role}-${createHash("sha256").update(whole).digest("hex").slice(0, 7)}`;
}
