import type { CommandContext } from "../terminal/command-context";
import type { StackRef } from "./layout";

/** Project of the program in state/: the backend's own stack has the same name as the one whose state it holds. */
export const backendProject = "groundwork-state";

/** The stack itself, and the one that made its backend. */
export function refsOf(
  { project }: CommandContext,
  stack: string,
): readonly [own: StackRef, backend: StackRef] {
  return [
    { project: project.name, stack },
    { project: backendProject, stack },
  ];
}
