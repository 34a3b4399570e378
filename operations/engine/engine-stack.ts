import type { EngineEvent, Stack, UpdateSummary } from "@pulumi/pulumi/automation";
import type { Approval } from "../../guard/approvals/approval";
import type { StateResource } from "../../guard/memory/last-state";
import { groundworkCommand } from "../../guard/printed-command";
import type { LastSuccess } from "../../guard/memory/unfinished";
import { approvalsVariable } from "../../settings/environment";
import { writtenApprovals } from "../../settings/handed-approvals";
import { isSecretName, secretOf } from "../../settings/secrets";
import { automationApi, failureIn, workspaceOf, type EngineFailure, type EngineOptions } from "./automation";
import { ignoreProtect } from "./engine-access";
import { FailedError } from "../terminal/errors";

/** One run of the engine: everything it said. */
export interface EngineRun {
  readonly events: readonly EngineEvent[];
  /** Absent when the run got to its end. */
  readonly failure?: EngineFailure;
}

export interface RunOptions {
  /** Folders of policy packs. */
  readonly policyPacks?: readonly string[];
  readonly onEvent?: (event: EngineEvent) => void;
  /** Asks the engine to stop after what it is doing. */
  readonly signal?: AbortSignal;
  /** URNs, or patterns of URNs, that alone are looked at; everything else stays as the state has it. Default: all. */
  readonly targets?: readonly string[];
  /** URNs that are replaced though nothing about them has changed. Default: none. */
  readonly replaces?: readonly string[];
  /**
   * File of the engine's own plan: `preview` writes it, and `up` does nothing that is not in it. Secrets in it are
   * encrypted as in the state. Default: none.
   */
  readonly planFile?: string;
  /** Whether the cloud is read first, and the state is compared with what is there. Default: not. */
  readonly refresh?: boolean;
  /** What the history of the stack's state says of the run. Default: nothing. */
  readonly message?: string;
}

/** The part of `RunOptions` that says what of the stack is acted on. */
export type Scope = Pick<RunOptions, "targets" | "replaces">;

/**
 * One stack over the Automation API, without the engine processes that this does not need (0.3 s each): the version is
 * known already, and selecting a stack would only change which one the person's own `pulumi` acts on, since each call
 * names its stack.
 */
export class EngineStack {
  private readonly readOutputs: Stack["outputs"];

  private constructor(private readonly stack: Stack) {
    // After each change the Automation API starts the engine three times more, for outputs and history that nobody
    // here looks at: both are in the events already.
    this.readOutputs = stack.outputs.bind(stack);
    stack.outputs = () => Promise.resolve({});
    stack.info = () => Promise.resolve(undefined);
  }

  static async open(options: EngineOptions): Promise<EngineStack> {
    const workspace = await workspaceOf(options);
    workspace.selectStack = () => Promise.resolve();
    return new EngineStack(await automationApi().Stack.select(options.stack, workspace));
  }

  /**
   * Creates the stack in the backend unless another run has done so by now; writes the stack's salt into
   * `projectDirectory`.
   *
   * @throws FailedError with the engine's words.
   */
  static async create(options: EngineOptions): Promise<void> {
    const workspace = await workspaceOf(options);
    const failure = await failureIn(() => workspace.createStack(options.stack));
    if (failure !== undefined && failure.kind !== "exists") {
      throw new FailedError(`The stack ${options.stack} could not be made.\n${failure.stderr}`);
    }
  }

  preview(options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) =>
      this.untruncated(() =>
        this.stack.preview({
          ...shared,
          ...scopeOf(options),
          plan: options.planFile,
          refresh: options.refresh,
          policyPacks: [...(options.policyPacks ?? [])],
        }),
      ),
    );
  }

  /**
   * A preview that tells its plan to the end. With protection the engine stops telling at the first thing that is protected: neither
   * which property replaces it, nor what else would go. What is protected the gate refuses, and the run that changes something
   * never does without.
   */
  private async untruncated<T>(preview: () => Promise<T>): Promise<T> {
    const { workspace } = this.stack;
    const { envVars } = workspace;
    workspace.envVars = { ...envVars, [ignoreProtect]: "true" };
    try {
      return await preview();
    } finally {
      workspace.envVars = envVars;
    }
  }

  /** Tells every run from now on what is approved: verified, and nothing but that. */
  handOver(approvals: readonly Approval[]): void {
    const { workspace } = this.stack;
    workspace.envVars = { ...workspace.envVars, [approvalsVariable]: writtenApprovals(approvals) };
  }

  /** Changes the cloud. The engine does not preview here: `preview` must have been called, and judged, before. */
  up(options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) =>
      this.stack.up({
        ...shared,
        ...scopeOf(options),
        plan: options.planFile,
        refresh: options.refresh,
        message: options.message,
        policyPacks: [...(options.policyPacks ?? [])],
      }),
    );
  }

  /** The program runs too: the hooks that guard what holds data live in it. */
  previewDestroy(options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) =>
      this.untruncated(() =>
        this.stack.previewDestroy({ ...shared, refresh: options.refresh, runProgram: true }),
      ),
    );
  }

  /**
   * Takes everything down, or the targets alone; as with `up`, `previewDestroy` comes before. What depends on a target and is none is
   * not taken down with it: the engine ends before it has begun.
   */
  destroy(options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) =>
      this.stack.destroy({
        ...shared,
        ...scopeOf(options),
        refresh: options.refresh,
        message: options.message,
        runProgram: true,
      }),
    );
  }

  /** Reads resources from the cloud into the state, by their URNs; changes nothing in the cloud. */
  readAgain(urns: readonly string[], options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) => this.stack.refresh({ ...shared, target: [...urns] }));
  }

  /** What the stack last exported, secrets in clear; nothing for a stack that was never up. */
  async outputs(): Promise<{
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly failure?: EngineFailure;
  }> {
    let outputs: Readonly<Record<string, unknown>> = {};
    const failure = await failureIn(async () => {
      outputs = Object.fromEntries(
        Object.entries(await this.readOutputs()).map(([name, { value }]) => [name, value as unknown]),
      );
    });
    return { outputs, failure };
  }

  /** The last checkpoint, secrets in clear: for reading, never for printing. */
  async checkpoint(): Promise<Checkpoint> {
    const exported = (await this.stack.exportStack()) as { readonly deployment: Checkpoint };
    return exported.deployment;
  }

  /**
   * A secret of the stack's configuration in clear: for use, never for printing.
   *
   * @param key with its namespace, `groundwork:workerSshKey`.
   * @throws FailedError that says how to set it; it does not repeat what the engine said of it.
   */
  async secret(key: string): Promise<string> {
    let value = "";
    const failure = await failureIn(async () => {
      ({ value } = await this.stack.getConfig(key));
    });
    const name = key.split(":").at(-1) ?? key;
    // What has not the form of one would come out again in the error of whoever is given it.
    const isWrong = isSecretName(name) && !secretOf(name).format.safeParse(value).success;
    if (failure !== undefined || value === "" || isWrong) {
      throw new FailedError(
        `The secret ${name} of ${this.stack.name} could not be read, or does not have the form of one. ` +
          `\`${groundworkCommand`secrets ${this.stack.name} check`}\` says what is wrong. Nothing was touched.`,
      );
    }
    return value;
  }

  /** The last runs, newest first, with the configuration of each; of secrets nothing. */
  updates(): Promise<readonly UpdateSummary[]> {
    return this.stack.history(HISTORY_LENGTH, 1, false);
  }

  /** When the last update that succeeded ended; undefined when none is among the last ones. */
  async lastSuccess(): Promise<LastSuccess> {
    const updates = await this.updates();
    const found = updates.find(({ kind, result }) => kind === "update" && result === "succeeded");
    return { endedAt: found?.endTime, isAll: updates.length < HISTORY_LENGTH };
  }

  /** Whether the backend has the stack; answers while another run holds its lock. @throws FailedError */
  async exists(): Promise<boolean> {
    const failure = await failureIn(() => this.stack.exportStack());
    if (failure !== undefined && failure.kind !== "missing") {
      throw new FailedError(`The stack ${this.stack.name} could not be looked up.\n${failure.stderr}`);
    }
    return failure === undefined;
  }

  /** Takes a stack without resources out of the backend. */
  async remove(): Promise<void> {
    await this.stack.workspace.removeStack(this.stack.name);
  }

  /** Breaks the lock of a run that has died. */
  async cancel(): Promise<void> {
    await this.stack.cancel();
  }

  /** Takes down what the state knows, without the program. */
  destroyWhatIsThere(options: RunOptions = {}): Promise<EngineRun> {
    return this.run(options, (shared) => this.stack.destroy(shared));
  }

  private async run(
    options: RunOptions,
    action: (shared: {
      onEvent: (event: EngineEvent) => void;
      onError: (text: string) => void;
      color: "never";
      suppressProgress: true;
      suppressOutputs: true;
      showSecrets: false;
      signal?: AbortSignal;
    }) => Promise<unknown>,
  ): Promise<EngineRun> {
    const events: EngineEvent[] = [];
    let stderr = "";
    const shared = {
      // Collected only: what is thrown here the Automation API swallows.
      onEvent: (event: EngineEvent) => {
        events.push(event);
        options.onEvent?.(event);
      },
      onError: (text: string) => {
        stderr += text;
      },
      color: "never" as const,
      suppressProgress: true as const,
      suppressOutputs: true as const,
      // Else the Automation API asks for the history with the configuration's secrets in it, which nobody reads here,
      // and for which the engine writes a salt into a stack file that has none.
      showSecrets: false as const,
      signal: options.signal,
    };
    const failure = await failureIn(() => action(shared));
    return { events, failure: failure === undefined ? undefined : { ...failure, stderr: stderr.trim() } };
  }
}

function scopeOf({ targets, replaces }: Scope): { target?: string[]; replace?: string[] } {
  return { ...(targets && { target: [...targets] }), ...(replaces && { replace: [...replaces] }) };
}

/** Updates that are looked back on; who has failed more often than that in a row is told that nothing is known. */
const HISTORY_LENGTH = 50;

/** The part of an exported deployment that the guard looks at. */
export interface Checkpoint {
  readonly resources?: readonly CheckpointResource[];
}

export interface CheckpointResource extends StateResource {
  readonly custom: boolean;
  readonly parent?: string;
  /** URNs of everything that it depends on. */
  readonly dependencies?: readonly string[] | null;
  /** Inputs to the URNs that their values came from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  /** URN of what takes it along when it goes. */
  readonly deletedWith?: string;
}
