/** An application-made queue as SQS and CloudWatch tell of it. Times are milliseconds since 1970. */
export interface FoundQueue {
  readonly name: string;
  readonly url: string;
  readonly created: number;
  /** Messages of every kind: waiting, delayed, and received but not deleted. SQS counts approximately. */
  readonly messages: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly use: LastUse;
}

/** When a queue was last used: by a message sent, received or deleted, or by somebody who asked for one in vain. */
export type LastUse =
  | { readonly kind: "at"; /** End of the hour in which it was. */ readonly at: number }
  | { readonly kind: "none"; /** Nothing from here on. */ readonly since: number }
  | { readonly kind: "unknown"; readonly why: string };

export interface Limits {
  readonly now: number;
  /** Milliseconds without use, and of age, from which a queue counts as abandoned. */
  readonly idle: number;
  readonly withMessages: boolean;
  /** Names of queues that the stack declares. */
  readonly declared: ReadonlySet<string>;
}

export interface Verdict {
  readonly remove: boolean;
  /** Why it is kept, or why it counts as abandoned. */
  readonly why: string;
}
