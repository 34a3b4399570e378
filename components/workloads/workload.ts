import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { LogBucket } from "../buckets/bucket";
import { certificateArnOf, type Certificates } from "../dns/certificate";
import type { types } from "@pulumi/kubernetes";
import { loadBalancerName } from "../../settings/sections/load-balancer";
import { portListOf, strategyOf, type WorkloadSettings } from "../../settings/sections/workloads";
import { usesDatabase } from "../../settings/workload-sources";
import { podIdentityCredentials } from "../cluster/workload-identity";
import { objectLabels, selectorLabels } from "../kubernetes/labels";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { StackContext } from "../../settings/stack-context";
import { createClaims, type Disks } from "./claims";
import { createJob } from "./job";
import { hostOfService, loadBalancerService } from "./load-balancer";
import { createMounts } from "./mounts";
import { podTemplate } from "./pod";
import { createScaling } from "./scaling";
import { createEnvironment, createLogins, type SecretObjectsArgs } from "./secret-objects";
import { secretValue, type SecretPlaces } from "./secret-values";
import { networkPolicySpec } from "./traffic";

export interface WorkloadArgs {
  readonly context: StackContext;
  /** Its name in the cluster, of every object. */
  readonly key: string;
  readonly namespace: RestrictedNamespace;
  readonly settings: WorkloadSettings;
  /** Needed for what settings name as secret. */
  readonly places?: SecretPlaces;
  /** Needed for its volumes. */
  readonly disks?: Disks;
  /** What gives its pods their permissions in AWS. Default: they have none. */
  readonly identity?: pulumi.Resource;
  /** Secrets of others whose keys become environment variables. */
  readonly environmentSecrets?: readonly pulumi.Input<string>[];
  /** Default: nobody. */
  readonly callers?: readonly string[] | "namespace";
  /** Needed where its load balancer has `certificate`. Default: none. */
  readonly certificates?: Certificates;
  /** Where its load balancer logs who asks for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
  /** See TrafficArgs. */
  readonly outsidePorts?: readonly pulumi.Input<number>[];
  /** What has to be there before its pods run. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

/**
 * A program in the cluster: deployment, service, service account, network policy, disruption budget, and by setting an
 * autoscaler, a load balancer and volumes; or a job. Restricted, pinned by digest.
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
    const { key, settings, identity, dependsOn = [] } = args;

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
          outsidePorts: args.outsidePorts ?? [],
          hasIdentity: identity !== undefined,
        }),
      },
      this.after(),
    );
    const before = [account, traffic, ...dependsOn, ...(identity === undefined ? [] : [identity])];
    const claims = createClaims(name, {
      context: args.context,
      key,
      settings,
      disks: args.disks,
      metadata: (claim) => this.metadata(claim),
      parent: this,
      dependsOn: [args.namespace],
    });
    if (settings.job === undefined) {
      this.loadBalancer = this.serve([...before, ...claims]);
    } else {
      const options = this.after(...before, ...claims);
      createJob(name, {
        settings: settings.job,
        metadata: this.metadata(),
        template: this.template(),
        options,
      });
    }
    this.registerOutputs({ loadBalancer: this.loadBalancer });
  }

  private serve(before: pulumi.Resource[]): pulumi.Output<string> | undefined {
    const deployment = this.createDeployment(before);
    const { key, settings } = this.args;
    createScaling(this.name, { key, settings, metadata: this.metadata(), options: this.after(deployment) });
    this.createService(deployment);
    return this.createLoadBalancer(deployment);
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

  private template(): types.input.core.v1.PodTemplateSpec {
    const { context, key, settings, identity, environmentSecrets = [], places = {} } = this.args;
    const { namespace, labels } = this.metadata();
    const objects: SecretObjectsArgs = {
      metadata: { namespace, labels },
      options: this.after(),
      valueOf: (source, where) => secretValue(source, places, `workloads.${key}: ${where}`, this),
    };
    const mounts = createMounts(this.name, {
      ...objects,
      key,
      settings,
      authoritiesOfRegion: usesDatabase(settings) ? context.region : undefined,
      hasIdentity: identity !== undefined,
    });
    const own = createEnvironment(`${this.name}-environment`, objects, settings.secrets, "");
    const others = (["initContainers", "sidecars"] as const).flatMap((list) =>
      settings[list].map(({ name, secrets }) => {
        const where = `${list}.${name}.`;
        return [
          name,
          createEnvironment(`${this.name}-${name}-environment`, objects, secrets, where),
        ] as const;
      }),
    );
    return podTemplate({
      key,
      settings,
      labels,
      environmentSecrets: { ...Object.fromEntries(others), [key]: [...own, ...environmentSecrets] },
      // Clients of AWS ask for the region, which EKS does not tell.
      environment:
        identity === undefined ? {} : { AWS_REGION: context.region, ...podIdentityCredentials.environment },
      mounts,
      imagePullSecrets: createLogins(`${this.name}-logins`, objects, settings.imagePullSecrets),
    });
  }

  private createDeployment(before: pulumi.Resource[]): Deployment {
    const { key, settings } = this.args;
    const { replicas, rollingUpdate, minReadySeconds, progressDeadlineSeconds } = settings;
    const scales = typeof replicas === "object";
    const strategy = strategyOf(settings);
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
          strategy: strategy === "Recreate" ? { type: strategy } : { type: strategy, rollingUpdate },
          template: this.template(),
        },
      },
      {
        ...this.after(...before),
        ...(scales ? { ignoreChanges: ["spec.replicas"] } : {}),
        customTimeouts: timeouts(settings),
      },
    );
  }

  private createService(deployment: Deployment): void {
    const { key, settings } = this.args;
    const ports = portListOf(settings);
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
          ports: ports.map(({ name, port, protocol }) => ({ name, port, targetPort: name, protocol })),
        },
      },
      this.after(deployment),
    );
  }

  private createLoadBalancer(deployment: Deployment): pulumi.Output<string> | undefined {
    const { context, key, logs, settings } = this.args;
    if (settings.loadBalancer === undefined) {
      return undefined;
    }
    const serviceName = loadBalancerName(key, settings.loadBalancer);
    const { annotations, spec } = loadBalancerService(
      context,
      key,
      settings.loadBalancer,
      certificateArnOf(settings.loadBalancer, this.args.certificates ?? {}),
      logs,
    );
    const service = new Service(
      `${this.name}-${serviceName.slice(key.length + 1)}`,
      { metadata: { ...this.metadata(serviceName), annotations }, spec },
      this.after(deployment, ...(logs?.ready ?? [])),
    );
    return service.status.apply((status) => hostOfService(serviceName, status));
  }
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
