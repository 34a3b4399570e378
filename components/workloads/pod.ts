import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import type { ProbeSettings } from "../../settings/sections/workload-containers";
import { portListOf, portsOf, type WorkloadSettings } from "../../settings/sections/workloads";
import { selectorLabels } from "../kubernetes/labels";
import { restrictedContainerSecurityContext, restrictedPodSecurityContext } from "../kubernetes/restricted";
import { byName, type Mounts } from "./mounts";

type PodTemplate = types.input.core.v1.PodTemplateSpec;
type Container = types.input.core.v1.Container;
type Probe = types.input.core.v1.Probe;

export interface PodArgs {
  /** The workload's name: of its container and of its service account. */
  readonly key: string;
  readonly settings: WorkloadSettings;
  readonly labels: Record<string, string>;
  /** Names of the secrets whose keys become environment variables, by container. */
  readonly environmentSecrets: Readonly<Record<string, readonly pulumi.Input<string>[]>>;
  /** Variables besides those of the settings, of every container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: Mounts;
  /** Names of the secrets with logins of registries. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

/** What each pod of a workload is made of. */
export function podTemplate(args: PodArgs): PodTemplate {
  const { key, settings, labels, mounts, imagePullSecrets } = args;
  const { initContainers, sidecars, nodeSelector, tolerations } = settings;
  const before = [
    ...sidecars.map((sidecar) => ({
      ...container(sidecar.name, { ...sidecar, image: sidecar.image ?? settings.image }, args),
      // Runs beside the others from here on, in place of being waited for.
      restartPolicy: "Always",
      ...probesOf(sidecar.probes, settings, true),
    })),
    ...initContainers.map((init) =>
      container(
        init.name,
        {
          ...init,
          image: init.image ?? settings.image,
          resources: init.resources ?? settings.resources,
        },
        args,
      ),
    ),
  ];
  return {
    metadata: {
      labels,
      ...(Object.keys(settings.annotations).length > 0 && { annotations: settings.annotations }),
    },
    spec: {
      serviceAccountName: key,
      // Programs that ask the Kubernetes API are none of what this component is for.
      automountServiceAccountToken: false,
      // No variables for each service of the namespace: FRONTEND_PORT would say something else than the program thinks.
      enableServiceLinks: false,
      securityContext: restrictedPodSecurityContext(settings.runAsUser),
      terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
      // A new pod for each attempt of a job: that of a failed one stays, with its log.
      ...(settings.job === undefined
        ? { topologySpreadConstraints: spread(key, settings.spread) }
        : { restartPolicy: "Never" }),
      ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
      ...(settings.affinity === undefined ? {} : { affinity: affinity(settings.affinity) }),
      ...(tolerations.length > 0 ? { tolerations: tolerations.map(toleration) } : {}),
      ...(imagePullSecrets.length > 0
        ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }
        : {}),
      ...(before.length > 0 ? { initContainers: before } : {}),
      containers: [
        {
          ...container(key, settings, args),
          ports: portListOf(settings).map(({ name, port, protocol }) => ({
            name,
            containerPort: port,
            protocol,
          })),
          ...(settings.job === undefined ? probesOf(settings.probes, settings, false) : {}),
          // The pod is taken from services the moment it is told to go; nodes and load balancers hear of it a little later.
          ...(settings.preStopSeconds > 0 && settings.job === undefined
            ? { lifecycle: { preStop: { sleep: { seconds: settings.preStopSeconds } } } }
            : {}),
        },
      ],
      volumes: [...mounts.volumes],
    },
  };
}

type ContainerSettings = Pick<WorkloadSettings, "image" | "command" | "args" | "environment" | "resources">;

/** What every container has. */
function container(
  name: string,
  settings: ContainerSettings,
  { environment, environmentSecrets, mounts }: PodArgs,
): Container {
  const { cpu, memory } = settings.resources.limits;
  const storage = settings.resources.limits["ephemeral-storage"];
  return {
    name,
    image: settings.image,
    imagePullPolicy: "IfNotPresent",
    command: settings.command,
    args: settings.args,
    env: byName({ ...environment, ...settings.environment }).map(([variable, value]) => ({
      name: variable,
      value,
    })),
    envFrom: (environmentSecrets[name] ?? []).map((secret) => ({ secretRef: { name: secret } })),
    resources: {
      requests: withoutUndefined(settings.resources.requests),
      limits: withoutUndefined({ cpu, memory, "ephemeral-storage": storage }),
    },
    securityContext: restrictedContainerSecurityContext(),
    volumeMounts: [...mounts.volumeMounts],
  };
}

function toleration({
  key,
  value,
  effect,
}: WorkloadSettings["tolerations"][number]): types.input.core.v1.Toleration {
  return {
    key,
    ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** @param byNumber a container's probes know the names of its own ports alone. */
function probesOf(
  { readiness, liveness, startup }: Partial<Record<"readiness" | "liveness" | "startup", ProbeSettings>>,
  settings: WorkloadSettings,
  byNumber: boolean,
): { readonly readinessProbe?: Probe; readonly livenessProbe?: Probe; readonly startupProbe?: Probe } {
  const ports = portsOf(settings);
  const probe = ({ path, exec, grpc, port, ...times }: ProbeSettings): Probe | undefined => {
    const name = port ?? Object.keys(ports)[0];
    if (exec !== undefined) {
      return { exec: { command: exec }, ...times };
    }
    if (name === undefined) {
      return undefined;
    }
    const number = ports[name];
    if (grpc !== undefined && number !== undefined) {
      return { grpc: { port: number, ...grpc }, ...times };
    }
    const target = { port: byNumber && number !== undefined ? number : name };
    return {
      ...(path === undefined ? { tcpSocket: target } : { httpGet: { path, ...target, scheme: "HTTP" } }),
      ...times,
    };
  };
  const [readinessProbe, livenessProbe, startupProbe] = [readiness, liveness, startup].map(
    (settingsOfProbe) => settingsOfProbe && probe(settingsOfProbe),
  );
  return {
    ...(readinessProbe && { readinessProbe }),
    ...(livenessProbe && { livenessProbe }),
    ...(startupProbe && { startupProbe }),
  };
}

/** Over zones first, then over nodes; of one version at a time, so that an update does not count the pods that go. */
function spread(
  key: string,
  how: WorkloadSettings["spread"],
): types.input.core.v1.TopologySpreadConstraint[] {
  const constraint = (
    topologyKey: string,
    strictly: boolean,
  ): types.input.core.v1.TopologySpreadConstraint => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: strictly ? "DoNotSchedule" : "ScheduleAnyway",
    labelSelector: { matchLabels: selectorLabels(key) },
    matchLabelKeys: ["pod-template-hash"],
  });
  return [
    constraint("topology.kubernetes.io/zone", how === "require"),
    constraint("kubernetes.io/hostname", false),
  ];
}

/** Wishes, no conditions: a pod never waits for a node because of them. */
function affinity({
  near,
  awayFrom,
}: NonNullable<WorkloadSettings["affinity"]>): types.input.core.v1.Affinity {
  const wishes = (keys: readonly string[], topologyKey: string): types.input.core.v1.PodAffinity => ({
    preferredDuringSchedulingIgnoredDuringExecution: keys.map((key) => ({
      weight: 100,
      podAffinityTerm: { topologyKey, labelSelector: { matchLabels: selectorLabels(key) } },
    })),
  });
  return {
    ...(near.length > 0 && { podAffinity: wishes(near, "topology.kubernetes.io/zone") }),
    ...(awayFrom.length > 0 && { podAntiAffinity: wishes(awayFrom, "kubernetes.io/hostname") }),
  };
}

function withoutUndefined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
