import { byKey } from "./by-key";
import { causeWords, type Cause } from "./cause";
import { isComponent, type Change, type ChangeVerdict } from "./changes";
import { diffWords, type DiffWords } from "./diff-words";
import { shortType, stackType } from "./plan";

/** A changed property, as it is shown. */
export interface ShownDiff extends DiffWords {
  readonly path: string;
  readonly forcesReplacement: boolean;
}

/** Resources of one component to which the same happens for the same reason. */
export interface ChangeEntry {
  readonly op: Change["op"];
  readonly verdict: ChangeVerdict;
  /** By the type as a reader knows it: `aws:rds:Instance`. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly diff: readonly ShownDiff[];
  readonly changes: readonly Change[];
}

/** All that changes for one reason. */
export interface CauseGroup {
  readonly cause: Cause;
  readonly words: string;
  readonly components: readonly { readonly component: string; readonly entries: readonly ChangeEntry[] }[];
}

/** Changes by their reason, settings in the order of the file, then by component; alike ones are one entry. */
export function groupedChanges(changes: readonly Change[]): readonly CauseGroup[] {
  // Components are the headings; what happens, happens to what is in them.
  const shown = changes.filter(({ type }) => !isComponent(type) && type !== stackType);
  return [...byKey(shown, ({ cause }) => causeWords(cause))]
    .map(([words, group]) => ({
      words,
      cause: group[0].cause,
      components: [...byKey(group, ({ component }) => component)].map(([component, inside]) => ({
        component,
        entries: entriesOf(inside),
      })),
    }))
    .sort((a, b) => placeOf(a.cause) - placeOf(b.cause));
}

const kinds: readonly Cause["kind"][] = ["setting", "drift", "waits", "approval", "program", "not known"];

function placeOf(cause: Cause): number {
  return cause.kind === "setting" ? cause.setting.line - Number.MAX_SAFE_INTEGER : kinds.indexOf(cause.kind);
}

function entriesOf(changes: readonly Change[]): ChangeEntry[] {
  const shown = changes.map((change) => ({
    change,
    diff: change.diff.map(({ path, forcesReplacement, ...values }): ShownDiff => {
      return { path, forcesReplacement, ...diffWords(values) };
    }),
  }));
  return [...byKey(shown, ({ change, diff }) => JSON.stringify([change.op, change.verdict, diff]))].map(
    ([, group]) => ({
      ...{ op: group[0].change.op, verdict: group[0].change.verdict, diff: group[0].diff },
      changes: group.map(({ change }) => change),
      names: new Map(
        [...byKey(group, ({ change }) => shortType(change.type))].map(([type, alike]) => [
          type,
          alike.map(({ change }) => change.name),
        ]),
      ),
    }),
  );
}

/** How many names of resources of one type are written out. */
const namesShown = 4;

/** `a, b, c and 4 more` */
export function namesText(names: readonly string[]): string {
  return names.length > namesShown
    ? `${names.slice(0, namesShown - 1).join(", ")} and ${names.length - namesShown + 1} more`
    : names.join(", ");
}

/** `update in place`, `replace, new one first`, `delete, refused`. */
export function whatHappens({ op, verdict: { kind } }: Pick<ChangeEntry, "op" | "verdict">): string {
  switch (kind) {
    case "in place":
      return `${op} in place`;
    case "replaced, new one first":
      return `${op}, new one first`;
    case "replaced, old one first":
      return `${op}, old one first`;
    case "interrupts":
    case "refused":
      return `${op}, ${kind}`;
    default:
      return op;
  }
}
