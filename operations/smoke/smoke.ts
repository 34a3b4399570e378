import { createRequire } from "node:module";
import { ownKubeconfig } from "../cluster/kubeconfig";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table, type Output } from "../terminal/output";
import type * as programs from "./program";
import { howToGoOn, SmokeStack } from "./stack";
import { walk, type WalkResult, type WalkTimes } from "./walk";
import { withStack, type OpenStack } from "../plan/workspace";

const load = createRequire(__filename);

/** How fast a rehearsal plays Kubernetes' and AWS's waiting times, so that a walk meets them and is over in a while. */
const rehearsalSpeed = 30;

/** The walk's own waiting times at that speed. */
const rehearsalTimes: Partial<WalkTimes> = { lookEvery: 200, requestEvery: 50, requestAfter: 1000 };

export interface SmokeOptions {
  /** Only take down what an earlier smoke left. */
  readonly clean: boolean;
}

/**
 * The helloworld walk on a stack's cluster: deploys a web server beside the stack, reaches it through its load balancer,
 * scales it, rolls it to another version while it keeps requesting, and takes it down whatever happened.
 */
export async function smoke(
  context: CommandContext,
  stackName: string,
  options: SmokeOptions,
): Promise<ExitCode> {
  const rehearsal = context.rehearsal && { ...context.rehearsal, speed: rehearsalSpeed };
  return withStack({ ...context, rehearsal }, stackName, async (stack) => {
    const { output } = context;
    const settings = smokeSettings(stack);
    const { smokeProgram } = load("./program") as typeof programs;
    const wanted = { image: settings.images.v1, replicas: 1 };
    const plan = { ...settings, kubeconfig: await ownKubeconfig(stack) };
    const own = await SmokeStack.open(
      stack,
      smokeProgram(plan, () => wanted),
      output,
    );
    const interruption = abortOnInterrupt(stack.signal);
    try {
      const cleaned = await own.clean();
      if (options.clean) {
        await own.takeDown();
        output.document({ stack: stack.name, result: "clean", cleaned });
        output.print(cleaned === 0 ? "Nothing was left of an earlier smoke." : "Taken down.");
        return exitCodes.done;
      }
      const result = await walk({
        images: settings.images,
        stand: (state) => {
          Object.assign(wanted, state);
          return own.up(interruption.signal);
        },
        reach: async (host, port) => (await stack.session?.reach(host, port)) ?? { host, port },
        output,
        signal: interruption.signal,
        ...(stack.session !== undefined && { times: rehearsalTimes }),
      });
      return report(stack, result, await takeDown(own, output), output);
    } finally {
      interruption.release();
      own.close();
    }
  });
}

/** Everything down; or why it is not. */
async function takeDown(own: SmokeStack, output: Output): Promise<string | undefined> {
  output.note("take everything down …");
  try {
    await own.takeDown();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function report(
  stack: OpenStack,
  { steps, requests, host }: WalkResult,
  left: string | undefined,
  output: Output,
): ExitCode {
  const all = [
    ...steps,
    { step: "take everything down", ok: left === undefined, ...(left !== undefined && { problem: left }) },
  ];
  const failed = all.filter(({ ok }) => !ok);
  const result = failed.length === 0 ? "passed" : "failed";
  output.document({ stack: stack.name, result, host: host ?? null, steps: all, requests });
  output.print();
  output.print(
    table(
      all.map((step) => [
        step.ok ? "ok" : "FAILED",
        step.step,
        "seconds" in step ? `${String(step.seconds)} s` : "",
      ]),
    ),
  );
  const versions = Object.entries(requests.byVersion).map(([version, number]) => `${number} by ${version}`);
  output.print(
    `\n${requests.total} requests while it scaled and rolled: ${requests.failed} failed, ${versions.join(", ") || "none answered"}.`,
  );
  if (failed.length === 0) {
    output.print(`${stack.name} serves, scales and updates without losing a request.`);
    return exitCodes.done;
  }
  const lines = failed.map(({ step, problem }) => `Failed: ${step}. ${problem ?? ""}`);
  if (left !== undefined) {
    lines.push(howToGoOn(stack));
  }
  output.note(`\n${lines.join("\n")}`);
  return exitCodes.failed;
}

function smokeSettings(stack: OpenStack): {
  readonly pauseSeconds: number;
  readonly port: number;
  readonly images: { readonly v1: string; readonly v2: string };
} {
  const smokeSettings = stack.settings.sections.cluster?.smoke;
  if (smokeSettings === undefined) {
    throw new UsageError(
      `${stack.name} has no cluster: Pulumi.${stack.name}.yaml has no section groundwork:cluster. Nothing was touched.`,
    );
  }
  const { images } = smokeSettings;
  if (images === undefined) {
    throw new UsageError(
      `groundwork:cluster smoke.images is not set in Pulumi.${stack.name}.yaml: two versions of a web server, v1 and v2, by ` +
        "digest. For Google's sample application: `docker buildx imagetools inspect gcr.io/google-samples/hello-app:1.0` " +
        "prints the digest of v1, and :2.0 that of v2; write them as gcr.io/google-samples/hello-app@sha256:…. Nothing was touched.",
    );
  }
  return { ...smokeSettings, images };
}

/** Ctrl-C ends the walk, and then everything is taken down; what the engine does meanwhile goes on to its end. */
function abortOnInterrupt(signal: AbortSignal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.on("SIGINT", abort);
  signal.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", abort);
      signal.removeEventListener("abort", abort);
    },
  };
}
