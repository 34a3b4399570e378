import * as pulumi from "@pulumi/pulumi";
import { UNKNOWN } from "../../guard/unknown";

export type Properties = Readonly<Record<string, unknown>>;

/** What a hook is given of a resource, as the guard can compare it. */
export interface HookValues {
  readonly oldInputs?: Properties;
  readonly newInputs?: Properties;
  readonly oldOutputs?: Properties;
}

/**
 * Secrets come to hooks in clear, wrapped as outputs. Here a secret is unknown, so that no message can tell it; one that
 * stays as it was is left out before and after, because nothing can be wrong with it.
 */
export async function comparable(args: pulumi.ResourceHookArgs): Promise<HookValues> {
  const [oldInputs, newInputs, oldOutputs] = [args.oldInputs, args.newInputs, args.oldOutputs].map(recordOf);
  const unchanged = new Set<string>();
  for (const name of secretNames(oldInputs ?? {})) {
    if (newInputs !== undefined && (await areEqual(oldInputs?.[name], newInputs[name]))) {
      unchanged.add(name);
    }
  }
  const without = (properties: Properties | undefined): Properties | undefined =>
    properties &&
    Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => !unchanged.has(name))
        .map(([name, value]) => [name, covered(value)]),
    );
  return {
    oldInputs: without(oldInputs),
    newInputs: without(newInputs),
    oldOutputs: without(oldOutputs),
  };
}

/** gRPC has no value for "none": an update to no inputs is still an update. */
function recordOf(properties: unknown): Properties | undefined {
  return typeof properties === "object" && properties !== null ? { ...properties } : undefined;
}

function secretNames(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => pulumi.Output.isInstance(properties[name]));
}

async function areEqual(before: unknown, after: unknown): Promise<boolean> {
  if (!pulumi.Output.isInstance(before) || !pulumi.Output.isInstance(after)) {
    return false;
  }
  const [old, wanted] = [await inClear(before), await inClear(after)];
  return (
    old !== undefined && wanted !== undefined && JSON.stringify(old.value) === JSON.stringify(wanted.value)
  );
}

/** What the SDK knows of an output and leaves out of its declarations. */
interface Known {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

async function inClear(output: pulumi.Output<unknown>): Promise<{ readonly value: unknown } | undefined> {
  const known = output as unknown as Known;
  return (await known.isKnown) ? { value: await known.promise() } : undefined;
}

function covered(value: unknown): unknown {
  if (pulumi.Output.isInstance(value) || pulumi.isUnknown(value)) {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    return value.map(covered);
  }
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, covered(part)]))
    : value;
}

function isPlain(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
