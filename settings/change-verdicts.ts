/** What became of each change of each setting when it was tried (`npm run changes`), as schema/changes.json keeps it. */

/** What happened. Nothing may end in the last two. */
export const verdicts = [
  "nothing to deploy",
  "in place",
  "replaces",
  "interrupts",
  "refused by settings",
  "refused by the guard",
  "not tried yet",
  "not the same after a second up",
  "fails",
] as const;

export type Verdict = (typeof verdicts)[number];

export interface ChangeOutcome {
  readonly verdict: Verdict;
  /** How many resources were replaced; absent for none. */
  readonly replaces?: number;
  /** Whom it took service from. */
  readonly interrupts?: readonly ServiceLoss[];
  /** What was said against it: the settings' words, the guard's rules, the error. */
  readonly words?: string;
}

export interface ServiceLoss {
  readonly who: string;
  readonly why: string;
  readonly when: string;
  /** null: the plan has no end of it. */
  readonly seconds: number | null;
  /** What the plan makes before, which may take its place. */
  readonly successors?: readonly string[];
}

/** One change of one setting: "up", "to false", "entry removed". */
export interface TriedChange extends ChangeOutcome {
  readonly change: string;
}

/** By the setting's name, `*` for an entry's own name, `[]` for the items of a list. */
export type TriedChanges = Readonly<Record<string, readonly TriedChange[]>>;

/** "up, down: in place; unset: refused by settings"; the changes are left out where all of them end alike. */
export function verdictText(tried: readonly TriedChange[]): string {
  const byWords = new Map<string, string[]>();
  for (const one of tried) {
    const words = outcomeText(one);
    byWords.set(words, [...(byWords.get(words) ?? []), one.change]);
  }
  return byWords.size === 1
    ? ([...byWords.keys()][0] as string)
    : [...byWords].map(([words, changes]) => `${changes.join(", ")}: ${words}`).join("; ");
}

function outcomeText({ verdict, replaces = 0 }: ChangeOutcome): string {
  const replaced = `replaces ${replaces} resource${replaces === 1 ? "" : "s"}`;
  if (verdict === "replaces") return `${replaced} without interruption`;
  return verdict === "interrupts" && replaces > 0 ? `${replaced} and interrupts` : verdict;
}
