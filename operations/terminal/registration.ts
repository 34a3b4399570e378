import type { Command } from "commander";
import type { CommandContext } from "./command-context";

/** The options that every command takes. */
export interface CommonOptions {
  readonly rehearse?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly account?: string;
  readonly faults?: string;
  readonly weather?: string;
}

/** What the command line gives those that add commands to it. */
export interface Registration {
  /** Adds the options that every command takes. */
  readonly common: (command: Command) => Command;
  readonly contextOf: (options: CommonOptions) => CommandContext;
  readonly exit: (code: number) => void;
}
