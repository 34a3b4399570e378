import type * as pulumi from "@pulumi/pulumi";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type { WorkloadSettings } from "../../settings/sections/workloads";
import { selectorLabels } from "../kubernetes/labels";

export interface ScalingArgs {
  readonly key: string;
  readonly settings: Pick<WorkloadSettings, "disruption" | "replicas">;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  /** After its deployment. */
  readonly options: pulumi.CustomResourceOptions;
}

/** How many pods must stay while nodes are drained, and who follows the load. */
export function createScaling(name: string, { key, settings, metadata, options }: ScalingArgs): void {
  const { replicas, disruption } = settings;
  const { minAvailable, maxUnavailable = 1 } = disruption;
  new PodDisruptionBudget(
    `${name}-budget`,
    {
      metadata,
      spec: {
        selector: { matchLabels: selectorLabels(key) },
        ...(minAvailable === undefined ? { maxUnavailable } : { minAvailable }),
        // Pods that are broken anyway hold no node back.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    },
    options,
  );
  if (typeof replicas !== "object") {
    return;
  }
  new HorizontalPodAutoscaler(
    `${name}-autoscaler`,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: key },
        minReplicas: replicas.min,
        maxReplicas: replicas.max,
        metrics: [
          {
            type: "Resource",
            resource: {
              name: "cpu",
              target: { type: "Utilization", averageUtilization: replicas.cpuPercent },
            },
          },
        ],
      },
    },
    options,
  );
}
