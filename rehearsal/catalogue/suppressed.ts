import type { Values } from "../interpreter/values";

/** Whether a provider takes the difference of one property for none: what the cloud has, what is wanted, and all that is wanted. */
type Suppression = (had: unknown, wanted: unknown, inputs: Values) => boolean;

/** Properties of which a provider ignores some changes, by type. Source: `DiffSuppressFunc` of hashicorp/terraform-provider-aws, by file. */
const suppressions: Readonly<Record<string, Readonly<Record<string, Suppression>>>> = {
  // internal/service/rds/instance.go: RDS has grown it, up to what is allowed.
  "aws:rds/instance:Instance": {
    allocatedStorage: (had, wanted, { maxAllocatedStorage: most }) =>
      isNumber(had) && isNumber(wanted) && isNumber(most) && had > wanted && most > wanted,
  },
};

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** Whether the provider of a type takes this difference for none. */
export function isSuppressed(token: string, name: string, had: unknown, inputs: Values): boolean {
  return suppressions[token]?.[name]?.(had, inputs[name], inputs) === true;
}

/** What is really sent: where a difference is ignored, what the cloud has. */
export function withoutSuppressed(token: string, outputs: Values, inputs: Values): Values {
  const names = Object.keys(suppressions[token] ?? {});
  const kept = names.filter((name) => isSuppressed(token, name, outputs[name], inputs));
  return { ...inputs, ...Object.fromEntries(kept.map((name) => [name, outputs[name] ?? null])) };
}
