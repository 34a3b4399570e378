import type { CloudRecord } from "../cloud/store";
import type { TypeFacts } from "../catalogue/type-facts";
import { sameValue, type Value, type Values } from "./values";

/** A resource as the engine's state has it, and as a provider reports it. */
export interface State {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** The record as a provider reports it; at an import, with the inputs that a program would have to give. */
export function reported(facts: TypeFacts, record: CloudRecord, known: State | undefined): State {
  const outputs: Record<string, Value> = { ...record.outputs };
  const inputs: Record<string, Value> = {};
  const base = known?.inputs ?? record.inputs;
  for (const name of new Set([...Object.keys(record.inputs), ...Object.keys(base)])) {
    const filed = record.inputs[name];
    const editedInFile = known !== undefined && !sameValue(filed, known.inputs[name]);
    const shown = !(name in outputs) || editedInFile ? filed : outputs[name];
    if (shown === undefined) {
      delete outputs[name];
      continue;
    }
    inputs[name] = shown;
    if (name in outputs || editedInFile) outputs[name] = shown;
  }
  if (Object.keys(record.inputs).length === 0) Object.assign(inputs, inputsFrom(facts, record.outputs));
  return { id: record.id, inputs, outputs };
}

/** The inputs in what a person wrote down as outputs only. */
function inputsFrom(facts: TypeFacts, outputs: Values): Values {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name in facts.inputs));
}
