import {
  fleetFailureName,
  fleetGroupName,
  fleetParameterPath,
  hookSeconds,
  isSingle,
  roleTags,
} from "../../components/fleets/fleet-data";
import { nearestName } from "../../settings/nearest";
import type { StackSettings } from "../../settings/load";
import type { FleetSettings } from "../../settings/sections/fleets";
import { oneOf, UsageError } from "../terminal/errors";
import type { RollOrder } from "./roll-scene";

/** A role of a stack, as its settings have it. */
export interface Role {
  readonly name: string;
  readonly settings: FleetSettings;
  /** Name of its Auto Scaling group. */
  readonly group: string;
  /** Parameter that keeps two rolls of it apart. */
  readonly lock: string;
  /** Whether it is one machine with volumes or an address of its own. */
  readonly isSingle: boolean;
}

/** How long AWS may take with a machine besides what its own settings allow: to start it, to probe it, to end it. */
const cloudSeconds = 300;

/** @throws UsageError for a stack without fleets, and for a role that it has not. */
export function roleOf({ context, sections }: StackSettings, name: string): Role {
  const fleets = rolesOf({ context, sections });
  const role = fleets.find((one) => one.name === name);
  if (role === undefined) {
    const names = fleets.map((one) => one.name).sort();
    const nearest = nearestName(name, names);
    throw new UsageError(
      `${context.stack} has no role "${name}". Known: ${oneOf(names)}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`} ` +
        "Nothing was touched.",
    );
  }
  return role;
}

/** @throws UsageError for a stack without fleets. */
export function rolesOf({ context, sections }: StackSettings): readonly Role[] {
  if (sections.fleets === undefined || Object.keys(sections.fleets).length === 0) {
    throw new UsageError(
      `${context.stack} has no fleets: Pulumi.${context.stack}.yaml has no section groundwork:fleets. Nothing was touched.`,
    );
  }
  return Object.entries(sections.fleets).map(([name, settings]) => ({
    name,
    settings,
    group: fleetGroupName(context, name),
    lock: `${fleetParameterPath(context, name)}/roll`,
    isSingle: isSingle(settings),
  }));
}

/** What a roll of the role does, by its settings. */
export function orderOf({ context }: Pick<StackSettings, "context">, role: Role): RollOrder {
  const { address, healthCheck, roll, volumes } = role.settings;
  const hooks = hookSeconds(role.settings);
  return {
    group: role.group,
    surge: roll.surge,
    readySeconds: hooks.boot + healthCheck.graceSeconds + cloudSeconds,
    drainSeconds: hooks.drain + roll.drainSeconds + cloudSeconds,
    pauseSeconds: roll.pauseSeconds,
    failure: fleetFailureName(context, role.name),
    ...(role.isSingle && {
      moves: { volumes: Object.keys(volumes), address, tags: roleTags(context, role.name) },
    }),
  };
}
