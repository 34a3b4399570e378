import { exitCodes, type ExitCode } from "./exit-codes";

/** An error that ends a command with a known exit code and a message for the person who called it. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    /** One entry per thing that is wrong, for `--json`. */
    readonly problems: readonly unknown[] = [],
  ) {
    super(message);
    this.name = "OperationError";
  }
}

/** The call is wrong; nothing was touched. */
export class UsageError extends OperationError {
  constructor(message: string, problems: readonly unknown[] = []) {
    super(message, exitCodes.usage, problems);
    this.name = "UsageError";
  }
}

/** It was tried and failed; the message says at what, and what state things are in. */
export class FailedError extends OperationError {
  constructor(message: string, problems: readonly unknown[] = []) {
    super(message, exitCodes.failed, problems);
    this.name = "FailedError";
  }
}

/** "dev", "dev or prod", "dev, prod or test". */
export function oneOf(names: readonly string[]): string {
  if (names.length < 2) {
    return names.join("");
  }
  return `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}
