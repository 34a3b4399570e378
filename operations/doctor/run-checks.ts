import * as path from "node:path";
import { lineOf } from "../plan/setting-paths";
import { table } from "../terminal/output";
import { checks } from "./checks";
import { reasonOf, type Check, type Finding, type Patient, type Severity } from "./check";

/** A finding with the check that it is of, and its place in the stack file. */
export interface Located extends Finding {
  readonly check: string;
  /** `Pulumi.prod.yaml:12`; undefined where no setting is meant. */
  readonly where: string | undefined;
}

const order: readonly Severity[] = ["error", "warning", "not asked"];

/** All checks at once; what one throws becomes a finding of its own. The worst first, and what cannot be asked for one reason once. */
export async function runChecks(
  patient: Patient,
  which: Readonly<Record<string, Check>> = checks,
): Promise<readonly Located[]> {
  const file = patient.settingsFile;
  const found = await Promise.all(
    Object.entries(which).map(async ([name, check]): Promise<readonly Located[]> => {
      const findings = await check(patient).catch((error: unknown): readonly Finding[] => [
        { severity: "not asked", what: reasonOf(error) },
      ]);
      return findings.map((one) => ({
        ...one,
        check: name,
        where:
          one.setting === undefined
            ? undefined
            : `${path.basename(file)}:${String(lineOf(file, one.setting))}`,
      }));
    }),
  );
  const all = found.flat();
  return order.flatMap((severity) => {
    const these = all.filter((one) => one.severity === severity);
    return severity === "not asked" ? together(these) : these;
  });
}

/** One reason keeps many questions from an answer: no credentials, no network. */
function together(findings: readonly Located[]): readonly Located[] {
  return [...new Set(findings.map(({ what }) => what))].flatMap((what) => {
    const [first, ...others] = findings.filter((one) => one.what === what);
    if (first === undefined || others.length === 0) return first ?? [];
    const names = [...new Set([first, ...others].map(({ check }) => check))];
    const settings = others.flatMap(({ setting }) => setting ?? []);
    const further = settings.length === 0 ? "" : ` (the same of ${settings.join(", ")})`;
    return [{ ...first, check: names.join(", "), what: `${what}${further}` }];
  });
}

/** Whether a finding is one: what could not be asked is said, and is none. */
export function isFault({ severity }: Pick<Finding, "severity">): boolean {
  return severity !== "not asked";
}

/** The findings as one table: how bad, of which check and where; below that what it is, and what mends it. */
export function checksTable(findings: readonly Located[]): string {
  return table(
    findings.flatMap(({ check, mend, setting = "", severity, what, where }) => [
      [severity, `${check}${where === undefined ? "" : `: ${setting} (${where})`}`],
      ["", `${what}.`],
      ...(mend === undefined ? [] : [["", `-> ${mend}.`]]),
    ]),
  );
}

/** A finding as `--json` has it. */
export function checkDocument({
  check,
  mend,
  setting,
  severity,
  what,
  where,
}: Located): Record<string, unknown> {
  const [file = null, line] = where?.split(":") ?? [];
  return {
    check,
    severity,
    what,
    setting: setting ?? null,
    file,
    line: line === undefined ? null : Number(line),
    mend: mend ?? null,
  };
}
