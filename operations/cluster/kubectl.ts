import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenStack } from "../plan/workspace";
import { FailedError } from "../terminal/errors";
import { count } from "../terminal/output";
import { ownKubeconfig } from "./kubeconfig";

/** A Job that the cluster removes by itself, some time after its end, also when this process has died. */
export interface PassingJob {
  readonly apiVersion: "batch/v1";
  readonly kind: "Job";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: unknown;
}

/** An object that goes with a Job. */
export type BesideJob = Readonly<Record<string, unknown>> & { readonly metadata: object };

interface PodState {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

interface JobStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const pollMilliseconds = 1000;
/** A new node and an image's download included. */
const startSeconds = 300;

/** `kubectl` with the stack's cluster. Needs `kubectl` and `aws` on the PATH. */
export class Kubectl {
  /**
   * @param file a kubeconfig.
   * @param variables the environment of what is started.
   */
  constructor(
    private readonly file: string,
    private readonly variables: Readonly<NodeJS.ProcessEnv>,
  ) {}

  /** With the stack's kubeconfig, in a file that is gone afterwards. */
  static async with<T>(
    stack: OpenStack,
    variables: Readonly<NodeJS.ProcessEnv>,
    act: (kubectl: Kubectl) => Promise<T>,
  ): Promise<T> {
    const folder = mkdtempSync(path.join(tmpdir(), "groundwork-kubectl-"));
    try {
      const file = path.join(folder, "kubeconfig");
      writeFileSync(file, await ownKubeconfig(stack), { mode: 0o600 });
      return await act(new Kubectl(file, variables));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What it prints. @param input its standard input: nothing secret is ever an argument. @throws FailedError with its words. */
  async call(args: readonly string[], input = ""): Promise<string> {
    const { default: execa } = await import("execa");
    const options = { env: this.variables, extendEnv: false, reject: false, input };
    const { exitCode, stderr, stdout } = await execa(
      "kubectl",
      ["--kubeconfig", this.file, ...args],
      options,
    );
    if (exitCode !== 0) {
      throw new FailedError(
        `\`kubectl ${args.slice(0, 2).join(" ")}\` did not succeed: ${stderr || "it was ended"}`,
      );
    }
    return stdout;
  }

  /** Lets it have this process's own input and output. Returns its exit code. */
  async attached(args: readonly string[]): Promise<number> {
    const { default: execa } = await import("execa");
    const { exitCode } = await execa("kubectl", ["--kubeconfig", this.file, ...args], {
      ...{ env: this.variables, extendEnv: false, reject: false, stdio: "inherit" },
    });
    // Killed: no code.
    return exitCode ?? 1;
  }

  /** @param beside what goes with the Job; the cluster removes it with it. */
  async create(job: PassingJob, beside: readonly BesideJob[] = []): Promise<void> {
    const made = await this.call(["create", "--filename=-", "--output=json"], JSON.stringify(job));
    const { uid } = (JSON.parse(made) as { readonly metadata: { readonly uid: string } }).metadata;
    const { apiVersion, kind } = job;
    const { name } = job.metadata;
    const ownerReferences = [{ apiVersion, kind, name, uid }];
    for (const object of beside) {
      const owned = { ...object, metadata: { ...object.metadata, ownerReferences } };
      await this.call(["create", "--filename=-"], JSON.stringify(owned));
    }
  }

  async remove({ metadata: { name, namespace } }: PassingJob): Promise<void> {
    const options = ["--ignore-not-found", "--wait=false", "--cascade=background"];
    await this.call(["delete", "job", name, `--namespace=${namespace}`, ...options]);
  }

  /** Until the Job has ended. Returns whether it did well. @throws FailedError when this process is told to stop waiting. */
  async ended(
    { metadata: { name, namespace } }: PassingJob,
    signal: AbortSignal,
    live: (text: string) => void,
  ): Promise<boolean> {
    const begun = Date.now();
    for (;;) {
      const got = await this.call(["get", "job", name, `--namespace=${namespace}`, "--output=json"]);
      const { conditions = [] } = (JSON.parse(got) as { readonly status?: JobStatus }).status ?? {};
      const end = conditions.find(
        ({ status, type }) => status === "True" && /^(Complete|Failed)$/.test(type),
      );
      if (end !== undefined) {
        return end.type === "Complete";
      }
      if (signal.aborted) {
        throw new FailedError(
          `Broken off. The Job continues: kubectl logs --namespace ${namespace} --selector batch.kubernetes.io/job-name=${name} --follow`,
        );
      }
      live(`the Job ${name} runs, for ${String(Math.round((Date.now() - begun) / 1000))} s`);
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** All that the Job's pods have said. */
  log({ metadata: { name, namespace } }: PassingJob): Promise<string> {
    const all = ["--all-containers", "--prefix", "--tail=-1"];
    return this.call([
      "logs",
      `--namespace=${namespace}`,
      `--selector=batch.kubernetes.io/job-name=${name}`,
      ...all,
    ]);
  }

  /** Until the Job's pod runs. Returns its name. @throws FailedError with what Kubernetes says, when it does not come to run. */
  async running(
    { metadata: { name, namespace } }: PassingJob,
    signal: AbortSignal,
    live: (text: string) => void,
  ): Promise<string> {
    const select = [
      `--namespace=${namespace}`,
      `--selector=batch.kubernetes.io/job-name=${name}`,
      "--output=json",
    ];
    const begun = Date.now();
    for (;;) {
      const { items } = JSON.parse(await this.call(["get", "pods", ...select])) as {
        readonly items: readonly PodState[];
      };
      const pod = items.at(-1);
      if (pod?.status?.phase === "Running") {
        return pod.metadata.name;
      }
      const said =
        pod === undefined
          ? `no pod yet (kubectl describe job ${name} --namespace ${namespace})`
          : stateOf(pod);
      const seconds = Math.round((Date.now() - begun) / 1000);
      if (signal.aborted || seconds > startSeconds || pod?.status?.phase === "Failed") {
        throw new FailedError(
          `The pod in the cluster does not run after ${count(seconds, "second")}: ${said}.`,
        );
      }
      live(`waiting for a pod in the cluster, for ${String(seconds)} s: ${said}`);
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** `Pending: ImagePullBackOff`, `Pending: 0/3 nodes are available`. */
function stateOf({ status = {} }: PodState): string {
  const waits = status.containerStatuses
    ?.map(({ state }) => state?.waiting)
    .find((one) => one?.reason !== undefined);
  const unmet = status.conditions?.find((one) => one.status === "False" && one.message !== undefined);
  const why = waits === undefined ? unmet?.message : [waits.reason, waits.message].filter(Boolean).join(", ");
  return [status.phase ?? "unknown", why].filter(Boolean).join(": ");
}
