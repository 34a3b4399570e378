import { isInForce } from "../../../guard/approvals/exceptions";
import { groundworkCommand } from "../../../guard/printed-command";
import { daysUntil } from "../../../settings/release-days";
import { oldPins } from "../../plan/pin-ages";
import { StackApprovals } from "../../plan/memory/approvals";
import { asked, told, type Check } from "../check";

/** An exception is told of so many days before its last one; an approval, which lives for days at most, so many hours. */
const [exceptionDays, approvalHours] = [14, 24];

/** Exceptions and approvals near their end, and pins that have grown old. */
export const dates: Check = async ({ context, name, now, settings }) => {
  const today = now.toISOString().slice(0, 10);
  return [
    ...settings.sections.guard.exceptions.flatMap((one, index) => {
      const left = daysUntil(one.until, today);
      const end = isInForce(one, now)
        ? `ends on ${one.until}, in ${left} days: the rule refuses again then`
        : `has ended on ${one.until}, and the rule holds`;
      return isInForce(one, now) && left > exceptionDays
        ? []
        : told("warning", `the exception from ${one.rule} for ${one.resource} ${end}`, {
            setting: `groundwork:guard.exceptions[${index}]`,
            mend: `Correct ${one.resource}, or let ${one.who} write another \`until\``,
          });
    }),
    ...(await asked({}, async () =>
      (await StackApprovals.of(context, name).standings()).flatMap(({ approval, record }) => {
        const left = (Date.parse(record?.expires ?? "") - now.getTime()) / 3_600_000;
        return approval === undefined || left > approvalHours
          ? []
          : told(
              "warning",
              `the approval to ${approval.operation} ${approval.urn.split("::").at(-1) ?? ""} (${approval.id}) ends at ${record?.expires ?? ""}`,
              {
                mend: `Use it before (\`${groundworkCommand`up ${name}`}\`), or see \`${groundworkCommand`guard ${name} list`}\``,
              },
            );
      }),
    )),
    ...oldPins(settings, now).flatMap(({ what, ...pin }) => told("warning", `it ${what}`, pin)),
  ];
};
