import type { StatefulType } from "./stateful-type";
import type { ResourceState } from "./step";
import { isUnknown, read } from "./unknown";

/**
 * One thing in words that let a person find it: what it is, its name, its physical id, its size where that is known.
 * `RDS instance groundwork-prod-users (id db-7QK, postgres, 16.8, 200 GiB)`.
 */
export function describeResource(kind: StatefulType, urn: string, state: ResourceState | undefined): string {
  const value = (path: string): Scalar | undefined =>
    state === undefined ? undefined : (shown(read(state.outputs, path)) ?? shown(read(state.inputs, path)));
  const name = (kind.name === undefined ? undefined : value(kind.name)) ?? urn.split("::").at(-1) ?? urn;
  const details = [
    ...(state?.id === null || state?.id === undefined || state.id === name ? [] : [`id ${state.id}`]),
    ...(kind.size ?? []).flatMap(({ path, unit = "", label = "" }) => {
      const found = value(path);
      return found === undefined ? [] : [`${label}${String(found)}${unit}`];
    }),
  ];
  return `${kind.noun} ${String(name)}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

type Scalar = string | number | boolean;

function shown(value: unknown): Scalar | undefined {
  return !isUnknown(value) &&
    (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    ? value
    : undefined;
}

/** `engine` · `engine and kmsKeyId` · `engine, kmsKeyId and dbName`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** `7 days`, `1 day`. */
export function amount(value: number, unit: "days" | "hours" | "seconds"): string {
  return `${value} ${value === 1 ? unit.slice(0, -1) : unit}`;
}
