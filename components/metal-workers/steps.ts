import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { bootScript } from "./script";
import { slotHostname } from "./slot-identity";

type StepName = keyof MetalWorkersSettings["steps"]["timeoutSeconds"];

/** How long the worker must have run without end to count as steady. */
const STEADY_SECONDS = 30;

/** Steps that install packages. */
const installing: readonly StepName[] = ["packages", "devices", "docker"];

/** One step in the building of a worker. */
export interface Step {
  readonly name: StepName;
  /** Contents of its script. */
  readonly script: string;
  /** Environment variables of the script. Nothing secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** For one try, in seconds. */
  readonly limit: number;
  /** Whether the worker's configuration, with its access token, is its standard input. */
  readonly takesConfiguration: boolean;
}

/** The steps that build the worker of a slot, in their order: a change of one runs it and those behind it anew. */
export function stepsOf(
  context: StackContext,
  slot: number,
  settings: MetalWorkersSettings,
): readonly Step[] {
  const { worker, docker } = settings;
  const executable = worker.binary.executable ?? "docker-worker";
  // Both may have to wait until a worker at work has finished its tasks.
  const drain = worker.drainSeconds;
  return [
    step("packages", "10-packages.sh", {
      MACHINE_NAME: slotHostname(context, slot),
      KERNEL_MODULES: worker.videoDevices + worker.audioDevices > 0 ? "yes" : "no",
    }),
    step("devices", "20-devices.sh", {
      VIDEO_DEVICES: String(worker.videoDevices),
      AUDIO_DEVICES: String(worker.audioDevices),
      CPU_GOVERNOR: worker.cpuGovernor,
    }),
    step("docker", "30-docker.sh", { DOCKER_VERSION: docker.version }, drain),
    step("binary", "40-binary.sh", {
      BINARY_URL: worker.binary.url,
      BINARY_SHA256: worker.binary.sha256,
      BINARY_EXECUTABLE: worker.binary.executable ?? "",
    }),
    { ...step("configuration", "50-configuration.sh", {}), takesConfiguration: true },
    step(
      "service",
      "60-service.sh",
      {
        EXECUTABLE: executable,
        ARGUMENTS: worker.arguments.join(" "),
        DRAIN_SECONDS: String(drain),
      },
      drain,
    ),
    step("verification", "70-verification.sh", {
      WORKER_URL: worker.verification === "queue" ? workerUrl(slot, settings) : "",
      STEADY_SECONDS: String(STEADY_SECONDS),
    }),
  ];

  function step(name: StepName, file: string, parameters: Step["parameters"], longer = 0): Step {
    return {
      name,
      script: [...(installing.includes(name) ? ["lib/apt.sh"] : []), `metal-worker/${file}`]
        .map(bootScript)
        .join(""),
      parameters,
      limit: settings.steps.timeoutSeconds[name] + longer,
      takesConfiguration: false,
    };
  }
}

/** What the worker calls itself, and the queue it. */
function workerId(slot: number, { worker }: MetalWorkersSettings): string {
  return `${worker.workerIdPrefix}${slot}`;
}

/** The worker in the queue's API: getWorker. */
function workerUrl(slot: number, settings: MetalWorkersSettings): string {
  const { rootUrl, provisionerId, workerType, workerGroup } = settings.worker;
  return (
    `${rootUrl.replace(/\/+$/, "")}/api/queue/v1/provisioners/${provisionerId}/worker-types/${workerType}` +
    `/workers/${workerGroup}/${workerId(slot, settings)}`
  );
}

/**
 * The worker's configuration, by the names of docker-worker's own (workers/docker-worker/config/defaults.js of Taskcluster).
 *
 * @param accessToken secret; so is what this returns.
 */
export function workerConfiguration(
  slot: number,
  settings: MetalWorkersSettings,
  accessToken: string,
): string {
  const { worker } = settings;
  return JSON.stringify({
    rootUrl: worker.rootUrl.replace(/\/+$/, ""),
    taskcluster: { clientId: worker.clientId, accessToken },
    provisionerId: worker.provisionerId,
    workerGroup: worker.workerGroup,
    workerType: worker.workerType,
    workerId: workerId(slot, settings),
    capacity: worker.capacity,
    capacityManagement: { diskspaceThreshold: worker.diskThreshold * 1_000_000_000 },
    shutdown: { enabled: worker.idleShutdownSeconds > 0, afterIdleSeconds: worker.idleShutdownSeconds },
    dockerConfig: { allowPrivileged: worker.allowPrivileged },
    deviceManagement: {
      cpu: { enabled: false },
      loopbackVideo: { enabled: worker.videoDevices > 0 },
      loopbackAudio: { enabled: worker.audioDevices > 0 },
    },
  });
}
