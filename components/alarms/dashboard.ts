import { alarmComponents } from "../../settings/alarms/alarm";
import type { Alarm } from "../../settings/alarms/table";

/** Columns of a dashboard, and how many graphs stand in them side by side. */
const [COLUMNS, GRAPHS] = [24, 4];

/** Rows of a title, of one line of states, of a graph. */
const [TITLE, STATES, GRAPH] = [1, 2, 5];

/**
 * CloudWatch takes 500 widgets; beyond so many graphs only states are shown. Of states one widget takes a hundred. Source: CloudWatch
 * API Reference, "Dashboard body structure and syntax".
 */
const [MOST_GRAPHS, MOST_STATES] = [400, 100];

interface Widget {
  readonly type: "alarm" | "metric" | "text";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A row for each component: the states of its alarms, and below them each alarm's numbers with its threshold. */
export function dashboardBody(alarms: readonly (Alarm & { readonly arn: string })[]): string {
  const widgets: Widget[] = [];
  let y = 0;
  const graphs = new Set(alarms.slice(0, MOST_GRAPHS));
  for (const component of alarmComponents) {
    const own = alarms.filter((alarm) => alarm.component === component);
    if (own.length === 0) continue;
    widgets.push(row(y, TITLE, "text", { markdown: `## ${component}` }));
    y += TITLE;
    for (let at = 0; at < own.length; at += MOST_STATES) {
      const some = own.slice(at, at + MOST_STATES);
      const height = STATES + Math.ceil(some.length / GRAPHS / 2);
      widgets.push(row(y, height, "alarm", { title: "States", alarms: some.map(({ arn }) => arn) }));
      y += height;
    }
    const shown = own.filter((alarm) => graphs.has(alarm));
    shown.forEach(({ arn, name, region }, index) => {
      const width = COLUMNS / GRAPHS;
      widgets.push({
        type: "metric",
        x: (index % GRAPHS) * width,
        y: y + Math.floor(index / GRAPHS) * GRAPH,
        width,
        height: GRAPH,
        // The alarm's own metric, expression and threshold.
        properties: { title: name, region, annotations: { alarms: [arn] } },
      });
    });
    y += Math.ceil(shown.length / GRAPHS) * GRAPH;
  }
  return JSON.stringify({ widgets });
}

function row(y: number, height: number, type: Widget["type"], properties: Widget["properties"]): Widget {
  return { type, x: 0, y, width: COLUMNS, height, properties };
}
