import * as pulumi from "@pulumi/pulumi";
import { getParameter } from "@pulumi/aws/ssm/getParameter";
import { z } from "zod";

/** What the parameter of a slot says as long as no machine has said anything. */
export const NO_REPORT = JSON.stringify({ status: "none" });

/** Seconds between two looks at a report. */
const INTERVAL_SECONDS = 5;

const HOOK_NAME = "groundwork-static-service-gate";

/** What a machine says of itself; boot/lib/report.sh writes it. */
const machineReport = z.object({
  status: z.enum(["none", "starting", "healthy", "failed"]),
  group: z.string().default(""),
  instance: z.string().default(""),
  reason: z.string().default(""),
});

/** Which machine is waited for. */
export interface Awaited {
  /** What a person calls the slot: `dns in eu-west-1, machine 1 of 2`. */
  readonly what: string;
  readonly region: string;
  /** Name of the parameter with the report. */
  readonly report: string;
  /** How long a machine may take, from now. */
  readonly seconds: number;
}

/** The world, as far as waiting needs it. */
export interface Waiting {
  readonly read: (awaited: Awaited) => Promise<string>;
  readonly sleep: (seconds: number) => Promise<void>;
}

/**
 * Returns when the machine of a group has become healthy.
 *
 * @throws Error that says why it has not, what still serves, and what to do.
 */
export async function waitUntilHealthy(group: string, awaited: Awaited, waiting: Waiting): Promise<void> {
  const { what, region, seconds } = awaited;
  for (let waited = 0; waited <= seconds; waited += INTERVAL_SECONDS) {
    const report = machineReport.parse(JSON.parse(await waiting.read(awaited)));
    if (report.group === group && report.status === "healthy") {
      return;
    }
    if (report.group === group && report.status === "failed") {
      throw new Error(
        `${what}: the new machine ${report.instance} did not become healthy: ${report.reason.replace(/\.?\s*$/, ".")} ` +
          "What served before, if anything did, still serves and has the address. Correct the settings and run again. To try the same " +
          "once more: `aws autoscaling resume-processes --auto-scaling-group-name " +
          `${group} --region ${region}\`, and run again when ${awaited.report} says starting.`,
      );
    }
    await waiting.sleep(INTERVAL_SECONDS);
  }
  throw new Error(
    `${what}: no new machine has become healthy within ${seconds} seconds, and none has said why. What served before, if anything did, still ` +
      "serves and has the address. Whether EC2 could start one: `aws autoscaling describe-scaling-activities " +
      `--auto-scaling-group-name ${group} --region ${region}\`.`,
  );
}

/**
 * Keeps a slot's record of what serves from being written before that serves. The engine deletes what was replaced when
 * everything else is done: as long as a record cannot be written, the machine before it stays.
 */
export class HealthGate {
  private readonly awaited = new Map<string, Awaited>();
  private readonly hook: pulumi.ResourceHook;

  /** @param parent Whose provider asks. One gate a program: the engine takes the name of a hook once. */
  constructor(private readonly parent: pulumi.Resource) {
    this.hook = new pulumi.ResourceHook(HOOK_NAME, (args) => this.pass(args));
  }

  /** Binds the gate to a record, by its name in the program. */
  before(name: string, awaited: Awaited): pulumi.ResourceHookBinding {
    this.awaited.set(name, awaited);
    return { beforeCreate: [this.hook], beforeUpdate: [this.hook] };
  }

  private async pass({ name, newInputs }: pulumi.ResourceHookArgs): Promise<void> {
    const awaited = this.awaited.get(name);
    if (awaited === undefined) {
      throw new Error(`${HOOK_NAME}: nothing is known of ${name}.`);
    }
    const { group } = z
      .object({ group: z.string() })
      .parse(JSON.parse(z.object({ insecureValue: z.string() }).parse(newInputs).insecureValue));
    await waitUntilHealthy(group, awaited, {
      read: async ({ report, region }) =>
        (await getParameter({ name: report, region }, { parent: this.parent })).insecureValue,
      sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    });
  }
}
