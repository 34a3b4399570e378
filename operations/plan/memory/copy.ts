import { setTimeout as sleep } from "node:timers/promises";
import { FailedError } from "../../terminal/errors";
import type { AwsClientConfig } from "../../engine/aws-clients";
import type { CheckpointResource } from "../../engine/engine-stack";
import type { KeptCopy } from "./ledger-record";

/** Whose copy is made, and how long and loudly it is waited for. */
export interface CopyOrder {
  readonly config: AwsClientConfig;
  /** As the state has it. */
  readonly resource: CheckpointResource;
  /** `groundwork-STACK-NAME-TIME`: letters, digits and single hyphens, at most 255 of them. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Progress for a person. */
  readonly say: (text: string) => void;
  /** A line that is written over, for who has a terminal; returns whether there is one. Default: `say`, once a minute. */
  readonly live?: (text: string) => boolean;
  readonly signal: AbortSignal;
}

/** How one service keeps a copy of something before it is given up. */
export interface CopyMaker {
  /**
   * Takes a copy, waits until the service has it whole, and compares it with what it is a copy of.
   *
   * @throws CopyError
   */
  take(order: CopyOrder): Promise<KeptCopy>;
  /** What is wrong with a copy that was taken, as it is now; undefined where it stands whole, and is one of this very resource. */
  flaw(config: AwsClientConfig, copy: KeptCopy, resource: CheckpointResource): Promise<string | undefined>;
  /** What has to be allowed to whoever takes one, as IAM writes it. */
  readonly permissions: readonly string[];
}

/** A copy is not there, or is not one of what it was made of. */
export class CopyError extends FailedError {
  constructor(message: string) {
    super(message);
    this.name = "CopyError";
  }
}

/** Between two questions. Services allow many more; a snapshot takes minutes at least. */
const pollMilliseconds = 10_000;
/** A person sees that it goes on. */
const tellMilliseconds = 60_000;
/** Full snapshots of the largest databases take hours. */
const mostMilliseconds = 24 * 60 * 60_000;

/**
 * Asks until there is an answer.
 *
 * @param ask undefined: not yet.
 * @throws CopyError when it takes longer than a day, or the call is broken off.
 */
export async function untilThere<T>(
  { live, say, signal }: Pick<CopyOrder, "say" | "live" | "signal">,
  what: string | (() => string),
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const begun = Date.now();
  let told = begun;
  const named = (): string => (typeof what === "string" ? what : what());
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    if (signal.aborted) {
      throw new CopyError(`Broken off while waiting for ${named()}. The service may go on with it.`);
    }
    if (Date.now() - begun > mostMilliseconds) {
      throw new CopyError(`${named()} has not come about within a day.`);
    }
    const line = `  waiting for ${named()}, for ${String(Math.round((Date.now() - begun) / 60_000))} min`;
    if (live?.(line) !== true && Date.now() - told > tellMilliseconds) {
      told = Date.now();
      say(line);
    }
    await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** What of a copy is not as in its original; empty where all is. */
export function differences(
  pairs: Readonly<Record<string, readonly [original: unknown, copy: unknown]>>,
): string[] {
  return Object.entries(pairs).flatMap(([name, [original, copy]]) =>
    original === copy ? [] : [`${name} is ${shown(copy)} in place of ${shown(original)}`],
  );
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "nothing";
}

/** A text of a resource's outputs, else of its inputs. */
export function textOf({ outputs = {}, inputs = {} }: CheckpointResource, name: string): string {
  const value = outputs[name] ?? inputs[name];
  return typeof value === "string" ? value : "";
}

/** Services name it differently; EC2 says no more than that. */
const denials: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "AuthorizationError",
  "KMSKeyNotAccessibleFault",
]);

/** What to allow, where that is what a service refused; else nothing. */
export function permissionHint(error: unknown, { permissions }: Pick<CopyMaker, "permissions">): string {
  return error instanceof Error && denials.has(error.name) ? ` It takes ${permissions.join(", ")}.` : "";
}

/** The name of an error of a service. */
export function isError(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
