import type { Pin } from "../../settings/pins";
import type { ScalarEdit } from "../engine/stack-file-edit";

/** What a source says of one pin. What it does not know is absent. */
export interface Answer {
  /** What `bump` writes. */
  readonly next?: string;
  /** Whether `bump` writes it only where its kind is named: a step that is more than a patch. */
  readonly isStep?: boolean;
  /** The newest there is, where that is further on than `next`. */
  readonly newest?: string;
  /** What is in use where the file leaves it open. */
  readonly held?: string;
  /** Day that the value was published on, ISO. */
  readonly published?: string;
  /** Last day of its support, ISO. */
  readonly ends?: string;
  /** Why nothing can be made of it any more. */
  readonly withdrawn?: string;
  /** What else a person has to know; why it was not asked. */
  readonly note?: string;
  /** What has to move in the same breath. */
  readonly along?: readonly ScalarEdit[];
}

/** What answers for pins of some kinds. It throws what keeps it from answering, in words for a person. */
export type Source = (pin: Pin) => Promise<Answer>;

/** HTTP, as `fetch` has it. */
export type Ask = (url: string, init?: RequestInit) => Promise<Response>;

/** The JSON that a URL gives. @throws Error with the server's answer, when that is none. */
export async function jsonOf<T>(ask: Ask, url: string, init?: RequestInit): Promise<T> {
  const response = await ask(url, init);
  if (!response.ok) {
    throw new Error(`${new URL(url).host} answers ${response.status} ${response.statusText}`.trimEnd());
  }
  return (await response.json()) as T;
}
