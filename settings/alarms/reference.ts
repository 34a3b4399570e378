import { alarmComponents, type AlarmDeclaration } from "./alarm";
import { alarmsOf, type AlarmsInput } from "./table";

/** US dollars a month for each metric that an alarm looks at, of standard resolution. Source: Amazon CloudWatch pricing, November 2026. */
const DOLLARS_PER_METRIC = 0.1;

/** Metrics that a query looks at, roughly: the operations of a table that are used, the zones of a load balancer. */
const METRICS_OF_A_QUERY = 5;

const preamble = `<!-- Made from settings/alarms by \`npm run schema:update\`. Change it there. -->

# Alarms

\`groundwork:alarms\` ([settings](settings.md#groundworkalarms)) has CloudWatch watch everything that a stack has. Below is what the committed stacks have: each name is what \`off\` and \`thresholds\` know it by.

- Whoever is told is a topic of SNS, made by hand in each region with alarms: \`aws sns create-topic --name oncall --region REGION\`, then \`aws sns subscribe --topic-arn ARN --protocol email --notification-endpoint ADDRESS --region REGION\`. An address hears of nothing until the person behind it has confirmed; \`./groundwork doctor STACK\` says of a topic that nobody has. One that is encrypted needs a key of its own whose policy lets \`cloudwatch.amazonaws.com\` and \`events.rds.amazonaws.com\` use it: with SNS's \`alias/aws/sns\` no alarm arrives.
- \`critical\` is for now, \`warning\` for the morning: quiet hours are for warnings, and are UTC. Without topics of their own warnings go to the critical ones.
- The dashboard is \`PROJECT-STACK-alarms\` in CloudWatch, a row for each component.
- An alarm costs $0.10 a month for each metric that it looks at, a dashboard $3 from the fourth of an account on.

What nobody watches, since nothing reports it without an agent: containers of static services and services of fleets that restart and come up again (\`systemd\` does that; their logs have it), what pods and nodes use (that is Container Insights, an add-on which this program does not install), and that a daily backup of RDS is missing (RDS tells of each that is there; \`aws rds describe-db-instances --query 'DBInstances[].LatestRestorableTime'\` says how far back is reached). A failed rotation of the master secret is told by RDS where it could not set the password (\`database-changes\`); what Secrets Manager itself fails at is in CloudTrail alone.

## Tables

Throttled: with \`billing\` by units, raise their maximum; on demand, one key takes too much, and the application has to spread it. Errors of DynamoDB itself: look at the AWS Health Dashboard, and wait.

## Network

No ports left: a gateway has 55,000 connections for each address that is called, protocol and port. Find who makes them in the flow log, let it keep connections open, or let each zone have its own gateway (\`natGateways: perZone\`). Dropped packets for long: replace the gateway, as AWS says.`;

/** docs/alarms.md. */
export function alarmsReference(stacks: Readonly<Record<string, AlarmsInput>>): string {
  return `${preamble}\n\n${alarmTables(stacks)}`;
}

/** What the alarms of stacks are, and what each is for: a table for each component, from the list that the alarms are made from. */
function alarmTables(stacks: Readonly<Record<string, AlarmsInput>>): string {
  return Object.entries(stacks)
    .flatMap(([stack, input]) => {
      const alarms = alarmsOf(input);
      const metrics = alarms.map(metricsOf).reduce((sum, one) => sum + one, 0);
      const dollars = (metrics * DOLLARS_PER_METRIC).toFixed(0);
      const heading = `## ${stack}\n\n${alarms.length} alarms on some ${metrics} metrics: about $${dollars} a month.`;
      const tables = alarmComponents.flatMap((component) => {
        const own = alarms.filter((alarm) => alarm.component === component);
        const rows = own.map((alarm) => [
          `\`${alarm.name}\``,
          alarm.severity,
          thresholdText(alarm),
          alarm.what,
          alarm.why,
          `[${alarm.todo.replace(/^docs\//, "")}](${alarm.todo.replace(/^docs\/(alarms\.md)?/, "")})`,
        ]);
        return own.length === 0 ? [] : [`### ${component} of ${stack}`, table([header, ...rows])];
      });
      return [heading, ...tables];
    })
    .join("\n\n");
}

const header = ["alarm", "severity", "threshold", "what has happened", "why this threshold", "what to do"];

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function metricsOf(alarm: AlarmDeclaration): number {
  if (alarm.kind === "events") return 0;
  return Object.keys(alarm.metrics).length || METRICS_OF_A_QUERY;
}

function thresholdText(alarm: AlarmDeclaration): string {
  if (alarm.kind === "events") return "";
  const { breaching, comparison, period, periods, threshold, unit } = alarm;
  const amount =
    unit === "bytes"
      ? `${(threshold / 1024 ** 3).toLocaleString("en")} GiB: ${threshold}`
      : threshold.toLocaleString("en");
  const span =
    breaching === undefined ? spanText(period * periods) : `${breaching} of ${spanText(period * periods)}`;
  return `${comparison} ${amount} ${unit}, ${span}`;
}

function spanText(seconds: number): string {
  const [amount, unit] =
    seconds >= 86_400
      ? [seconds / 86_400, "d"]
      : seconds >= 3600
        ? [seconds / 3600, "h"]
        : [seconds / 60, "min"];
  return `${Number(amount.toFixed(1))} ${unit}`;
}
