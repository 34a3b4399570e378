import { typeFacts } from "../catalogue/facts";
import { fixedFields } from "../catalogue/rules/kubernetes";
import type { CheckFailure } from "./check";
import { changesOf, touches } from "./diff";
import type { Values } from "./values";

/**
 * What the Kubernetes API server refuses to update: fields that stay as they were made, where the Pulumi provider does
 * not replace the object by itself. For `Diff`'s updates only; a replacement is a new object.
 *
 * @returns One failure a field, empty when the update may be.
 */
export function refusedUpdates(token: string, oldInputs: Values, newInputs: Values): readonly CheckFailure[] {
  const facts = typeFacts(token);
  const fixed = fixedFields[token] ?? [];
  if (facts === undefined || fixed.length === 0) return [];
  const changes = changesOf(facts, oldInputs, newInputs, {});
  return fixed
    .filter(({ field, once }) => once === undefined || oldInputs[field] === once)
    .filter(({ field, except = [] }) =>
      changes.some((change) => touches(change, field) && !except.some((allowed) => touches(change, allowed))),
    )
    .map(({ field, message = "field is immutable" }) => ({
      property: field,
      reason: `${field}: Forbidden: ${message}`,
    }));
}
