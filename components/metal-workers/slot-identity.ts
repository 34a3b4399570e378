import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";

/** Of which stack; doctor and adoption know no more than that. */
type Owner = Pick<StackContext, "project" | "stack">;

/** The component's name in the program, and the token of its parts. */
export const METAL_WORKERS = "metal-workers";
export const METAL_WORKERS_TYPE = "groundwork:metal-workers:MetalWorkers";
export const METAL_WORKER_TYPE = "groundwork:metal-workers:MetalWorker";

/** Name of a slot's component in the program: everything of the slot is below it, and nothing else is. */
export function slotName(slot: number): string {
  return `docker-worker-${slot}`;
}

/** The slot that a component of that name is of; undefined for other names. */
export function slotOfName(name: string): number | undefined {
  const [, digits] = /^docker-worker-(0|[1-9]\d{0,2})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** What a machine is called at its vendor, and what it calls itself: `groundwork-prod-docker-worker-23`. */
export function slotHostname(owner: Owner, slot: number): string {
  return physicalName(owner, slotName(slot));
}

/** Tags of everything that AWS makes for a slot. Found by them: all of them together name one slot of one stack. */
export function slotTags(owner: Owner, slot: number): Readonly<Record<string, string>> {
  return { ...ownerTags(owner), Name: slotHostname(owner, slot), slot: String(slot) };
}

/** Those of them that every machine of the pool has. */
export function ownerTags({ project, stack }: Owner): Readonly<Record<string, string>> {
  return { project, environment: stack, "managed-by": "groundwork", "groundwork:pool": METAL_WORKERS };
}

/** Tags of an Equinix device, which knows no keys: in this order. */
export function equinixTags(owner: Owner, slot: number): readonly string[] {
  return [...equinixOwnerTags(owner), `slot-${slot}`];
}

/** Those of them that every device of the pool has. */
function equinixOwnerTags({ project, stack }: Owner): readonly string[] {
  return ["groundwork", `${project}-${stack}`];
}

/** The slot that AWS tags name; undefined for machines of other stacks, and for those that are no workers. */
export function slotOfTags(
  owner: Owner,
  tags: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const isOwn = Object.entries(ownerTags(owner)).every(([key, value]) => tags[key] === value);
  return isOwn ? numberOf(tags["slot"]) : undefined;
}

/** The slot that the tags of an Equinix device name; undefined for other devices. */
export function slotOfEquinixTags(owner: Owner, tags: readonly string[]): number | undefined {
  const isOwn = equinixOwnerTags(owner).every((tag) => tags.includes(tag));
  const slot = tags.find((tag) => tag.startsWith("slot-"))?.slice("slot-".length);
  return isOwn ? numberOf(slot) : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined;
}
