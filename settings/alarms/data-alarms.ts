import { sizeOf } from "../instance-types";
import type { StackSections } from "../schema";
import { RECOMMENDED, type AlarmDeclaration, type AlarmMetric, type MetricDeclaration } from "./alarm";

type Database = NonNullable<StackSections["database"]>;

const GIB = 1024 ** 3;

/** Hours ahead that the trend of free space looks: a weekend. */
const TREND_HOURS = 72;

/** Bytes of memory for each connection that PostgreSQL lets in on RDS, and the most: default of max_connections. Source: RDS User Guide, "Quotas and constraints". */
const [BYTES_PER_CONNECTION, MOST_CONNECTIONS] = [9_531_392, 5000];

/** Of an instance of RDS. A replica has them too, under a name and a key of its own, and its ReplicaLag beside them. */
function instanceMetric(
  metricName: string,
  stat: AlarmMetric["stat"],
  of = "database",
): Pick<MetricDeclaration, "kind" | "metrics"> {
  const dimensions = { DBInstanceIdentifier: { of } };
  return { kind: "metric", metrics: { value: { namespace: "AWS/RDS", metricName, stat, dimensions } } };
}

/** What the parameters say, or what follows from the class; undefined for a class whose name tells no memory. */
export function mostConnections({
  instanceClass,
  parameters,
}: Pick<Database, "instanceClass" | "parameters">): number | undefined {
  const set = Number(parameters["max_connections"]);
  const size = sizeOf(instanceClass.replace(/^db\./, ""));
  if (Number.isInteger(set)) return set;
  return size && Math.min(MOST_CONNECTIONS, Math.floor((size.memoryGib * GIB) / BYTES_PER_CONNECTION));
}

export function databaseAlarms(database: Database): readonly AlarmDeclaration[] {
  const { allocatedStorage, maxAllocatedStorage } = database;
  const common = { component: "Database", todo: "docs/runbooks/alarms.md#database" } as const;
  const most = mostConnections(database);
  const grows = maxAllocatedStorage !== undefined;
  return [
    {
      ...common,
      name: "database-free-space",
      severity: "critical",
      what: "The database is running out of storage: full, RDS stops it.",
      why: grows
        ? "RDS adds storage when less than 10 % is free for five minutes; at 5 % it has not"
        : `a tenth of allocatedStorage: ${RECOMMENDED}`,
      ...instanceMetric("FreeStorageSpace", "Minimum"),
      period: 300,
      periods: 3,
      comparison: "<",
      threshold: (allocatedStorage * GIB) / (grows ? 20 : 10),
      unit: "bytes",
      missing: "missing",
    },
    // With growth RDS tells of its end: database-events.
    ...(grows
      ? []
      : [
          {
            ...common,
            name: "database-filling",
            severity: "warning",
            what: "At the pace of the last six hours the database's storage is full within three days.",
            why: "three days: a weekend, in which nobody has to add storage",
            ...instanceMetric("FreeStorageSpace", "Average"),
            expression: `value + ${TREND_HOURS} * DIFF(value)`,
            period: 3600,
            periods: 6,
            comparison: "<",
            threshold: 0,
            unit: "bytes in three days",
            missing: "missing",
          } as const,
        ]),
    {
      ...common,
      name: "database-cpu",
      severity: "warning",
      what: "The database has had hardly any processor time left for a quarter of an hour: queries wait.",
      why: `90 %: ${RECOMMENDED}; a quarter of an hour, since backups and vacuums are shorter`,
      ...instanceMetric("CPUUtilization", "Average"),
      period: 300,
      periods: 3,
      comparison: ">",
      threshold: 90,
      unit: "%",
      missing: "missing",
    },
    ...(most === undefined
      ? []
      : [
          {
            ...common,
            name: "database-connections",
            severity: "critical",
            what: "Almost all connections of the database are taken: when none is left, it refuses everybody.",
            why: `80 % of the ${most} that max_connections is, by the parameters or by the memory of ${database.instanceClass}`,
            ...instanceMetric("DatabaseConnections", "Maximum"),
            period: 60,
            periods: 5,
            comparison: ">",
            threshold: Math.floor(most * 0.8),
            unit: "connections",
            missing: "missing",
          } as const,
        ]),
    ...Object.keys(database.replicas).map((replica): AlarmDeclaration => ({
      ...common,
      name: `database-replica-${replica}-lag`,
      severity: "warning",
      what: `Who reads from the replica ${replica} reads what was true more than five minutes ago.`,
      why: "five minutes, for a quarter of an hour: a large change or a vacuum is caught up with sooner",
      ...instanceMetric("ReplicaLag", "Maximum", `replica:${replica}`),
      period: 60,
      periods: 15,
      comparison: ">",
      threshold: 300,
      unit: "seconds",
      missing: "missing",
    })),
    {
      ...common,
      kind: "events",
      name: "database-events",
      severity: "critical",
      what: "RDS tells: the instance stopped or restarted, failed over or failed, its storage is full or cannot grow any more, it recovers.",
      why: "categories availability, failover, failure, low storage, recovery; not backup, which tells of each day's success and of no failure",
      source: { of: "database:instance" },
      categories: ["availability", "failover", "failure", "low storage", "recovery"],
    },
    {
      ...common,
      kind: "events",
      name: "database-changes",
      severity: "warning",
      what:
        "RDS tells: a setting changed, backups were switched off (RDS-EVENT-0028), the master password could not be reset (RDS-EVENT-0067), " +
        "storage nears its maximum (RDS-EVENT-0225).",
      why: "categories configuration change and notification",
      source: { of: "database:instance" },
      categories: ["configuration change", "notification"],
    },
  ];
}

export function tableAlarms({ tables }: NonNullable<StackSections["reports"]>): readonly AlarmDeclaration[] {
  const common = {
    component: "Tables",
    kind: "metric",
    missing: "notBreaching",
    todo: "docs/alarms.md#tables",
  } as const;
  return Object.keys(tables).flatMap((key): AlarmDeclaration[] => {
    const table = { of: `table:${key}` };
    const throttled = (metricName: string): AlarmMetric => ({
      namespace: "AWS/DynamoDB",
      metricName,
      stat: "Sum",
      dimensions: { TableName: table },
    });
    return [
      {
        ...common,
        name: `table-${key}-throttles`,
        severity: "warning",
        what: `DynamoDB turns away reads or writes of the table ${key}: more than its units, or more than one partition takes.`,
        why: "SDKs try again, so that single ones harm nobody; five minutes on end do",
        metrics: { reads: throttled("ReadThrottleEvents"), writes: throttled("WriteThrottleEvents") },
        expression: "FILL(reads, 0) + FILL(writes, 0)",
        period: 60,
        // DynamoDB says nothing of a minute without any, and the latest is always late: what FILL makes of it must not end the alarm.
        periods: 8,
        breaching: 5,
        comparison: ">",
        threshold: 0,
        unit: "requests a minute",
      },
      {
        ...common,
        name: `table-${key}-errors`,
        severity: "critical",
        what: `DynamoDB itself fails with requests to the table ${key} (HTTP 500).`,
        why: "SDKs try again; more than five a minute for five minutes is an incident of the service",
        metrics: {},
        // For each operation there is a metric of its own, and an expression takes ten metrics: asked for together.
        expression: `SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '{${table.of}}'`,
        period: 60,
        periods: 5,
        comparison: ">",
        threshold: 5,
        unit: "errors a minute",
      },
    ];
  });
}

export function queueAlarms(
  messaging: NonNullable<StackSections["messaging"]>,
  stack: string,
): readonly AlarmDeclaration[] {
  return Object.entries(messaging.queues).flatMap(([key, queue]): AlarmDeclaration[] => {
    const [own, dead] = ["", "_dead"].map((end) => `${stack}_${key}${end}${queue.fifo ? ".fifo" : ""}`);
    const alarm = (
      part: string,
      metricName: string,
      of: string,
      more: Pick<MetricDeclaration, "severity" | "what" | "why" | "threshold" | "unit"> & {
        readonly setting?: string;
      },
    ): AlarmDeclaration => ({
      kind: "metric",
      name: `queue-${key}-${part}`,
      component: "Queues",
      todo: "docs/runbooks/queues.md",
      metrics: {
        value: { namespace: "AWS/SQS", metricName, stat: "Maximum", dimensions: { QueueName: { of } } },
      },
      // SQS sends its metrics once a minute; five of them keep a single late one from waking anybody.
      period: 300,
      periods: 1,
      comparison: ">",
      // SQS sends nothing for a queue that nobody has used for six hours: no data is a quiet queue, not a broken one.
      missing: "notBreaching",
      former: { physical: `${key}-${part}`, resource: `messaging-${key}-${part}`, owner: "messaging" },
      ...(messaging.alarmTopicArns.length > 0 && { topics: messaging.alarmTopicArns }),
      ...more,
    });
    const at = `messaging.queues.${key}.alarms`;
    return [
      alarm("age", "ApproximateAgeOfOldestMessage", `queue:${key}`, {
        severity: "critical",
        what: `The oldest message in ${own} has waited longer than ${queue.alarms.ageSeconds} s: nobody handles them, or not fast enough.`,
        why: "alarms.ageSeconds of the queue",
        threshold: queue.alarms.ageSeconds,
        unit: "seconds",
        setting: `${at}.ageSeconds`,
      }),
      alarm("depth", "ApproximateNumberOfMessagesVisible", `queue:${key}`, {
        severity: "warning",
        what: `More than ${queue.alarms.depth} messages wait in ${own}.`,
        why: "alarms.depth of the queue",
        threshold: queue.alarms.depth,
        unit: "messages",
        setting: `${at}.depth`,
      }),
      alarm("dead", "ApproximateNumberOfMessagesVisible", `queue:${key}:dead`, {
        severity: "critical",
        what: `Messages of ${own} could not be handled ${queue.maxReceiveCount} times and lie in ${dead}; they are gone 14 days after they were sent.`,
        why: "each of them is lost unless a person looks at it",
        threshold: 0,
        unit: "messages",
      }),
    ];
  });
}

/** The program's own certificates, and those that load balancers name by ARN: each where it is. */
export function certificateAlarms({
  dns,
  fleets = {},
  workloads = {},
}: Pick<StackSections, "dns" | "fleets" | "workloads">): readonly AlarmDeclaration[] {
  const named = [
    ...Object.values(workloads).map(({ loadBalancer }) => loadBalancer?.certificateArn),
    ...Object.values(fleets).map(({ loadBalancer }) => loadBalancer?.http?.certificateArn),
  ].filter((arn) => arn !== undefined);
  const all = [
    ...Object.keys(dns?.certificates ?? {}).map((key) => ({
      key,
      arn: { of: `certificate:${key}` },
      region: undefined,
    })),
    ...[...new Set(named)].map((arn) => ({
      key: arn.split(/[/-]/).at(-1) ?? "",
      arn,
      region: arn.split(":")[3],
    })),
  ];
  return all.map(({ arn, key, region }) => ({
    kind: "metric",
    name: `certificate-${key}-ends`,
    component: "Certificates",
    severity: "critical",
    what: `The certificate ${key} ends soon, and ACM has not renewed it: its records in the zone, or the zone's delegation, are not as they were.`,
    why: "ACM renews 60 days before the end; two weeks later it has not",
    todo: "docs/runbooks/dns.md#certificates",
    ...(region !== undefined && { region }),
    metrics: {
      value: {
        namespace: "AWS/CertificateManager",
        metricName: "DaysToExpiry",
        stat: "Minimum",
        dimensions: { CertificateArn: arn },
      },
    },
    // ACM sends it twice a day.
    period: 86_400,
    periods: 1,
    comparison: "<",
    threshold: 45,
    unit: "days",
    missing: "missing",
  }));
}
