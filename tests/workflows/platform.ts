import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { readEnvironment } from "../../settings/environment";
import { scratch } from "../support/scratch";
import { filledIn, holds, type Contexts, type Status } from "./expressions";
import { action, checkout, workflow, type Job, type Step } from "./workflow";

/** What GitHub keeps, as the stand-in for `gh` writes it down. */
export interface Kept {
  readonly comments: readonly { readonly id: number; readonly issue: number; readonly body: string }[];
  readonly issues: readonly {
    readonly number: number;
    readonly state: string;
    readonly title: string;
    readonly body: string;
  }[];
  readonly pulls: readonly {
    readonly state: string;
    readonly head: string;
    readonly base: string;
    readonly body: string;
  }[];
}

export interface JobResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly failed: boolean;
  /** What its steps said. */
  readonly log: string;
  /** What its steps wrote for the summary of the run. */
  readonly summary: string;
}

interface Running {
  readonly where: string;
  readonly contexts: Contexts;
  readonly environment: Record<string, string>;
  readonly steps: Record<string, unknown>;
  readonly status: { failed: boolean; cancelled: boolean };
  readonly temp: string;
  log: string;
}

/**
 * A stand-in for GitHub's runner: it carries out a workflow's jobs in a project of the rehearsal, one after the other, every line by a
 * real bash with the platform's variables. Of other people's actions it does what comes of them here: an artifact goes from one job to
 * the next. Its `gh` is `gh.js`; its `npm` and `sudo` look whether what they are called for is there.
 */
export class Platform {
  /** Of each line that was run, where it stands. */
  readonly lines = new Set<string>();
  /** Roles that jobs took, in their order. */
  readonly roles: string[] = [];
  readonly artifacts = new Map<string, string>();
  private readonly github = path.join(mkdtempSync(path.join(scratch, "github-")), "kept.json");
  private readonly programs = mkdtempSync(path.join(scratch, "programs-"));

  /** @param project a copy of the project with git; its launcher becomes one that rehearses. */
  constructor(
    private readonly project: string,
    private readonly rehearsal: string,
  ) {
    writeFileSync(this.github, JSON.stringify({ last: 0, comments: [], issues: [], pulls: [], calls: [] }));
    symlinkSync(path.join(__dirname, "gh.js"), path.join(this.programs, "gh"));
    // The tests themselves, which nobody runs within a test, and installations: they have to be there.
    this.program("npm", [
      'case "$1" in',
      "  ci) ;;",
      `  run) jq --exit-status --arg name "$2" '.scripts[$name]' '${checkout}/package.json' >/dev/null ;;`,
      "  *) exit 1 ;;",
      "esac",
    ]);
    this.program("sudo", [
      'case "$*" in',
      '  *" .ci/run") test -x .ci/run ;;',
      '  "apt-get "*) ;;',
      "  *) exit 1 ;;",
      "esac",
    ]);
    for (const folder of [".github", ".ci"]) {
      symlinkSync(path.join(checkout, folder), path.join(project, folder));
    }
    rmSync(path.join(project, "groundwork"), { force: true });
    writeFileSync(
      path.join(project, "groundwork"),
      [
        "#!/bin/sh",
        // No plugin is downloaded here.
        'case "$*" in "exec -- pulumi plugin install resource "*)',
        '  folder="$PULUMI_HOME/plugins/resource-$7-v$8" && mkdir -p "$folder" && exec touch "$folder/pulumi-resource-$7" ;;',
        "esac",
        `exec '${process.execPath}' '${path.join(project, "bin", "groundwork.js")}' "$@" --rehearse`,
        "",
      ].join("\n"),
    );
    chmodSync(path.join(project, "groundwork"), 0o755);
  }

  private program(name: string, lines: readonly string[]): void {
    const file = path.join(this.programs, name);
    writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(file, 0o755);
  }

  kept(): Kept {
    return JSON.parse(readFileSync(this.github, "utf8")) as Kept;
  }

  /** Has GitHub keep something else, as if somebody had done it there. */
  keep(change: (kept: { comments: object[] }) => void): void {
    const kept = JSON.parse(readFileSync(this.github, "utf8")) as { comments: object[] };
    change(kept);
    writeFileSync(this.github, JSON.stringify(kept));
  }

  /**
   * Runs a workflow to its end.
   *
   * @param contexts What the event brings: `github.event`, `inputs`.
   * @returns what came of its jobs, by name; of those of a matrix, behind the name, by the stack; of a called workflow's, with its
   * job before.
   */
  async run(file: string, contexts: Contexts = {}): Promise<Record<string, JobResult>> {
    const { jobs, env = {} } = workflow(file);
    const results: Record<string, JobResult> = {};
    for (const [name, job] of Object.entries(jobs)) {
      const needs = Object.fromEntries([job.needs ?? []].flat().map((one) => [one, results[one]]));
      const failed = Object.values(needs).some((one) => one === undefined || one.failed);
      const github = { token: "a token", run_id: 1, run_attempt: 1, ...(contexts["github"] ?? {}) };
      const given: Contexts = { vars: {}, ...contexts, github, needs };
      const status = { failed, cancelled: false };
      if (!holds(job.if, given, status)) continue;
      const list = job.strategy?.matrix.stack;
      const stacks =
        list === undefined
          ? [undefined]
          : (JSON.parse(filledIn(list.replace("fromJSON(", "("), given, status)) as string[]);
      if (stacks.length === 0)
        throw new Error(`${file} ${name}: Matrix vector 'stack' does not contain any values`);
      for (const stack of stacks) {
        const key = stack === undefined ? name : `${name} ${stack}`;
        await this.job(key, `workflows/${file} ${name}`, job, { ...given, matrix: { stack } }, env, results);
      }
    }
    return results;
  }

  /** Runs a line by itself, as a job of one step. */
  async one(run: string, env: Readonly<Record<string, string>> = {}): Promise<JobResult> {
    const temp = mkdtempSync(path.join(scratch, "runner-"));
    const status = { failed: false, cancelled: false };
    const running: Running = { where: "", contexts: {}, environment: {}, steps: {}, status, temp, log: "" };
    await this.line("by hand", { run, env }, running);
    return { outputs: {}, failed: status.failed, log: running.log, summary: "" };
  }

  private async job(
    key: string,
    where: string,
    job: Job,
    contexts: Contexts,
    outer: Readonly<Record<string, string>>,
    results: Record<string, JobResult>,
  ): Promise<void> {
    const fine: Status = { failed: false, cancelled: false };
    if (job.uses !== undefined) {
      const file = path.basename(job.uses);
      const inputs = mapped(job.with ?? {}, (text) => filledIn(text, contexts, fine));
      const inner = await this.run(file, { ...contexts, inputs });
      for (const [name, result] of Object.entries(inner)) results[`${key} / ${name}`] = result;
      const call = workflow(file).on["workflow_call"] as { outputs?: Record<string, { value: string }> };
      const outputs = mapped(call.outputs ?? {}, ({ value }) => filledIn(value, { jobs: inner }, fine));
      const failed = Object.values(inner).some((one) => one.failed);
      results[key] = { outputs, failed, log: "", summary: "" };
      return;
    }
    const temp = mkdtempSync(path.join(scratch, "runner-"));
    const steps: Record<string, unknown> = {};
    const running: Running = {
      where,
      contexts: { ...contexts, runner: { temp }, steps },
      environment: {},
      steps,
      status: { failed: false, cancelled: false },
      temp,
      log: "",
    };
    for (const text of [outer, job.env ?? {}]) {
      Object.assign(
        running.environment,
        mapped(text, (value) => filledIn(value, running.contexts, fine)),
      );
    }
    for (const [index, step] of (job.steps ?? []).entries()) {
      await this.step(`${where} ${String(index)}`, step, running);
    }
    const summary = path.join(temp, "summary");
    results[key] = {
      outputs: mapped(job.outputs ?? {}, (text) => filledIn(text, running.contexts, fine)),
      failed: running.status.failed,
      log: running.log,
      summary: existsSync(summary) ? readFileSync(summary, "utf8") : "",
    };
  }

  private async step(where: string, step: Step, running: Running): Promise<void> {
    const { contexts, status } = running;
    if (!holds(step.if, contexts, status)) return;
    if (step.run !== undefined) {
      await this.line(where, step, running);
      return;
    }
    const uses = step.uses ?? "";
    const given = mapped(step.with ?? {}, (value) => filledIn(String(value), contexts, status));
    if (uses.startsWith("./")) {
      await this.action(uses, given, running);
      return;
    }
    const folder = path.resolve(running.temp, given["path"] ?? "");
    switch (uses.split("@")[0]) {
      case "actions/checkout":
      case "actions/setup-node":
      case "actions/setup-go":
      case "azure/login":
        return;
      case "aws-actions/configure-aws-credentials":
        this.roles.push(given["role-to-assume"] ?? "");
        return;
      case "actions/upload-artifact": {
        if (!existsSync(folder)) return;
        const kept = mkdtempSync(path.join(scratch, "artifact-"));
        cpSync(folder, kept, { recursive: true });
        this.artifacts.set(given["name"] ?? "", kept);
        return;
      }
      case "actions/download-artifact": {
        const kept = this.artifacts.get(given["name"] ?? "");
        if (kept === undefined) throw new Error(`${where}: there is no artifact ${given["name"] ?? ""}.`);
        cpSync(kept, folder, { recursive: true });
        return;
      }
      default:
        throw new Error(`${where}: nobody knows here what comes of ${uses}.`);
    }
  }

  private async action(place: string, given: Record<string, string>, running: Running): Promise<void> {
    const { inputs, runs } = action(place);
    for (const [name, { default: value, required }] of Object.entries(inputs)) {
      if (required === true && given[name] === undefined) throw new Error(`${place} needs ${name}.`);
      given[name] ??= value ?? "";
    }
    // Its steps are its own; what it puts into the environment is the job's.
    const steps: Record<string, unknown> = {};
    const inner: Running = { ...running, steps, contexts: { ...running.contexts, inputs: given, steps } };
    for (const [index, step] of runs.steps.entries()) {
      const where = `${path.relative("./.github", place)}/action.yml runs ${String(index)}`;
      await this.step(where, step, inner);
    }
    running.log = inner.log;
  }

  private async line(where: string, step: Step, running: Running): Promise<void> {
    const { contexts, environment, status, temp } = running;
    const [script, output, variables] = ["script.sh", "output", "variables"].map((name) =>
      path.join(temp, name),
    ) as [string, string, string];
    writeFileSync(script, step.run ?? "");
    writeFileSync(output, "");
    writeFileSync(variables, "");
    const own = readEnvironment(checkout);
    // As GitHub calls it where `shell: bash` is said.
    const result = await execa("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: this.project,
      env: {
        PATH: [this.programs, own.path].join(path.delimiter),
        HOME: own.variables["HOME"],
        PULUMI_HOME: path.join(temp, "pulumi"),
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_REPOSITORY: "example/infrastructure",
        GITHUB_REF_NAME: "main",
        GITHUB_OUTPUT: output,
        GITHUB_ENV: variables,
        GITHUB_STEP_SUMMARY: path.join(temp, "summary"),
        RUNNER_TEMP: temp,
        GROUNDWORK_REHEARSAL_DIR: this.rehearsal,
        GH_STAND_IN: this.github,
        ...environment,
        ...mapped(step.env ?? {}, (text) => filledIn(text, contexts, status)),
      },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      all: true,
    });
    this.lines.add(where);
    running.log += `${where}: exit ${String(result.exitCode)}\n${result.all ?? ""}\n`;
    if (result.exitCode !== 0) status.failed = true;
    Object.assign(environment, assignments(variables));
    if (step.id !== undefined) running.steps[step.id] = { outputs: assignments(output) };
  }
}

/** Lines `name=value`. */
function assignments(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

function mapped<T>(values: Readonly<Record<string, T>>, make: (value: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]));
}
