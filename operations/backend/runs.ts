import { gunzipSync } from "node:zlib";
import { isRecord, parseJson } from "../../guard/unknown";
import { historyPrefix, type StackRef } from "./layout";
import type { StateStore } from "./store";

/** A run that changed the state, as the engine's backend tells it afterwards. */
export interface PastRun {
  /** `update`, `destroy`, `refresh`, `resource-import`. */
  readonly kind: string;
  /** `succeeded`, `failed`. */
  readonly result: string;
  /** ISO 8601. */
  readonly at: string;
  readonly seconds: number;
  /** What it did: operation to how many. */
  readonly changes: Readonly<Record<string, number>>;
  /** The commit of the project, and its first line; empty where the project was no repository. */
  readonly commit: string;
  readonly message: string;
}

/** The last runs of a stack, newest first. Of the settings and of the environment, which the engine writes beside, nothing is read. */
export async function pastRuns(store: StateStore, ref: StackRef, most: number): Promise<readonly PastRun[]> {
  const files = (await store.list(historyPrefix(ref)))
    .filter(({ key }) => /\.history\.json(\.gz)?$/.test(key))
    .sort((a, b) => (a.key < b.key ? 1 : -1))
    .slice(0, most);
  const runs = await Promise.all(files.map(async ({ key }) => (await store.read(key))?.data));
  return runs.flatMap((data) => (data === undefined ? [] : (runIn(data) ?? [])));
}

/** What a file of the engine's history tells; undefined for one that tells nothing. */
export function runIn(data: Buffer): PastRun | undefined {
  const text = (data[0] === 0x1f ? gunzipSync(data) : data).toString("utf8");
  const run = parseJson(text);
  if (!isRecord(run)) {
    return undefined;
  }
  const { kind, result, startTime, endTime, message, environment, resourceChanges } = run;
  const [from, to] = [Number(startTime ?? 0), Number(endTime ?? 0)];
  const head = isRecord(environment) ? environment["git.head"] : undefined;
  return {
    kind: String(kind),
    result: String(result),
    at: new Date(from * 1000).toISOString(),
    seconds: Math.max(0, to - from),
    changes: isRecord(resourceChanges) ? (resourceChanges as Record<string, number>) : {},
    commit: typeof head === "string" ? head.slice(0, 12) : "",
    message: typeof message === "string" ? (message.split("\n")[0] ?? "") : "",
  };
}
