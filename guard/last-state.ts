import { approvalFor, type Approval } from "./approval";
import { Checkpoint } from "./checkpoint";
import { describeResource } from "./describe";
import type { GuardLevel } from "./level";
import { statefulType } from "./stateful-types";
import type { ResourceState, Step } from "./step";
import { read } from "./unknown";

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

function hasHook({ resourceHooks = {} }: StateResource): boolean {
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

/** A resource that a run ends with. */
export interface PresentResource {
  readonly urn: string;
  readonly type: string;
  /** URNs that it had before. */
  readonly aliases: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface LossContext {
  readonly level: GuardLevel;
  readonly approvals?: readonly Approval[];
}

/** A resource that a program has registered: the engine has told its URN, and its id unless it is to be made anew. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
}

/**
 * What held data in the last checkpoint with nothing left there to hold it, neither `protect` nor the guard's hook, and is
 * gone at the end of a program: not registered, or something else came in its place.
 *
 * What is held is left to what holds it. None of this is the case unless the state was edited, a program has registered
 * something without `guarded()`, or the level was disposable until now.
 */
export function lostUnheld(
  last: readonly StateResource[],
  registered: readonly RegisteredResource[],
  context: LossContext,
): readonly Loss[] {
  return last.filter(isUnheld).flatMap((resource) =>
    lostResources(
      [resource],
      registered
        .filter(({ urn, id }) => urn !== resource.urn || id === undefined || id === resource.id)
        .map(({ urn, type, id }) => ({ urn, type, aliases: [], properties: id === undefined ? {} : { id } })),
      context,
    ),
  );
}

/** Whether something holds data and nothing in the state keeps the engine from deleting it. */
export function isUnheld(resource: StateResource): boolean {
  return holdsData(resource) && resource.protect !== true && !hasHook(resource);
}

/** Something that held data in the last checkpoint and is not there any more, with what a person is told of it. */
export interface Loss {
  readonly urn: string;
  readonly message: string;
}

/**
 * Everything that held data in the last checkpoint and that the run would end without.
 *
 * A resource is still there when one of its type has its id, where that is known; or its URN; or, unless the state has
 * something else under that one's own URN, an alias with its URN. What a replacement has left to be deleted bears the URN
 * of what came in its place: of that only the id counts. At `disposable` nothing is missed.
 */
export function lostResources(
  last: readonly StateResource[],
  present: readonly PresentResource[],
  { level, approvals }: LossContext,
): readonly Loss[] {
  if (level === "disposable") {
    return [];
  }
  const known = new Set(last.map(({ urn }) => urn));
  return last.filter(holdsData).flatMap((resource) => {
    const isThere = present.some(
      (other) => other.type === resource.type && isSame(resource, other, !known.has(other.urn)),
    );
    return isThere || isGivenUp(resource, approvals)
      ? []
      : [{ urn: resource.urn, message: lossOf(resource) }];
  });
}

function holdsData(resource: StateResource): boolean {
  const kind = statefulType(resource.type);
  return (
    kind !== undefined &&
    kind.removable !== true &&
    // Components may be named after what they hold.
    resource.custom !== false &&
    resource.external !== true &&
    resource.pendingReplacement !== true
  );
}

function isSame(resource: StateResource, other: PresentResource, mayBeAlias: boolean): boolean {
  const id = read(other.properties, "id");
  return (
    (typeof id === "string" && id === resource.id) ||
    (resource.delete !== true &&
      (other.urn === resource.urn || (mayBeAlias && other.aliases.includes(resource.urn))))
  );
}

function isGivenUp(resource: StateResource, approvals: readonly Approval[] | undefined): boolean {
  const approval = approvalFor(approvals, resource.urn, resource.id);
  return (
    approval?.phase === "destroy" &&
    (approval.operation === "delete" || (approval.operation === "replace" && resource.delete === true))
  );
}

function lossOf(resource: StateResource): string {
  const kind = statefulType(resource.type);
  if (kind === undefined) {
    return "";
  }
  const what = describeResource(kind, resource.urn, asStep(resource).old);
  return (
    `${what} was there in the last run and would not be there after this one, and with it ${kind.holds}. ` +
    `Put it back: in the state it is ${resource.urn}. If it was only renamed or moved, give it \`aliases\` with that.`
  );
}
