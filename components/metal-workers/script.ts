import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";

type WorkerKind = MetalWorkersSettings["worker"]["kind"];

const SOURCE_DIRECTORY = path.join(__dirname, "../../boot");

/** A file of boot/ without lines that are comments, so that a better comment runs no step anew. */
export function bootScript(name: string): string {
  const source = readFileSync(path.join(SOURCE_DIRECTORY, name), "utf8");
  return `${source
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")}\n`;
}

/** One step, as a machine is to run it. */
export interface StepRun {
  /** What a person calls the machine: `docker-worker-3`. */
  readonly machine: string;
  readonly step: string;
  /** Of this step and all before it, on this machine: the machine keeps it when the step is done. */
  readonly digest: string;
  /** What runs: a script of bash. */
  readonly script: string;
  /** Environment variables of the script. Nothing secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Its standard input; may be secret. */
  readonly input: string;
  /** For one try, in seconds. */
  readonly limit: number;
  readonly tries: number;
  /** Seconds after the first failed try. */
  readonly backOff: number;
}

/** The longest that all tries of a step can take, pauses and the ends of what was cut off with them; in seconds. */
export function longestRun({ limit, tries, backOff }: Pick<StepRun, "limit" | "tries" | "backOff">): number {
  const pauses = Array.from({ length: tries - 1 }, (_, index) => Math.min(backOff * 2 ** index, 300) * 1.5);
  return Math.ceil(tries * (limit + 10) + pauses.reduce((sum, pause) => sum + pause, 0));
}

/**
 * The command line of a step. Short, since every error message repeats it: machine and step are there for people who read
 * that message or the machine's list of processes.
 *
 * @param user root, or somebody who may use sudo without a password.
 */
export function stepCommand(
  { machine, step, digest }: Pick<StepRun, "machine" | "step" | "digest">,
  user: string,
): string {
  return `exec ${user === "root" ? "" : "sudo -n "}bash -s -- ${machine} ${step} ${digest.slice(0, 12)}`;
}

/**
 * Takes the worker out of service; returns when its tasks are finished. That its service was set up is forgotten on the machine,
 * or the step would find itself done when it runs again, and start nothing.
 */
export function stopCommand(kind: WorkerKind, user: string): string {
  const script = `systemctl disable --now ${kind}.service && rm -f /var/lib/groundwork/steps/service /var/lib/groundwork/steps/verification`;
  return `exec ${user === "root" ? "" : "sudo -n "}bash -c '${script}'`;
}

/** Starts a worker that was stopped. */
export function startCommand(kind: WorkerKind, user: string): string {
  return `exec ${user === "root" ? "" : "sudo -n "}systemctl enable --now ${kind}.service`;
}

/** What goes to the command's standard input: read whole by the shell before any of it runs. */
export function stepInput(run: StepRun): string {
  const { machine, step, digest, script, parameters, input, limit, tries, backOff } = run;
  const variables = {
    machine,
    step,
    digest,
    limit,
    tries,
    back_off: backOff,
    // One run that was cut off may still be at work.
    patience: longestRun(run),
    script: base64(script),
    input: base64(input),
  };
  return [
    "{",
    ...Object.entries(variables).map(([name, value]) => `${name}=${quoted(String(value))}`),
    ...Object.entries(parameters).map(([name, value]) => `export ${name}=${quoted(value)}`),
    bootScript("lib/run-step.sh"),
    "run_step </dev/null",
    "exit",
    "}",
    "",
  ].join("\n");
}

/** A digest that changes when any of the parts does, or their order. */
export function digestOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** As one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
