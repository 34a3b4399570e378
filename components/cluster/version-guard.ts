import * as pulumi from "@pulumi/pulumi";
import { movedControlPlane } from "../../guard/judge/control-plane-zones";
import { wrongVersion } from "../../guard/judge/kubernetes-version";
import type { StackContext } from "../../settings/stack-context";

/** Kept in state with the cluster and its node groups. */
const HOOK_NAME = "groundwork-kubernetes-version";

/** One a stack: the engine takes the name of a hook once a run. */
const hooks = new WeakMap<StackContext, pulumi.ResourceHook>();

/**
 * Options with a hook that refuses a change of version or zones that EKS would not make, in previews and runs alike, also where
 * nothing but plain Pulumi runs: half an hour into an upgrade is late to learn that it skips a version.
 */
export function withVersionGuard(
  context: StackContext,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const hook = hooks.get(context) ?? new pulumi.ResourceHook(HOOK_NAME, refuseVersion, { onDryRun: true });
  hooks.set(context, hook);
  return {
    ...opts,
    hooks: { ...opts.hooks, beforeUpdate: [...(opts.hooks?.beforeUpdate ?? []), hook] },
  };
}

function refuseVersion(args: pulumi.ResourceHookArgs): void {
  const change = {
    urn: args.urn,
    type: args.type,
    oldInputs: plain(args.oldInputs),
    oldOutputs: plain(args.oldOutputs),
    newInputs: plain(args.newInputs),
  };
  const refusal = wrongVersion(change) ?? movedControlPlane(change);
  if (refusal !== undefined) {
    throw new Error(`${refusal.loses} ${refusal.why} ${refusal.safeWay}`);
  }
}

function plain(properties: unknown): Readonly<Record<string, unknown>> {
  return typeof properties === "object" && properties !== null ? { ...properties } : {};
}
