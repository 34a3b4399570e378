import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { CommandContext } from "../terminal/command-context";
import type { OpenStack } from "../plan/workspace";
import type { ImageClients, ImageGroup } from "./clients";

export interface ImageOptions {
  /** `deploy`: this image instead of the newest. */
  readonly image?: string | undefined;
  /** `clean`: keep so many of the newest instead of what the settings say. */
  readonly keep?: number | undefined;
  /** `clean`: list only. */
  readonly dryRun: boolean;
}

/** What an action is given. */
export interface ImageCall {
  readonly context: CommandContext;
  readonly stack: OpenStack;
  readonly clients: ImageClients;
  readonly group: ImageGroup;
  readonly settings: WorkerGroupSettings;
  readonly options: ImageOptions;
}
