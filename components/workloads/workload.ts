import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import { certificateArnOf, type Certificates } from "../dns/certificate";
import type { types } from "@pulumi/kubernetes";
import { loadBalancerName } from "../../settings/sections/load-balancer";
import type { SecretSource } from "../../settings/sections/workload-secrets";
import { portListOf, strategyOf, type WorkloadSettings } from "../../settings/sections/workloads";
import { usesDatabase } from "../../settings/workload-sources";
import { objectLabels, selectorLabels } from "../kubernetes/labels";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { StackContext } from "../../settings/stack-context";
import { createClaims, type Disks } from "./claims";
import { createJob } from "./job";
import { hostOfService, loadBalancerService } from "./load-balancer";
import { createMounts } from "./mounts";
import { podTemplate } from "./pod";
import { createScaling } from "./scaling";
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
    const { context, key, settings, identity, environmentSecrets = [] } = this.args;
    const { namespace, labels } = this.metadata();
    const mounts = createMounts(this.name, {
      key,
      settings,
      authoritiesOfRegion: usesDatabase(settings) ? context.region : undefined,
      valueOf: (source, where) => this.value(source, where),
      metadata: { namespace, labels },
      options: this.after(),
    });
    const own = this.environmentOf("environment", settings.secrets, "");
    const others = (["initContainers", "sidecars"] as const).flatMap((list) =>
      settings[list].map(
        ({ name, secrets }) =>
          [name, this.environmentOf(`${name}-environment`, secrets, `${list}.${name}.`)] as const,
      ),
    );
    return podTemplate({
      key,
      settings,
      labels,
      environmentSecrets: { ...Object.fromEntries(others), [key]: [...own, ...environmentSecrets] },
      // Clients of AWS ask for the region, which EKS does not tell.
      environment: identity === undefined ? {} : { AWS_REGION: context.region },
      mounts,
      imagePullSecrets: this.createLogins(),
      // EKS looks when a pod is made: those from before get no permissions, and those that had some keep them.
      annotations: identity === undefined ? {} : { "groundwork/identity": "pod" },
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

  private value(source: SecretSource, where: string): pulumi.Output<string> {
    return secretValue(source, this.args.places ?? {}, `workloads.${this.args.key}: ${where}`, this);
  }

  /** Secrets are named anew with each change, so that the pods are replaced by ones that have it, and the old ones keep theirs. */
  private createSecret(
    suffix: string,
    stringData: Record<string, pulumi.Input<string>>,
    type?: string,
  ): pulumi.Output<string> {
    const { namespace, labels } = this.metadata();
    const secret = new Secret(
      `${this.name}-${suffix}`,
      { metadata: { namespace, labels }, immutable: true, ...(type !== undefined && { type }), stringData },
      this.after(),
    );
    return secret.metadata.name;
  }

  private environmentOf(
    suffix: string,
    secrets: WorkloadSettings["secrets"],
    where: string,
  ): readonly pulumi.Output<string>[] {
    const values = Object.entries(secrets).map(
      ([variable, source]) => [variable, this.value(source, `${where}secrets.${variable}`)] as const,
    );
    return values.length === 0 ? [] : [this.createSecret(suffix, Object.fromEntries(values))];
  }

  /** Logins of registries, in the form that kubelets take from Docker. */
  private createLogins(): readonly pulumi.Output<string>[] {
    const logins = Object.entries(this.args.settings.imagePullSecrets).map(
      ([registry, { username, password }]) =>
        this.value(password, `imagePullSecrets.${registry}`).apply((text) => {
          const auth = Buffer.from(`${username}:${text}`).toString("base64");
          const host = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
          return [host, { username, password: text, auth }] as const;
        }),
    );
    if (logins.length === 0) {
      return [];
    }
    const auths = pulumi.all(logins).apply((all) => JSON.stringify({ auths: Object.fromEntries(all) }));
    return [
      this.createSecret(
        "logins",
        { ".dockerconfigjson": pulumi.secret(auths) },
        "kubernetes.io/dockerconfigjson",
      ),
    ];
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
