/** `critical`: a person looks at it now. `warning`: it can wait until the morning. */
export type AlarmSeverity = "critical" | "warning";

/** The row of the dashboard, and of docs/alarms.md, that an alarm stands in; in this order. */
export const alarmComponents = [
  "Database",
  "Tables",
  "Queues",
  "Network",
  "Cluster",
  "Workloads",
  "Fleets",
  "Static services",
  "Worker groups",
  "Metal workers",
  "Certificates",
] as const;
type AlarmComponent = (typeof alarmComponents)[number];

/** What only the component knows, by what it is of: `database`, `fleet:api:http`. */
interface Handed {
  readonly of: string;
}

export interface AlarmMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly stat: "Average" | "Maximum" | "Minimum" | "Sum";
  readonly dimensions: Readonly<Record<string, string | Handed>>;
}

interface Declared {
  /** As settings and docs/alarms.md call it. */
  readonly name: string;
  readonly component: AlarmComponent;
  readonly severity: AlarmSeverity;
  /** What has happened and why it matters: whoever is woken reads this first. Sentences. */
  readonly what: string;
  /** Why the threshold is what it is, with its source where that is somebody else's. */
  readonly why: string;
  /** The page that says what to do. */
  readonly todo: string;
  /** Default: the stack's own. */
  readonly region?: string;
  /** Topics that its section names for it. Default: those of `alarms.topics`. */
  readonly topics?: readonly string[];
  /** One that was there before there was a section for alarms: it keeps its names, and stands without the section too. */
  readonly former?: {
    /** In CloudWatch, behind project and stack. */
    readonly physical: string;
    /** In the program. */
    readonly resource: string;
    /** The component that it is a part of, as that hands itself over. */
    readonly owner: string;
  };
}

/** CloudWatch looks at metrics, or at what an expression makes of them. */
export interface MetricDeclaration extends Declared {
  readonly kind: "metric";
  /** By what the expression calls each: ten at the most, all with one period. */
  readonly metrics: Readonly<Record<string, AlarmMetric>>;
  /** Of the metrics; also `SELECT …`, with `{KEY}` for what a component hands over. Default: the only metric. */
  readonly expression?: string;
  /** Seconds. */
  readonly period: number;
  /** As many periods in a row have to breach, or `breaching` of them. */
  readonly periods: number;
  readonly breaching?: number;
  readonly comparison: ">" | ">=" | "<";
  readonly threshold: number;
  readonly unit: string;
  readonly missing: "missing" | "ignore" | "breaching" | "notBreaching";
  /** Where the threshold is set, where that is not `alarms.thresholds`. */
  readonly setting?: string;
}

/** RDS tells by itself. */
export interface EventsDeclaration extends Declared {
  readonly kind: "events";
  readonly source: Handed;
  readonly categories: readonly string[];
}

export type AlarmDeclaration = MetricDeclaration | EventsDeclaration;

/** Where AWS says what to watch, and from when on. */
export const RECOMMENDED = 'CloudWatch User Guide, "Recommended alarms"';

type GroupArgs = Omit<
  MetricDeclaration,
  "kind" | "metrics" | "period" | "periods" | "comparison" | "threshold" | "unit" | "missing"
> & {
  readonly group: Handed;
  /** How long a machine may take to come into service. */
  readonly seconds: number;
};

/** CloudWatch looks back for a day at the most with periods under an hour. */
const DAY = 86_400;

/** An Auto Scaling group that has had fewer machines in service than are wanted for longer than one takes to start. */
export function tooFew({ group, seconds, ...declared }: GroupArgs): MetricDeclaration {
  const counted = (metricName: string): AlarmMetric => ({
    namespace: "AWS/AutoScaling",
    metricName,
    stat: "Minimum",
    dimensions: { AutoScalingGroupName: group },
  });
  return {
    ...declared,
    kind: "metric",
    metrics: { wanted: counted("GroupDesiredCapacity"), working: counted("GroupInServiceInstances") },
    expression: "wanted - working",
    period: 60,
    periods: Math.ceil(Math.min(seconds, DAY) / 60),
    comparison: ">",
    threshold: 0,
    unit: "machines missing",
    missing: "missing",
  };
}
