import { Checkpoint } from "../judge/checkpoint";
import { statefulType } from "../catalogue/stateful-types";
import type { ResourceState, Step } from "../step";

/** A resource as an exported state has it; the part that the guard looks at. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** Only ever read: it is somebody else's. */
  readonly external?: boolean;
  /** Set on what a replacement has left to be deleted. */
  readonly delete?: boolean;
  /** Set on what a replacement has deleted, and not yet made anew. */
  readonly pendingReplacement?: boolean;
  /** When it came into the state, ISO 8601. */
  readonly created?: string;
  /** Set when it came there by an import: then it is older. */
  readonly importID?: string;
  /** Moment to names of the hooks that the engine runs then. */
  readonly resourceHooks?: Readonly<Record<string, readonly string[]>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What the last run left in the state, or why that is not known. A stack that was never up has no resources. */
export type LastState = KnownState | { readonly problem: string };

export interface KnownState {
  readonly resources: readonly StateResource[];
  /**
   * Whether the last run was an update at guard level disposable that got to its end. A destroy that was refused takes
   * protection off in the state before it is, and `pulumi state unprotect` does too; only such an update takes it off on
   * purpose. Default: yes; asked for where `hasBeenUnprotected`.
   */
  readonly isSettled?: boolean;
}

/** Kept in state with every guarded resource: a change of this name takes one more run to reach all of them. */
export const guardHookName = "groundwork-guard";

/** Whether the state has anything that lost its protection in the last run: until then, or again now, it has the hook. */
export function hasBeenUnprotected({ resources }: KnownState): boolean {
  return resources.some((resource) => resource.protect !== true && hasHook(resource));
}

/** Whether the guard is asked before the engine deletes it. */
export function hasHook({ resourceHooks = {} }: StateResource): boolean {
  // The state has the engine's spelling, `BeforeDelete`.
  return (resourceHooks["BeforeDelete"] ?? []).includes(guardHookName);
}

/** A step that changes nothing, as which what the state has can be judged. */
export function asStep(resource: StateResource): Step {
  const state: ResourceState = {
    id: resource.id ?? null,
    protect: resource.protect === true,
    retainOnDelete: resource.retainOnDelete === true,
    provider: resource.provider,
    inputs: resource.inputs ?? {},
    outputs: resource.outputs ?? {},
  };
  const { urn, type } = resource;
  return { urn, type, op: "same", old: state, new: state, replaceKeys: [], changedKeys: [] };
}

/**
 * Whether the last run left what is being registered without protection and locks, so that it needs no hook any more.
 * What the state does not have under this URN is free only if nothing of its type is held: it may have been called
 * otherwise then.
 */
export function isLeftFree(last: LastState, type: string, urn: string): boolean {
  if ("problem" in last) {
    return false;
  }
  const ofType = last.resources.filter((resource) => resource.type === type && resource.external !== true);
  const own = ofType.filter((resource) => resource.urn === urn);
  return (own.length > 0 ? own : ofType).every((resource) => whatHolds(resource, last).length === 0);
}

/** What still holds a resource at guard level disposable, in words; empty where it may be deleted. */
export function whatHolds(resource: StateResource, { isSettled = true }: KnownState): readonly string[] {
  const kind = statefulType(resource.type);
  const step = asStep(resource);
  return kind === undefined
    ? []
    : [
        ...new Checkpoint([step]).holds(step, kind),
        ...(hasHook(resource) && !isSettled ? ["its protection was not taken off by an update"] : []),
      ];
}

/** What the state has of one physical resource, whatever it was called; empty where it has nothing of it. */
export function statesOf(last: LastState, type: string, id: string): readonly StateResource[] {
  return "problem" in last
    ? []
    : last.resources.filter((resource) => resource.type === type && resource.id === id);
}
