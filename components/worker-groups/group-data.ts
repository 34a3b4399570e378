import { DRAIN_MARGIN_SECONDS, FAILED_BOOT_SECONDS } from "../../settings/worker-times";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { physicalName, tagsOfStack } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { workerParameterPath } from "../worker-images/parameter-name";
import {
  METRICS_AGENT,
  WORKER_DOWNLOAD,
  type SecretPlace,
  type WorkerData,
  type WorkerInstallData,
} from "./worker-data";

type Texts = Readonly<Record<string, string>>;

/** GiB: what the workers of before had. */
const DATA_VOLUME_SIZE = 130;

/** A stopped group tries again each hour: often enough for a scheduler that was down, and one machine an hour costs little. */
const COOL_DOWN_SECONDS = 3600;

/** Where the data volume stands in the block device mapping. */
const DATA_DEVICE = "/dev/sdf";

/** The Auto Scaling group's name, known before it exists: machines may answer for this one only, and commands find it. */
export function workerGroupName(context: StackContext, group: string): string {
  return physicalName(context, `worker-${group}`);
}

/**
 * The alarm that ends a refresh whose machines do not come up: names are known before alarms are. It tells nobody, and goes back by
 * itself; an alarm that stays on would let no refresh begin that brings the correction.
 */
export function refreshAlarmName(context: StackContext, group: string): string {
  return `${workerGroupName(context, group)}-refresh`;
}

export function workerLogGroupName(context: StackContext, group: string): string {
  return workerParameterPath(context, group);
}

/** Where the machines' own notes are. A path of its own: the group's image is beside it, and no machine may write that. */
export function bootParameterPath(context: StackContext, group: string): string {
  return `${workerParameterPath(context, group)}/boot`;
}

export function metricsNamespace(context: StackContext): string {
  return `${context.project}/workers`;
}

/** What machines, disks and network interfaces are known by. */
export function workerTags(context: StackContext, group: string): Texts {
  return {
    ...tagsOfStack(context),
    "worker-group": group,
    Name: workerGroupName(context, group),
  };
}

/** The disk beside the root disk, with defaults; undefined where the settings want none. */
export function dataDisk({ dataVolume }: WorkerGroupSettings):
  | {
      readonly deviceName: string;
      readonly size: number;
      readonly iops: number | undefined;
      readonly throughput: number | undefined;
    }
  | undefined {
  const { kind, size, iops, throughput } = dataVolume;
  return kind === "ebs"
    ? { deviceName: DATA_DEVICE, size: size ?? DATA_VOLUME_SIZE, iops, throughput }
    : undefined;
}

/** Dollars an hour as EC2 takes them; undefined for the price on demand, which is its own default. */
export function spotPrice({ spotMaxPrice }: WorkerGroupSettings): string | undefined {
  return typeof spotMaxPrice === "number" ? String(spotMaxPrice) : undefined;
}

/** Seconds that a machine that is to go is kept. */
export function terminateHookSeconds(settings: WorkerGroupSettings): number {
  return settings.terminateHookSeconds ?? settings.drainTimeoutSeconds + DRAIN_MARGIN_SECONDS;
}

/** Every secret that a machine fetches, by what it is. */
export function workerSecrets({
  registrationToken,
  scheduler,
  workerKey,
}: WorkerGroupSettings): Readonly<Record<string, WorkerGroupSettings["workerKey"]>> {
  return {
    workerKey,
    ...(typeof scheduler.publicKey !== "string" && { schedulerKey: scheduler.publicKey }),
    ...(registrationToken !== undefined && { registrationToken }),
  };
}

/** What is the same on all machines of the group, and in its images. */
export function workerInstallData(settings: WorkerGroupSettings): WorkerInstallData {
  const { dataVolume, packages, scheduler, workerSha256, workerVersion } = settings;
  return {
    schedulerApi: scheduler.apiAddress,
    ...(workerVersion !== undefined && { workerVersion }),
    worker: {
      ...WORKER_DOWNLOAD,
      ...(workerVersion !== undefined &&
        workerSha256 !== undefined && { sha256: { [workerVersion]: workerSha256 } }),
    },
    filesystem: dataVolume.filesystem,
    localDisks: dataVolume.kind === "local",
    logs: true,
    metrics: METRICS_AGENT,
    packages,
  };
}

export function workerData(context: StackContext, group: string, settings: WorkerGroupSettings): WorkerData {
  const { scheduler } = settings;
  const disk = dataDisk(settings);
  return {
    install: workerInstallData(settings),
    group,
    scheduler: { host: scheduler.host, port: scheduler.port },
    ...(settings.team !== undefined && { team: settings.team }),
    tags: settings.workerTags,
    keys: {
      worker: placeOf(settings.workerKey),
      scheduler:
        typeof scheduler.publicKey === "string"
          ? { publicKey: scheduler.publicKey }
          : placeOf(scheduler.publicKey),
    },
    environment: settings.environment,
    volume:
      disk === undefined
        ? { kind: settings.dataVolume.kind === "local" ? "local" : "root" }
        : { kind: "ebs", deviceName: disk.deviceName },
    memoryLimitPercent: settings.memoryLimitPercent,
    bootTimeoutSeconds: settings.launchHookSeconds - FAILED_BOOT_SECONDS,
    registration: {
      timeoutSeconds: settings.registrationTimeoutSeconds,
      ...(settings.registrationToken !== undefined && { token: placeOf(settings.registrationToken) }),
    },
    drainTimeoutSeconds: settings.drainTimeoutSeconds,
    ssh: settings.bastionSgAllow !== undefined,
    maxFailedBoots: settings.maxFailedBoots,
    coolDownSeconds: COOL_DOWN_SECONDS,
    parameters: bootParameterPath(context, group),
    metrics: { namespace: metricsNamespace(context) },
    logGroup: workerLogGroupName(context, group),
  };
}

/** Without the key that it is encrypted with, which is the role's business. */
function placeOf({ arn, jsonKey }: WorkerGroupSettings["workerKey"]): SecretPlace {
  return { arn, ...(jsonKey !== undefined && { jsonKey }) };
}
