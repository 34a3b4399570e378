import { approvalFor, type Approval } from "../approvals/approval";
import { holdsData, keyOf, type InventoryEntry } from "./inventory";
import { described, importOf, kindOf, placed } from "./inventory-words";
import { stackOf } from "../urns";
import { judgeOthers, type OtherStack } from "./judge-others";
import type { GuardLevel } from "../level";
import { PlanIndex } from "./plan-index";
import { groundworkCommand, pulumiCommand } from "../printed-command";
import type { Refusal, Step } from "../step";
import type { JudgeRule } from "../judge/verdict";

export interface MemoryContext {
  readonly level: GuardLevel;
  /** What held data after the last good run. */
  readonly inventory: readonly InventoryEntry[];
  /** When that was written down, ISO 8601; undefined where it is not known. */
  readonly since?: string;
  /**
   * Keys (`keyOf`) of everything that the state has. It wins over the inventory: what it has is not lost, whatever its
   * URN is now.
   */
  readonly present: ReadonlySet<string>;
  /** Keys of what the state has, and the cloud was just found to have no more. Default: none. */
  readonly gone?: ReadonlySet<string>;
  /** Keys of what another stack of the backend has in its state: it was moved there (`pulumi state move`). Default: none. */
  readonly elsewhere?: ReadonlySet<string>;
  /** What an approval has given up since. Default: nothing. */
  readonly givenUp?: readonly Pick<InventoryEntry, "urn" | "id">[];
  readonly approvals?: readonly Approval[];
  /** Default: none. */
  readonly others?: readonly OtherStack[];
}

type MemoryRule = Extract<JudgeRule, "recreates-data" | "lost-from-state">;

/** Keys of everything that the steps of a plan show to be in the state, or to come there as what it is. */
export function keysIn(steps: readonly Step[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { op, type, old: before, new: wanted } of steps) {
    const id = op === "import" ? (wanted?.id ?? before?.id) : before?.id;
    if (op !== "read" && id !== undefined && id !== null && id !== "") {
      keys.add(keyOf({ type, id }));
    }
  }
  return keys;
}

/** Entries of the inventory that neither the state nor an approval accounts for. */
export function missing(context: MemoryContext): readonly InventoryEntry[] {
  const { level, inventory, present, elsewhere, givenUp = [], approvals } = context;
  if (level === "disposable") {
    return [];
  }
  const done = new Set(givenUp.map(({ urn, id }) => `${urn}\n${id}`));
  return inventory.filter((entry) => {
    const key = keyOf(entry);
    const approval = approvalFor(approvals, entry.urn, entry.id);
    return (
      entry.locked &&
      // As the table has it now: somebody may have found meanwhile that a type holds nothing.
      holdsData(entry.type) &&
      !present.has(key) &&
      elsewhere?.has(key) !== true &&
      !done.has(`${entry.urn}\n${entry.id}`) &&
      !(approval?.phase === "destroy" && approval.operation !== "loosen")
    );
  });
}

/**
 * What no single step of a plan shows: what the last good run had and the state has no more, and what another stack
 * holds already.
 */
export function judgeInventory(steps: readonly Step[], context: MemoryContext): Refusal[] {
  const index = new PlanIndex(steps);
  return [
    ...missing(context).map((entry) => lost(entry, index, context)),
    ...judgeOthers(steps, index, context.others ?? []),
  ];
}

function lost(entry: InventoryEntry, index: PlanIndex, { since, gone: notFound }: MemoryContext): Refusal {
  const { urn, id, type } = entry;
  const kind = kindOf(entry);
  const anew = index.makingAnew(entry);
  const replaced = index.byUrn.get(urn)?.find((step) => (step.old?.id ?? id) !== id);
  const at = since === undefined ? "" : ` (of ${since})`;
  const isGone = notFound?.has(keyOf(entry)) === true;
  const gone = isGone
    ? "this run has looked. Somebody has deleted it, or these are the credentials of another account or region"
    : "it was taken out of the state (`pulumi state delete`, `pulumi stack rm`, an edit), it was deleted by hand and a refresh " +
      "has noticed, or this is not the state that the last run left";
  return {
    urn,
    id,
    type,
    op: anew?.op ?? replaced?.op ?? "refresh",
    rule: (anew === undefined ? "lost-from-state" : "recreates-data") satisfies MemoryRule,
    loses:
      anew === undefined
        ? `${described(entry)} would be nobody's: nothing manages, guards or finds it any more, and with it ${kind.holds}.`
        : `${described(entry)} would be replaced by an empty one: whoever uses it would find nothing of ${kind.holds}.`,
    why:
      `It is in the inventory of the last good run${at} and not in the ${isGone ? "cloud" : "state"}: ${gone}.` +
      (anew === undefined
        ? replaced === undefined
          ? ""
          : ` Under its URN the state has another one, ${replaced.old?.id ?? "of no id"}.`
        : ` The plan ${anew.op === "import" ? `imports ${anew.new?.id ?? "another one"}` : "makes a new one"} as ${anew.urn}.`),
    safeWay: isGone
      ? `Restore it, or log in to where it is: once the cloud has it under the id ${id}${placed(entry)} again, the next run finds it. Restored ` +
        `under another id: \`${pulumiCommand`refresh --stack ${stackOf(urn)}`}\` takes the old one out of the state, and \`${importOf(entry)}\`, with ` +
        "the id that it has now, takes it over. To do without it for good, approve that it is forgotten."
      : `See first whether it is still there: id ${id}${placed(entry)}. If it is, bring it back into the state: \`${importOf(entry)}\`, ` +
        `or the whole earlier state: \`${groundworkCommand`state history ${stackOf(urn)}`}\` lists what there is. If it is not, restore it from a backup under ` +
        `the same name, and import that. To do without it for good, approve that it is forgotten.`,
  };
}
