import type { Step } from "../step";
import { read } from "../unknown";
import type { Plan, Verdict } from "./verdict";

const keyType = "aws:iam/accessKey:AccessKey";

/**
 * A valid access key that would be deleted while its user stays, or deactivated by the very run that makes the one to take its place.
 * Nobody can have its secret again, and who still has the old key is refused from one moment to the next.
 */
export function validAccessKey(step: Step, plan: Pick<Plan, "steps" | "level">): Verdict | undefined {
  const { old, op, type } = step;
  if (type !== keyType || old === undefined || plan.level === "disposable") {
    return undefined;
  }
  const user = String(read(old.inputs, "user"));
  const isOfUser = (state: Step["old"]): boolean =>
    state !== undefined && read(state.inputs, "user") === user;
  const goes = op === "delete" || op === "replace";
  const isValid = read(old.outputs, "status") !== "Inactive";
  const userStays = !plan.steps.some(
    (other) =>
      other.type === "aws:iam/user:User" &&
      other.old?.id === user &&
      (other.op === "delete" || other.op === "replace"),
  );
  const isDeactivated = op === "update" && read(step.new?.inputs ?? {}, "status") === "Inactive";
  const successor = plan.steps.some(
    (other) => other.type === keyType && other.op === "create" && isOfUser(other.new),
  );
  const what =
    goes && userStays
      ? "be deleted, and its user stays"
      : isDeactivated && successor
        ? "be deactivated by the run that makes its successor"
        : undefined;
  return !isValid || what === undefined
    ? undefined
    : {
        rule: "valid-access-key",
        loses: "Access: whoever has this key is refused from then on.",
        why: `The access key ${old.id ?? ""} of ${user} is valid, and would ${what}.`,
        safeWay:
          "Rotate it: `iam STACK USER rotate` makes a new key and gives it out, and `retire` deactivates the old one when nobody has " +
          "used it for a while, and deletes it later. `groundwork:users.keys` has what they write.",
      };
}
