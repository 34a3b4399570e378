import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { fleetClients } from "./clients";
import { ImageChange } from "./image-change";
import { roleOf, type Role } from "./role";
import { openingOf, openingText } from "./window";
import { settingsOf, withStack } from "../plan/workspace";
import { FleetRoll, type RollOptions } from "./roll-run";

/** Exchanges the machines of a role for ones that are as the stack file says. */
export async function rollFleet(
  context: CommandContext,
  stackName: string,
  roleName: string,
  options: RollOptions,
): Promise<ExitCode> {
  const role = roleOf(settingsOf(context, stackName), roleName);
  refuseOutsideWindow(role, options);
  const image =
    options.image === undefined
      ? undefined
      : ImageChange.of(context, stackName, role, { image: options.image, refresh: options.refresh });
  return withStack(context, stackName, async (stack) => {
    const clients = fleetClients(await awsClientConfig(stack));
    try {
      return await new FleetRoll(context, stack, role, clients, options, image).carryOut();
    } catch (error) {
      if (error instanceof OperationError) {
        throw error;
      }
      if (isAwsError(error)) {
        throw new FailedError(
          `The roll of ${role.name} in ${stack.name} broke off: ${describeAwsError(error)}\n` +
            `\`${stack.call(`fleet roll ${role.name}`)}\` continues from where it is.`,
        );
      }
      throw error;
    } finally {
      clients.close();
    }
  });
}

function isAwsError(error: unknown): boolean {
  return error instanceof Error && "$metadata" in error;
}

function refuseOutsideWindow({ name, settings, isSingle }: Role, { outsideWindow }: RollOptions): void {
  const { maintenanceWindow } = settings;
  if (outsideWindow || (maintenanceWindow === undefined && !isSingle)) {
    return;
  }
  if (maintenanceWindow === undefined) {
    throw new OperationError(
      `${name} is down while its machine is replaced, and has no maintenanceWindow that says when it may be. Set ` +
        `groundwork:fleets.${name}.maintenanceWindow, or add --outside-window. Nothing was touched.`,
      exitCodes.refused,
    );
  }
  const { isOpen, opening } = openingOf(maintenanceWindow, Date.now());
  if (!isOpen) {
    throw new OperationError(
      `${name} may be rolled in its maintenance window only. It opens next: ${openingText(opening)}. ` +
        "Call again then, or add --outside-window. Nothing was touched.",
      exitCodes.refused,
      [{ role: name, opens: opening.from.toUTC().toISO(), closes: opening.until.toUTC().toISO() }],
    );
  }
}
