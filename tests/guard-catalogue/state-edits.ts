import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Walk } from "../engine/support/walk";

/** A resource as the engine keeps it; only what the catalogue's changes touch. */
export interface StateResource {
  urn: string;
  readonly type: string;
  readonly custom: boolean;
  id?: string;
  parent?: string;
  provider?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  delete?: boolean;
  external?: boolean;
  resourceHooks?: Readonly<Record<string, readonly string[]>>;
  dependencies?: readonly string[];
  propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export interface Deployment {
  resources: StateResource[];
  pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
}

interface StateFile {
  readonly checkpoint: { readonly latest: Deployment };
}

/** The file of a stack in the engine's backend. */
export function stateFile(walk: Walk, stack = "dev", project = "groundwork"): string {
  return path.join(walk.rehearsal, "state", ".pulumi", "stacks", project, `${stack}.json`);
}

/** Changes a stack's state, as `pulumi state edit` does: export, an editor, import. */
export function editState(walk: Walk, change: (deployment: Deployment) => void, stack = "dev"): void {
  const file = stateFile(walk, stack);
  const state = JSON.parse(readFileSync(file, "utf8")) as StateFile;
  change(state.checkpoint.latest);
  writeFileSync(file, JSON.stringify(state));
}

/** Changes resources by their names in the program. */
export function editResources(
  walk: Walk,
  names: readonly string[],
  change: (resource: StateResource, deployment: Deployment) => void,
): void {
  editState(walk, (deployment) => {
    for (const name of names) change(named(deployment, name), deployment);
  });
}

/** Takes protection and hooks off: what the engine itself would hold on to. */
export function unguard(resource: StateResource): void {
  delete resource.protect;
  delete resource.resourceHooks;
}

/** Puts a resource into the state again, as `pulumi import --protect=false` does with what stands: `NAME-1`, `NAME-2` and so on. */
export function addTwins(walk: Walk, name: string, count = 1): void {
  editResources(walk, [name], (resource, { resources }) => {
    const twins = Array.from({ length: count }, (_, i) => {
      const twin = structuredClone(resource);
      unguard(twin);
      twin.urn = `${resource.urn}-${i + 1}`;
      return twin;
    });
    resources.splice(resources.indexOf(resource) + 1, 0, ...twins);
  });
}

/** Takes resources out of the state, and out of what refers to them. */
export function takeOutOfState(walk: Walk, ...names: readonly string[]): void {
  editState(walk, (deployment) => {
    const gone = new Set(names.map((name) => named(deployment, name).urn));
    const others = (urns: readonly string[] | undefined): string[] =>
      (urns ?? []).filter((urn) => !gone.has(urn));
    deployment.resources = deployment.resources
      .filter(({ urn }) => !gone.has(urn))
      .map((resource) => ({
        ...resource,
        dependencies: others(resource.dependencies),
        propertyDependencies: Object.fromEntries(
          Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [key, others(urns)]),
        ),
      }));
  });
}

/** URN of a resource by its name in the program; of several with that name the one that holds data comes first in the list of types. */
export function urnOf(walk: Walk, name: string, stack = "dev"): string {
  const { checkpoint } = JSON.parse(readFileSync(stateFile(walk, stack), "utf8")) as StateFile;
  return named(checkpoint.latest, name).urn;
}

/** What several resources of the real program are called, one of which is meant. */
const meant = /aws:(rds\/instance|s3\/bucket|dynamodb\/table|sqs\/queue|route53\/zone):/;

function named({ resources }: Deployment, name: string): StateResource {
  const found = resources.filter(({ urn, custom }) => custom && urn.endsWith(`::${name}`));
  const [resource] = found.length > 1 ? found.filter(({ type }) => meant.test(type)) : found;
  if (resource === undefined) throw new Error(`The state has no ${name}.`);
  return resource;
}
