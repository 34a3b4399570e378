import type { Step } from "../step";
import { groundworkCommand } from "../printed-command";
import { read } from "../unknown";
import { stackOf } from "../urns";
import type { Plan, Verdict } from "./verdict";

const keyType = "aws:iam/accessKey:AccessKey";

/**
 * An active access key that would be deleted while its user stays, or deactivated by the very run that makes the one to take its place.
 * Nobody can have its secret again, and who still has the old key is refused from one moment to the next.
 */
export function activeAccessKey(step: Step, plan: Pick<Plan, "steps" | "level">): Verdict | undefined {
  const { old, op, type } = step;
  if (type !== keyType || old === undefined || plan.level === "disposable") {
    return undefined;
  }
  const user = String(read(old.inputs, "user"));
  const isOfUser = (state: Step["old"]): boolean =>
    state !== undefined && read(state.inputs, "user") === user;
  const goes = op === "delete" || op === "replace";
  const isActive = read(old.outputs, "status") !== "Inactive";
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
  // As ServiceUsers names it; of another key it stays a word to fill in.
  const name = /::users-(.+)-key-[ab]$/.exec(step.urn)?.[1] ?? "USER";
  const stack = stackOf(step.urn);
  const [rotate, retire] = [
    groundworkCommand`iam ${stack} ${name} rotate`,
    groundworkCommand`iam ${stack} ${name} retire`,
  ];
  return !isActive || what === undefined
    ? undefined
    : {
        rule: "active-access-key",
        loses: "Access: whoever has this key is refused from then on.",
        why: `The access key ${old.id ?? ""} of ${user} is active, and would ${what}.`,
        safeWay:
          `\`${rotate}\` makes a new key and gives it out; \`${retire}\` deactivates the old one when nobody has used it for a ` +
          "while, and deletes it in a second call. They write groundwork:users.keys; `other: active` there keeps both.",
      };
}
