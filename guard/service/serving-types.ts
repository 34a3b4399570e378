import type { Step } from "../step";
import { read } from "../unknown";

/** An update in place that takes service away while it is made. */
export interface Downtime {
  /** Why, as the end of a sentence: "its class changes". Undefined where this step does not do that. */
  readonly why: (step: Step) => string | undefined;
  readonly seconds: number;
  /** When the cloud makes it. Default: at once. */
  readonly when?: (step: Step) => "at once" | "in the maintenance window";
  /** Where the cloud's documents say so. */
  readonly source: string;
}

/** A type whose resources serve somebody while they are there. */
export interface ServingType {
  /** Who is cut off when it is not: "users of the database". */
  readonly who: string;
  readonly updates?: readonly Downtime[];
  /** It has a name or an address of its own, which a new one has not: who has that is cut off, also when the new one is made first. */
  readonly hasAddress?: true;
  /** It is asked for by its name alone, so that another of its kind takes no place of its own. */
  readonly isNamed?: true;
  /** Whether this one serves nobody. Default: each serves somebody. */
  readonly servesNobody?: (step: Step) => boolean;
  /** Its removal alone cuts nobody off. Default: it does. */
  readonly goesUnnoticed?: boolean;
  /** Its input with the id of what it belongs to: when that goes too, that is what is told. */
  readonly within?: string;
}

const changes = (step: Step, ...keys: readonly string[]): boolean =>
  keys.some((key) => step.changedKeys.some((changed) => changed.split(/[.[]/)[0] === key));

/** The words for the first of the properties that changes. */
const firstOf =
  (words: Readonly<Record<string, string>>) =>
  (step: Step): string | undefined =>
    Object.entries(words).find(([key]) => changes(step, key))?.[1];

const inputOf = (step: Step, path: string): unknown => read(step.new?.inputs ?? {}, path);

const databaseWindow = (step: Step): "at once" | "in the maintenance window" =>
  inputOf(step, "applyImmediately") === true ? "at once" : "in the maintenance window";

const hasStandby = (step: Step): boolean => read(step.old?.inputs ?? {}, "multiAz") === true;

/** What restarts the server, of which a standby takes over meanwhile. */
const restarts = firstOf({ instanceClass: "its class changes", caCertIdentifier: "its certificate changes" });

/** What stops the server, a standby too. */
const stops = firstOf({ engineVersion: "its engine is upgraded", port: "its port changes" });

const backups = (step: Step): boolean =>
  changes(step, "backupRetentionPeriod") &&
  (read(step.old?.inputs ?? {}, "backupRetentionPeriod") === 0) !==
    (inputOf(step, "backupRetentionPeriod") === 0);

const database: ServingType = {
  who: "users of the database",
  updates: [
    {
      why: (step) => (hasStandby(step) ? undefined : restarts(step)),
      seconds: 600,
      when: databaseWindow,
      source:
        'Amazon RDS User Guide, "Settings for DB instances": downtime during the change of the DB instance class; how long is not ' +
        "promised, some minutes are usual, ten are seldom passed",
    },
    {
      why: (step) => (hasStandby(step) ? restarts(step)?.concat(", and the standby takes over") : undefined),
      seconds: 120,
      when: databaseWindow,
      source: 'Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": typically 60 to 120 seconds',
    },
    {
      why: stops,
      seconds: 600,
      when: databaseWindow,
      source:
        'Amazon RDS User Guide, "Upgrades of the RDS for PostgreSQL DB engine": downtime in both kinds of upgrade, of both servers of a ' +
        "Multi-AZ instance; of a major one the longer the more there is in the database",
    },
    {
      why: (step) => (backups(step) ? "automated backups are switched on or off" : undefined),
      seconds: 120,
      when: databaseWindow,
      source:
        'Amazon RDS User Guide, "Enabling automated backups": an outage, when 0 days become more or the reverse',
    },
  ],
};

const loadBalancer: ServingType = { who: "clients of the load balancer", hasAddress: true };

const listener: ServingType = { who: "clients of the listener", within: "loadBalancerArn" };

const group = "Amazon EC2 Auto Scaling User Guide, ";

/** Machines that a refresh leaves in service, of those that are wanted. */
function leftByRefresh(step: Step): number | undefined {
  const percent = inputOf(step, "instanceRefresh.preferences.minHealthyPercentage");
  const wanted = inputOf(step, "desiredCapacity");
  return typeof percent === "number" && typeof wanted === "number"
    ? Math.ceil((wanted * percent) / 100)
    : undefined;
}

const deployment = 'Kubernetes, "Deployments": ';

const hasNoPods = (step: Step): boolean =>
  inputOf(step, "spec.replicas") === 0 && read(step.old?.inputs ?? {}, "spec.replicas") !== 0;

const podsChange = (step: Step): boolean =>
  JSON.stringify(read(step.old?.inputs ?? {}, "spec.template")) !==
  JSON.stringify(inputOf(step, "spec.template"));

/** As many pods may be missing as there are. */
function allMayGo(step: Step): boolean {
  const missing = inputOf(step, "spec.strategy.rollingUpdate.maxUnavailable");
  const replicas = inputOf(step, "spec.replicas") ?? 1;
  return (
    missing === "100%" ||
    (typeof missing === "number" && typeof replicas === "number" && missing >= replicas && replicas > 0)
  );
}

const pods: ServingType = {
  who: "users of the workload",
  updates: [
    {
      why: (step) =>
        inputOf(step, "spec.strategy.type") === "Recreate" && podsChange(step)
          ? "its old pods end before the new ones begin"
          : undefined,
      seconds: 20,
      source: `${deployment}"Recreate Deployment"`,
    },
    {
      why: (step) =>
        step.type === "kubernetes:apps/v1:StatefulSet" &&
        podsChange(step) &&
        (inputOf(step, "spec.replicas") ?? 1) === 1
          ? "its one pod ends before the new one begins"
          : undefined,
      seconds: 20,
      source: 'Kubernetes, "StatefulSets": "Rolling updates"',
    },
    {
      why: (step) =>
        inputOf(step, "spec.strategy.type") !== "Recreate" && podsChange(step) && allMayGo(step)
          ? "all of its pods may be gone at a time (rollingUpdate.maxUnavailable)"
          : undefined,
      seconds: 20,
      source: `${deployment}"Max Unavailable"`,
    },
    {
      why: (step) => (hasNoPods(step) ? "it is scaled to no pods" : undefined),
      seconds: 0,
      source: `${deployment}"Scaling a Deployment"`,
    },
  ],
};

/** Types that serve, and what takes their service away. Where the program has none of a type, another program may. */
export const servingTypes: Readonly<Record<string, ServingType>> = {
  "aws:rds/instance:Instance": database,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:alb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/listener:Listener": listener,
  "aws:alb/listener:Listener": listener,
  "aws:lb/listenerRule:ListenerRule": { who: "clients of the listener's rule", within: "listenerArn" },
  // Without a listener it serves nobody, and a listener's change says so itself.
  "aws:lb/targetGroup:TargetGroup": { who: "clients of the target group", goesUnnoticed: true },
  "aws:ec2/natGateway:NatGateway": { who: "what reaches the internet through the NAT gateway" },
  "aws:ec2/internetGateway:InternetGateway": { who: "all that the VPC has to do with the internet" },
  "aws:ec2/route:Route": { who: "what goes by the route", goesUnnoticed: true },
  "aws:ec2/eip:Eip": { who: "who knows the address", hasAddress: true },
  "aws:ec2/instance:Instance": {
    who: "users of the machine",
    updates: [
      {
        why: firstOf({
          instanceType: "it is stopped to become another type",
          userData: "it is stopped to get other user data",
          userDataBase64: "it is stopped to get other user data",
        }),
        seconds: 120,
        source:
          'Amazon EC2 User Guide, "Change the instance type": stopped and started; the provider does so for user data too ' +
          "(aws_instance, user_data)",
      },
    ],
  },
  "aws:autoscaling/group:Group": {
    who: "users of the machines",
    updates: [
      {
        why: (step) =>
          changes(step, "launchTemplate") && leftByRefresh(step) === 0
            ? "its machines are replaced, and none need stay in service meanwhile"
            : undefined,
        seconds: 60,
        source: `${group}"Instance refresh": the minimum healthy percentage`,
      },
      {
        why: (step) =>
          changes(step, "desiredCapacity", "maxSize") &&
          inputOf(step, "maxSize") === 0 &&
          read(step.old?.inputs ?? {}, "maxSize") !== 0
            ? "it may have no machines any more"
            : undefined,
        seconds: 0,
        source: `${group}"Set scaling limits"`,
      },
    ],
  },
  "aws:eks/cluster:Cluster": { who: "everything in the cluster" },
  "aws:eks/nodeGroup:NodeGroup": { who: "pods on the nodes of the group", within: "clusterName" },
  "aws:route53/record:Record": {
    who: "who asks for the name",
    isNamed: true,
    // ACM's own question, asked before a certificate is issued or renewed.
    servesNobody: ({ old }) =>
      JSON.stringify(read(old?.inputs ?? {}, "records") ?? "").includes(".acm-validations.aws"),
  },
  "aws:sqs/queue:Queue": { who: "users of the queue", isNamed: true },
  "aws:dynamodb/table:Table": { who: "users of the table", isNamed: true },
  "kubernetes:core/v1:Service": { who: "clients of the service" },
  "kubernetes:apps/v1:Deployment": pods,
  "kubernetes:apps/v1:StatefulSet": pods,
};
