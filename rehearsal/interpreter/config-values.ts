import type { TypeFacts } from "../catalogue/type-facts";
import type { Value, Values } from "./values";

/**
 * A provider's settings with their real types: SDKs and stack configuration hand over everything that is no string as
 * JSON text.
 */
export function configValues(facts: TypeFacts | undefined, inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const type = facts?.inputs[name]?.type.kind;
      return [
        name,
        typeof value === "string" && type !== undefined && type !== "string" ? parsed(value) : value,
      ];
    }),
  );
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    // Not JSON: the check of the settings says what type was expected.
    return text;
  }
}
