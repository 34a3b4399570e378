import { appendFileSync } from "node:fs";

export type CloudMethod = "create" | "update" | "delete" | "read" | "invoke";

/** One line of `log.jsonl`: a call that reached the cloud. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly package: string;
  readonly method: CloudMethod;
  /** Resource type, or the function's token for an invoke. */
  readonly type: string;
  readonly urn: string | null;
  readonly id: string | null;
  readonly ok: boolean;
  readonly error: string | null;
}

/** Appends only, a whole line at a time, so that two runs may write to one file. Carries no property values. */
export class CloudLog {
  constructor(private readonly path: string) {}

  append(line: LogLine): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}
