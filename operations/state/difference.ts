import { statefulType } from "../../guard/catalogue/stateful-types";
import type { CheckpointResource } from "../engine/engine-stack";
import type { Deployment } from "../backend/layout";

/** A resource that one state knows and another does not. */
export interface KnownResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string | null;
  /** What is in it, if it holds data. */
  readonly holds?: string;
}

/** What the engine would know, and no longer know, with another state in place of the present one. */
export interface StateDifference {
  /** In the other state only: the engine takes them for being there. */
  readonly appearing: readonly KnownResource[];
  /** In the present state only: they go on existing, and nothing manages, guards or finds them. */
  readonly vanishing: readonly KnownResource[];
}

/** By what exists in the cloud (type and id), so that a renamed resource is none that vanishes. */
export function difference(present: Deployment, other: Deployment): StateDifference {
  const now = resourcesOf(present);
  const then = resourcesOf(other);
  return {
    appearing: [...then].filter(([key]) => !now.has(key)).map(([, resource]) => known(resource)),
    vanishing: [...now].filter(([key]) => !then.has(key)).map(([, resource]) => known(resource)),
  };
}

function resourcesOf({ resources = [] }: Deployment): Map<string, CheckpointResource> {
  return new Map(
    resources
      .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
      .map((resource) => [`${resource.type} ${resource.id ?? resource.urn}`, resource]),
  );
}

function known({ urn, type, id }: CheckpointResource): KnownResource {
  const kind = statefulType(type);
  return {
    urn,
    type,
    id: id ?? null,
    ...(kind !== undefined && kind.removable !== true && { holds: kind.holds }),
  };
}
