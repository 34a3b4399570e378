import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { fleetClients, type FleetClients } from "./clients";
import { isServing, readGroup, targetStates, type FleetGroup } from "./group";
import { roleOf, rolesOf, type Role } from "./role";
import { outdatedOf } from "./exchange";
import { RollLock } from "./roll-lock";
import { openingOf, openingText } from "./window";
import { count, duration, table } from "../terminal/output";
import { settingsOf, withStack } from "../plan/workspace";

interface RoleState {
  readonly role: Role;
  readonly group: FleetGroup | undefined;
  readonly serving: ReadonlySet<string>;
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly rolling: { readonly by: string; readonly state: string; readonly beatAt: string } | undefined;
}

/** Lists the roles of a stack, or the machines of one. Changes nothing. */
export async function fleetStatus(
  context: CommandContext,
  stackName: string,
  roleName: string | undefined,
): Promise<ExitCode> {
  const settings = settingsOf(context, stackName);
  const roles = roleName === undefined ? rolesOf(settings) : [roleOf(settings, roleName)];
  return withStack(context, stackName, async (stack) => {
    const clients = fleetClients(await awsClientConfig(stack));
    try {
      const states: RoleState[] = [];
      for (const role of roles) {
        states.push(await stateOf(clients, role));
      }
      context.output.document({ stack: stack.name, roles: states.map(documentOf) });
      context.output.print(listing(states));
      if (roleName !== undefined) {
        context.output.print(`\n${details(states)}`);
      }
      return exitCodes.done;
    } catch (error) {
      throw error instanceof OperationError
        ? error
        : new FailedError(`The fleets of ${stack.name} could not be read: ${describeAwsError(error)}`);
    } finally {
      clients.close();
    }
  });
}

async function stateOf(clients: FleetClients, role: Role): Promise<RoleState> {
  const group = await readGroup(clients, role.group);
  const targets =
    group === undefined
      ? new Map<string, readonly string[]>()
      : await targetStates(clients, group.targetGroups);
  const serving = (group?.machines ?? [])
    .filter((machine) => isServing(machine, group?.targetGroups ?? [], targets))
    .map(({ id }) => id);
  return {
    role,
    group,
    serving: new Set(serving),
    targets,
    rolling: await RollLock.leftBehind(clients, role.lock),
  };
}

function rollText({ rolling }: RoleState): string {
  if (rolling === undefined) {
    return "";
  }
  const silent = duration(Math.max(0, Date.now() - Date.parse(rolling.beatAt)));
  return rolling.state === "rolling"
    ? `${rolling.by}, last word ${silent} ago`
    : "stopped: roll again to go on";
}

function windowText({ role }: RoleState): string {
  const { maintenanceWindow } = role.settings;
  if (maintenanceWindow === undefined) {
    return "any time";
  }
  const { isOpen, opening } = openingOf(maintenanceWindow, Date.now());
  return isOpen
    ? `open until ${opening.until.toFormat("HH:mm ZZZZ", { locale: "en" })}`
    : openingText(opening);
}

function listing(states: readonly RoleState[]): string {
  return table([
    ["role", "machines", "serving", "to roll", "version", "window", "roll"],
    ...states.map((state) => {
      const { group, role, serving } = state;
      return group === undefined
        ? [role.name, "none yet", "", "", "", windowText(state), ""]
        : [
            role.name,
            `${group.machines.length} of ${group.desired} (${group.min} to ${group.max})`,
            String(serving.size),
            String(outdatedOf(group).length),
            `${group.version}${group.image === "" ? "" : ` (${group.image})`}`,
            windowText(state),
            rollText(state),
          ];
    }),
  ]);
}

function details(states: readonly RoleState[]): string {
  const rows = states.flatMap(({ group, serving, targets }) =>
    (group?.machines ?? []).map((machine) => [
      machine.id,
      machine.type,
      machine.zone,
      machine.address,
      `${machine.lifecycle}${machine.healthy ? "" : ", unhealthy"}`,
      (targets.get(machine.id) ?? []).join(", ") || "no target",
      serving.has(machine.id) ? "serves" : "does not serve",
      machine.isCurrent ? "as the template" : `version ${machine.version}, ${machine.image}`,
    ]),
  );
  const suspended = states.flatMap(({ group }) => group?.suspended ?? []);
  return [
    rows.length === 0 ? `${count(0, "machine")}.` : table(rows, "  "),
    ...(suspended.length > 0 ? [`  Suspended: ${suspended.join(", ")}.`] : []),
  ].join("\n");
}

function documentOf(state: RoleState): Record<string, unknown> {
  const { group, role, rolling, serving } = state;
  return {
    role: role.name,
    group: role.group,
    single: role.isSingle,
    window: windowText(state),
    roll: rolling === undefined ? null : { by: rolling.by, state: rolling.state, beatAt: rolling.beatAt },
    ...(group !== undefined && {
      min: group.min,
      desired: group.desired,
      max: group.max,
      version: group.version,
      image: group.image,
      suspended: group.suspended,
      machines: group.machines.map(({ id, type, zone, image, lifecycle, healthy, version, isCurrent }) => ({
        id,
        type,
        zone,
        image,
        lifecycle,
        healthy,
        version,
        current: isCurrent,
        serving: serving.has(id),
      })),
    }),
  };
}
