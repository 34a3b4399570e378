import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { debugMessagesDropped, debugMessagesVariable } from "../settings/environment";
import { measure, type Measurement } from "./measure";
import { sampleTree } from "./process-tree";

export const projectDirectory = path.join(__dirname, "..");
export const launcher = path.join(projectDirectory, "bin", "groundwork.js");

/** Told on stdout by what `exec` runs: the environment in which the engine acts on the rehearsal, until stdin ends. */
const hold = `process.stdout.write(JSON.stringify(process.env) + "\\n"); process.stdin.resume();`;

/** What `exec` sets for a call of pulumi in which nobody asked for debug messages. */
const asExec = { [debugMessagesVariable]: debugMessagesDropped };

/** A rehearsal's providers that stay, so that nothing but the engine and what it starts is in the time of a run. */
export class ProviderSession {
  private constructor(
    private readonly host: ChildProcess,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly stack: string,
  ) {}

  /** @param environment of the caller, with GROUNDWORK_REHEARSAL_DIR; the stack is there by now. */
  static async open(stack: string, environment: NodeJS.ProcessEnv): Promise<ProviderSession> {
    const host = spawn(
      process.execPath,
      [launcher, "exec", "--rehearse", "--", process.execPath, "-e", hold],
      {
        cwd: projectDirectory,
        env: { ...environment, PULUMI_STACK: stack },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    let told = "";
    for await (const chunk of host.stdout) {
      told += String(chunk);
      if (told.endsWith("\n")) break;
    }
    return new ProviderSession(host, JSON.parse(told) as NodeJS.ProcessEnv, stack);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.host.on("close", resolve));
    this.host.stdin?.end();
    await ended;
  }

  /** `pulumi preview` of the project with the pack, as `exec -- pulumi preview` calls it. */
  preview(): Promise<Measurement> {
    return this.pulumi(projectDirectory, ["--policy-pack", "policies"], asExec);
  }

  /** A preview of the least program with the resources of the stack: the SDK as it comes, no pack. */
  floor(directory: string): Promise<Measurement> {
    return this.pulumi(directory, [], { NODE_OPTIONS: "" });
  }

  leanFloor(directory: string): Promise<Measurement> {
    return this.pulumi(directory, [], asExec);
  }

  /** Puts the least program into a folder. */
  prepareFloor(directory: string): void {
    const state = execFileSync(
      this.environment.GROUNDWORK_PULUMI ?? "pulumi",
      [...["stack", "export", "--show-secrets", "--stack", this.stack, "--cwd", projectDirectory]],
      { env: this.environment, encoding: "utf8", maxBuffer: 2 ** 30 },
    );
    const { deployment } = JSON.parse(state) as { readonly deployment: object };
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(directory, "resources.json"), JSON.stringify(deployment), { mode: 0o600 });
    writeFileSync(
      path.join(directory, "Pulumi.yaml"),
      "name: groundwork\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
    );
    copyFileSync(path.join(__dirname, "floor-program.js"), path.join(directory, "index.js"));
    for (const name of ["node_modules", "package.json"]) {
      symlinkSync(path.join(projectDirectory, name), path.join(directory, name));
    }
  }

  private async pulumi(
    directory: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
  ): Promise<Measurement> {
    const before = this.hostSeconds();
    const measured = await measure(
      this.environment.GROUNDWORK_PULUMI ?? "pulumi",
      [
        "preview",
        "--non-interactive",
        "--expect-no-changes",
        "--stack",
        this.stack,
        "--cwd",
        directory,
        ...args,
      ],
      { cwd: directory, env: { ...this.environment, ...environment } },
    );
    return { ...measured, cpuSeconds: measured.cpuSeconds + this.hostSeconds() - before };
  }

  private hostSeconds(): number {
    return sampleTree(this.host.pid ?? 0).reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  }
}
