import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";

type Stack = Pick<StackContext, "project" | "stack">;

/** What `aws ssm start-session --document-name` is given; in every region the same. */
export function sessionDocumentName(context: Stack): string {
  return physicalName(context, "session");
}

/** Where what was shown in sessions is kept; in every region the same. */
export function sessionLogGroupName({ project, stack }: Stack): string {
  return `/${project}/${stack}/sessions`;
}
