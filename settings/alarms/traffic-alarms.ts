import type { StackSections } from "../schema";
import { networkFlows } from "../sections/fleet-load-balancer";
import { RECOMMENDED, type AlarmDeclaration, type AlarmMetric } from "./alarm";

/** Zones with a NAT gateway, as components/network makes them; none of a network that existed before. */
function natZones(network: NonNullable<StackSections["network"]>): readonly string[] {
  if ("vpcId" in network || network.natGateways === "none") return [];
  const { availabilityZones, natGateways, privateSubnets, workerSubnets } = network;
  const served = Math.max(privateSubnets.length, workerSubnets.length);
  return availabilityZones.slice(0, natGateways === "single" ? Math.min(1, served) : served);
}

export function networkAlarms(network: NonNullable<StackSections["network"]>): readonly AlarmDeclaration[] {
  const common = { component: "Network", kind: "metric", todo: "docs/alarms.md#network" } as const;
  return natZones(network).flatMap((zone): AlarmDeclaration[] => {
    const counted = (metricName: string): { readonly value: AlarmMetric } => ({
      value: {
        namespace: "AWS/NATGateway",
        metricName,
        stat: "Sum",
        dimensions: { NatGatewayId: { of: `nat:${zone}` } },
      },
    });
    return [
      {
        ...common,
        name: `nat-${zone}-ports`,
        severity: "critical",
        what: `The NAT gateway in ${zone} has no port left for new connections to a place that too many are made to: they fail.`,
        why: `any: ${RECOMMENDED}`,
        metrics: counted("ErrorPortAllocation"),
        period: 60,
        periods: 15,
        comparison: ">",
        threshold: 0,
        unit: "failed connections a minute",
        missing: "notBreaching",
      },
      {
        ...common,
        name: `nat-${zone}-drops`,
        severity: "warning",
        what: `The NAT gateway in ${zone} drops packets: the gateway is in trouble, or carries more than it can.`,
        why: "some are dropped when connections end; AWS asks for help from 0.01 % of the traffic on, which is more than this where there is any to speak of",
        metrics: counted("PacketsDropCount"),
        period: 60,
        periods: 15,
        comparison: ">",
        threshold: 100,
        unit: "packets a minute",
        missing: "notBreaching",
      },
    ];
  });
}

type Suffix = { readonly of: string };

/** Whether anybody, and whether everybody, behind a load balancer answers its probes. */
function healthAlarms(
  name: string,
  who: string,
  {
    namespace,
    balancer,
    targets,
  }: { readonly namespace: string; readonly balancer: Suffix; readonly targets: Suffix },
): readonly AlarmDeclaration[] {
  const common = {
    kind: "metric",
    component: "Fleets",
    todo: "docs/runbooks/fleets.md",
  } as const;
  const dimensions = { LoadBalancer: balancer, TargetGroup: targets };
  return [
    {
      ...common,
      name: `${name}-nobody-healthy`,
      severity: "critical",
      what: `No machine of ${who} answers the probes of its load balancer.`,
      why: "nobody is served",
      metrics: { value: { namespace, metricName: "HealthyHostCount", stat: "Maximum", dimensions } },
      period: 60,
      periods: 5,
      comparison: "<",
      threshold: 1,
      unit: "machines",
      // Without a target there is no number.
      missing: "breaching",
    },
    {
      ...common,
      name: `${name}-unhealthy`,
      severity: "warning",
      what: `A machine of ${who} does not answer the probes of its load balancer, and has not been replaced.`,
      why: `any, ${RECOMMENDED}; a quarter of an hour, since its group replaces it`,
      metrics: { value: { namespace, metricName: "UnHealthyHostCount", stat: "Maximum", dimensions } },
      period: 60,
      periods: 15,
      comparison: ">",
      threshold: 0,
      unit: "machines",
      missing: "notBreaching",
    },
  ];
}

function errorShare(role: string, balancer: Suffix): AlarmDeclaration {
  const counted = (metricName: string): AlarmMetric => ({
    namespace: "AWS/ApplicationELB",
    metricName,
    stat: "Sum",
    dimensions: { LoadBalancer: balancer },
  });
  // What the load balancer turns away itself is no request of its count.
  const [errors, all] = ["FILL(theirs, 0) + FILL(own, 0)", "FILL(requests, 0) + FILL(own, 0)"];
  return {
    kind: "metric",
    component: "Fleets",
    name: `fleet-${role}-http-errors`,
    severity: "critical",
    what: `More than one in twenty answers of ${role} is an error of the server (HTTP 5xx), its load balancer's own counted in.`,
    why: "5 % of at least 20 requests a minute: below that a single one is a large share",
    todo: "docs/runbooks/fleets.md",
    metrics: {
      requests: counted("RequestCount"),
      theirs: counted("HTTPCode_Target_5XX_Count"),
      own: counted("HTTPCode_ELB_5XX_Count"),
    },
    expression: `IF(${all} >= 20, 100 * (${errors}) / (${all}), 0)`,
    period: 60,
    // The latest minute may be late, and FILL makes 0 of it.
    periods: 5,
    breaching: 3,
    comparison: ">",
    threshold: 5,
    unit: "%",
    missing: "notBreaching",
  };
}

export function fleetTrafficAlarms(
  fleets: NonNullable<StackSections["fleets"]>,
): readonly AlarmDeclaration[] {
  const httpAlarms = (role: string): readonly AlarmDeclaration[] => {
    const balancer = { of: `fleet:${role}:http` };
    const place = { namespace: "AWS/ApplicationELB", balancer, targets: { of: `fleet:${role}:http:http` } };
    return [errorShare(role, balancer), ...healthAlarms(`fleet-${role}-http`, role, place)];
  };
  return Object.entries(fleets).flatMap(([role, { loadBalancer }]) => [
    ...(loadBalancer?.http === undefined ? [] : httpAlarms(role)),
    ...(loadBalancer === undefined
      ? []
      : networkFlows(loadBalancer).flatMap(({ port }) =>
          healthAlarms(`fleet-${role}-${port}`, `${role} at port ${port}`, {
            namespace: "AWS/NetworkELB",
            balancer: { of: `fleet:${role}:network` },
            targets: { of: `fleet:${role}:network:network-${port}` },
          }),
        )),
  ]);
}

/** A load balancer that Kubernetes makes: its target groups are nobody's to name, so that a query asks for all of them. */
export function workloadAlarms(
  workloads: NonNullable<StackSections["workloads"]>,
): readonly AlarmDeclaration[] {
  return Object.entries(workloads).flatMap(([key, { loadBalancer }]): AlarmDeclaration[] => {
    if (loadBalancer === undefined) return [];
    const own = { of: `workload:${key}` };
    const isNetwork = loadBalancer.type === "network";
    return [
      {
        kind: "metric",
        name: `workload-${key}-nobody-healthy`,
        component: "Workloads",
        severity: "critical",
        what: `No node answers the probes of the load balancer of the workload ${key}: nobody is served.`,
        why: "nobody is served. Single nodes count for nothing: with externalTrafficPolicy Local those without a pod are unhealthy by design",
        todo: "docs/runbooks/alarms.md#workloads",
        metrics: isNetwork
          ? {}
          : {
              value: {
                namespace: "AWS/ELB",
                metricName: "HealthyHostCount",
                stat: "Maximum",
                dimensions: { LoadBalancerName: own },
              },
            },
        ...(isNetwork && {
          expression: `SELECT MAX(HealthyHostCount) FROM SCHEMA("AWS/NetworkELB", LoadBalancer, TargetGroup) WHERE LoadBalancer = '{${own.of}}'`,
        }),
        period: 60,
        periods: 5,
        comparison: "<",
        threshold: 1,
        unit: "nodes",
        missing: "breaching",
      },
    ];
  });
}
