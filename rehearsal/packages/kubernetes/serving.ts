import type { Clock } from "../../cloud/clock";
import type { CloudRecord } from "../../cloud/store";
import type { CloudView } from "../../interpreter/entry";
import { textOf } from "../../interpreter/values";
import { eksCluster, nodeCount, tagsOf } from "./eks";
import { hostOf } from "./load-balancers";
import { serviceType } from "./objects";
import { podsBehind } from "./pods";

/**
 * From the API's answer until a load balancer is set up and its name resolves. Source: Elastic Load Balancing, "Network Load
 * Balancers", "Load balancer state": `provisioning` until it is ready to route traffic. Seen are two minutes and more.
 */
export const provisioningSeconds = 120;

/** Two checks ten seconds apart, as the program's services ask for it (annotations healthcheck-interval, -healthy-threshold). */
const checkedSeconds = 20;

/** What is behind a load balancer that Kubernetes made. */
export interface Serving {
  /** Absent when somebody has deleted it meanwhile. */
  readonly service: CloudRecord | undefined;
  /** Set up, so that its name resolves. */
  readonly isActive: boolean;
  /** How many nodes it sends to. */
  readonly nodes: number;
  /** Whether they pass its health checks: a pod answers behind them. */
  readonly isHealthy: boolean;
}

/** What a load balancer does by now; undefined for one that Kubernetes has not made. */
export function servingOf(balancer: CloudRecord, clock: Clock, cloud: CloudView): Serving | undefined {
  if (!("kubernetes.io/service-name" in tagsOf(balancer, cloud))) return undefined;
  const host = textOf(balancer.outputs, "dnsName");
  const service = cloud.everywhere(serviceType).find((one) => hostOf(one) === host);
  const cluster = service && eksCluster(service.scope, cloud);
  const isBacked =
    service !== undefined &&
    podsBehind(service, {
      ofType: (type) => cloud.everywhere(type).filter(({ scope }) => scope === service.scope),
    }).length > 0;
  return {
    service,
    isActive: clock.isOver(balancer.createdAt, provisioningSeconds),
    nodes: cluster ? nodeCount(cluster, cloud) : 0,
    isHealthy: isBacked && clock.isOver(balancer.createdAt, provisioningSeconds + checkedSeconds),
  };
}
