import { table } from "../terminal/output";
import { spanText } from "../terminal/output";
import type { FoundQueue, LastUse, Limits, Verdict } from "./queue";

/** What became of a queue. `gone`: somebody else deleted it first. */
export interface Outcome {
  readonly queue: FoundQueue;
  readonly verdict: Verdict;
  readonly result: "kept" | "removed" | "gone" | "failed";
}

/** The list that a person reads before anything is removed. */
export function listing(outcomes: readonly Outcome[], { now }: Limits): string {
  if (outcomes.length === 0) {
    return "There are no queues under the prefix.";
  }
  return table([
    ["queue", "age", "messages", "last use", "", ""],
    ...outcomes.map(({ queue, verdict }) => [
      queue.name,
      spanText(now - queue.created),
      String(queue.messages),
      useText(queue.use, now),
      verdict.remove ? "remove" : "keep",
      verdict.why,
    ]),
  ]);
}

function useText(use: LastUse, now: number): string {
  switch (use.kind) {
    case "at":
      return `${spanText(now - use.at)} ago`;
    case "none":
      return `not for ${spanText(now - use.since)}`;
    case "unknown":
      return "unknown";
  }
}

/** What `--json` prints. Times in ISO 8601, UTC; ages in seconds. */
export function documentOf(
  stack: string,
  prefix: string,
  outcomes: readonly Outcome[],
  { now, idle }: Limits,
): Record<string, unknown> {
  return {
    stack,
    prefix,
    idleSeconds: idle / 1000,
    queues: outcomes.map(({ queue, verdict, result }) => ({
      name: queue.name,
      url: queue.url,
      createdAt: new Date(queue.created).toISOString(),
      ageSeconds: Math.max(0, Math.round((now - queue.created) / 1000)),
      messages: queue.messages,
      lastUse: queue.use.kind === "at" ? new Date(queue.use.at).toISOString() : null,
      lastUseKnown: queue.use.kind !== "unknown",
      abandoned: verdict.remove,
      result,
      why: verdict.why,
    })),
    removed: outcomes.filter(({ result }) => result === "removed").map(({ queue }) => queue.name),
  };
}
