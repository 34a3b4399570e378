import type { CloudRecord } from "../cloud/store";
import { isRecord, recordOf, textOf, type Values } from "../interpreter/values";
import { classicType } from "../packages/kubernetes/load-balancers";
import { servingOf } from "../packages/kubernetes/serving";
import type { ApiCall } from "./call";

/**
 * What a service has counted: one file a metric of a resource, `{ namespace, metricName, dimensions, sums }`, where
 * `sums` is hour (ISO 8601) to sum. Written by the endpoint as a queue is used; a person may write one by hand.
 */
const metricType = "aws:cloudwatch/metric:Metric";

const hour = 3_600_000;

/** Counts something for a queue, in the hour that now is. */
export function countFor(queueName: string, metricName: string, by: number, call: ApiCall): void {
  const id = `AWS/SQS/${queueName}/${metricName}`;
  const had = recordOf(call.hands.find(metricType, id)?.inputs ?? {}, "sums");
  const now = new Date(Math.floor(Date.now() / hour) * hour).toISOString();
  const before = had[now];
  call.hands.put({
    type: metricType,
    id,
    inputs: {
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: queueName },
      sums: { ...had, [now]: (typeof before === "number" ? before : 0) + by },
    },
  });
}

/** A metric that somebody asks for. */
export interface Asked {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Values;
}

/** Sums with their moments, newest first; of several files for one metric all count. */
export function sumsOf(asked: Asked, call: ApiCall): readonly (readonly [at: number, sum: number])[] {
  if (asked.namespace === "AWS/ELB" && asked.metricName === "HealthyHostCount") {
    return healthyHosts(asked.dimensions["LoadBalancerName"], call);
  }
  return call.hands
    .ofType(metricType)
    .filter((record) => isAbout(record, asked))
    .flatMap(({ inputs }) => Object.entries(recordOf(inputs, "sums")))
    .flatMap(([at, sum]) => (typeof sum === "number" ? [[Date.parse(at), sum] as const] : []))
    .sort(([a], [b]) => b - a);
}

/**
 * Nodes that a Classic Load Balancer of Kubernetes finds healthy, at this moment. Source: "CloudWatch metrics for your Classic Load
 * Balancer": reported where there are registered instances.
 */
function healthyHosts(name: unknown, call: ApiCall): readonly (readonly [at: number, sum: number])[] {
  const balancer = call.hands.ofType(classicType).find(({ outputs }) => outputs["name"] === name);
  const serving = balancer && servingOf(balancer, call.cloud.clock, call.hands);
  return serving?.isActive === true ? [[Date.now() - 1, serving.isHealthy ? serving.nodes : 0]] : [];
}

function isAbout({ inputs }: CloudRecord, { namespace, metricName, dimensions }: Asked): boolean {
  const had = inputs["dimensions"];
  return (
    textOf(inputs, "namespace") === namespace &&
    textOf(inputs, "metricName") === metricName &&
    isRecord(had) &&
    Object.keys(had).length === Object.keys(dimensions).length &&
    Object.entries(dimensions).every(([name, value]) => had[name] === value)
  );
}
