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
  /** Full name of the commit, where nothing in the folder differed from it; else empty. */
  readonly program: string;
  /** The stack's configuration as the run had it, by the engine's keys; what is encrypted stays so. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** How the message of a run begins that has carried out a sealed plan; the hash of its file follows. */
export const sealedPlanMessage = "sealed plan ";

/** What a file of the history says; what is not there is empty. */
export function runIn(data: Buffer): Run {
  return runOf(parseJson((data[0] === 0x1f ? gunzipSync(data) : data).toString("utf8")));
}

/** What a run says that the engine has told: its own file has seconds, the Automation API dates. */
export function runOf(told: unknown): Run {
  const record: Readonly<Record<string, unknown>> = isRecord(told) ? told : {};
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const environment = isRecord(record.environment) ? record.environment : {};
  const began = milliseconds(record.startTime ?? 0);
  const ended = milliseconds(record.endTime ?? record.startTime ?? 0);
  const kind = text(record.kind);
  const message = text(record.message).split("\n")[0] ?? "";
  const head = text(environment["git.head"]);
  // A list that is taken down is given to the engine as its targets, and is all that the stack has.
  const isList = kind === "destroy" && message.startsWith(sealedPlanMessage);
  return {
    kind,
    result: text(record.result),
    at: new Date(began).toISOString(),
    seconds: Math.max(0, ended - began) / 1000,
    changes: isRecord(record.resourceChanges) ? (record.resourceChanges as Record<string, number>) : {},
    commit: head.slice(0, 12),
    message,
    ended: new Date(ended),
    isWhole: isList || !Object.keys(environment).some((key) => narrowed.test(key)),
    program: environment["git.dirty"] === "false" ? head : "",
    config: isRecord(record.config) ? record.config : {},
  };
}

function milliseconds(time: unknown): number {
  return time instanceof Date ? time.getTime() : Number(time) * 1000;
}

/** Whether a run made all of the stack what its file said. */
export function isGood({ isWhole, result }: Run): boolean {
  return isWhole && result === "succeeded";
}

/** How the engine notes `--target`, `--exclude` and their like, from the call or from the environment. */
const narrowed = /^pulumi\.(flag\.(target|exclude)|env\.PULUMI_OPTION_(TARGET|EXCLUDE))/;

/** The runs of a stack, the newest first, read as far as somebody wants to know. */
export async function* runsOf(store: StateStore, ref: StackRef): AsyncGenerator<Run> {
  // Their names have the nanosecond in which they ended.
  const files = (await store.list(historyPrefix(ref))).filter(({ key }) =>
    /\.history\.json(\.gz|\.zst)?$/.test(key),
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
