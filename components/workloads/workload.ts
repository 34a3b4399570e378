import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import { certificateArnOf, type Certificates } from "../dns/certificate";
import { loadBalancerName } from "../../settings/sections/load-balancer";
import { portsOf, type WorkloadSettings } from "../../settings/sections/workloads";
import { objectLabels, selectorLabels } from "../kubernetes/labels";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { StackContext } from "../../settings/stack-context";
import { loadBalancerService } from "./load-balancer";
import { podTemplate } from "./pod";
import { networkPolicySpec } from "./traffic";

export interface WorkloadArgs {
  readonly context: StackContext;
  /** Its name in the cluster, of every object. */
  readonly key: string;
  readonly namespace: RestrictedNamespace;
  readonly settings: WorkloadSettings;
  /** Environment variables that are secret. */
  readonly secretEnvironment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets of others whose keys become environment variables. */
  readonly environmentSecrets?: readonly pulumi.Input<string>[];
  /** Default: nobody. */
  readonly callers?: readonly string[] | "namespace";
  /** Needed where its load balancer has `certificate`. Default: none. */
  readonly certificates?: Certificates;
  /** See TrafficArgs. */
  readonly mailPort?: number;
}

/**
 * A program in the cluster: deployment, service, service account, network policy, disruption budget, and by setting an
 * autoscaler and a load balancer. Restricted, pinned by digest.
 */
export class Workload extends pulumi.ComponentResource {
  /** Name of its load balancer in the DNS of the cloud; undefined where it has none. */
  readonly loadBalancer: pulumi.Output<string> | undefined;

  private readonly name: string;
  private readonly args: WorkloadArgs;
  private readonly labels: Record<string, string>;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workloads:Workload", name, {}, opts);
    this.name = name;
    this.args = args;
    this.labels = objectLabels(args.context, args.key);
    const { key, settings } = args;

    const account = new ServiceAccount(
      `${name}-account`,
      { metadata: this.metadata(), automountServiceAccountToken: false },
      this.after(),
    );
    const traffic = new NetworkPolicy(
      `${name}-traffic`,
      {
        metadata: this.metadata(),
        spec: networkPolicySpec({
          key,
          settings,
          callers: args.callers ?? [],
          mailPort: args.mailPort,
        }),
      },
      this.after(),
    );
    const deployment = this.createDeployment([account, traffic]);
    this.createBudget(deployment);
    this.createAutoscaler(deployment);
    this.createService(deployment);
    this.loadBalancer = this.createLoadBalancer(deployment);
    this.registerOutputs({ loadBalancer: this.loadBalancer });
  }

  private metadata(name: string = this.args.key): {
    name: string;
    namespace: string;
    labels: Record<string, string>;
  } {
    return { name, namespace: this.args.namespace.namespaceName, labels: this.labels };
  }

  private after(...resources: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [this.args.namespace, ...resources] };
  }

  private createDeployment(before: pulumi.Resource[]): Deployment {
    const { key, settings, environmentSecrets = [] } = this.args;
    const { replicas, rollingUpdate, minReadySeconds, progressDeadlineSeconds } = settings;
    const scales = typeof replicas === "object";
    const secret = this.createSecret();
    return new Deployment(
      this.name,
      {
        metadata: {
          ...this.metadata(),
          // Where the autoscaler has set the number of pods, or somebody by hand, and a number is set here again, this
          // one counts: without it the API server refuses the change as a conflict.
          annotations: { "pulumi.com/patchForce": "true" },
        },
        spec: {
          // With an autoscaler this is where it begins. Left out, one pod would begin, and going over from a fixed number
          // would fall to one; what it is afterwards is the autoscaler's (see ignoreChanges), whose bounds a changed
          // setting moves.
          replicas: scales ? replicas.min : replicas,
          selector: { matchLabels: selectorLabels(key) },
          minReadySeconds,
          progressDeadlineSeconds,
          revisionHistoryLimit: 5,
          strategy: { type: "RollingUpdate", rollingUpdate },
          template: podTemplate({
            key,
            settings,
            labels: this.labels,
            environmentSecrets: [...(secret === undefined ? [] : [secret]), ...environmentSecrets],
          }),
        },
      },
      {
        ...this.after(...before),
        ...(scales ? { ignoreChanges: ["spec.replicas"] } : {}),
        customTimeouts: timeouts(settings),
      },
    );
  }

  /** Named anew with each change, so that the pods are replaced by ones that have it, and the old ones keep theirs. */
  private createSecret(): pulumi.Output<string> | undefined {
    const { secretEnvironment = {} } = this.args;
    if (Object.keys(secretEnvironment).length === 0) {
      return undefined;
    }
    const { namespace, labels } = this.metadata();
    const secret = new Secret(
      `${this.name}-environment`,
      { metadata: { namespace, labels }, immutable: true, stringData: secretEnvironment },
      this.after(),
    );
    return secret.metadata.name;
  }

  private createBudget(deployment: Deployment): void {
    const { minAvailable, maxUnavailable = 1 } = this.args.settings.disruption;
    new PodDisruptionBudget(
      `${this.name}-budget`,
      {
        metadata: this.metadata(),
        spec: {
          selector: { matchLabels: selectorLabels(this.args.key) },
          ...(minAvailable === undefined ? { maxUnavailable } : { minAvailable }),
          // Pods that are broken anyway hold no node back.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
      this.after(deployment),
    );
  }

  private createAutoscaler(deployment: Deployment): void {
    const { replicas } = this.args.settings;
    if (typeof replicas !== "object") {
      return;
    }
    new HorizontalPodAutoscaler(
      `${this.name}-autoscaler`,
      {
        metadata: this.metadata(),
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: this.args.key },
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
      this.after(deployment),
    );
  }

  private createService(deployment: Deployment): void {
    const { key, settings } = this.args;
    const ports = Object.entries(portsOf(settings));
    if (ports.length === 0) {
      return;
    }
    new Service(
      `${this.name}-service`,
      {
        metadata: this.metadata(),
        spec: {
          type: "ClusterIP",
          selector: selectorLabels(key),
          ports: ports.map(([name, port]) => ({ name, port, targetPort: name, protocol: "TCP" })),
        },
      },
      this.after(deployment),
    );
  }

  private createLoadBalancer(deployment: Deployment): pulumi.Output<string> | undefined {
    const { context, key, settings } = this.args;
    if (settings.loadBalancer === undefined) {
      return undefined;
    }
    const serviceName = loadBalancerName(key, settings.loadBalancer);
    const { annotations, spec } = loadBalancerService(
      context,
      key,
      settings.loadBalancer,
      certificateArnOf(settings.loadBalancer, this.args.certificates ?? {}),
    );
    const service = new Service(
      `${this.name}-${serviceName.slice(key.length + 1)}`,
      { metadata: { ...this.metadata(serviceName), annotations }, spec },
      this.after(deployment),
    );
    return service.status.apply((status) => hostname(serviceName, status));
  }
}

/** The provider waits until the load balancer has one. */
function hostname(
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

/** An update goes pod by pod: each has a minute to start, and its pause. At least ten minutes. */
function timeouts({
  replicas,
  minReadySeconds,
  progressDeadlineSeconds,
}: WorkloadSettings): pulumi.CustomTimeouts {
  const pods = typeof replicas === "object" ? replicas.max : replicas;
  const minutes = Math.ceil((progressDeadlineSeconds + pods * (60 + minReadySeconds)) / 60);
  const timeout = `${Math.max(10, minutes)}m`;
  return { create: timeout, update: timeout };
}
