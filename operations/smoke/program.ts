import { randomBytes } from "node:crypto";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { Provider } from "@pulumi/kubernetes/provider";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import {
  restrictedContainerSecurityContext,
  restrictedNamespaceLabels,
  restrictedPodSecurityContext,
} from "../../components/kubernetes/restricted";

/** What a walk wants to stand at one moment. */
export interface SmokeState {
  readonly image: string;
  readonly replicas: number;
}

export interface SmokePlan {
  readonly kubeconfig: string;
  /** Port that the images answer HTTP on. */
  readonly port: number;
  /** For so long a new pod must have been ready before an old one is ended, in seconds. */
  readonly pauseSeconds: number;
}

/** Port of the load balancer. */
export const balancerPort = 80;

/**
 * Between a pod's removal from the load balancer's targets and its end, in seconds: nodes learn of it one after the
 * other, and what they still send until then is answered.
 */
const drainSeconds = 15;

/** Time that a pod may take until it is ready, a node for it and the image's download included, in seconds. */
const startSeconds = 180;

/**
 * The helloworld of the walk: a namespace of its own in which only restricted pods run, a deployment, and a service with a
 * network load balancer that the internet reaches. Everything about the update is so that no request fails: a new pod
 * first, ready for the pause before an old one goes, and an old one that still answers while it is being forgotten.
 *
 * @param wanted what shall stand, asked at each run.
 */
export function smokeProgram(plan: SmokePlan, wanted: () => SmokeState): PulumiFn {
  const suffix = randomBytes(3).toString("hex");
  return () => {
    const { kubeconfig, port, pauseSeconds } = plan;
    const { image, replicas } = wanted();
    const provider = new Provider("cluster", { kubeconfig, clusterIdentifier: serverOf(kubeconfig) });
    const inCluster = { provider };
    const namespace = new Namespace(
      "smoke",
      { metadata: { name: `smoke-${suffix}`, labels: { ...restrictedNamespaceLabels } } },
      inCluster,
    );
    const labels = { "app.kubernetes.io/name": "smoke" };
    const metadata = { name: "smoke", namespace: namespace.metadata.name, labels };
    const timeout = `${Math.ceil(((startSeconds + pauseSeconds) * (replicas + 1)) / 60)}m`;
    const deployment = new Deployment(
      "smoke",
      {
        metadata,
        spec: {
          replicas,
          minReadySeconds: pauseSeconds,
          // The API server wants it to be longer than minReadySeconds.
          progressDeadlineSeconds: startSeconds + pauseSeconds,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              securityContext: restrictedPodSecurityContext(),
              terminationGracePeriodSeconds: drainSeconds + 15,
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: "kubernetes.io/hostname",
                  whenUnsatisfiable: "ScheduleAnyway",
                  labelSelector: { matchLabels: labels },
                },
              ],
              containers: [
                {
                  name: "smoke",
                  image,
                  env: [{ name: "PORT", value: String(port) }],
                  ports: [{ name: "http", containerPort: port }],
                  readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 2 },
                  // By the kubelet itself: these images have no shell.
                  lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
                  resources: {
                    requests: { cpu: "50m", memory: "32Mi" },
                    limits: { memory: "128Mi" },
                  },
                  securityContext: restrictedContainerSecurityContext(),
                },
              ],
            },
          },
        },
      },
      { ...inCluster, customTimeouts: { create: timeout, update: timeout } },
    );
    const service = new Service(
      "smoke",
      {
        metadata: {
          ...metadata,
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
        },
        spec: {
          type: "LoadBalancer",
          selector: labels,
          ports: [{ name: "http", port: balancerPort, targetPort: "http" }],
        },
      },
      { ...inCluster, dependsOn: deployment },
    );
    return Promise.resolve({
      host: service.status.loadBalancer.ingress.apply(([first]) => first?.hostname ?? ""),
    });
  };
}

/** The address of a kubeconfig's only cluster: what tells clusters apart. */
function serverOf(kubeconfig: string): string {
  const { clusters } = parse(kubeconfig) as {
    readonly clusters?: readonly { readonly cluster?: { readonly server?: string } }[];
  };
  return clusters?.[0]?.cluster?.server ?? "";
}
