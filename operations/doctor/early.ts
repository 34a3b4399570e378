import { settingAt } from "../plan/setting-paths";
import type { EngineError } from "../plan/diagnostics";
import type { PlanReport } from "../plan/report";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { isFault } from "./run-checks";
import { patientOf, type Check } from "./check";
import { identity } from "./checks/identity";
import { missingTools } from "./checks/tools";

/** The cheap part of `doctor`: one call of the cloud, and a look at the PATH, where anything real is called from it. */
const early: readonly Check[] = [
  identity,
  async (patient) => (patient.session === undefined ? missingTools(patient) : []),
];

/**
 * Plans, and meanwhile looks at who acts and with what. What is found is a warning of the plan; where there is no plan, it is said on
 * its own, for it may be why.
 */
export async function withEarlyChecks<Report extends Pick<PlanReport, "warnings">>(
  context: CommandContext,
  stack: OpenStack,
  plan: () => Promise<Report>,
): Promise<Report> {
  // Settled, both: one that fails before anybody waits for it would end the process.
  const [planned, looked] = await Promise.allSettled([plan(), earlyWarnings(context, stack)]);
  if (planned.status === "rejected") {
    for (const { message } of looked.status === "fulfilled" ? looked.value : []) {
      context.output.note(message);
    }
    throw planned.reason;
  }
  if (looked.status === "rejected") {
    throw looked.reason;
  }
  const report = planned.value;
  return { ...report, warnings: [...report.warnings, ...looked.value] };
}

/** What cannot be asked here the engine meets anyway. */
async function earlyWarnings(context: CommandContext, stack: OpenStack): Promise<readonly EngineError[]> {
  const patient = patientOf(context, stack);
  const found = await Promise.all(early.map((check) => check(patient).catch(() => [])));
  return found
    .flat()
    .filter(isFault)
    .map(({ mend, setting, what }) => ({
      urn: undefined,
      message: `${setting === undefined ? "" : `${settingAt(stack.settingsFile, setting)}: `}${what}.${mend === undefined ? "" : ` ${mend}.`}`,
    }));
}
