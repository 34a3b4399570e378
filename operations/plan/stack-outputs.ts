import type { EngineEvent } from "@pulumi/pulumi/automation";
import { table, type Output } from "../terminal/output";
import { stackType } from "./report";

export type Outputs = Readonly<Record<string, unknown>>;

/** What a secret is shown as. */
const secretMask = "[secret]";

/** The engine marks a secret in its events by this key; the value beside it is blinded already. */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** What is not known before the change is made. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The stack's outputs as a run's last word on them, secrets masked. Empty when the run said nothing. */
export function maskedOutputs(events: readonly EngineEvent[]): Outputs {
  let outputs: Outputs = {};
  for (const event of events) {
    const step = event.resOutputsEvent?.metadata;
    if (step?.type === stackType && step.new !== undefined && step.new !== null) {
      outputs = step.new.outputs ?? {};
    }
  }
  return mask(outputs) as Outputs;
}

function mask(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(mask);
  }
  if (value === unknownValue) {
    return "[not known yet]";
  }
  if (typeof value === "object" && value !== null) {
    return signatureKey in value
      ? secretMask
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mask(inner)]));
  }
  return value;
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
