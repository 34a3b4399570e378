import type { Unlocking } from "../../guard/judge/locked";
import type { Refusal } from "../../guard/step";
import { count, table, type Output } from "../terminal/output";
import { nameOf, shortType } from "./plan";

/** What the next run, or anybody, may delete once this one is done: told before a person is asked. */
export function printUnlockings(unlockings: readonly Unlocking[], output: Output): void {
  if (unlockings.length === 0) {
    return;
  }
  const { colors: c } = output;
  const lose = unlockings.length === 1 ? "resource loses" : "resources lose";
  output.printFitted(
    `\n${c.bold(c.red(`${unlockings.length} ${lose} locks, and can be deleted from then on`))}`,
  );
  output.printFitted(
    table(
      unlockings.map(({ urn, id, type, lifts }) => [
        c.red(shortType(type)),
        `${nameOf(urn)}${id === null ? "" : ` (${id})`}`,
        lifts.join(", "),
      ]),
      "  ",
    ),
  );
}

/** What the guard refuses: each with what is lost and the call that approves it alone, and what many have in common once. */
export function printRefusals(refusals: readonly Refusal[], output: Output): void {
  if (refusals.length === 0) {
    return;
  }
  const { colors: c } = output;
  output.printFitted();
  output.printFitted(c.bold(c.red("Refused by the guard")));
  // The engine tells steps as they come: the same plan is told in the same order.
  const inOrder = [...refusals].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  for (const group of grouped(inOrder)) {
    const [{ rule, why, safeWay }] = group as [Refusal];
    if (group.length === 1) {
      printResource(group[0] as Refusal, output);
      continue;
    }
    output.printFitted(`  ${c.red(count(group.length, "change"))}: ${rule}`);
    output.printFitted(
      table(
        [
          ["why", oneLine(why)],
          ["safe way", commonWay({ safeWay, copyFirst: group[0]?.copyFirst })],
        ],
        "    ",
      ),
    );
    for (const refusal of group) {
      printResource(refusal, output, true);
    }
  }
}

function orderOf({ type, urn, op }: Refusal): string {
  return `${shortType(type)} ${nameOf(urn)} ${op}`;
}

/** One refusal; in a group without what is said of all. */
function printResource(refusal: Refusal, output: Output, isOneOfMany = false): void {
  const { urn, id, type, op, rule, loses, why, setting, safeWay, copyFirst, notApproved, approval } = refusal;
  const margin = isOneOfMany ? "    " : "  ";
  output.printFitted(
    `${margin}${output.colors.red(op)} ${shortType(type)} ${nameOf(urn)}${id === null ? "" : ` (${id})`}`,
  );
  const row = (name: string, value: string | undefined): string[][] =>
    value === undefined ? [] : [[name, oneLine(value)]];
  output.printFitted(
    table(
      [
        ...(isOneOfMany ? [] : row("rule", rule)),
        ...row("loses", loses),
        ...(isOneOfMany ? [] : row("why", why)),
        ...row("setting", setting),
        ...row("approved?", notApproved),
        ...row("approve", approval),
        ...(isOneOfMany ? row("copy", copyFirst) : row("safe way", safeWay)),
      ],
      `${margin}  `,
    ),
  );
}

/** Refusals that say the same of why and of how to go on stand together, in the order of the first of each. */
function grouped(refusals: readonly Refusal[]): readonly (readonly Refusal[])[] {
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    const key = JSON.stringify([refusal.rule, refusal.why, commonWay(refusal)]);
    groups.set(key, [...(groups.get(key) ?? []), refusal]);
  }
  return [...groups.values()];
}

/** The safe way without how to keep a copy, which differs by type. */
function commonWay({ safeWay, copyFirst }: Pick<Refusal, "safeWay" | "copyFirst">): string {
  return copyFirst !== undefined && safeWay.endsWith(copyFirst)
    ? safeWay.slice(0, -copyFirst.length).trimEnd()
    : safeWay;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
