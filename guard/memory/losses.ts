import { approvalFor, type Approval } from "../approvals/approval";
import { describeResource } from "../describe";
import { whereaboutsOf, type Whereabouts } from "./inventory";
import { stackOf } from "../urns";
import { asStep, hasHook, type StateResource } from "./last-state";
import type { GuardLevel } from "../level";
import { pulumiCommand } from "../printed-command";
import { statefulType } from "../catalogue/stateful-types";
import { read } from "../unknown";

/** A resource that a run ends with. */
export interface PresentResource {
  readonly urn: string;
  readonly type: string;
  /** URNs that it had before. */
  readonly aliases: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A resource that a program has registered: the engine has told its URN, and its id unless it is to be made anew. */
export interface RegisteredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Whether the program says, of it or of what it is in, what it was called before. Default: no. */
  readonly isAliased?: boolean;
  /** Where it is, as far as that is known. */
  readonly place?: Whereabouts;
}

export interface LossContext {
  readonly level: GuardLevel;
  readonly approvals?: readonly Approval[];
}

/** Something that held data in the last checkpoint and is not there any more, with what a person is told of it. */
export interface Loss {
  readonly urn: string;
  readonly message: string;
}

/**
 * What held data in the last checkpoint with nothing left there to hold it, neither `protect` nor the guard's hook, and is
 * gone at the end of a program: not registered, or something else came in its place.
 *
 * What is held is left to what holds it. None of this is the case unless the state was edited or something imported into it, a
 * program has registered something without `guarded()`, or the level was disposable until now.
 *
 * The engine deletes a physical thing for each entry of the state that it does not go on with, whatever other entries it has
 * of the same thing. It goes on with an entry under its URN, or under an alias, and takes none for a URN that has an entry itself.
 * Ids are not enough to know that it is the same: tables, log groups and namespaces have the same in two regions or clusters.
 */
export function lostUnheld(
  last: readonly StateResource[],
  registered: readonly RegisteredResource[],
  context: LossContext,
): readonly Loss[] {
  const places = placesOf(last);
  return losses(
    last,
    last.filter(isUnheld),
    registered,
    context,
    (resource, { urn, id, isAliased, place = {} }) => {
      const isSameThing = id !== undefined && id === resource.id && !isElsewhere(places(resource), place);
      return {
        isSameThing,
        isNamed: urn === resource.urn && (id === undefined || isSameThing),
        isRenamed: isSameThing && isAliased === true,
      };
    },
  );
}

/** Whether something holds data and nothing in the state keeps the engine from deleting it. */
export function isUnheld(resource: StateResource): boolean {
  // Of what a replacement has left the engine does not look at `protect`.
  return holdsData(resource) && (resource.protect !== true || resource.delete === true) && !hasHook(resource);
}

/**
 * Everything that held data in the last checkpoint and that the run would end without.
 *
 * A resource is still there when one of its type has its URN; or, unless the state has something else under that one's own
 * URN, its id, where that is known, or an alias with its URN. What a replacement has left to be deleted bears the URN of
 * what came in its place, and goes. At `disposable` nothing is missed.
 */
export function lostResources(
  last: readonly StateResource[],
  present: readonly PresentResource[],
  context: LossContext,
): readonly Loss[] {
  const places = placesOf(last);
  return losses(last, last, present, context, (resource, { urn, type, aliases, properties }) => {
    const isSameThing =
      resource.id !== undefined &&
      read(properties, "id") === resource.id &&
      !isElsewhere(places(resource), whereaboutsOf(type, { id: null, inputs: {}, outputs: properties }));
    return {
      isSameThing,
      isNamed: urn === resource.urn,
      isRenamed: isSameThing || aliases.includes(resource.urn),
    };
  });
}

/** What an entry of the state has to do with something that the run has. */
interface Likeness {
  /** The physical thing is the same. */
  readonly isSameThing: boolean;
  /** It goes on under its URN. */
  readonly isNamed: boolean;
  /** It would go on under the other's URN, if the state had no entry there. */
  readonly isRenamed: boolean;
}

function losses<T extends { readonly urn: string; readonly type: string }>(
  last: readonly StateResource[],
  asked: readonly StateResource[],
  present: readonly T[],
  { level, approvals }: LossContext,
  compare: (resource: StateResource, other: T) => Likeness,
): readonly Loss[] {
  if (level === "disposable") {
    return [];
  }
  const known = new Set(last.filter((entry) => entry.delete !== true).map(({ urn }) => urn));
  const goesOn = (resource: StateResource, other: T): boolean => {
    const { isSameThing, isNamed, isRenamed } = compare(resource, other);
    return (
      // Then the engine only forgets it.
      (isSameThing && resource.retainOnDelete === true) ||
      (resource.delete !== true && (isNamed || (isRenamed && !known.has(other.urn))))
    );
  };
  return asked
    .filter(holdsData)
    .flatMap((resource) =>
      present.some((other) => other.type === resource.type && goesOn(resource, other)) ||
      isGivenUp(resource, approvals)
        ? []
        : [{ urn: resource.urn, message: lossOf(resource, twinOf(resource, last, present)) }],
    );
}

/** Another entry of the same thing, which the run goes on with. */
function twinOf(
  resource: StateResource,
  last: readonly StateResource[],
  present: readonly { readonly urn: string }[],
): StateResource | undefined {
  return last.find(
    (other) =>
      other !== resource &&
      other.delete !== true &&
      other.type === resource.type &&
      other.id !== undefined &&
      other.id === resource.id &&
      present.some(({ urn }) => urn === other.urn),
  );
}

function placesOf(last: readonly StateResource[]): (resource: StateResource) => Whereabouts {
  const inputsOf = new Map(last.map(({ urn, id = "", inputs }) => [`${urn}::${id}`, inputs]));
  return ({ type, id = null, provider = "", inputs = {}, outputs = {} }) =>
    whereaboutsOf(type, { id, inputs, outputs }, inputsOf.get(provider));
}

/** Whether two are known to be in different places. */
function isElsewhere(one: Whereabouts, other: Whereabouts): boolean {
  return (["account", "region", "cluster"] as const).some(
    (part) => one[part] !== undefined && other[part] !== undefined && one[part] !== other[part],
  );
}

/** Whether what an entry of the state stands for would be missed. */
export function holdsData(resource: StateResource): boolean {
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

function isGivenUp(resource: StateResource, approvals: readonly Approval[] | undefined): boolean {
  const approval = approvalFor(approvals, resource.urn, resource.id);
  return (
    approval?.phase === "destroy" &&
    (approval.operation === "delete" || (approval.operation === "replace" && resource.delete === true))
  );
}

function lossOf(resource: StateResource, twin: StateResource | undefined): string {
  const kind = statefulType(resource.type);
  if (kind === undefined) {
    return "";
  }
  const { urn } = resource;
  const what = describeResource(kind, urn, asStep(resource).old);
  const loss = `${what} was there in the last run and would not be there after this one, and with it ${kind.holds}. `;
  return twin === undefined
    ? `${loss}Put it back: in the state it is ${urn}. If it was only renamed or moved, give it \`aliases\` with that.`
    : `${loss}The state has it twice: as ${twin.urn}, which the program has, and as ${urn}, which ` +
        `${resource.delete === true ? "a replacement has left to be deleted" : "it does not"}; for that one the engine ` +
        "would delete the thing itself. Take that entry out of the state, which deletes nothing: " +
        `\`${pulumiCommand`state delete ${urn} --force --stack ${stackOf(urn)}`}\`.`;
}
