import * as pulumi from "@pulumi/pulumi";
import { isKnownStateful, statefulType } from "../../guard/catalogue/stateful-types";
import { besideHooked, GuardHook, hooked, momentsOf } from "./hook";
import { GuardWatch } from "./watch";
import { approvedRemoval, lifted } from "./lifted";
import type { StackContext } from "../../settings/stack-context";

/**
 * Options for a resource that holds data, or keeps data safe.
 *
 * At guard level production and development: `protect`, and a hook that refuses its deletion, also when the program does
 * not have the resource any more, and every change that lets its data live shorter; in previews and runs alike. What may
 * be removed, because data lives no shorter without it, has the hook before changes alone. At `disposable`: the options
 * as they are given; only what the last run left locked keeps its hook for this one.
 *
 * Locks that the cloud holds (deletion protection and its like) are inputs, and the component's own business:
 * `isLocked` says whether they are on. For what somebody has approved to be deleted or replaced they are taken off here,
 * and `protect` with them.
 *
 * @param type Pulumi token of the resource, as the table in guard/catalogue/stateful-types.ts has it.
 * @param opts Everything else; `protect` and the hook come on top of it.
 * @throws Error for a type that is not in the table: the other layers would not guard it.
 */
export function guarded(
  type: string,
  context: StackContext,
  opts: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  const kind = statefulType(type);
  if (kind === undefined || !isKnownStateful(type)) {
    throw new Error(
      `guarded: ${type} is not in the guard's table of what holds data. Add it in guard/catalogue/, or make the ` +
        "resource without guarded().",
    );
  }
  const guard = guardOf(context);
  if (!isLocked(context)) {
    return kind.removable === true
      ? opts
      : withTransformation(opts, (resource) =>
          guard.isLeftFree(resource)
            ? undefined
            : { props: resource.props, opts: hooked(resource.opts, guard.hook, ["beforeDelete"]) },
        );
  }
  const watched = hooked(opts, guard.hook, momentsOf(kind));
  return kind.removable === true
    ? watched
    : kept(context, watched, (resource, isLifted) =>
        isLifted ? guard.noteLifted(resource) : guard.noteProtected(resource),
      );
}

/**
 * Options for a resource that has to stay though it holds no data, such as an address that the world knows: `protect`, at guard
 * level production and development, until somebody has approved that it is deleted or replaced. The locks of its type, if it has
 * any, come off with that.
 *
 * @param opts Everything else; `protect` comes on top of it.
 * @param note Is told of each resource that is made with these options, and whether its protection is off.
 */
export function kept(
  context: StackContext,
  opts: pulumi.CustomResourceOptions = {},
  note?: (resource: pulumi.ResourceTransformationArgs, isLifted: boolean) => void,
): pulumi.CustomResourceOptions {
  if (!isLocked(context)) {
    return opts;
  }
  return withTransformation({ ...opts, protect: true }, (resource) => {
    const isLifted = approvedRemoval(resource, context) !== undefined;
    note?.(resource, isLifted);
    return isLifted ? lifted(resource) : undefined;
  });
}

/**
 * Registers the hook that guards deletions. `guarded` does so by itself; the program does it at its start, at every level,
 * for what it does not have any more: the state of a resource names its hook, and the engine refuses to delete it without
 * a word of why as long as nobody has registered the hook. From then on it is also watched what the program registers, and
 * what it does not (`GuardWatch`).
 */
export function registerGuard(context: StackContext): void {
  const { hook } = guardOf(context);
  if (new GuardWatch(context).start()) {
    pulumi.runtime.registerStackTransformation((resource) => besideHooked(resource, hook));
  }
}

/** Whether the cloud's own locks (deletion protection and its like) are to be on. */
export function isLocked(context: StackContext): boolean {
  return context.guardLevel !== "disposable";
}

/** One a stack: the engine takes the name of a hook once a run. */
const guards = new WeakMap<StackContext, GuardHook>();

function guardOf(context: StackContext): GuardHook {
  const guard = guards.get(context) ?? new GuardHook(context);
  guards.set(context, guard);
  return guard;
}

/** In a transformation there is the name, which options do not have. */
function withTransformation(
  opts: pulumi.CustomResourceOptions,
  transformation: pulumi.ResourceTransformation,
): pulumi.CustomResourceOptions {
  return { ...opts, transformations: [...(opts.transformations ?? []), transformation] };
}
