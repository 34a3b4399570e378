import {
  holdsData,
  keyOf,
  providerUrn,
  whereaboutsOf,
  type InventoryEntry,
  type Whereabouts,
} from "./inventory";
import { described, kindOf, placed, qualified } from "./inventory-words";
import { runOf, stackOf } from "../urns";
import { isMaking, madeName, named, type PlanIndex } from "./plan-index";
import { groundworkCommand, pulumiCommand } from "../printed-command";
import type { Refusal, ResourceState, Step } from "../step";
import { isUnknown, read } from "../unknown";
import type { JudgeRule } from "../judge/verdict";

/** What another stack of the same backend holds. */
export interface OtherStack {
  readonly project: string;
  readonly stack: string;
  /** What held data there after its last good run, and what its state has besides. */
  readonly entries: readonly InventoryEntry[];
  /**
   * Keys (`keyOf`) of what its state has. What that stack has had and lost an import may save: nobody manages it now. Default:
   * everything counts as managed.
   */
  readonly managed?: ReadonlySet<string>;
  /** The backend has no state of it any more: it was removed, or renamed. Default: no. */
  readonly isGone?: boolean;
}

/** Whether a plan makes or takes in anything that may be another stack's. */
export function takesIn(steps: readonly Step[]): boolean {
  return steps.some(isTaking);
}

/** What a plan makes or takes in, though another stack has it. */
export function judgeOthers(
  steps: readonly Step[],
  index: PlanIndex,
  others: readonly OtherStack[],
): Refusal[] {
  const indexed = others.map((one) => ({ ...one, entries: new EntryIndex(one.entries) }));
  return steps.flatMap((step) => taken(step, index, indexed));
}

/** Entries by what a step may have in common with them. */
class EntryIndex {
  private readonly byName = new Map<string, InventoryEntry[]>();
  private readonly byKey = new Map<string, InventoryEntry[]>();

  constructor(entries: readonly InventoryEntry[]) {
    for (const entry of entries) {
      for (const [map, key] of [
        [this.byName, named(entry.type, entry.name)],
        [this.byKey, keyOf(entry)],
      ] as const) {
        map.set(key, [...(map.get(key) ?? []), entry]);
      }
    }
  }

  candidates(step: Step): readonly InventoryEntry[] {
    const { op, type, new: wanted } = step;
    return (
      (op === "import"
        ? this.byKey.get(keyOf({ type, id: wanted?.id ?? "" }))
        : this.byName.get(named(type, madeName(step)))) ?? []
    );
  }
}

function taken(
  step: Step,
  index: PlanIndex,
  others: readonly (Omit<OtherStack, "entries"> & { readonly entries: EntryIndex })[],
): Refusal[] {
  const { new: wanted } = step;
  if (!isTaking(step) || wanted === undefined) {
    return [];
  }
  const provider = providerUrn(wanted.provider);
  const [providers] = index.byUrn.get(provider ?? "") ?? [];
  const place = whereaboutsOf(step.type, wanted, (providers?.new ?? providers?.old)?.inputs);
  for (const { project, stack, entries, managed, isGone = false } of others) {
    const found = entries
      .candidates(step)
      .filter((entry) => step.op !== "import" || managed?.has(keyOf(entry)) !== false)
      .find((entry) => entry.locked && isSame(step, wanted, place, entry));
    if (found !== undefined) {
      const verb = step.op === "import" ? "imports" : "makes";
      const here = stackOf(step.urn);
      const takingOver = pulumiCommand`import ${found.type} NAME ${found.id} --generate-code=false --stack ${here}`;
      const to = qualified(step.urn.split("::")[1] ?? project, here);
      const move = pulumiCommand`state move --source ${qualified(project, stack)} --dest ${to} ${found.urn}`;
      const forget = groundworkCommand`guard ${stack} approve ${found.urn} --id ${found.id} --operation forget --for 1h --reason "…"`;
      return [
        {
          urn: step.urn,
          id: found.id,
          type: step.type,
          op: step.op,
          rule: "belongs-to-other-stack" satisfies JudgeRule,
          loses:
            `${described(found)} holds the data of stack ${project}/${stack}. With two stacks that manage it each would undo what ` +
            `the other does, and the removal from one of them would take it from both, and with it ${kindOf(found).holds}.`,
          why: `The plan ${verb} it here as ${step.urn}; there it is ${found.urn}${placed(found)}.`,
          safeWay:
            "Give this one a name of its own. " +
            (isGone
              ? `The backend has no state of ${stack} any more. To take its data over: import it here (\`${takingOver}\`). ` +
                `Where it has given it up for good: move its ledger (.groundwork/guard/${project}/${stack}.jsonl) out of the backend.`
              : `To move it here with its data: \`${move}\`, and take it out of the settings of ${stack}. ` +
                `Where ${stack} has given it up for good: \`${forget}\`, and \`${runOf(found.urn)}\`.`),
        },
      ];
    }
  }
  return [];
}

/** Whether a step would make, or take into this state, what another stack has. */
function isSame(step: Step, wanted: ResourceState, place: Whereabouts, entry: InventoryEntry): boolean {
  if (step.op === "import") {
    return (
      wanted.id !== null &&
      keyOf({ type: step.type, id: wanted.id }) === keyOf(entry) &&
      (entry.cluster === undefined
        ? !differs(place.account, entry.account) && !differs(place.region, entry.region)
        : place.cluster === entry.cluster)
    );
  }
  const kind = kindOf(step);
  const path = kind.name;
  const name = path === undefined ? undefined : read(wanted.inputs, path);
  if (path === undefined || typeof name !== "string" || isUnknown(name) || name !== entry.name) {
    return false;
  }
  const sameType = keyOf({ type: step.type, id: "" }) === keyOf({ type: entry.type, id: "" });
  if (!sameType || !isUniqueName(path, name, entry.id)) {
    return false;
  }
  if (step.type.startsWith("kubernetes:")) {
    const namespace = read(wanted.inputs, "metadata.namespace");
    return (
      place.cluster !== undefined &&
      place.cluster === entry.cluster &&
      [name, `${typeof namespace === "string" ? namespace : "default"}/${name}`].includes(entry.id)
    );
  }
  return (
    place.account !== undefined && place.account === entry.account && !differs(place.region, entry.region)
  );
}

function differs(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/**
 * Whether the cloud gives a name once only in an account and region. Names of zones, user pools and the like, and tags, it
 * gives any number of times: there the id has nothing of the name.
 */
function isUniqueName(path: string, name: string, id: string): boolean {
  if (path !== "name" && !path.startsWith("tags.")) {
    return true;
  }
  const at = id.lastIndexOf(name);
  return (
    at >= 0 &&
    (at === 0 || "/:".includes(id.charAt(at - 1))) &&
    /^(-[A-Za-z0-9]{6})?$/.test(id.slice(at + name.length))
  );
}

function isTaking(step: Step): boolean {
  return isMaking(step) && holdsData(step.type);
}
