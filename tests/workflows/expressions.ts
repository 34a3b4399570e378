import { createContext, runInContext } from "node:vm";

/** What expressions may name, each by its context: `steps`, `needs`, `inputs`, … */
export type Contexts = Readonly<Record<string, unknown>>;

export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

/** What is not there is empty text, however deep, as on GitHub. */
function lenient(value: unknown): unknown {
  if (value === undefined || value === null) return lenient({});
  if (typeof value !== "object" || Array.isArray(value)) return value;
  return new Proxy(value, {
    get: (target, key): unknown =>
      key === Symbol.toPrimitive ? () => "" : lenient((target as Record<string | symbol, unknown>)[key]),
  });
}

/**
 * The value of an expression of GitHub's, without the braces. Of its language only what reads alike in JavaScript, which is all that
 * the workflows use.
 */
function evaluate(expression: string, contexts: Contexts, status: Status): unknown {
  const scope = {
    ...Object.fromEntries(Object.entries(contexts).map(([name, value]) => [name, lenient(value)])),
    fromJSON: (text: unknown) => lenient(JSON.parse(String(text))),
    success: () => !status.failed && !status.cancelled,
    failure: () => status.failed,
    cancelled: () => status.cancelled,
  };
  return runInContext(expression, createContext(scope));
}

/** Text with every expression in it replaced by its value. */
export function filledIn(text: string, contexts: Contexts, status: Status): string {
  return text.replace(
    /\$\{\{(.*?)\}\}/g,
    (_, expression: string) => `${evaluate(expression, contexts, status) as string}`,
  );
}

/** Whether a step or a job is run: without a word on success or failure, only while nothing has failed. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const bare = (condition ?? "success()").replace(/^\$\{\{(.*)\}\}$/, "$1");
  const judged = /\b(success|failure|cancelled|always)\(\)/.test(bare) ? bare : `success() && (${bare})`;
  return Boolean(evaluate(judged, contexts, status));
}
