import { physicalName, tagsOfStack } from "../names";
import type { StackContext } from "../../settings/stack-context";

/**
 * What everything of a group's images is called: recipe, pipeline, components, log group. Known before anything exists:
 * `groundwork image` finds the pipeline by it.
 */
export function imageResourceName(context: StackContext, group: string): string {
  return physicalName(context, `worker-${group}`);
}

/**
 * The tags of a group's images. `groundwork image` lists what has all of them and removes nothing else.
 */
export function imageTags(context: StackContext, group: string): Readonly<Record<string, string>> {
  return {
    ...tagsOfStack(context),
    "worker-group": group,
  };
}
