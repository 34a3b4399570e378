import type { FleetSettings } from "../../settings/sections/fleets";
import { physicalName, tagsOfStack } from "../names";
import type { StackContext } from "../../settings/stack-context";

/** The launch hook's name; boot/lib/machine.sh completes it by this name. */
export const BOOT_HOOK = "boot";

/** The terminate hook's name; boot/fleet/drain.sh completes it by this name. */
export const DRAIN_HOOK = "drain";

/** Seconds from the start of a machine until its scripts run, and for what they do besides waiting. */
const BOOT_MARGIN_SECONDS = 180;

/** Seconds that a drain may take besides waiting for connections and the service: unmount, detach, say so. */
const DRAIN_MARGIN_SECONDS = 180;

type Texts = Readonly<Record<string, string>>;

/** The Auto Scaling group of a role: known to commands, and to what the machines may do. */
export function fleetGroupName(context: StackContext, role: string): string {
  return physicalName(context, `fleet-${role}`);
}

/** Where the parameters of a role are, which its machines may write and nobody else's. */
export function fleetParameterPath(context: StackContext, role: string): string {
  return `/${context.project}/${context.stack}/fleets/${role}`;
}

/** What a machine of the role said last about coming into service: `{"status": "healthy", …}`. */
export function fleetReportName(context: StackContext, role: string): string {
  return `${fleetParameterPath(context, role)}/report`;
}

/** Why the last machine that failed has failed: `{"instance", "version", "reason", "at"}`, or `{}` as long as none has. */
export function fleetFailureName(context: StackContext, role: string): string {
  return `${fleetParameterPath(context, role)}/failure`;
}

/** The tags that a role's machines, volumes and address find each other by, and that permissions are bound to. */
export function roleTags(context: StackContext, role: string): Texts {
  return {
    ...tagsOfStack(context),
    role,
  };
}

/** Those of a volume, by its name in the settings. */
export function volumeTags(context: StackContext, role: string, volume: string): Texts {
  return { ...roleTags(context, role), volume };
}

/** What a machine, its disk and its network interface are known by. */
export function fleetMachineTags(context: StackContext, role: string): Texts {
  return { ...roleTags(context, role), Name: physicalName(context, role) };
}

/** Whether the role has what only one machine can have: its machine goes before the next one comes. */
export function isSingle({ address, volumes }: Pick<FleetSettings, "address" | "volumes">): boolean {
  return address || Object.keys(volumes).length > 0;
}

/** Sizes of a role's group as the program sets them. */
export interface FleetSizes {
  readonly min: number;
  readonly max: number;
  /** Undefined where the role scales: AWS then keeps the number, and a run does not touch it. */
  readonly desired?: number;
}

/**
 * A role of one machine may have none for a moment, a role of a fixed number some more while it is rolled: both within
 * its sizes, so that a roll changes nothing that the program would set back. A role that scales has no such room: a roll
 * raises its most for as long as it takes.
 */
export function fleetSizes(settings: FleetSettings): FleetSizes {
  if (isSingle(settings)) {
    return { min: 0, max: 1, desired: 1 };
  }
  if (settings.scaling !== undefined) {
    return { min: settings.scaling.min, max: settings.scaling.max };
  }
  const count = settings.count ?? 1;
  return { min: count, max: count + settings.roll.surge, desired: count };
}

/** How long a new machine of a single role waits for the one before it to let go of volumes. */
function volumeWaitSeconds(settings: FleetSettings): number {
  return Object.keys(settings.volumes).length === 0 ? 0 : settings.roll.drainSeconds + DRAIN_MARGIN_SECONDS;
}

/** How long the group waits for the machine's word. */
export function hookSeconds(settings: FleetSettings): { readonly boot: number; readonly drain: number } {
  return {
    boot: BOOT_MARGIN_SECONDS + volumeWaitSeconds(settings) + settings.boot.timeoutSeconds,
    drain: settings.roll.drainSeconds + DRAIN_MARGIN_SECONDS,
  };
}

/** What is passed on to the machines of a role, and how they are probed. */
export function isBalanced({ loadBalancer }: FleetSettings): boolean {
  return (
    loadBalancer !== undefined &&
    (loadBalancer.http !== undefined || loadBalancer.tcp.length + loadBalancer.udp.length > 0)
  );
}

/** What boot/fleet reads as /etc/groundwork/role.json. Holds no secret, only where each is kept. */
export interface FleetData {
  readonly role: string;
  readonly volumes: readonly {
    readonly name: string;
    /** All of them together are one volume's. */
    readonly tags: Texts;
    /** Where AWS is told to attach it. */
    readonly device: string;
    readonly mountPoint: string;
    readonly filesystem: string;
  }[];
  /** Tags of the address; absent without one. */
  readonly address?: Texts;
  readonly packages: readonly string[];
  readonly environment: Texts;
  readonly secrets: FleetSettings["boot"]["secrets"];
  readonly setup: readonly string[];
  readonly service: readonly string[];
  readonly ready?: string;
  readonly stop?: string;
  /** Whether load balancers have to let go of a machine before it is stopped. */
  readonly balanced: boolean;
  readonly waitSeconds: number;
  readonly readySeconds: number;
  readonly drainSeconds: number;
}

export function fleetData(context: StackContext, role: string, settings: FleetSettings): FleetData {
  const { boot, roll, volumes } = settings;
  return {
    role,
    // /dev/sdf to /dev/sdp are for data volumes.
    // Source: Amazon EC2 User Guide, "Device names for volumes on Amazon EC2 instances".
    volumes: Object.entries(volumes).map(([name, { filesystem, mountPoint }], index) => ({
      name,
      tags: volumeTags(context, role, name),
      device: `/dev/sd${String.fromCharCode("f".charCodeAt(0) + index)}`,
      mountPoint,
      filesystem,
    })),
    ...(settings.address && { address: roleTags(context, role) }),
    packages: boot.packages,
    environment: boot.environment,
    secrets: boot.secrets,
    setup: boot.setup,
    service: boot.service ?? [],
    ...(boot.ready !== undefined && { ready: boot.ready }),
    ...(boot.stop !== undefined && { stop: boot.stop }),
    balanced: isBalanced(settings),
    waitSeconds: volumeWaitSeconds(settings),
    readySeconds: boot.timeoutSeconds,
    drainSeconds: roll.drainSeconds,
  };
}
