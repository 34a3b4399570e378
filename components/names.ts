import type { StackContext } from "../settings/stack-context";

/**
 * A physical name that carries project and stack, so that two stacks in one account never meet:
 * `groundwork-prod-database`. For names that have to be known before anything exists (an identifier that a person
 * types, an ARN in a policy); everything else is left to the engine, which appends a random suffix.
 */
export function physicalName(context: Pick<StackContext, "project" | "stack">, suffix: string): string {
  return `${context.project}-${context.stack}-${suffix}`;
}

/**
 * What a queue, a table, or a log group is called in the contracts of the old systems: `prod_reports`.
 * Only for names that applications know by heart.
 */
export function applicationName(context: StackContext, key: string): string {
  return `${context.stack}_${key}`;
}

/** Tags of everything that belongs to a stack. The AWS provider puts them on what it makes; what others make is given them. */
export function tagsOfStack(
  context: Pick<StackContext, "project" | "stack">,
): Readonly<Record<"project" | "environment" | "managed-by", string>> {
  return { project: context.project, environment: context.stack, "managed-by": "groundwork" };
}
