import type { Values } from "./values";

/** A cloud said no: the message is what the real provider would print. */
export class CloudError extends Error {
  /** The cloud's own code, e.g. `InvalidVpcID.NotFound`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CloudError";
    this.code = code;
  }
}

/** It exists, and the provider that waits for it to become live gave up: the engine keeps it, and tries again. */
export class NotLiveError extends CloudError {
  constructor(
    readonly id: string,
    readonly inputs: Values,
    readonly outputs: Values,
    readonly reasons: readonly string[],
  ) {
    super("NotLive", reasons.join("\n"));
    this.name = "NotLiveError";
  }
}
