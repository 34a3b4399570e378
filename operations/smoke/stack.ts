import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { pulumiCommand } from "../../guard/printed-command";
import { describeError, engineErrors } from "../plan/diagnostics";
import { providerOf } from "../engine/encrypted-values";
import { EngineStack, type EngineRun } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { count, type Output } from "../terminal/output";
import { Progress } from "../plan/progress";
import type { OpenStack } from "../plan/workspace";
import { StepError } from "./walk";

/** Pulumi project of the walk's own stacks: nothing of an environment's state is ever touched by them. */
const smokeProject = "groundwork-smoke";

/** The walk's own small stack, in the environment's backend, under the environment's name. */
export class SmokeStack {
  private constructor(
    private readonly engine: EngineStack,
    private readonly directory: string,
    private readonly output: Output,
    private readonly environment: OpenStack,
  ) {}

  /** Opens the stack, which it makes where there is none. Call `close` when done. */
  static async open(stack: OpenStack, program: PulumiFn, output: Output): Promise<SmokeStack> {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-smoke-"));
    try {
      // The environment's own way of encryption: no other passphrase or key is to be had.
      const content = existsSync(stack.stackFile)
        ? (parse(readFileSync(stack.stackFile, "utf8")) as unknown)
        : undefined;
      const kept = providerOf(content);
      if (Object.keys(kept).length > 0) {
        writeFileSync(path.join(directory, `Pulumi.${stack.name}.yaml`), stringify(kept), { mode: 0o600 });
      }
      const options = {
        ...stack.engineOptions,
        projectDirectory: directory,
        stack: stack.name,
        inline: { project: smokeProject, program },
      };
      const engine = await EngineStack.open(options);
      if (!(await engine.exists())) {
        await EngineStack.create(options);
      }
      return new SmokeStack(engine, directory, output, stack);
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Makes the stack what the program says, and returns what it says of the load balancer. @throws StepError */
  async up(signal: AbortSignal): Promise<string> {
    const progress = new Progress(this.output);
    try {
      const run = await this.engine.up({ onEvent: progress.onEvent, signal });
      this.expect(run);
    } finally {
      progress.stop();
    }
    const { outputs, failure } = await this.engine.outputs();
    const { host } = outputs;
    if (failure !== undefined || typeof host !== "string" || host === "") {
      throw new StepError("The service got no load balancer with a host name.");
    }
    return host;
  }

  /** Takes down everything, and the stack itself. @throws StepError with what is left. */
  async takeDown(): Promise<void> {
    await this.empty();
    await this.engine.remove();
  }

  /**
   * Takes down everything that the state knows. A run that broke off may have left its lock: one of a process of this
   * machine that is dead is broken.
   *
   * @returns how many resources there were.
   * @throws StepError with what is left.
   */
  private async empty(): Promise<number> {
    const left = await this.resources();
    if (left > 0) {
      const progress = new Progress(this.output);
      try {
        let run = await this.engine.destroyWhatIsThere({ onEvent: progress.onEvent });
        if (run.failure?.kind === "locked" && isOfADeadProcess(run.failure.stderr)) {
          this.output.note("An earlier smoke test died and left its lock: breaking it.");
          await this.engine.cancel();
          run = await this.engine.destroyWhatIsThere({ onEvent: progress.onEvent });
        }
        this.expect(run);
      } finally {
        progress.stop();
      }
    }
    return left;
  }

  /** Resources in a cloud or cluster, as the state has them. */
  async resources(): Promise<number> {
    const { resources = [] } = await this.engine.checkpoint();
    return resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length;
  }

  /** Takes down what an earlier walk left, and says so. */
  async clean(): Promise<number> {
    const left = await this.resources();
    if (left === 0) {
      return 0;
    }
    this.output.note(
      `An earlier smoke of ${this.environment.name} left ${count(left, "resource")}: deleting them first.`,
    );
    try {
      return await this.empty();
    } catch (error) {
      if (!(error instanceof StepError)) {
        throw error;
      }
      throw new FailedError(
        `What an earlier smoke of ${this.environment.name} left could not be deleted.\n${error.message}\n${howToGoOn(this.environment)}`,
      );
    }
  }

  private expect(run: EngineRun): void {
    if (run.failure === undefined) {
      return;
    }
    const errors = engineErrors(run.events);
    const text = errors.length > 0 ? errors.map(describeError).join("\n") : run.failure.stderr;
    throw new StepError(
      run.failure.kind === "locked"
        ? `Another smoke of ${this.environment.name} holds the lock.\n${run.failure.stderr}`
        : text.trim() || "The engine ended without saying why.",
    );
  }
}

/** For a person with leftovers that do not go. */
export function howToGoOn(environment: OpenStack): string {
  const stack = `organization/${smokeProject}/${environment.name}`;
  return (
    `\`${environment.call("smoke --clean")}\` tries again. If its lock is held by a run that is dead: \`${pulumiCommand`cancel --stack ${stack}`}\`. ` +
    "If the cluster is gone, so are the objects, but not the load balancer: delete the one tagged " +
    `kubernetes.io/service-name=smoke-…/smoke, then \`${pulumiCommand`stack rm --force --stack ${stack}`}\`.`
  );
}

/** Whether the engine's words name a lock of this machine whose process has gone. */
function isOfADeadProcess(stderr: string): boolean {
  const [, host, pid] = /created by \S*@(\S+) \(pid (\d+)\)/.exec(stderr) ?? [];
  if (host !== hostname() || pid === undefined) {
    return false;
  }
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
