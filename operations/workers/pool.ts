import { slotNumbers, type MetalWorkersSettings } from "../../settings/sections/metal-workers";
import { awsClientConfig } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import type { OpenStack } from "../plan/workspace";
import { ec2Machines } from "./ec2-machines";
import { EquinixApi } from "./equinix-api";
import { equinixMachines } from "./equinix-machines";
import { hostMachines, sshKeyScan } from "./host-machines";
import type { FoundMachine, Machines } from "./machine";
import { leftoversInState, slotsInState, type Leftover, type SlotInState } from "./slot-state";

/** The workers of a stack: what the settings want, what the state knows, what the vendor has. */
export interface Pool {
  readonly wanted: readonly number[];
  readonly inState: ReadonlyMap<number, SlotInState>;
  readonly machines: readonly FoundMachine[];
  readonly leftovers: readonly Leftover[];
}

/** The settings of a stack's workers. @throws UsageError for a stack that has none. */
export function workersOf(stack: OpenStack): MetalWorkersSettings {
  const { metalWorkers } = stack.settings.sections;
  if (metalWorkers === undefined) {
    throw new UsageError(
      `${stack.name} has no workers: Pulumi.${stack.name}.yaml has no section groundwork:metalWorkers. Nothing was touched.`,
    );
  }
  return metalWorkers;
}

/** Whom to ask for a stack's machines. Call `close` when done. */
export async function vendorOf(context: CommandContext, stack: OpenStack): Promise<Machines> {
  const { source, ssh } = workersOf(stack);
  const owner = stack.settings.context;
  if (source.equinix !== undefined) {
    const api = new EquinixApi({
      baseUrl: (await stack.session?.serveEquinixApi()) ?? context.environment.metalApiUrl,
      token: await stack.engine.secret(`${context.project.name}:equinixApiToken`),
      signal: stack.signal,
    });
    return equinixMachines(api, { owner, projectId: source.equinix.projectId });
  }
  if (source.ec2 !== undefined) {
    return ec2Machines(await awsClientConfig(stack), { owner, pricePerHour: source.ec2.pricePerHour });
  }
  // In a rehearsal nothing real is spoken to.
  const scan = stack.session === undefined ? sshKeyScan : undefined;
  return hostMachines({ hosts: source.hosts ?? {}, port: ssh.port, scan });
}

/** Looks at all three. Changes nothing. */
export async function lookAtPool(stack: OpenStack, vendor: Machines): Promise<Pool> {
  const [machines, checkpoint] = await Promise.all([vendor.find(), stack.engine.checkpoint()]);
  return {
    wanted: slotNumbers(workersOf(stack).slots),
    inState: slotsInState(checkpoint),
    machines,
    leftovers: leftoversInState(checkpoint),
  };
}
