import { loopbackDevices } from "../../settings/sections/metal-worker";
import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import { digestOf } from "./script";

type Worker = MetalWorkersSettings["worker"];

const GITHUB_RELEASES = "https://github.com/taskcluster/taskcluster/releases/download";

/** Where the boot steps put the program of a kind. */
const PROGRAM = "/opt/generic-worker/current";

/** What is fetched for a worker. */
export interface WorkerProgram {
  /** Changes with anything of it: the folder that it is in. */
  readonly digest: string;
  /** Each file, by the name that it gets. */
  readonly files: readonly { readonly name: string; readonly url: string; readonly sha256: string }[];
  /** Path of the executable in the only file's archive; empty where the files are what runs. */
  readonly executableInArchive: string;
  readonly executable: string;
  readonly arguments: readonly string[];
}

/** @throws Error where the settings have not what their kind needs; their rules demand it. */
export function workerProgram({
  kind,
  release,
  releasesUrl,
  checksums,
  binary,
  arguments: given,
}: Worker): WorkerProgram {
  if (kind === "generic-worker") {
    if (checksums === undefined) {
      throw new Error("groundwork:metalWorkers.worker.checksums is missing.");
    }
    const base = `${(releasesUrl ?? GITHUB_RELEASES).replace(/\/+$/, "")}/v${release}`;
    // Tasks run as users of their own: the engine called multiuser. Names of the release's files.
    const files = [
      ["generic-worker", "generic-worker-multiuser-linux-amd64", checksums.genericWorker],
      ["livelog", "livelog-linux-amd64", checksums.livelog],
      ["taskcluster-proxy", "taskcluster-proxy-linux-amd64", checksums.taskclusterProxy],
    ].map(([name = "", asset = "", sha256 = ""]) => ({ name, url: `${base}/${asset}`, sha256 }));
    return {
      digest: digestOf(...files.map(({ sha256 }) => sha256)),
      files,
      executableInArchive: "",
      executable: "generic-worker",
      arguments: ["run", "--config", "/etc/generic-worker/config.json"],
    };
  }
  if (binary === undefined) {
    throw new Error("groundwork:metalWorkers.worker.binary is missing.");
  }
  return {
    digest: binary.sha256,
    files: [{ name: "docker-worker", url: binary.url, sha256: binary.sha256 }],
    executableInArchive: binary.executable ?? "",
    executable: binary.executable ?? "docker-worker",
    arguments: given ?? ["/etc/docker-worker/config.json"],
  };
}

/** What the worker calls itself, and the queue it. */
function workerId(slot: number, worker: Worker): string {
  return `${worker.workerIdPrefix}${slot}`;
}

/**
 * The worker in Taskcluster's API: what the queue wrote down when it last asked for tasks. The queue's own getWorker is deprecated, and
 * deployments as old as docker-worker's releases have no other.
 */
export function workerUrl(slot: number, worker: Worker): string {
  const { kind, rootUrl, provisionerId, workerType, workerGroup } = worker;
  return (
    `${withoutSlash(rootUrl)}/api/${kind === "generic-worker" ? "worker-manager" : "queue"}/v1` +
    `/provisioners/${provisionerId}/worker-types/${workerType}/workers/${workerGroup}/${workerId(slot, worker)}`
  );
}

/**
 * The worker's configuration, by the names of its own kind.
 *
 * @param accessToken secret; so is what this returns.
 */
export function workerConfiguration(
  slot: number,
  { worker, source }: Pick<MetalWorkersSettings, "worker" | "source">,
  accessToken: string,
): string {
  return JSON.stringify(
    worker.kind === "generic-worker"
      ? genericWorker(slot, worker, source, accessToken)
      : dockerWorker(slot, worker, accessToken),
  );
}

/** Source: workers/generic-worker/gwconfig of Taskcluster 106. A name that it does not know ends the worker. */
function genericWorker(
  slot: number,
  worker: Worker,
  source: MetalWorkersSettings["source"],
  accessToken: string,
): object {
  const { allowPrivileged, allowInteractive, websocktunnel, idleShutdownSeconds } = worker;
  const { video, audio } = loopbackDevices(worker);
  return {
    rootURL: withoutSlash(worker.rootUrl),
    clientId: worker.clientId,
    accessToken,
    provisionerId: worker.provisionerId,
    workerGroup: worker.workerGroup,
    workerType: worker.workerType,
    workerId: workerId(slot, worker),
    capacity: worker.capacity,
    // Without, it wants a desktop, restarts the machine between tasks, and runs one at a time.
    headlessTasks: true,
    disableReboots: true,
    ed25519SigningKeyLocation: "/etc/generic-worker/ed25519_key",
    livelogExecutable: `${PROGRAM}/livelog`,
    taskclusterProxyExecutable: `${PROGRAM}/taskcluster-proxy`,
    // Its default, 80, leaves no room for the ports of several tasks, four apart.
    taskclusterProxyPort: 8080,
    cachesDir: "/var/lib/generic-worker/caches",
    downloadsDir: "/var/lib/generic-worker/downloads",
    tasksDir: "/home",
    requiredDiskSpaceMegabytes: Math.ceil((worker.diskThreshold * 1_000_000_000) / 1024 ** 2),
    idleTimeoutSecs: idleShutdownSeconds,
    shutdownMachineOnIdle: idleShutdownSeconds > 0,
    enableInteractive: allowInteractive,
    enableRunTaskAsCurrentUser: false,
    enableLoopbackVideo: video > 0,
    enableLoopbackAudio: audio > 0,
    // The first of each, as the step "devices" makes them.
    loopbackVideoDeviceNumber: 0,
    loopbackAudioDeviceNumber: 0,
    disableNativePayloads: !worker.allowNativePayloads,
    d2gConfig: {
      enableD2G: true,
      allowChainOfTrust: true,
      allowTaskclusterProxy: true,
      allowGPUs: false,
      allowInteractive,
      allowKVM: hasKvm(source),
      allowLoopbackVideo: video > 0,
      allowLoopbackAudio: audio > 0,
      allowPrivileged,
      allowDisableSeccomp: allowPrivileged,
      allowHostSharedMemory: allowPrivileged,
      allowPtrace: allowPrivileged,
    },
    ...(websocktunnel && { wstServerURL: websocktunnel.url, wstAudience: websocktunnel.audience }),
    // Nobody's crash reports go to whoever wrote the worker.
    sentryProject: "",
  };
}

/** Whether tasks can have virtual machines: on bare metal, and where EC2 nests them. */
function hasKvm({ ec2 }: MetalWorkersSettings["source"]): boolean {
  return ec2 === undefined || ec2.nestedVirtualization || /\.metal(-|$)/.test(ec2.instanceType);
}

/** Source: workers/docker-worker/config/defaults.js of Taskcluster before 100.0.0. */
function dockerWorker(slot: number, worker: Worker, accessToken: string): object {
  const { video, audio } = loopbackDevices(worker);
  return {
    rootUrl: withoutSlash(worker.rootUrl),
    taskcluster: { clientId: worker.clientId, accessToken },
    provisionerId: worker.provisionerId,
    workerGroup: worker.workerGroup,
    workerType: worker.workerType,
    workerId: workerId(slot, worker),
    capacity: worker.capacity,
    capacityManagement: { diskspaceThreshold: worker.diskThreshold * 1_000_000_000 },
    shutdown: { enabled: worker.idleShutdownSeconds > 0, afterIdleSeconds: worker.idleShutdownSeconds },
    dockerConfig: { allowPrivileged: worker.allowPrivileged },
    deviceManagement: {
      cpu: { enabled: false },
      loopbackVideo: { enabled: video > 0 },
      loopbackAudio: { enabled: audio > 0 },
    },
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
