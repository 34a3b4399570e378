import type { StackSections } from "../schema";
import { slotNumbers } from "../sections/metal-workers";
import { tooFew, type AlarmDeclaration } from "./alarm";

/** Seconds that a machine may need over and above its time to boot before the group counts as too small. */
const LAUNCH_GRACE = 600;

/** Seconds that a static service's machine has for everything before its containers: BOOT_SECONDS of components/static-services. */
const STATIC_BOOT = 600;

/** Nodes join within five minutes of their start; EKS replaces one at a time when it updates a group. */
const NODE_BOOT = 600;

const fromTheStart = "as long as a machine may take to start, and ten minutes";

export function fleetAlarms(fleets: NonNullable<StackSections["fleets"]>): readonly AlarmDeclaration[] {
  return Object.entries(fleets).map(([role, { boot, roll }]) =>
    tooFew({
      name: `fleet-${role}-too-few`,
      component: "Fleets",
      // The others of a role go on; the only one is missed at once, and its load balancer tells.
      severity: "critical",
      what: `The role ${role} has had fewer machines than it should for longer than one needs to start: they do not come up, or EC2 has none.`,
      why: fromTheStart,
      todo: "docs/runbooks/fleets.md",
      group: { of: `fleet:${role}` },
      seconds: boot.timeoutSeconds + roll.drainSeconds + LAUNCH_GRACE,
    }),
  );
}

export function staticServiceAlarms(
  services: NonNullable<StackSections["staticServices"]>,
  home: string,
): readonly AlarmDeclaration[] {
  return Object.entries(services).flatMap(([key, { healthCheck, instances, regions }]) =>
    Object.keys(regions ?? { [home]: {} }).flatMap((region) =>
      Array.from({ length: instances }, (_, slot) =>
        tooFew({
          name: `static-service-${key}-${region}-${slot}-gone`,
          component: "Static services",
          severity: "critical",
          what: `The machine ${slot + 1} of the static service ${key} in ${region} is gone, and none has come up in its place.`,
          why: fromTheStart,
          todo: "docs/runbooks/static-service-fails.md",
          region,
          group: { of: `staticService:${key}:${region}:${slot}` },
          seconds: STATIC_BOOT + healthCheck.timeoutSeconds + LAUNCH_GRACE,
        }),
      ),
    ),
  );
}

export function workerGroupAlarms(
  groups: NonNullable<StackSections["workerGroups"]>,
  { project, stack, region }: { readonly project: string; readonly stack: string; readonly region: string },
): readonly AlarmDeclaration[] {
  return Object.entries(groups).flatMap(([key, settings]): AlarmDeclaration[] => {
    const group = { of: `workerGroup:${key}` };
    const name = `${project}-${stack}-worker-${key}`;
    const common = (part: string): Pick<AlarmDeclaration, "name" | "component" | "former" | "topics"> => ({
      name: `worker-${key}-${part}`,
      component: "Worker groups",
      former: {
        physical: `worker-${key}-${part}`,
        resource: `worker-groups-${key}-${part}`,
        owner: group.of,
      },
      ...(settings.alarmTopicArns.length > 0 && { topics: settings.alarmTopicArns }),
    });
    return [
      {
        ...common("failed-boots"),
        kind: "metric",
        severity: "critical",
        what:
          `${settings.maxFailedBoots} machines in a row did not become workers: the group ${name} starts no more ` +
          `for an hour, and then tries again. Why is in the parameter failures of the group. To try at once: aws autoscaling resume-processes ` +
          `--auto-scaling-group-name ${name} --scaling-processes Launch --region ${region}.`,
        why: "maxFailedBoots of the group",
        todo: "docs/runbooks/workers.md#the-group-has-stopped",
        metrics: {
          value: {
            namespace: `${project}/workers`,
            metricName: "ConsecutiveFailedBoots",
            stat: "Maximum",
            dimensions: { AutoScalingGroupName: group },
          },
        },
        period: 60,
        periods: 1,
        comparison: ">=",
        threshold: settings.maxFailedBoots,
        unit: "failed boots in a row",
        // A group that is stopped boots nothing and says nothing: that must not look like an end of the trouble.
        missing: "ignore",
        setting: `workerGroups.${key}.maxFailedBoots`,
      },
      tooFew({
        ...common("too-few"),
        severity: "warning",
        what: `The group ${name} has had fewer workers than it should for longer than one needs to start.`,
        why: fromTheStart,
        todo: "docs/runbooks/workers.md",
        group,
        seconds: settings.launchHookSeconds + LAUNCH_GRACE,
      }),
    ];
  });
}

export function metalWorkerAlarms({
  slots,
  source,
}: NonNullable<StackSections["metalWorkers"]>): readonly AlarmDeclaration[] {
  // Machines elsewhere are not CloudWatch's to watch.
  if (source.ec2 === undefined) return [];
  return slotNumbers(slots).map((slot) => ({
    kind: "metric",
    name: `metal-worker-${slot}-unwell`,
    component: "Metal workers",
    severity: "warning",
    what: `The machine of slot ${slot} fails the status checks of EC2, or its system does.`,
    why: "ten minutes, as a restart takes some; a machine that is stopped says nothing, and is no alarm",
    todo: "docs/runbooks/metal-worker-fails.md#the-machine-is-stopped",
    metrics: {
      value: {
        namespace: "AWS/EC2",
        metricName: "StatusCheckFailed",
        stat: "Maximum",
        dimensions: { InstanceId: { of: `metalWorker:${slot}` } },
      },
    },
    period: 300,
    periods: 2,
    comparison: ">=",
    threshold: 1,
    unit: "failed check",
    missing: "notBreaching",
  }));
}

export function clusterAlarms({
  nodeGroups,
}: NonNullable<StackSections["cluster"]>): readonly AlarmDeclaration[] {
  const cluster = { component: "Cluster", todo: "docs/runbooks/alarms.md#cluster" } as const;
  // EKS sends these by itself, at no charge: what pods and nodes use is Container Insights', which this program does not install.
  const counted = (
    metricName: string,
    stat: "Maximum" | "Sum",
  ): Pick<Extract<AlarmDeclaration, { kind: "metric" }>, "kind" | "metrics"> => ({
    kind: "metric",
    metrics: {
      value: { namespace: "AWS/EKS", metricName, stat, dimensions: { ClusterName: { of: "cluster" } } },
    },
  });
  return [
    ...Object.keys(nodeGroups).map((key) =>
      tooFew({
        ...cluster,
        name: `nodes-${key}-too-few`,
        severity: "warning",
        what: `The node group ${key} has had fewer nodes in service than it should for twenty minutes.`,
        why: "a node joins within ten minutes, and EKS replaces them one after the other",
        group: { of: `nodes:${key}` },
        seconds: NODE_BOOT + LAUNCH_GRACE,
      }),
    ),
    {
      ...cluster,
      name: "cluster-unschedulable",
      severity: "critical",
      what: "Pods find no node that has room for them, or that they may run on.",
      why: "a rollout waits for minutes, not for a quarter of an hour",
      ...counted("scheduler_pending_pods_UNSCHEDULABLE", "Maximum"),
      period: 300,
      periods: 3,
      comparison: ">",
      threshold: 0,
      unit: "pods",
      missing: "notBreaching",
    },
    {
      ...cluster,
      name: "cluster-api-errors",
      severity: "warning",
      what: "The API of Kubernetes answers with errors of its own (HTTP 5xx): a webhook, or the control plane.",
      why: "single ones come with each update of the control plane",
      ...counted("apiserver_request_total_5XX", "Sum"),
      period: 300,
      periods: 3,
      comparison: ">",
      threshold: 50,
      unit: "answers in five minutes",
      missing: "notBreaching",
    },
  ];
}
