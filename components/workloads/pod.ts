import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { portsOf, type ProbeSettings, type WorkloadSettings } from "../../settings/sections/workloads";
import { selectorLabels } from "../kubernetes/labels";
import { restrictedContainerSecurityContext, restrictedPodSecurityContext } from "../kubernetes/restricted";

type PodTemplate = types.input.core.v1.PodTemplateSpec;
type Probe = types.input.core.v1.Probe;

export interface PodArgs {
  /** The workload's name: of its container and of its service account. */
  readonly key: string;
  readonly settings: WorkloadSettings;
  readonly labels: Record<string, string>;
  /** Names of secrets whose keys become environment variables. */
  readonly environmentSecrets: readonly pulumi.Input<string>[];
}

/** What each pod of a workload is made of. */
export function podTemplate({ key, settings, labels, environmentSecrets }: PodArgs): PodTemplate {
  const folders = Object.entries(settings.writablePaths).sort(([a], [b]) => (a < b ? -1 : 1));
  const { cpu, memory } = settings.resources.limits;
  const storage = settings.resources.limits["ephemeral-storage"];
  return {
    metadata: { labels },
    spec: {
      serviceAccountName: key,
      // Programs that ask the Kubernetes API are none of what this component is for.
      automountServiceAccountToken: false,
      // No variables for each service of the namespace: FRONTEND_PORT would say something else than the program thinks.
      enableServiceLinks: false,
      securityContext: restrictedPodSecurityContext(settings.runAsUser),
      terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
      topologySpreadConstraints: spread(key, settings.spread),
      containers: [
        {
          name: key,
          image: settings.image,
          imagePullPolicy: "IfNotPresent",
          command: settings.command,
          args: settings.args,
          ports: Object.entries(portsOf(settings)).map(([name, containerPort]) => ({
            name,
            containerPort,
            protocol: "TCP",
          })),
          env: Object.entries(settings.environment)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, value]) => ({ name, value })),
          envFrom: environmentSecrets.map((name) => ({ secretRef: { name } })),
          resources: {
            requests: withoutUndefined(settings.resources.requests),
            limits: withoutUndefined({ cpu, memory, "ephemeral-storage": storage }),
          },
          ...probes(settings),
          // The pod is taken from services the moment it is told to go; nodes and load balancers hear of it a little later.
          ...(settings.preStopSeconds > 0
            ? { lifecycle: { preStop: { sleep: { seconds: settings.preStopSeconds } } } }
            : {}),
          securityContext: restrictedContainerSecurityContext(),
          volumeMounts: folders.map(([mountPath], index) => ({ name: folderName(index), mountPath })),
        },
      ],
      volumes: folders.map(([, sizeLimit], index) => ({ name: folderName(index), emptyDir: { sizeLimit } })),
    },
  };
}

function folderName(index: number): string {
  return `writable-${index}`;
}

function probes(settings: WorkloadSettings): {
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly startupProbe?: Probe;
} {
  const [first] = Object.keys(portsOf(settings));
  if (first === undefined) {
    return {};
  }
  const { readiness, liveness, startup } = settings.probes;
  return {
    readinessProbe: probe(readiness, first),
    ...(liveness && { livenessProbe: probe(liveness, first) }),
    ...(startup && { startupProbe: probe(startup, first) }),
  };
}

function probe({ path, port, ...times }: ProbeSettings, first: string): Probe {
  const target = { port: port ?? first };
  return {
    ...(path === undefined ? { tcpSocket: target } : { httpGet: { path, ...target, scheme: "HTTP" } }),
    ...times,
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

function withoutUndefined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
