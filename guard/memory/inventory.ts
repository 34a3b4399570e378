import { z } from "zod";
import { Checkpoint } from "../judge/checkpoint";
import type { GuardLevel } from "../level";
import type { StatefulType } from "../stateful-type";
import { statefulType } from "../catalogue/stateful-types";
import type { ResourceState, Step } from "../step";
import { isUnknown, parseJson, read } from "../unknown";

/**
 * One thing that held data after a run: what it takes to know it again, and to find it in its cloud when the state knows
 * it no longer.
 */
export const inventoryEntry = z.strictObject({
  urn: z.string().min(1),
  /** Pulumi token. */
  type: z.string().min(1),
  /** Physical id. */
  id: z.string().min(1),
  /** The name that people know it by. */
  name: z.string().min(1),
  /**
   * Whether the guard held it: always at a guarded level; at `disposable` as long as it was protected or locked. What was
   * not held anybody may have deleted since, by plain `pulumi` too, and nobody asks for it.
   */
  locked: z.boolean(),
  /** Cloud account: of AWS 12 digits, of Azure the subscription. Absent where it is not known. */
  account: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  /** Of what lives in Kubernetes: the identifier of its cluster. */
  cluster: z.string().min(1).optional(),
  /** URNs, to bring it back into the state where it was. */
  parent: z.string().min(1).optional(),
  provider: z.string().min(1).optional(),
});
export type InventoryEntry = Readonly<z.infer<typeof inventoryEntry>>;

/** A resource as a checkpoint has it; secrets may stand encrypted. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  /** `URN::ID` of its provider. */
  readonly provider?: string;
  readonly protect?: boolean;
  readonly external?: boolean;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Type and physical id: what a thing is known by, whatever its URN is. */
export type Identity = Pick<InventoryEntry, "type" | "id">;

/** Last words of the names of settings that keep the data of something else safe, and hold none: they can be made again. */
const settings =
  /(Versioning|Configuration|Config|Policy|PolicyAssociation|Properties|Lock|Selection|Plan|Attachment|StorageClass)(V\d+)?$/;

/** Whether something of a type is worth remembering: what is lost with it does not come back when it is made anew. */
export function holdsData(type: string): boolean {
  const kind = statefulType(type);
  return kind !== undefined && kind.removable !== true && !settings.test(type);
}

/** Where something lies. */
export type Whereabouts = Pick<InventoryEntry, "account" | "region" | "cluster">;

/**
 * Everything in a state that holds data, in the order of the state. Left out is what is only read, what a replacement has
 * left to be deleted, and what keeps data safe without holding any.
 */
export function inventoryOf(resources: readonly StoredResource[], level: GuardLevel): InventoryEntry[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources.flatMap((resource): InventoryEntry[] => {
    const { urn, type, id, parent, inputs = {}, outputs = {} } = resource;
    const kind = statefulType(type);
    if (!isHeld(resource) || !holdsData(type) || kind === undefined || id === undefined) {
      return [];
    }
    const provider = providerUrn(resource.provider);
    const state = { id, protect: resource.protect === true, inputs, outputs };
    return [
      inventoryEntry.parse({
        urn,
        type,
        id,
        name: nameOf(kind, urn, state),
        locked: level !== "disposable" || isLocked(urn, type, state, kind),
        ...whereaboutsOf(type, state, byUrn.get(provider ?? "")?.inputs),
        parent: parent === "" || parent?.includes("::pulumi:pulumi:Stack::") === true ? undefined : parent,
        provider,
      }),
    ];
  });
}

/** Whether a state manages it: it exists, and is no other's that is only looked at. */
function isHeld(resource: StoredResource): boolean {
  return (
    resource.custom &&
    resource.external !== true &&
    resource.delete !== true &&
    resource.id !== undefined &&
    resource.id !== ""
  );
}

function isLocked(urn: string, type: string, state: ResourceState, kind: StatefulType): boolean {
  const step: Step = { urn, type, op: "same", old: state, new: state, replaceKeys: [], changedKeys: [] };
  return new Checkpoint([step]).holds(step, kind).length > 0;
}

/** What was there and what is there now: of the same thing what is said now. For a run that broke off: it forgets nothing. */
export function merged(
  before: readonly InventoryEntry[],
  now: readonly InventoryEntry[],
): readonly InventoryEntry[] {
  const known = new Set(now.map(keyOf));
  return [...now, ...before.filter((entry) => !known.has(keyOf(entry)))];
}

/** Whether two inventories say the same, in whatever order. */
export function isSameInventory(one: readonly InventoryEntry[], other: readonly InventoryEntry[]): boolean {
  const text = (entries: readonly InventoryEntry[]): string =>
    JSON.stringify(
      entries
        .map((entry) =>
          JSON.stringify(
            Object.entries(entry)
              .filter(([, value]) => value !== undefined)
              .sort(),
          ),
        )
        .sort(),
    );
  return text(one) === text(other);
}

/**
 * The same for the same thing. Of a type only what stays when a package renames it counts (`aws:s3/bucketV2:BucketV2` is
 * `aws:s3/bucket:Bucket`, `azure-native:storage/v20230101:…` is `azure-native:storage:…`).
 */
export function keyOf({ type, id }: Identity): string {
  const [packageName = "", module = "", name = ""] = type.split(":");
  return [packageName, module.split("/")[0] ?? "", name.replace(/V\d+$/, ""), id].join("\n");
}

function nameOf(kind: StatefulType, urn: string, state: ResourceState): string {
  const found =
    kind.name === undefined ? undefined : (read(state.outputs, kind.name) ?? read(state.inputs, kind.name));
  return typeof found === "string" && found !== "" && !isUnknown(found)
    ? found
    : (urn.split("::").at(-1) ?? urn);
}

/** The URN in a reference to a provider. */
export function providerUrn(reference: string | undefined): string | undefined {
  const end = reference?.lastIndexOf("::") ?? -1;
  return reference === undefined || end < 0 ? undefined : reference.slice(0, end);
}

/** Where something lies, as far as it and its provider say so. */
export function whereaboutsOf(
  type: string,
  { id, inputs, outputs }: Pick<ResourceState, "id" | "inputs" | "outputs">,
  providerInputs: Readonly<Record<string, unknown>> = {},
): Whereabouts {
  const [packageName] = type.split(":");
  if (packageName === "kubernetes") {
    return { cluster: known(read(providerInputs, "clusterIdentifier")) };
  }
  if (packageName === "azure-native") {
    const subscription = /^\/subscriptions\/([^/]+)/.exec(id ?? "")?.[1];
    return {
      account: subscription ?? known(read(providerInputs, "subscriptionId")),
      region: known(read(outputs, "location")) ?? known(read(inputs, "location")),
    };
  }
  const [, , , arnRegion = "", arnAccount = ""] = (known(read(outputs, "arn")) ?? "").split(":");
  const allowed = read(providerInputs, "allowedAccountIds");
  const accounts = typeof allowed === "string" && !isUnknown(allowed) ? parseJson(allowed) : allowed;
  return {
    account:
      arnAccount !== ""
        ? arnAccount
        : Array.isArray(accounts) && accounts.length === 1
          ? known(accounts[0])
          : undefined,
    region:
      known(read(outputs, "region")) ??
      known(read(inputs, "region")) ??
      (arnRegion !== "" ? arnRegion : known(read(providerInputs, "region"))),
  };
}

function known(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined;
}
