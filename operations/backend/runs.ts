import { gunzipSync } from "node:zlib";
import { isRecord, parseJson } from "../../guard/unknown";
import { historyPrefix, type StackRef } from "./layout";
import type { StateStore } from "./store";

/** What may be shown of a run that has ended. */
export interface PastRun {
  /** `update`, `destroy`, `refresh`, `resource-import`. */
  readonly kind: string;
  /** `succeeded`, `failed`. */
  readonly result: string;
  /** When it began: ISO 8601. */
  readonly at: string;
  readonly seconds: number;
  /** What it did: operation to how many. */
  readonly changes: Readonly<Record<string, number>>;
  /** The commit of the project; empty where the project was no repository. */
  readonly commit: string;
  /** The commit's first line, unless somebody gave another message. */
  readonly message: string;
}

/** A run that has ended, as the engine wrote it down: backend.UpdateInfo in pkg/backend/updates.go. */
export interface Run extends PastRun {
  readonly ended: Date;
  /** False for one that was told to leave a part of the stack out. */
  readonly isWhole: boolean;
  /** The stack's configuration as the run had it, by the engine's keys; what is encrypted stays so. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a file of the history says; what is not there is empty. */
export function runIn(data: Buffer): Run {
  const parsed = parseJson((data[0] === 0x1f ? gunzipSync(data) : data).toString("utf8"));
  const record: Readonly<Record<string, unknown>> = isRecord(parsed) ? parsed : {};
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const environment = isRecord(record.environment) ? record.environment : {};
  const began = Number(record.startTime ?? 0);
  const ended = Number(record.endTime ?? began);
  return {
    kind: text(record.kind),
    result: text(record.result),
    at: new Date(began * 1000).toISOString(),
    seconds: Math.max(0, ended - began),
    changes: isRecord(record.resourceChanges) ? (record.resourceChanges as Record<string, number>) : {},
    commit: text(environment["git.head"]).slice(0, 12),
    message: text(record.message).split("\n")[0] ?? "",
    ended: new Date(ended * 1000),
    isWhole: !Object.keys(environment).some((key) => narrowed.test(key)),
    config: isRecord(record.config) ? record.config : {},
  };
}

/** How the engine notes `--target`, `--exclude` and their like, from the call or from the environment. */
const narrowed = /^pulumi\.(flag\.(target|exclude)|env\.PULUMI_OPTION_(TARGET|EXCLUDE))/;

/** The runs of a stack, the newest first, read as far as somebody wants to know. */
export async function* runsOf(store: StateStore, ref: StackRef): AsyncGenerator<Run> {
  // Their names have the nanosecond in which they ended.
  const files = (await store.list(historyPrefix(ref))).filter(({ key }) =>
    /\.history\.json(\.gz)?$/.test(key),
  );
  for (const { key } of [...files].sort((a, b) => (a.key < b.key ? 1 : -1))) {
    const content = await store.read(key);
    if (content !== undefined) {
      yield runIn(content.data);
    }
  }
}

/** The last runs of a stack, the newest first, for everybody to see: without settings and environment, which the engine writes beside. */
export async function pastRuns(store: StateStore, ref: StackRef, most: number): Promise<readonly PastRun[]> {
  const found: PastRun[] = [];
  for await (const { kind, result, at, seconds, changes, commit, message } of runsOf(store, ref)) {
    found.push({ kind, result, at, seconds, changes, commit, message });
    if (found.length === most) break;
  }
  return found;
}
