import { z } from "zod";
import { format, setting } from "../describe";
import { LAST_SLOT, sourceSettings, sshSettings } from "./metal-machines";

const slotNumber = z.number().int().min(0).max(LAST_SLOT);

const slots = format(z.union([slotNumber, z.string().regex(/^\d{1,3}-\d{1,3}$/)]), {
  allowed: `a number from 0 to ${LAST_SLOT}, or a range such as "0-22" (both ends are in it)`,
});

/** Goes into file names, units and the worker's identity: nothing that any of them would have to quote. */
const identifier = format(z.string().regex(/^[A-Za-z0-9_-]{1,38}$/), {
  allowed: "up to 38 letters, digits, underscores and hyphens",
});

const stepsSettings = z.strictObject({
  timeoutSeconds: setting(
    z
      .strictObject({
        packages: setting(z.number().int().min(10).max(7200).default(900), {
          description: "For one try of installing the base packages.",
          unit: "seconds",
        }),
        devices: setting(z.number().int().min(10).max(7200).default(600), {
          description: "For one try of building and loading the kernel modules.",
          unit: "seconds",
        }),
        docker: setting(z.number().int().min(10).max(7200).default(600), {
          description: "For one try of installing Docker.",
          unit: "seconds",
        }),
        binary: setting(z.number().int().min(10).max(7200).default(300), {
          description: "For one try of fetching the worker.",
          unit: "seconds",
        }),
        configuration: setting(z.number().int().min(10).max(7200).default(60), {
          description: "For one try of writing the worker's configuration.",
          unit: "seconds",
        }),
        service: setting(z.number().int().min(10).max(86_400).default(120), {
          description: "For one try of starting the service.",
          unit: "seconds",
        }),
        verification: setting(z.number().int().min(10).max(7200).default(180), {
          description: "For one try of seeing that the worker polls for tasks.",
          unit: "seconds",
        }),
      })
      .prefault({}),
    { description: "How long one try of each step may take, on one machine." },
  ),
  tries: setting(z.number().int().min(1).max(10).default(4), {
    description: "How often a step is tried in one run, on one machine.",
    why: "What fails is mostly a package mirror that answers again within minutes.",
  }),
  backOffSeconds: setting(z.number().int().min(0).max(600).default(10), {
    description:
      "How long to wait after the first failed try. Doubled after each, up to five minutes, plus or minus half of it by chance, so " +
      "that machines do not all ask at once.",
    unit: "seconds",
  }),
});

const https = format(
  z.string().regex(/^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?$/),
  {
    allowed: "an https URL without user, query and fragment",
  },
);

const workerSettings = z.strictObject({
  binary: setting(
    z.strictObject({
      url: setting(https, {
        description:
          "Where the worker is fetched from: one executable file, or an archive (.tar.gz, .tgz) that has it.",
        examples: ["https://releases.example.net/docker-worker/44.23.4/docker-worker-linux-amd64"],
      }),
      sha256: setting(z.string().regex(/^[0-9a-f]{64}$/), {
        description: "Checksum of what the URL gives. Anything else is not installed.",
        allowed: "64 lower-case hexadecimal digits",
        examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
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
    }),
    { description: "The worker, by checksum." },
  ),
  arguments: setting(
    z.array(z.string().regex(/^[A-Za-z0-9._/:=@,+-]{1,200}$/)).default(["/etc/docker-worker/config.json"]),
    {
      description: "Arguments of the executable. The configuration is /etc/docker-worker/config.json.",
      allowed: "a list of texts of letters, digits and ._/:=@,+- (nothing for a shell, and nothing secret)",
    },
  ),
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
    description: "How many tasks run on a machine at once.",
    unit: "tasks",
  }),
  diskThreshold: setting(z.number().int().min(1).max(10_000).default(30), {
    description: "Free disk below which a worker takes no task and throws away caches.",
    unit: "GB (10^9 bytes)",
  }),
  idleShutdownSeconds: setting(z.number().int().min(0).max(604_800).default(0), {
    description:
      "The worker's shutdown.afterIdleSeconds: after how long without a task it switches its machine off; 0 for never.",
    unit: "seconds",
    why: "0: nobody starts a machine that has switched itself off, and EC2 gives it another public address when a person does.",
  }),
  drainSeconds: setting(z.number().int().min(60).max(86_400).default(7200), {
    description: "How long a worker that is told to stop may go on with the tasks that it has.",
    unit: "seconds",
    why: "The queue's own limit for most tasks.",
  }),
  verification: setting(z.enum(["queue", "service"]).default("queue"), {
    description:
      "When a machine counts as built: when the queue, asked without signing in, has seen the worker; or when its service has run for half a minute.",
    why: "A worker that runs and gets no task is of no use. Not every deployment lets everybody ask.",
  }),
  cpuGovernor: setting(
    z.enum(["performance", "powersave", "schedutil", "ondemand", "none"]).default("performance"),
    {
      description: "How the processors choose their speed; none leaves it to the machine.",
      why: "Measurements that tasks take should not depend on what the machine did before.",
    },
  ),
  videoDevices: setting(z.number().int().min(0).max(255).default(100), {
    description: "Video loopback devices (v4l2loopback) for tasks; 0 for none.",
    unit: "devices",
  }),
  audioDevices: setting(z.number().int().min(0).max(32).default(32), {
    description: "Audio loopback devices (snd-aloop) for tasks; 0 for none.",
    unit: "devices",
    why: "As many as the kernel module can have.",
  }),
  allowPrivileged: setting(z.boolean().default(true), {
    description:
      "Whether a task may ask for a privileged container. Tasks then are root on the machine: trusted tasks only.",
    why: "Tasks that use the machine's devices need it.",
  }),
});

export const metalWorkersSettings = setting(
  z.strictObject({
    slots: setting(z.array(slots).min(1), {
      description:
        "Which machines there are, each by the number of its slot. Order and gaps do not matter: a number that is added or taken out " +
        "touches no other.",
      allowed: 'a list of numbers and ranges, such as ["0-22", 24]',
      examples: [["0-22", 24]],
    }),
    source: sourceSettings,
    ssh: setting(sshSettings.prefault({}), { description: "How machines are reached." }),
    parallel: setting(z.number().int().min(1).max(20).default(3), {
      description: "How many machines are made or changed at a time.",
      unit: "machines",
      why: "The others go on with their tasks, and a mistake in a step meets few machines before it is seen.",
    }),
    docker: setting(
      z.strictObject({
        version: setting(z.string().regex(/^\d+\.\d+\.\d+$/), {
          description: "Docker Engine, from Docker's own package repository for Ubuntu.",
          why: "No default: a version that moves by itself is another one on each machine.",
          allowed: "a version such as 28.5.2",
          examples: ["28.5.2"],
        }),
      }),
      { description: "Docker on the machines." },
    ),
    steps: setting(stepsSettings.prefault({}), { description: "Limits of the steps that build a worker." }),
    worker: setting(workerSettings, { description: "What runs on the machines." }),
  }),
  {
    description: "Taskcluster workers on machines of their own, each built over SSH in steps.",
  },
);
export type MetalWorkersSettings = z.infer<typeof metalWorkersSettings>;

/** The numbers of the slots that a list names, in order; with what it names twice. */
export function slotNumbers(list: MetalWorkersSettings["slots"]): readonly number[] {
  return list.flatMap(numbersOf).sort((one, other) => one - other);
}

function numbersOf(slot: MetalWorkersSettings["slots"][number]): readonly number[] {
  if (typeof slot === "number") {
    return [slot];
  }
  const [first = 0, last = -1] = slot.split("-").map(Number);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
