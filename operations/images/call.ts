import { groundworkCommand } from "../../guard/printed-command";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { CommandContext } from "../terminal/command-context";
import type { ImageGroup, ImageClients } from "./clients";
import type { OpenStack } from "../plan/workspace";

/** What can be done with the images of a group. */
export const imageActions = ["build", "deploy", "list", "clean"] as const;
export type ImageAction = (typeof imageActions)[number];

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

/** What a person types for another action on the group. */
export function callOf(stack: OpenStack, group: ImageGroup, action: ImageAction): string {
  return groundworkCommand`image ${stack.name} ${group.key} ${action}`;
}
