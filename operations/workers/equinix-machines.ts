import {
  slotHostname,
  slotName,
  slotOfEquinixTags,
  slotOfName,
} from "../../components/metal-workers/slot-identity";
import type { EquinixApi, EquinixDevice } from "./equinix-api";
import type { FoundMachine, Machines, Price } from "./machine";

/** States of a device that is going: it is no longer anybody's. */
const goingStates = new Set(["deprovisioning", "deleted"]);

export interface EquinixOptions {
  readonly owner: { readonly project: string; readonly stack: string };
  readonly projectId: string;
}

/** The pool's machines in a project of Equinix Metal: those with its tags, and those with its names and other tags. */
export function equinixMachines(api: EquinixApi, { owner, projectId }: EquinixOptions): Machines {
  return {
    source: "equinix",
    find: async () =>
      (await api.devices(projectId))
        .filter(({ state }) => !goingStates.has(state ?? ""))
        .map((device) => machineOf(device, owner))
        .filter(({ slot }) => slot !== undefined),
    remove: (id) => api.deleteDevice(id),
    close: () => undefined,
  };
}

function machineOf(device: EquinixDevice, owner: EquinixOptions["owner"]): FoundMachine {
  const name = device.hostname ?? "";
  const prefix = slotHostname(owner, 0).slice(0, -slotName(0).length);
  const { plan } = device;
  const address = device.ip_addresses?.find((ip) => ip.public === true && ip.address_family === 4)?.address;
  const created = Date.parse(device.created_at ?? "");
  return {
    source: "equinix",
    id: device.id,
    name,
    slot:
      slotOfEquinixTags(owner, device.tags ?? []) ??
      (name.startsWith(prefix) ? slotOfName(name.slice(prefix.length)) : undefined),
    state: device.state ?? "unknown",
    kind: plan && "slug" in plan ? plan.slug : "",
    address: address ?? undefined,
    createdAt: Number.isNaN(created) ? undefined : new Date(created),
    price: priceOf(device),
    ...(device.locked === true && { locked: "it is locked in Equinix Metal: unlock it there first" }),
  };
}

function priceOf({ plan }: EquinixDevice): Price {
  const hour = plan && "slug" in plan ? plan.pricing?.hour : undefined;
  return typeof hour === "number"
    ? { kind: "known", dollarsPerHour: hour, from: "Equinix Metal, list price of the plan" }
    : { kind: "unknown", why: "Equinix Metal does not tell a price for the plan" };
}
