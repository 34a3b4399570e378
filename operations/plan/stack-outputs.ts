import type { EngineEvent } from "@pulumi/pulumi/automation";
import { table, type Output } from "../terminal/output";
import { masked } from "./masked";
import { stackType } from "./plan";

export type Outputs = Readonly<Record<string, unknown>>;

/** The stack's outputs as a run's last word on them, secrets masked. Empty when the run said nothing. */
export function maskedOutputs(events: readonly EngineEvent[]): Outputs {
  let outputs: Outputs = {};
  for (const event of events) {
    const step = event.resOutputsEvent?.metadata;
    if (step?.type === stackType && step.new !== undefined && step.new !== null) {
      outputs = step.new.outputs ?? {};
    }
  }
  return masked(outputs);
}

/** Rows of name and value; lists and maps as JSON, and of what has several lines only how many. */
export function outputRows(outputs: Outputs): string[][] {
  return Object.entries(outputs)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => [name, typeof value === "string" ? oneLine(value) : JSON.stringify(value)]);
}

function oneLine(text: string): string {
  const lines = text.trimEnd().split("\n").length;
  return lines > 1 ? `[${lines} lines]` : text;
}

/** The outputs of a run, as rows. Nothing where there are none. */
export function printOutputs(outputs: Outputs, output: Output): void {
  const rows = outputRows(outputs);
  if (rows.length > 0) {
    output.print();
    output.print(output.colors.bold("Outputs"));
    output.print(table(rows, "  "));
  }
}
