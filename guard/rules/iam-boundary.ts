import { isUnknown, read } from "../unknown";
import { notKnown, type Finding, type Wanted } from "./inputs";

/** What can have a permissions boundary. */
export const boundedTypes = ["aws:iam/role:Role", "aws:iam/user:User"] as const;

/** @param boundary ARN that the stack names; undefined where it names none, and then each may have any. */
export function checkBoundary({ inputs }: Wanted, boundary: string | undefined): Finding[] {
  const property = "permissionsBoundary";
  const found = read(inputs, property);
  if (boundary === undefined || found === boundary) {
    return [];
  }
  return isUnknown(found)
    ? [notKnown(property)]
    : [
        {
          property,
          message: `${property} is ${found === undefined ? "not set" : JSON.stringify(found)}, and groundwork:iam names ${boundary}.`,
        },
      ];
}
