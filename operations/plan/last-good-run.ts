import * as path from "node:path";
import { isRecord } from "../../guard/unknown";
import { decode } from "../../settings/load";
import { isGood, runOf, runsOf, type Run } from "../backend/runs";
import { filesOf } from "./take-in";
import { askGit } from "../engine/git";
import type { OpenStack } from "./workspace";

/** The last run that made all of a stack what its file said: what has changed since is why a plan changes anything. */
export interface GoodRun {
  /** The configuration that it ran with, by the engine's keys; empty where there was none, or it took the stack down. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether the program is the one of that run; undefined where nobody can tell. */
  readonly isSameProgram: boolean | undefined;
}

/** Runs that are looked back on. */
const mostRuns = 50;

/** What the program is made of: from here its resources come. */
const programPaths = ["index.ts", "components", "settings", "guard", "boot", "package-lock.json"] as const;

/**
 * The last good run of a stack, from the engine's own history; undefined where the last ones all failed, or nothing can be
 * read.
 */
export async function lastGoodRun(stack: OpenStack): Promise<GoodRun | undefined> {
  let looked = 0;
  for await (const run of runsOfStack(stack)) {
    if (isGood(run) && ["update", "destroy"].includes(run.kind)) {
      const values = Object.entries(run.kind === "destroy" ? {} : run.config);
      return {
        config: Object.fromEntries(values.map(([key, value]) => [key, plainValue(value)])),
        isSameProgram: await isSameProgram(stack, run.program),
      };
    }
    looked += 1;
    if (looked === mostRuns) break;
  }
  return looked === 0 ? { config: {}, isSameProgram: undefined } : undefined;
}

/** The runs of a stack, the newest first: from its files, or from the engine where only that can read them. */
export async function* runsOfStack(stack: OpenStack): AsyncGenerator<Run> {
  const files = await filesOf(stack);
  yield* files === undefined ? (await stack.engine.updates()).map(runOf) : runsOf(files.store, files.ref);
}

/** The engine's own store has values as they are; over the Automation API they come as text. */
function plainValue(value: unknown): unknown {
  const text = isRecord(value) && typeof value.value === "string" && "secret" in value ? value.value : value;
  return typeof text === "string" ? decode(text) : text;
}

async function isSameProgram({ settingsFile }: OpenStack, head: string): Promise<boolean | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(head)) {
    return undefined;
  }
  const differing = await askGit(path.dirname(settingsFile), [
    "diff",
    "--name-only",
    head,
    "--",
    ...programPaths,
  ]);
  return differing === undefined ? undefined : differing === "";
}
