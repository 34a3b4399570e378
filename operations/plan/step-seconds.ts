import { durationOf } from "../../rehearsal/catalogue/durations";
import type { RunResource } from "./run-graph";

type Method = "create" | "update" | "delete";

/** What of this program's own waits, in seconds: scripts on machines, and gates until something serves. */
interface OwnWait {
  readonly type: string;
  readonly name: RegExp;
  readonly methods: readonly Method[];
  readonly seconds: number;
  /** What takes the time, and where the figure is from. */
  readonly because: string;
}

/** A machine from its launch until its boot script has ended: EC2 half a minute, cloud-init with packages and an image two more. */
const machineBoot = 150;

const make: readonly Method[] = ["create", "update"];
const remote = "command:remote:Command";

const ownWaits: readonly OwnWait[] = [
  {
    type: "aws:ssm/parameter:Parameter",
    name: /^static-services-.*-serving$/,
    methods: make,
    seconds: machineBoot,
    because: "its hook waits until the new machine is healthy (components/static-services/health-gate.ts)",
  },
  {
    type: "command:local:Command",
    name: /^docker-worker-/,
    methods: ["create"],
    seconds: 60,
    because: "asks a new machine for its key until SSH answers: an Ubuntu image boots in less than a minute",
  },
  ...(
    [
      ["packages", 90, "waits for cloud-init and the first upgrades, then apt"],
      ["devices", 45, "modules for the kernel, which apt fetches and dkms may build"],
      ["docker", 45, "Docker's packages, and a restart"],
      ["binary", 20, "some 100 MB"],
      ["service", 10, "starts the unit"],
      ["verification", 45, "the worker must have run for 30 seconds (components/metal-workers/steps.ts)"],
    ] as const
  ).map(([step, seconds, because]) => ({
    type: remote,
    name: new RegExp(`^docker-worker-\\d+-${step}$`),
    methods: make,
    seconds,
    because,
  })),
];

/** How long one call for a resource is predicted to take: its cloud's time, or what this program waits for where that is longer. */
export function secondsOf(
  { type, name, inputs }: Pick<RunResource, "type" | "name" | "inputs">,
  method: Method,
): number {
  // Providers are configured on the machine that runs the program.
  if (type.startsWith("pulumi:providers:")) return 0;
  const own = ownWaits.find(
    (wait) => wait.type === type && wait.methods.includes(method) && wait.name.test(name),
  );
  const steady = type === "kubernetes:apps/v1:Deployment" && method !== "delete" ? readySeconds(inputs) : 0;
  return Math.max(own?.seconds ?? 0, durationOf(type, method, inputs)) + steady;
}

/** How long the pods of a Deployment have to be ready before they count. */
function readySeconds(inputs: Readonly<Record<string, unknown>>): number {
  const { minReadySeconds } = (inputs["spec"] ?? {}) as { readonly minReadySeconds?: unknown };
  return typeof minReadySeconds === "number" ? minReadySeconds : 0;
}
