import { z } from "zod";
import { format, setting } from "../describe";
import { LAST_SLOT, sourceSettings, sshSettings } from "./metal-machines";
import { workerSettings } from "./metal-worker";

const slotNumber = z.number().int().min(0).max(LAST_SLOT);

const slots = format(z.union([slotNumber, z.string().regex(/^\d{1,3}-\d{1,3}$/)]), {
  allowed: `a number from 0 to ${LAST_SLOT}, or a range such as "0-22" (both ends are in it)`,
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
