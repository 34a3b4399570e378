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

/** Of a command that reads the cloud before it plans. */
export interface RefreshOptions extends CommonOptions {
  /** Commander's: true unless `--no-refresh` was given. */
  readonly refresh: boolean;
}

/** That option, as commander takes it. */
export const noRefresh = [
  "--no-refresh",
  "do not read the cloud first: quicker, but does not see what others changed since the last run",
] as const;

/** What the command line gives those that add commands to it. */
export interface Registration {
  /** Adds the options that every command takes. */
  readonly common: (command: Command) => Command;
  readonly contextOf: (options: CommonOptions) => CommandContext;
  readonly exit: (code: number) => void;
}
