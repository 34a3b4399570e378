import type { CloudRecord } from "../cloud/store";
import type { PropertyType, TypeFacts } from "../catalogue/type-facts";
import { isList, isRecord, sameValue, type Value, type Values } from "./values";

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
    const whole = !(name in outputs) || editedInFile ? filed : outputs[name];
    const shown = known && asGiven(whole, known.inputs[name], facts.inputs[name]?.type);
    if (whole === undefined) {
      delete outputs[name];
      continue;
    }
    inputs[name] = shown ?? whole;
    if (name in outputs || editedInFile) outputs[name] = whole;
  }
  if (known === undefined && Object.keys(record.inputs).length === 0)
    Object.assign(inputs, inputsFrom(facts, record.outputs));
  return { id: record.id, inputs, outputs };
}

/**
 * What the cloud says of a property, without the nested fields that it filled in by itself and that nobody gave: they
 * are no drift. In a map every key is somebody's, so there a key more is one.
 */
function asGiven(
  found: Value | undefined,
  given: Value | undefined,
  type: PropertyType | undefined,
): Value | undefined {
  if (type?.kind === "array" && isList(found) && isList(given)) {
    return found.map((item, index) => asGiven(item, given[index], type.element) ?? item);
  }
  if (type?.kind === "object" && isRecord(found) && isRecord(given)) {
    const properties = type.properties();
    return Object.fromEntries(
      Object.entries(found)
        .filter(([name]) => name in given)
        .map(([name, value]) => [name, asGiven(value, given[name], properties[name]?.type) ?? value]),
    );
  }
  return found;
}

/** The inputs in what a person wrote down as outputs only. */
function inputsFrom(facts: TypeFacts, outputs: Values): Values {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name in facts.inputs));
}
