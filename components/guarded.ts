import * as pulumi from "@pulumi/pulumi";
import { judgeSteps } from "../guard/judge";
import { isKnownStateful } from "../guard/stateful-types";
import type { Step } from "../guard/step";
import type { StackContext } from "./stack-context";

/**
 * Options for a resource that holds data, or keeps data safe.
 *
 * At guard level production and development: `protect`, and a hook that refuses its deletion in previews and runs alike,
 * also when the program does not have the resource any more. At `disposable`: the options as they are given.
 * Locks that the cloud holds (deletion protection and its like) are inputs, and the component's own business:
 * `isLocked` says whether they are on.
 *
 * @param type Pulumi token of the resource, as the table in guard/stateful-types.ts has it.
 * @param opts Everything else; `protect` and a hook before the deletion come on top of it.
 * @throws Error for a type that is not in the table: the other layers would not guard it.
 */
export function guarded(
  type: string,
  context: StackContext,
  opts: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  if (!isKnownStateful(type)) {
    throw new Error(
      `guarded: ${type} is not in the guard's table of what holds data. Add it in guard/catalogue/, or make the ` +
        "resource without guarded().",
    );
  }
  const { hook, protectedNow } = guardOf(context);
  if (!isLocked(context)) {
    return opts;
  }
  return {
    ...opts,
    protect: true,
    hooks: { ...opts.hooks, beforeDelete: [...(opts.hooks?.beforeDelete ?? []), hook] },
    // Here only to learn the name.
    transformations: [
      ...(opts.transformations ?? []),
      (resource) => {
        protectedNow.add(keyOf(resource));
        return undefined;
      },
    ],
  };
}

/**
 * Registers the hook that guards deletions. `guarded` does so by itself; the program does it at its start, at every level,
 * for what it does not have any more: the state of a resource names its hook, and the engine refuses to delete it without
 * a word of why as long as nobody has registered the hook.
 */
export function registerGuard(context: StackContext): void {
  guardOf(context);
}

/** Whether the cloud's own locks (deletion protection and its like) are to be on. */
export function isLocked(context: StackContext): boolean {
  return context.guardLevel !== "disposable";
}

/** Kept in state with every guarded resource: a change of this name takes one more run to reach all of them. */
const HOOK_NAME = "groundwork-guard";

interface Guard {
  readonly hook: pulumi.ResourceHook;
  /** What this run has registered with `protect`. */
  readonly protectedNow: Set<string>;
}

/** One a stack: the engine takes the name of a hook once a run. */
const guards = new WeakMap<StackContext, Guard>();

function guardOf(context: StackContext): Guard {
  const known = guards.get(context);
  if (known !== undefined) {
    return known;
  }
  const protectedNow = new Set<string>();
  const hook = new pulumi.ResourceHook(
    HOOK_NAME,
    (args) => refuseDeletion(args, context, protectedNow.has(keyOf(args))),
    { onDryRun: true },
  );
  const guard = { hook, protectedNow };
  guards.set(context, guard);
  return guard;
}

function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}::${name}`;
}

/**
 * Refuses the deletion of what the guard refuses to lose: the error is what the engine shows, and what stops it.
 *
 * In a preview it also stops the engine from telling the rest of the replacement, such as which property forces it. What
 * the program still has, and has protected, the engine refuses to replace or delete by itself, and goes on: there it is
 * left to that.
 */
async function refuseDeletion(
  args: pulumi.ResourceHookArgs,
  context: StackContext,
  isProtectedNow: boolean,
): Promise<void> {
  const step: Step = {
    urn: args.urn,
    type: args.type,
    op: "delete",
    old: {
      id: args.id,
      // A hook is not told; the engine looks at `protect` by itself.
      protect: false,
      inputs: plain(args.oldInputs),
      outputs: plain(args.oldOutputs),
    },
    replaceKeys: [],
    changedKeys: [],
  };
  const [refusal] = judgeSteps([step], { level: context.guardLevel });
  if (refusal === undefined) {
    return;
  }
  const message = `${refusal.loses} ${refusal.safeWay}`;
  if (!isProtectedNow || !pulumi.runtime.isDryRun()) {
    throw new Error(message);
  }
  await pulumi.log.warn(message);
}

function plain(properties: unknown): Readonly<Record<string, unknown>> {
  return typeof properties === "object" && properties !== null ? { ...properties } : {};
}
