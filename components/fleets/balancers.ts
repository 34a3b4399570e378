import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { Listener, type ListenerArgs } from "@pulumi/aws/lb/listener";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup";
import {
  networkFlows,
  probePortOf,
  type FleetHttpSettings,
  type NetworkFlow,
} from "../../settings/sections/fleet-load-balancer";
import { balancerLogPrefix } from "../access-logs/access-logs";
import type { LogBucket } from "../buckets/bucket";
import { isLocked, kept } from "../guard/guarded";
import type { BalancerArgs } from "./balancer-args";
import { createBalancerGroup } from "./balancer-group";
import { listCertificates, type NamedCertificate } from "./listener-certificates";

/** TLS 1.2 and 1.3 with forward secrecy. Source: Elastic Load Balancing, "Security policies for your Application Load Balancer". */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** Seconds that a probe waits for its answer, where the interval leaves room for as many. */
const PROBE_TIMEOUT_SECONDS = 5;

/**
 * Of the target groups of all flows: listeners of TCP alone or of UDP alone forward to it too, so that the other one can come
 * and go without a group that is new, and healthy only minutes later. Source: "Target groups for your Network Load Balancers".
 */
const GROUP_PROTOCOL = "TCP_UDP";

export interface Balancer {
  readonly balancer: LoadBalancer;
  /** By what tells them apart among those of the role: `http`, `network-443`. */
  readonly targetGroups: Readonly<Record<string, TargetGroup>>;
  /** Without these nothing arrives at a machine. */
  readonly ways: readonly pulumi.Resource[];
}

/** HTTP or HTTPS by host and path. What no rule asks for is answered with 404. */
export function createHttpBalancer(
  name: string,
  http: FleetHttpSettings,
  args: BalancerArgs & {
    /** The first is for clients that name no host. None: HTTP alone. */
    readonly certificates: readonly NamedCertificate[];
    readonly logs: LogBucket | undefined;
  },
): Balancer {
  const { certificates, context, drainSeconds, logs, parent, settings, tags } = args;
  const beside = successorFirst(parent);
  const [byDefault] = certificates;
  const secure = byDefault !== undefined;
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
      enableDeletionProtection: isLocked(context),
      // Said also when they are off: what is not said stays as it was.
      accessLogs:
        logs === undefined
          ? { enabled: false, bucket: "" }
          : { enabled: true, bucket: logs.name, prefix: balancerLogPrefix },
      tags,
    },
    kept(context, { ...beside, dependsOn: [...(logs?.ready ?? [])] }),
  );
  const targetGroup = new TargetGroup(
    name,
    {
      name: shortName("tg", args, "HTTP", http.targetPort, ...schemeOf(args)),
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
    beside,
  );
  const forward = { type: "forward", targetGroupArn: targetGroup.arn };
  const conditions = [
    ...(http.hosts.length > 0 ? [{ hostHeader: { values: http.hosts } }] : []),
    ...(http.paths.length > 0 ? [{ pathPattern: { values: http.paths } }] : []),
  ];
  // One for each port, called by it: what moved from port to port would meet the one that still has the other.
  const listen = (
    port: 80 | 443,
    formerly: string,
    more: Pick<ListenerArgs, "certificateArn" | "defaultActions" | "protocol" | "sslPolicy">,
    before: readonly pulumi.Resource[] = [],
  ): Listener =>
    new Listener(
      `${name}-${port}`,
      { loadBalancerArn: balancer.arn, port, ...more },
      { parent, aliases: [{ name: formerly }], dependsOn: [...rules, ...before] },
    );
  const defaultActions = [
    conditions.length === 0
      ? forward
      : {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
        },
  ];
  const listener =
    byDefault === undefined
      ? listen(80, name, { protocol: "HTTP", defaultActions })
      : listen(443, name, {
          protocol: "HTTPS",
          certificateArn: byDefault.arn,
          sslPolicy: TLS_POLICY,
          defaultActions,
        });
  const ways: pulumi.Resource[] = [
    ...rules,
    listener,
    ...listCertificates(name, certificates, { listener, parent }),
  ];
  if (conditions.length > 0) {
    ways.push(
      new ListenerRule(
        name,
        { listenerArn: listener.arn, priority: 1, conditions, actions: [forward] },
        { parent },
      ),
    );
  }
  if (secure && http.redirect) {
    const redirect = { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" };
    // It sends people to what must be there before.
    ways.push(
      listen(80, `${name}-redirect`, { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect }] }, [
        ...ways,
      ]),
    );
  }
  return { balancer, targetGroups: { http: targetGroup }, ways };
}

/** TCP and UDP as they come. */
export function createNetworkBalancer(name: string, args: BalancerArgs): Balancer {
  const { drainSeconds, parent, settings, tags } = args;
  const beside = successorFirst(parent);
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
      enableDeletionProtection: isLocked(args.context),
      tags,
    },
    kept(args.context, beside),
  );
  const { probe } = settings;
  const ways: pulumi.Resource[] = [...rules];
  const targetGroups: Record<string, TargetGroup> = {};
  for (const flow of flows) {
    // By its port alone: a listener takes other protocols in place, and of two the second would find the port taken.
    const flowName = `${name}-${flow.port}`;
    const aliases = ["tcp", "udp", "tcp-udp"].map((protocols) => ({
      name: `${name}-${protocols}-${flow.port}`,
    }));
    const targetGroup = new TargetGroup(
      flowName,
      {
        name: shortName("tg", args, GROUP_PROTOCOL, flow.port, flow.targetPort, ...schemeOf(args)),
        protocol: GROUP_PROTOCOL,
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
      { ...beside, aliases },
    );
    ways.push(
      new Listener(
        flowName,
        {
          loadBalancerArn: balancer.arn,
          port: flow.port,
          protocol: elbProtocol(flow),
          defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
        },
        { parent, aliases, dependsOn: rules },
      ),
    );
    targetGroups[`network-${flow.port}`] = targetGroup;
  }
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
 * The provider takes away first what has a name of ours, unless it is told otherwise; and what a listener forwards to
 * cannot be taken away.
 */
function successorFirst(parent: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: false };
}

/** A target group is one load balancer's: another scheme is another load balancer, and wants groups of its own. */
function schemeOf({ settings }: BalancerArgs): readonly string[] {
  return settings.internal ? ["internal"] : [];
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
