import type { GuardLevel } from "../../guard/level";
import type { StackContext } from "../../settings/stack-context";
import { ACCOUNT, REGION } from "./cloud";

/** A stack's context as the settings would give it: `dev`, guarded as development, unless said otherwise. */
export function stackContext(
  changes: Partial<StackContext> & { guardLevel?: GuardLevel } = {},
): StackContext {
  return {
    project: "groundwork",
    stack: "dev",
    accountId: ACCOUNT,
    region: REGION,
    guardLevel: "development",
    ...changes,
  };
}
