import * as automation from "@pulumi/pulumi/automation";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "semver";
import { startRehearsal, type Rehearsal, type RehearsalOptions } from "../../rehearsal";
import type { LogLine } from "../../rehearsal/cloud/log";
import type { CloudRecord } from "../../rehearsal/cloud/store";
import { readEnvironment } from "../../settings/environment";
import { findEngine, type Engine } from "../../toolchain";

const project = path.resolve(__dirname, "../..");
let engine: Promise<Engine> | undefined;

/** The engine that the project's own commands would use, brought on first use. */
export function testEngine(): Promise<Engine> {
  const environment = readEnvironment(project);
  engine ??= findEngine({
    binary: environment.pulumiBinary,
    path: environment.path,
    cacheDirectory: environment.cacheDirectory,
    env: environment.variables,
  });
  return engine;
}

/** A Pulumi program of a few resources; what it returns are the stack's outputs. */
export type Program = () => Record<string, unknown> | Promise<Record<string, unknown>>;

/** What one run of the engine did. */
export interface Run {
  /** Operation to how many resources, as the engine sums them up; empty when it failed. */
  readonly summary: Readonly<Record<string, number>>;
  /** Step by step: operation, type without package, name. */
  readonly steps: readonly string[];
  /** What the engine printed when it failed. */
  readonly failure?: string;
}

/** A stack with a program of the test's own, before the real engine and a rehearsal cloud. */
export class RehearsedStack {
  private program: Program = () => ({});

  private constructor(
    readonly directory: string,
    private rehearsal: Rehearsal,
    private readonly options: Partial<RehearsalOptions>,
    private stack: automation.Stack | undefined,
    readonly name: string,
    private readonly ownsDirectory: boolean,
  ) {}

  /** An empty stack in an empty cloud, or (`beside`) in another stack's cloud. Call `close` when done. */
  static async open(
    options: Partial<RehearsalOptions> & { readonly name?: string; readonly beside?: RehearsedStack } = {},
  ): Promise<RehearsedStack> {
    const { name = "dev", beside, ...rest } = options;
    const directory = beside?.directory ?? mkdtempSync(path.join(tmpdir(), "groundwork-rehearsal-"));
    const rehearsal = await startRehearsal({ accountId: "111122223333", ...rest, directory });
    const opened = new RehearsedStack(directory, rehearsal, rest, undefined, name, beside === undefined);
    opened.stack = await opened.select();
    return opened;
  }

  /** The rehearsal cloud again, in a new process as it were, perhaps with other faults. */
  async restart(options: Partial<RehearsalOptions> = {}): Promise<void> {
    await this.rehearsal.stop();
    const settings = { accountId: "111122223333", ...this.options, ...options, directory: this.directory };
    this.rehearsal = await startRehearsal(settings);
    this.stack = await this.select();
  }

  async close(): Promise<void> {
    await this.rehearsal.stop();
    if (this.ownsDirectory) rmSync(this.directory, { recursive: true, force: true });
  }

  preview(program: Program, options: automation.PreviewOptions = {}): Promise<Run> {
    this.program = program;
    return this.run((shared) => this.current.preview({ ...shared, ...options }));
  }

  up(program: Program, options: automation.UpOptions = {}): Promise<Run> {
    this.program = program;
    return this.run((shared) => this.current.up({ ...shared, ...options }));
  }

  refresh(): Promise<Run> {
    return this.run((shared) => this.current.refresh(shared));
  }

  destroy(): Promise<Run> {
    return this.run((shared) => this.current.destroy(shared));
  }

  async outputs(): Promise<automation.OutputMap> {
    return this.current.outputs();
  }

  /** The state as it lies in the backend, secrets encrypted. */
  state(): string {
    const stacks = path.join(this.directory, "state", ".pulumi", "stacks", "try");
    return readFileSync(path.join(stacks, `${this.name}.json`), "utf8");
  }

  records(type?: string): CloudRecord[] {
    const folder = path.join(this.directory, "cloud");
    return readdirSync(folder)
      .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as CloudRecord)
      .filter((record) => type === undefined || record.type === type);
  }

  log(): LogLine[] {
    const text = readFileSync(path.join(this.directory, "log.jsonl"), "utf8").trimEnd();
    return text.split("\n").map((line) => JSON.parse(line) as LogLine);
  }

  private get current(): automation.Stack {
    if (!this.stack) throw new Error("The stack has not been opened.");
    return this.stack;
  }

  private async select(): Promise<automation.Stack> {
    const { pulumi, version } = await testEngine();
    const command = Reflect.construct(automation.PulumiCommand, [
      pulumi,
      parse(version),
    ]) as automation.PulumiCommand;
    return automation.LocalWorkspace.createOrSelectStack(
      { stackName: this.name, projectName: "try", program: async () => this.program() },
      { pulumiCommand: command, envVars: { ...this.rehearsal.environment } },
    );
  }

  private async run(
    action: (shared: {
      onEvent: (event: automation.EngineEvent) => void;
      color: "never";
    }) => Promise<unknown>,
  ): Promise<Run> {
    const steps: string[] = [];
    let summary: Readonly<Record<string, number>> = {};
    const onEvent = (event: automation.EngineEvent): void => {
      const step = event.resourcePreEvent?.metadata;
      if (step && step.op !== "same" && !step.type.startsWith("pulumi:")) {
        steps.push(`${step.op} ${step.type.split(":").at(-1) ?? ""} ${step.urn.split("::").at(-1) ?? ""}`);
      }
      if (event.summaryEvent) summary = event.summaryEvent.resourceChanges;
    };
    try {
      await action({ onEvent, color: "never" });
      return { summary, steps };
    } catch (error) {
      return { summary: {}, steps, failure: error instanceof Error ? error.message : String(error) };
    }
  }
}
