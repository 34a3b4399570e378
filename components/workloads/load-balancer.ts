import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { listenersOf, tlsPortsOf, type LoadBalancerSettings } from "../../settings/sections/load-balancer";
import { selectorLabels } from "../kubernetes/labels";
import { balancerLogPrefix } from "../access-logs/access-logs";
import type { LogBucket } from "../buckets/bucket";
import type { StackContext } from "../../settings/stack-context";

const annotation = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

/** Health checks: two failures ten seconds apart, the fastest that both types take. */
const healthCheck = { interval: "10", healthyThreshold: "2", unhealthyThreshold: "2" } as const;

/** TLS 1.2 and 1.3 for network load balancers; classic ones know no 1.3. */
const tlsPolicies = {
  network: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  classic: "ELBSecurityPolicy-TLS-1-2-2017-01",
} as const;

/**
 * What the service controller of EKS makes a load balancer from. No `loadBalancerClass`: that controller leaves services
 * that have one to others.
 */
export function loadBalancerService(
  context: StackContext,
  key: string,
  settings: LoadBalancerSettings,
  certificateArn: pulumi.Input<string> | undefined,
  logs: LogBucket | undefined,
): {
  readonly annotations: Record<string, pulumi.Input<string>>;
  readonly spec: types.input.core.v1.ServiceSpec;
} {
  const listeners = listenersOf(settings);
  return {
    annotations: { ...annotations(context, settings, certificateArn), ...logAnnotations(settings, logs) },
    spec: {
      type: "LoadBalancer",
      selector: selectorLabels(key),
      externalTrafficPolicy: settings.externalTrafficPolicy,
      // Always said, also when it is everywhere: an absent list means the same, and nobody would see it.
      loadBalancerSourceRanges: [...settings.allowedCidrBlocks],
      ports: listeners.map(({ port, target }) => ({
        name: `listener-${port}`,
        port,
        targetPort: target,
        protocol: "TCP",
      })),
    },
  };
}

/** A network load balancer logs what it decrypts, and nothing else. */
function logAnnotations(settings: LoadBalancerSettings, logs: LogBucket | undefined): Record<string, string> {
  return logs === undefined || (settings.type === "network" && tlsPortsOf(settings).length === 0)
    ? {}
    : {
        [annotation("access-log-enabled")]: "true",
        [annotation("access-log-s3-bucket-name")]: logs.name,
        [annotation("access-log-s3-bucket-prefix")]: balancerLogPrefix,
      };
}

function annotations(
  context: StackContext,
  settings: LoadBalancerSettings,
  certificateArn: pulumi.Input<string> | undefined,
): Record<string, pulumi.Input<string>> {
  const tls: Record<string, pulumi.Input<string>> = certificateArn === undefined
    ? {}
    : {
        [annotation("ssl-cert")]: certificateArn,
        [annotation("ssl-ports")]: tlsPortsOf(settings).join(","),
        [annotation("ssl-negotiation-policy")]: tlsPolicies[settings.type],
      };
  const common: Record<string, pulumi.Input<string>> = {
    ...(settings.internal ? { [annotation("internal")]: "true" } : {}),
    [annotation("cross-zone-load-balancing-enabled")]: String(settings.crossZone),
    [annotation("healthcheck-interval")]: healthCheck.interval,
    [annotation("healthcheck-healthy-threshold")]: healthCheck.healthyThreshold,
    [annotation("healthcheck-unhealthy-threshold")]: healthCheck.unhealthyThreshold,
    // What a load balancer that was left behind is found by.
    [annotation("additional-resource-tags")]:
      `project=${context.project},environment=${context.stack},managed-by=groundwork`,
    ...tls,
  };
  if (settings.type === "network") {
    return { [annotation("type")]: "nlb", ...common };
  }
  return {
    ...common,
    // Bytes, not requests: what speaks HTTP and what does not work alike, as with network ones.
    [annotation("backend-protocol")]: "tcp",
    [annotation("connection-idle-timeout")]: String(settings.idleTimeoutSeconds ?? 60),
    [annotation("connection-draining-enabled")]: "true",
    [annotation("connection-draining-timeout")]: "60",
  };
}

/** The provider waits until the load balancer has one. */
export function hostOfService(
  service: string,
  status: { loadBalancer?: { ingress?: { hostname?: string }[] } } | undefined,
): string {
  const found = status?.loadBalancer?.ingress?.[0]?.hostname;
  if (found === undefined || found === "") {
    throw new Error(
      `The service ${service} has no load balancer with a host name. See \`kubectl describe service ${service}\`.`,
    );
  }
  return found;
}
