import { spawn, spawnSync } from "node:child_process";
import type { LastState, StateResource } from "../guard/memory/last-state";
import type { LastSuccess } from "../guard/memory/unfinished";

/** Which stack, and how to ask its backend. */
export interface StateQuestion {
  /** The engine: a path, or `pulumi`, to be found on the PATH. */
  readonly pulumi: string;
  /** As the backend has it, `organization/project/stack`. */
  readonly stack: string;
  /** The folder of Pulumi.yaml, which may name the backend. */
  readonly projectDirectory: string;
  /** The environment of whoever asks: it names backend and credentials. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** A backend that does not answer in this time, in milliseconds, is not waited for; an answer takes a second or two. */
const PATIENCE = 120_000;
const LARGEST_STATE = 1024 * 1024 * 1024;
/**
 * How often a checkpoint is read again that could not be loaded, and the pause between, in milliseconds. A run saves it many
 * times a minute, and a backend that is a folder shows a reader an empty file for a moment ("failed to load checkpoint: EOF").
 */
const ATTEMPTS = 10;
const PAUSE = 200;
/** Updates that are looked back on. */
const HISTORY_LENGTH = 50;

/**
 * The last checkpoint, secrets encrypted: what the backend has when it is asked. During a run that is what the run has come
 * to, so who wants to know the end of the last one asks before anything is registered. Takes no lock.
 */
export async function readLastState(question: StateQuestion): Promise<LastState> {
  return lastStateOf(await ask(question, exportOf(question)));
}

/** `readLastState` for a program, which has to know before it registers its first resource. */
export function readLastStateAtOnce(question: StateQuestion): LastState {
  return lastStateOf(askAtOnce(question, exportOf(question)));
}

/**
 * Whether the last run that ended was an update that got to its end with these settings; not where that cannot be read.
 *
 * @param key a key of the configuration, such as `groundwork:guard`; `isWanted` is shown what the run had there.
 */
export function wasUpdatedAtOnce(
  question: StateQuestion,
  key: string,
  isWanted: (value: unknown) => boolean,
): boolean {
  const [last] = updatesIn(askAtOnce(question, historyOf(question, 1))) ?? [];
  return last?.kind === "update" && last.result === "succeeded" && isWanted(configured(last, key));
}

/** What a key of the configuration was in a past run: the engine writes structures as JSON text. */
function configured({ config }: PastUpdate, key: string): unknown {
  const { value } = config?.[key] ?? {};
  return typeof value === "string" ? (parsed(value) ?? value) : value;
}

/** When the last update that succeeded ended, as `EngineStack.lastSuccess` has it; nothing is known where that fails. */
export async function readLastSuccess(question: StateQuestion): Promise<LastSuccess> {
  const updates = updatesIn(await ask(question, historyOf(question, HISTORY_LENGTH)));
  if (updates === undefined) {
    return { endedAt: undefined, isAll: false };
  }
  const found = updates.find(({ kind, result }) => kind === "update" && result === "succeeded");
  const endedAt = found === undefined ? undefined : new Date(String(found.endTime));
  return Number.isNaN(endedAt?.getTime())
    ? { endedAt: undefined, isAll: false }
    : { endedAt, isAll: updates.length < HISTORY_LENGTH };
}

/** An update as `stack history` has it, the newest first. */
interface PastUpdate {
  readonly kind?: unknown;
  readonly result?: unknown;
  readonly endTime?: unknown;
  readonly config?: Readonly<Record<string, { readonly value?: unknown }>>;
}

function updatesIn(answer: Answer): readonly PastUpdate[] | undefined {
  const updates = "problem" in answer || answer.code !== 0 ? undefined : parsed(answer.stdout);
  return Array.isArray(updates) ? (updates as readonly PastUpdate[]) : undefined;
}

type Answer =
  | { readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly problem: string };

function exportOf({ stack }: StateQuestion): string[] {
  return ["stack", "export", "--stack", stack, "--non-interactive"];
}

function historyOf({ stack }: StateQuestion, length: number): string[] {
  const page = ["--page-size", String(length), "--page", "1"];
  return ["stack", "history", "--json", ...page, "--stack", stack, "--non-interactive"];
}

function optionsOf({ projectDirectory, variables }: StateQuestion): {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
} {
  return {
    cwd: projectDirectory,
    // What a person has set for flags of their own call, such as --file, is not meant for this one.
    env: Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith("PULUMI_OPTION_"))),
  };
}

/** While it is saved, no question about the stack has an answer: its history has none either. */
function isBeingSaved(answer: Answer): boolean {
  return "code" in answer && answer.code !== 0 && /failed to load checkpoint/.test(answer.stderr);
}

function askAtOnce(question: StateQuestion, args: readonly string[]): Answer {
  let answer = callAtOnce(question, args);
  for (let attempt = 1; attempt < ATTEMPTS && isBeingSaved(answer); attempt += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    answer = callAtOnce(question, args);
  }
  return answer;
}

async function ask(question: StateQuestion, args: readonly string[]): Promise<Answer> {
  let answer = await call(question, args);
  for (let attempt = 1; attempt < ATTEMPTS && isBeingSaved(answer); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    answer = await call(question, args);
  }
  return answer;
}

function callAtOnce(question: StateQuestion, args: readonly string[]): Answer {
  const { status, error, stdout, stderr } = spawnSync(question.pulumi, args, {
    ...optionsOf(question),
    encoding: "utf8",
    maxBuffer: LARGEST_STATE,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE,
  });
  return error === undefined ? { code: status, stdout, stderr } : { problem: error.message };
}

function call(question: StateQuestion, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(question.pulumi, args, {
      ...optionsOf(question),
      stdio: ["ignore", "pipe", "pipe"],
      // Not `timeout`: its clock goes on running, and keeps the program from ending, when there is nothing to start.
      signal: AbortSignal.timeout(PATIENCE),
    });
    const chunks: { readonly out: Buffer[]; readonly err: Buffer[] } = { out: [], err: [] };
    child.stdout.on("data", (chunk: Buffer) => chunks.out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.err.push(chunk));
    child.on("error", (error) => {
      resolve({ problem: error.message });
    });
    child.on("close", (code) => {
      resolve({
        code,
        stdout: Buffer.concat(chunks.out).toString("utf8"),
        stderr: Buffer.concat(chunks.err).toString("utf8"),
      });
    });
  });
}

function lastStateOf(answer: Answer): LastState {
  if ("problem" in answer) {
    return answer;
  }
  const { code, stdout, stderr } = answer;
  if (code !== 0) {
    // One that is not there yet has lost nothing.
    return /no stack named/.test(stderr)
      ? { resources: [] }
      : { problem: lastLine(stderr) ?? `it ended with exit code ${String(code)}` };
  }
  const exported = parsed(stdout) as
    { readonly deployment?: { readonly resources?: readonly StateResource[] | null } | null } | undefined;
  return exported === undefined || typeof exported !== "object"
    ? { problem: "what it printed is not a deployment" }
    : { resources: exported.deployment?.resources ?? [] };
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split("\n").at(-1);
  return line === "" ? undefined : line;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
