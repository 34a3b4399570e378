import { gunzipSync } from "node:zlib";
import { isRecord, parseJson } from "../../guard/unknown";
import { historyPrefix, type StackRef } from "./layout";
import type { StateStore } from "./store";

/** A run that has ended, as the engine wrote it down: backend.UpdateInfo in pkg/backend/updates.go. */
export interface Run {
  /** `update`, `destroy`, `refresh`, … */
  readonly kind: string;
  /** `succeeded` or `failed`. */
  readonly result: string;
  /** The commit's, unless somebody gave another. */
  readonly message: string;
  readonly ended: Date;
  /** False for one that was told to leave a part of the stack out. */
  readonly isWhole: boolean;
  /** The stack's configuration as the run had it, by the engine's keys; what is encrypted stays so. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a file of the history says. */
export function runIn(data: Buffer): Run {
  const parsed = parseJson((data[0] === 0x1f ? gunzipSync(data) : data).toString("utf8"));
  const record: Readonly<Record<string, unknown>> = isRecord(parsed) ? parsed : {};
  const text = (key: string): string => (typeof record[key] === "string" ? record[key] : "");
  const environment = isRecord(record.environment) ? Object.keys(record.environment) : [];
  return {
    kind: text("kind"),
    result: text("result"),
    message: text("message"),
    ended: new Date(Number(record.endTime ?? record.startTime ?? 0) * 1000),
    isWhole: !environment.some((key) => narrowed.test(key)),
    config: isRecord(record.config) ? record.config : {},
  };
}

/** How the engine notes `--target`, `--exclude` and their like, from the call or from the environment. */
const narrowed = /^pulumi\.(flag\.(target|exclude)|env\.PULUMI_OPTION_(TARGET|EXCLUDE))/;

/** The runs of a stack, the newest first, read as far as somebody wants to know. */
export async function* runsOf(store: StateStore, ref: StackRef): AsyncGenerator<Run> {
  // Their names have the nanosecond in which they ended.
  const files = (await store.list(historyPrefix(ref))).filter(({ key }) => key.includes(".history.json"));
  for (const { key } of [...files].sort((a, b) => (a.key < b.key ? 1 : -1))) {
    const content = await store.read(key);
    if (content !== undefined) {
      yield runIn(content.data);
    }
  }
}
