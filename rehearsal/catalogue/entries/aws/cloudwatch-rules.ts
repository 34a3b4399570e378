import type { InputRule, Refusal } from "../../../interpreter/entry";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsAt,
  type Values,
} from "../../../interpreter/values";

// Source: CloudWatch API Reference, PutMetricAlarm (bounds of each parameter, Period, Metrics) and MetricDataQuery; CloudWatch User Guide,
// "Alarm data queries"; of what the provider refuses itself, its schema (internal/service/cloudwatch/metric_alarm.go).

const byProvider = (message: string): Refusal => ({ code: "InvalidAlarm", message, byProvider: true });
const byService = (message: string): Refusal => ({ code: "ValidationError", message });

/** What an alarm on metrics of an array may not have beside it. */
const ofOneMetric = ["metricName", "namespace", "dimensions", "statistic", "extendedStatistic", "period"];

/** Metrics, and expressions, of one alarm; seconds of a day and of a week. */
const [MOST_METRICS, DAY, WEEK] = [10, 86_400, 604_800];

const queriesOf = (inputs: Values): readonly Values[] => listOf(inputs, "metricQueries").filter(isRecord);

/** An alarm watches one metric with one statistic, or an expression over several. */
const watchesSomething: InputRule = (inputs) => {
  if (queriesOf(inputs).length > 0) {
    const beside = ofOneMetric.find((name) => inputs[name] !== undefined);
    return beside === undefined ? undefined : byProvider(`"metric_query": conflicts with ${beside}`);
  }
  const missing = textOf(inputs, "statistic") + textOf(inputs, "extendedStatistic") === "";
  if (textOf(inputs, "metricName") !== "" && !missing) return undefined;
  return byProvider(
    textOf(inputs, "metricName") === ""
      ? "One of metric_name or metric_query must be set for a cloudwatch metric alarm"
      : "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm",
  );
};

const textsFit: InputRule = (inputs) => {
  const tooLong = [
    ["alarm_name", textOf(inputs, "name"), 255],
    ["alarm_description", textOf(inputs, "alarmDescription"), 1024],
    ...queriesOf(inputs).map((query) => ["expression", textOf(query, "expression"), 1024] as const),
  ].find(([, text, most]) => String(text).length > Number(most));
  return tooLong && byProvider(`expected length of ${tooLong[0]} to be in the range (1 - ${tooLong[2]})`);
};

/** Each returns data or is used by what does; exactly one does, all have one period, and ids are what expressions can name. */
const queriesFit: InputRule = (inputs) => {
  const queries = queriesOf(inputs);
  if (queries.length === 0) return undefined;
  const [metrics, expressions] = [
    queries.filter((query) => "metric" in query),
    queries.filter((query) => "expression" in query),
  ];
  if (
    metrics.length + expressions.length !== queries.length ||
    queries.some((query) => "metric" in query && "expression" in query)
  ) {
    return byProvider("No metric_query may have both `expression` and a `metric` specified");
  }
  if (metrics.length > MOST_METRICS || expressions.length > MOST_METRICS) {
    return byService(
      `The parameter Metrics has more than ${MOST_METRICS} metrics or ${MOST_METRICS} expressions`,
    );
  }
  if (queries.filter((query) => query["returnData"] === true).length !== 1) {
    return byService("Exactly one element of the metrics list should return data.");
  }
  const ids = queries.map((query) => textOf(query, "id"));
  if (ids.some((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id)) || new Set(ids).size < ids.length) {
    return byService("The parameter Metrics must have unique ids that begin with a lowercase letter");
  }
  const unknown = expressions
    .flatMap((query) => namesIn(textOf(query, "expression")))
    .find((name) => !ids.includes(name));
  if (unknown !== undefined) {
    return byService(`Error in expression: Unknown identifier ${unknown}`);
  }
  const periods = new Set(metrics.map((query) => numberOf(recordOf(query, "metric"), "period")));
  return periods.size > 1 ? byService("Metrics list must contain metrics with the same period") : undefined;
};

/** What an expression calls by name: not functions, nor the words of a query, whose own names are metrics. */
function namesIn(expression: string): readonly string[] {
  if (/^\s*SELECT\s/.test(expression)) return [];
  return expression.replaceAll(/"[^"]*"|'[^']*'/g, "").match(/\b[a-z][a-zA-Z0-9_]*\b/g) ?? [];
}

/** A day is looked back at with periods under an hour, a week with others. */
const periodsFit: InputRule = (inputs) => {
  const periods = [
    numberOf(inputs, "period"),
    ...queriesOf(inputs).flatMap((query) => [
      numberOf(query, "period"),
      numberOf(recordOf(query, "metric"), "period"),
    ]),
  ].filter((period) => period !== undefined);
  const odd = periods.find((period) => ![10, 20, 30].includes(period) && period % 60 !== 0);
  if (odd !== undefined) {
    return byProvider(`expected period to be one of [10 20 30] or divisible by 60, got: ${odd}`);
  }
  const [longest, evaluated] = [Math.max(0, ...periods), numberOf(inputs, "evaluationPeriods") ?? 1];
  const most = longest < 3600 ? DAY : WEEK;
  if (longest * evaluated > most) {
    return byService(
      `Metrics cannot be checked across more than ${most === DAY ? "a day" : "7 days"} (EvaluationPeriods * Period must be <= ${most})`,
    );
  }
  return (numberOf(inputs, "datapointsToAlarm") ?? 1) > evaluated
    ? byService("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    : undefined;
};

const actionsFit: InputRule = (inputs, _cloud, { place: { region } }) => {
  for (const property of ["alarmActions", "okActions", "insufficientDataActions"]) {
    const actions = textsAt(inputs, property);
    if (actions.length > 5) return byService(`The collection ${property} must have at most 5 members`);
    const far = actions.find((arn) => arn.startsWith("arn:") && arn.split(":")[3] !== region);
    if (far !== undefined) {
      return byService(`Invalid region ${far.split(":")[3] ?? ""} specified. Only ${region} is supported.`);
    }
  }
  return undefined;
};

export const alarmRules: readonly InputRule[] = [
  watchesSomething,
  textsFit,
  queriesFit,
  periodsFit,
  actionsFit,
];

/** What each kind of widget cannot be without, and how many there may be. Source: "Dashboard body structure and syntax". */
const [MOST_WIDGETS, MOST_ALARMS] = [500, 100];

export const bodyIsValid: InputRule = (inputs) => {
  const invalid = (message: string): Refusal => ({
    code: "InvalidParameterInput",
    message: `The field DashboardBody is invalid: ${message}`,
  });
  if (!/^[\w-]{1,255}$/.test(textOf(inputs, "dashboardName"))) {
    return byProvider(
      "Dashboard name may only contain alphanumeric characters, underscores and dashes, and be up to 255 characters long",
    );
  }
  const body = parsed(textOf(inputs, "dashboardBody"));
  if (body === undefined) return byProvider('"dashboard_body" contains an invalid JSON');
  const widgets = Array.isArray(body["widgets"]) ? (body["widgets"] as readonly Values[]) : undefined;
  if (widgets === undefined) return invalid("should have required property 'widgets'");
  if (widgets.length > MOST_WIDGETS) return invalid(`should NOT have more than ${MOST_WIDGETS} widgets`);
  for (const [index, { type, x, width, properties }] of widgets.entries()) {
    const own = isRecord(properties) ? properties : {};
    const at = `/widgets/${index}`;
    if (Number(x ?? 0) + Number(width ?? 6) > 24) return invalid(`${at}: should be within 24 columns`);
    if (type === "text" && typeof own["markdown"] !== "string")
      return invalid(`${at}: should have required property 'markdown'`);
    const alarms =
      type === "alarm" ? textsAt(own, "alarms") : textsAt(recordOf(own, "annotations"), "alarms");
    if (type === "alarm" && (alarms.length === 0 || alarms.length > MOST_ALARMS)) {
      return invalid(`${at}: should have from 1 to ${MOST_ALARMS} alarms`);
    }
    if (type === "metric" && own["metrics"] === undefined && alarms.length !== 1) {
      return invalid(`${at}: should have metrics, or the annotation of one alarm`);
    }
    if (type === "metric" && typeof own["region"] !== "string")
      return invalid(`${at}: should have required property 'region'`);
  }
  return undefined;
};

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
