/** What a command's exit code means; the same for every command. */
export const exitCodes = {
  /** Done, or nothing to do. */
  done: 0,
  /** It failed; the message says at what, and what state things are in. */
  failed: 1,
  /** The call or the settings are wrong; nothing was touched. */
  usage: 2,
  /** Refused by guard or policy; nothing was touched. */
  refused: 3,
  /** A check found something. */
  found: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
