import type { StackContext } from "../../settings/stack-context";

/** What is needed to name the parameters of a stack. */
type Stack = Pick<StackContext, "project" | "stack">;

/** Where the parameters of a worker group are. */
export function workerParameterPath({ project, stack }: Stack, group: string): string {
  return `/${project}/${stack}/workers/${group}`;
}

/** The parameter that says which image the machines of a worker group start from; `groundwork image … deploy` writes it. */
export function imageParameterName(context: Stack, group: string): string {
  return `${workerParameterPath(context, group)}/image`;
}
