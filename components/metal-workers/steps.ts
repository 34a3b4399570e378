import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { loopbackDevices } from "../../settings/sections/metal-worker";
import { bootScript } from "./script";
import { slotHostname } from "./slot-identity";
import { workerProgram, workerUrl } from "./worker-configuration";

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
  const program = workerProgram(worker);
  const { video, audio } = loopbackDevices(worker);
  const kind = { WORKER_KIND: worker.kind };
  // Both may have to wait until a worker at work has finished its tasks.
  const drain = worker.drainSeconds;
  return [
    step("packages", "10-packages.sh", {
      MACHINE_NAME: slotHostname(context, slot),
      KERNEL_MODULES: video + audio > 0 ? "yes" : "no",
    }),
    step("devices", "20-devices.sh", {
      VIDEO_DEVICES: String(video),
      AUDIO_DEVICES: String(audio),
      CPU_GOVERNOR: worker.cpuGovernor,
    }),
    step("docker", "30-docker.sh", { DOCKER_VERSION: docker.version }, drain),
    step("binary", "40-binary.sh", {
      ...kind,
      PROGRAM_DIGEST: program.digest,
      FILES: program.files.map(({ name, url, sha256 }) => `${name} ${url} ${sha256}`).join("\n"),
      EXECUTABLE_IN_ARCHIVE: program.executableInArchive,
    }),
    { ...step("configuration", "50-configuration.sh", kind), takesConfiguration: true },
    step(
      "service",
      "60-service.sh",
      {
        ...kind,
        EXECUTABLE: program.executable,
        ARGUMENTS: program.arguments.join(" "),
        DEVICES: [...(video > 0 ? ["/dev/video0"] : []), ...(audio > 0 ? ["/dev/snd/controlC0"] : [])].join(
          " ",
        ),
        DRAIN_SECONDS: String(drain),
      },
      drain,
    ),
    step("verification", "70-verification.sh", {
      ...kind,
      WORKER_URL: worker.verification === "queue" ? workerUrl(slot, worker) : "",
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
