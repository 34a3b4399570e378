import { mapsPorts, type StaticServiceSettings } from "../../settings/sections/static-services";
import { physicalName, tagsOfStack } from "../names";
import type { StackContext } from "../../settings/stack-context";

/** The launch hook's name; boot/lib/machine.sh completes it by this name. */
export const BOOT_HOOK = "boot";

/** Seconds that a machine has for everything before its containers start: the system, packages, the image. */
export const BOOT_SECONDS = 600;

/** One machine of a service, which is one Auto Scaling group of one machine. */
export interface Slot {
  readonly service: string;
  readonly region: string;
  /** Counted from 0. */
  readonly number: number;
}

/** What one container engine option or tag is. */
type Texts = Readonly<Record<string, string>>;

/** `example/dns:1.4.0@sha256:…`: the tag is for people, the digest is what runs. */
export function pinnedImage({ imageTag, imageHash }: StaticServiceSettings): string {
  return `${imageTag}@sha256:${imageHash.replace(/^sha256:/, "")}`;
}

/** Where the parameters of a service are, which its machines may write and nobody else's. */
export function parameterPath(context: StackContext, service: string): string {
  return `/${context.project}/${context.stack}/static-services/${service}`;
}

/** What a slot's machine says of itself. */
export function reportName(context: StackContext, { service, region, number }: Slot): string {
  return `${parameterPath(context, service)}/${region}/${number}/report`;
}

export function logGroupName(context: StackContext, service: string): string {
  return `/${context.project}/${context.stack}/static-services/${service}`;
}

/** The tags that a machine and its address find each other by, and that its permissions are bound to. */
export function serviceTags(
  context: StackContext,
  key: string,
  { serviceTag }: StaticServiceSettings,
): Texts {
  return {
    ...tagsOfStack(context),
    service: serviceTag ?? key,
  };
}

/** Those of one slot. */
export function slotTags(context: StackContext, slot: Slot, settings: StaticServiceSettings): Texts {
  return { ...serviceTags(context, slot.service, settings), slot: String(slot.number) };
}

/** What a machine, its disk and its network interface are known by. */
export function machineTags(context: StackContext, slot: Slot, settings: StaticServiceSettings): Texts {
  return {
    ...slotTags(context, slot, settings),
    Name: settings.nameTag ?? physicalName(context, slot.service),
  };
}

/** What boot/static-service reads as /etc/groundwork/service.json. Holds no secret, only where each is kept. */
export interface ServiceData {
  readonly image: string;
  readonly name: string;
  readonly description: string;
  readonly copies: number;
  readonly command: readonly string[];
  readonly environment: Texts;
  readonly secrets: StaticServiceSettings["secrets"];
  readonly ports: readonly { readonly host: number; readonly container: number; readonly protocol: string }[];
  /** Docker's logging driver. */
  readonly logs: { readonly driver: "journald" | "awslogs"; readonly options: Texts };
  /** Where boot/static-service/ship-logs.sh sends the journal of the containers; absent = nowhere. */
  readonly ship?: { readonly host: string; readonly port: number };
  readonly limits: StaticServiceSettings["limits"];
  readonly health: StaticServiceSettings["healthCheck"];
  /** Tags of the address; absent without a port map. */
  readonly address?: Texts;
}

export function serviceData(context: StackContext, slot: Slot, settings: StaticServiceSettings): ServiceData {
  const { service } = slot;
  return {
    image: pinnedImage(settings),
    name: settings.runtimeName ?? service,
    description: settings.runtimeDescription ?? `Static service ${service}`,
    copies: settings.serviceCopiesPerInstance,
    command: settings.runtimeCommand,
    environment: settings.environment,
    secrets: settings.secrets,
    ports: (["tcp", "udp"] as const).flatMap((protocol) =>
      Object.entries(settings.runtimePortMap[protocol]).map(([host, container]) => ({
        host: Number(host),
        container,
        protocol,
      })),
    ),
    ...logs(context, slot, settings),
    limits: settings.limits,
    health: settings.healthCheck,
    ...(mapsPorts(settings) && { address: slotTags(context, slot, settings) }),
  };
}

/**
 * Docker starts no container whose log server it cannot reach (moby/moby#21966), so none is named to it: the journal is always there, and
 * what ships it buffers.
 */
function logs(
  context: StackContext,
  slot: Slot,
  { logHost, logPort }: StaticServiceSettings,
): Pick<ServiceData, "logs" | "ship"> {
  if (logHost !== undefined && logPort !== undefined) {
    return { logs: { driver: "journald", options: {} }, ship: { host: logHost, port: logPort } };
  }
  return {
    logs: {
      driver: "awslogs",
      options: {
        // Lines that cannot be sent are dropped after 4 MB. Where CloudWatch cannot be reached at the start, run-copy.sh takes the journal.
        mode: "non-blocking",
        "max-buffer-size": "4m",
        "awslogs-region": slot.region,
        "awslogs-group": logGroupName(context, slot.service),
      },
    },
  };
}
