import * as pulumi from "@pulumi/pulumi";
import type { Approval } from "../../guard/approvals/approval";
import { offValue } from "../../guard/stateful-type";
import { locksOf } from "../../guard/catalogue/kept-types";
import { isRecord } from "../../guard/unknown";
import type { StackContext } from "../../settings/stack-context";

/**
 * The approval to delete or replace what is being registered. The program knows its URN before the engine does: the types
 * of its parents are in it, and all of them are made by then. The physical id it does not know; whoever hands the approval
 * on has found the id under this URN in the state, and the hook compares it once more.
 */
export function approvedRemoval(
  { type, name, opts }: pulumi.ResourceTransformationArgs,
  context: StackContext,
): Approval | undefined {
  const approvals = context.approvals ?? [];
  return approvals.length === 0
    ? undefined
    : approvals.find(
        ({ urn, operation }) =>
          (operation === "delete" || operation === "replace") && urn === urnOf(type, name, opts.parent),
      );
}

/** The same resource without `protect` and with the cloud's locks of its type off. */
export function lifted({
  type,
  props,
  opts,
}: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult {
  return {
    props: locksOf(type).reduce<unknown>(
      (inputs, lock) => withValue(inputs, lock.path.split("."), (value) => offValue(lock, value)),
      props,
    ) as pulumi.Inputs,
    opts: { ...opts, protect: false },
  };
}

/** As the engine will put it together. */
export function urnOf(type: string, name: string, parent: pulumi.Resource | undefined): string {
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${[...typesAbove(parent), type].join("$")}::${name}`;
}

/** The same, where of the parent only its URN is known; of what is at the root it is the stack's, or none. */
export function urnBelow(parent: string, type: string, name: string): string {
  const above = parent.split("::")[2] ?? pulumi.runtime.rootPulumiStackTypeName;
  const types = above === pulumi.runtime.rootPulumiStackTypeName ? type : `${above}$${type}`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${types}::${name}`;
}

/** What the SDK knows of a resource and leaves out of its declarations. */
type Known = pulumi.Resource & { readonly __pulumiType: string; readonly __parentResource?: Known };

function typesAbove(resource: pulumi.Resource | undefined): string[] {
  if (resource === undefined) {
    return [];
  }
  const { __pulumiType: type, __parentResource: parent } = resource as Known;
  // The stack itself is in no URN but its own.
  return type === pulumi.runtime.rootPulumiStackTypeName ? [] : [...typesAbove(parent), type];
}

/** Changes a value in inputs of which any part may be a promise or an output. */
function withValue(inputs: unknown, path: readonly string[], change: (value: unknown) => unknown): unknown {
  if (pulumi.Output.isInstance(inputs) || inputs instanceof Promise) {
    return pulumi.output(inputs).apply((known: unknown) => withValue(known, path, change));
  }
  const [key, ...rest] = path;
  if (key === undefined) {
    return change(inputs);
  }
  const record = isRecord(inputs) ? inputs : {};
  return { ...record, [key]: withValue(record[key], rest, change) };
}
