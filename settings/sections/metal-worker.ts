import { z } from "zod";
import { format, setting } from "../describe";

/** Goes into file names, units and the worker's identity: nothing that any of them would have to quote. */
const identifier = format(z.string().regex(/^[A-Za-z0-9_-]{1,38}$/), {
  allowed: "up to 38 letters, digits, underscores and hyphens",
});

const https = format(
  z.string().regex(/^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?$/),
  {
    allowed: "an https URL without user, query and fragment",
  },
);

const sha256 = format(z.string().regex(/^[0-9a-f]{64}$/), {
  allowed: "64 lower-case hexadecimal digits",
  examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
});

/** What a generic-worker consists of, by the names of the release's own files. */
const checksumsSettings = z.strictObject({
  genericWorker: setting(sha256, {
    description: "Of generic-worker-multiuser-linux-amd64, the worker.",
  }),
  livelog: setting(sha256, {
    description: "Of livelog-linux-amd64, which shows a task's log while it runs.",
  }),
  taskclusterProxy: setting(sha256, {
    description: "Of taskcluster-proxy-linux-amd64, by which tasks ask Taskcluster with their own rights.",
  }),
});

const binarySettings = z.strictObject({
  url: setting(https, {
    description:
      "Where the worker is fetched from: one executable file, or an archive (.tar.gz, .tgz) that has it.",
    examples: ["https://releases.example.net/docker-worker/44.23.4/docker-worker-linux-amd64"],
  }),
  sha256: setting(sha256, {
    description: "Checksum of what the URL gives. Anything else is not installed.",
  }),
  executable: setting(
    z
      .string()
      .regex(/^(?!\/)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}$/)
      .optional(),
    {
      description: "Path of the executable in the archive. Only for an archive, and needed there.",
      allowed: "a relative path",
      examples: ["docker-worker/bin/worker"],
    },
  ),
});

const websocktunnelSettings = z.strictObject({
  url: setting(https, {
    description: "The websocktunnel server of the Taskcluster deployment.",
    examples: ["https://tunnel.taskcluster.example.net"],
  }),
  audience: setting(z.string().regex(/^[A-Za-z0-9_-]{1,38}$/), {
    description: "The audience that the deployment gives credentials for.",
    allowed: "up to 38 letters, digits, underscores and hyphens",
    examples: ["websocktunnel"],
  }),
});

export const workerSettings = z.strictObject({
  kind: setting(z.enum(["generic-worker", "docker-worker"]).default("generic-worker"), {
    description:
      "Which worker of Taskcluster runs on the machines. Both take tasks with payloads for docker-worker; generic-worker turns them into " +
      "containers by itself (d2g). An existing machine whose kind changes finishes its tasks, and continues as the other.",
    why: "docker-worker left Taskcluster with release 100.0.0 of 6 May 2026 and gets no fixes; it is for stacks that pin an older one.",
  }),
  release: setting(z.string().regex(/^\d+\.\d+\.\d+$/), {
    description: "Taskcluster release of the worker.",
    why: "No default: the machines of a pool run one release, and a person says when it changes.",
    allowed: "three numbers, such as 106.0.0",
    examples: ["106.0.0"],
  }),
  releasesUrl: setting(https.optional(), {
    description:
      "Where generic-worker is fetched from: its files are expected below it as v<release>/generic-worker-multiuser-linux-amd64 and so on. " +
      "For a mirror. Only with generic-worker.",
    defaultText: "https://github.com/taskcluster/taskcluster/releases/download",
  }),
  checksums: setting(checksumsSettings.optional(), {
    description:
      "Checksums (SHA-256) of the release's files: what has another one is not installed. Needed with generic-worker, at every guard level: " +
      "the files run as root. GitHub shows them beside the release's files.",
  }),
  binary: setting(binarySettings.optional(), {
    description: "The worker, by checksum. Only with docker-worker, and needed there.",
  }),
  arguments: setting(z.array(z.string().regex(/^[A-Za-z0-9._/:=@,+-]{1,200}$/)).optional(), {
    description:
      "Arguments of the executable. The configuration is /etc/docker-worker/config.json. Only with docker-worker.",
    allowed: "a list of texts of letters, digits and ._/:=@,+- (nothing for a shell, and nothing secret)",
    defaultText: '["/etc/docker-worker/config.json"]',
  }),
  rootUrl: setting(https, {
    description: "The Taskcluster deployment that the workers take tasks of.",
    examples: ["https://taskcluster.example.net"],
  }),
  clientId: setting(z.string().regex(/^[A-Za-z0-9!@/:.+|_-]{1,255}$/), {
    description: "The client that the secret workerAccessToken belongs to.",
    allowed: "letters, digits and !@/:.+|_-",
    examples: ["project/worker/terraform-packet"],
  }),
  provisionerId: setting(identifier.default("terraform-packet"), {
    description: "First half of the worker pool's name.",
    why: "What the queue knows these workers by since they were first made.",
  }),
  workerGroup: setting(identifier, {
    description: "Where the workers are, as the queue shows it.",
    examples: ["packet-sjc1"],
  }),
  workerType: setting(identifier, {
    description: "Second half of the worker pool's name: what tasks ask for.",
    examples: ["docker-worker"],
  }),
  workerIdPrefix: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/)
      .default("machine-"),
    {
      description: "What stands before the slot's number in a worker's name: machine-0, machine-1.",
      allowed: "up to 32 letters, digits, underscores and hyphens",
    },
  ),
  capacity: setting(z.number().int().min(1).max(128).default(4), {
    description:
      "How many tasks run on a machine at once: one worker claims that many. With generic-worker each has a user, a folder and ports of " +
      "its own; loopback devices it has one for all, so with them it is 1, and more tasks are more slots.",
    unit: "tasks",
  }),
  diskThreshold: setting(z.number().int().min(1).max(10_000).default(30), {
    description: "Free disk below which a worker takes no task and throws away caches.",
    unit: "GB (10^9 bytes)",
  }),
  idleShutdownSeconds: setting(z.number().int().min(0).max(604_800).default(0), {
    description: "After how long without a task the worker switches its machine off; 0 for never.",
    unit: "seconds",
    why: "0: nobody starts a machine that has switched itself off, and EC2 gives it another public address when a person does.",
  }),
  drainSeconds: setting(z.number().int().min(60).max(86_400).default(7200), {
    description: "How long a stopping worker may finish its tasks.",
    unit: "seconds",
    why: "The queue's own limit for most tasks.",
  }),
  verification: setting(z.enum(["queue", "service"]).default("queue"), {
    description:
      "When a machine counts as built: when Taskcluster, asked without signing in, says that the worker has claimed tasks; or when its service " +
      "has run for half a minute.",
    why: "A worker that runs and gets no task is useless. Some deployments do not answer anonymous questions.",
  }),
  cpuGovernor: setting(
    z.enum(["performance", "powersave", "schedutil", "ondemand", "none"]).default("performance"),
    {
      description:
        "How the processors choose their speed; none leaves it to the machine. Virtual machines cannot choose.",
      why: "Measurements that tasks take should not depend on what the machine did before.",
    },
  ),
  videoDevices: setting(z.number().int().min(0).max(255).optional(), {
    description:
      "Video loopback devices (v4l2loopback) for tasks; 0 for none. generic-worker gives every task /dev/video0: 1 at most.",
    unit: "devices",
    defaultText: "none with generic-worker, 100 with docker-worker",
  }),
  audioDevices: setting(z.number().int().min(0).max(32).optional(), {
    description:
      "Audio loopback devices (snd-aloop) for tasks; 0 for none. generic-worker gives every task the first: 1 at most.",
    unit: "devices",
    defaultText: "none with generic-worker, with docker-worker 32: as many as the kernel module can have",
  }),
  allowPrivileged: setting(z.boolean().default(true), {
    description:
      "Whether a task may ask for a privileged container, or for one without seccomp, with ptrace or with the machine's shared memory. " +
      "Tasks then are root on the machine: trusted tasks only.",
    why: "Tasks that use the machine's devices need it.",
  }),
  allowNativePayloads: setting(z.boolean().default(false), {
    description:
      "Whether a task may run outside of containers, as a user of its own on the machine. Only with generic-worker.",
    why: "A pool of docker-worker never did.",
  }),
  allowInteractive: setting(z.boolean().default(false), {
    description:
      "Whether a task may open a shell to whoever holds its link. Needs websocktunnel. Only with generic-worker.",
  }),
  websocktunnel: setting(websocktunnelSettings.optional(), {
    description:
      "How logs of running tasks, and interactive tasks, are seen from outside: machines take no connections but SSH. Only with generic-worker.",
    defaultText: "none: a log can be read when its task has ended",
  }),
});
export type WorkerSettings = z.infer<typeof workerSettings>;

/** How many loopback devices a machine gets. */
export function loopbackDevices({
  kind,
  videoDevices,
  audioDevices,
}: Pick<WorkerSettings, "kind" | "videoDevices" | "audioDevices">): {
  readonly video: number;
  readonly audio: number;
} {
  const all = kind === "docker-worker";
  return { video: videoDevices ?? (all ? 100 : 0), audio: audioDevices ?? (all ? 32 : 0) };
}
