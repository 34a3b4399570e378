import { readFileSync } from "node:fs";
import type { Standing } from "../../guard/approvals/approval-record";
import { isRecord } from "../../guard/unknown";
import type { Cause } from "./cause";
import { diffOf, type PropertyDiff } from "./changes";
import { overlap, topOf } from "./differences";
import { diffWords } from "./diff-words";
import type { Drift } from "./drift";
import { lastGoodRun } from "./last-good-run";
import { masked } from "./masked";
import { changesAnything, type Plan, type PlannedStep } from "./plan";
import { settingEdits, type SettingEdit } from "./setting-edits";
import { sectionOf, settingPath } from "./setting-paths";
import type { OpenStack } from "./workspace";

/** What may be the reason of a change. */
export interface Reasons {
  /** Settings that are not as the last good run had them; undefined where that is not known. */
  readonly edits: readonly SettingEdit[] | undefined;
  /** Whether the program is that of the last good run; undefined where nobody can tell. */
  readonly isSameProgram?: boolean | undefined;
  readonly drift?: Drift;
  readonly standings?: readonly Standing[];
}

/** Why each resource of a plan changes, by URN: from what has changed since the last good run. */
export async function causesIn(
  stack: OpenStack,
  plan: Plan,
  known: Pick<Reasons, "drift" | "standings">,
): Promise<ReadonlyMap<string, Cause>> {
  if (!changesAnything(plan)) {
    return new Map();
  }
  const run = await lastGoodRun(stack);
  const identity = { project: stack.settings.context.project, stack: stack.name };
  const written = { text: readFileSync(stack.settingsFile, "utf8"), file: stack.settingsFile };
  const edits = run && settingEdits(run.config, readFileSync(stack.stackFile, "utf8"), written, identity);
  return causesOf(plan, { edits, isSameProgram: run?.isSameProgram, ...known });
}

/**
 * Why each resource changes: what moved outside and is put back; an approval; a changed setting of which the old and the new value
 * are in the change, or which the section has that makes the resource; what it follows from, where another change is the reason. Where
 * nothing of that is so, it says so.
 */
export function causesOf(plan: Plan, reasons: Reasons): ReadonlyMap<string, Cause> {
  const steps = plan.outcome.filter(({ op, restated }) => op !== "same" || restated.length > 0);
  const causes = new Map<string, Cause>();
  for (const step of steps) {
    const cause = ownCause(step, reasons);
    if (cause !== undefined) {
      causes.set(step.urn, cause);
    }
  }
  const owners = ownersOf(steps);
  for (const step of steps) {
    if (!causes.has(step.urn)) {
      causes.set(step.urn, inherited(step, owners, causes) ?? weakCause(step, steps, reasons, causes));
    }
  }
  return causes;
}

/** What shows by itself. */
function ownCause(step: PlannedStep, { drift, edits, standings = [] }: Reasons): Cause | undefined {
  const diff = diffOf(step);
  const moved = drift?.moved.find(({ urn }) => urn === step.urn);
  const putBack = moved?.properties.filter(({ willBe }) => willBe !== "kept") ?? [];
  const isPutBack =
    moved?.isGone === true ||
    (diff.length > 0 && diff.every(({ path }) => putBack.some((one) => overlap(one.path, path))));
  if (isPutBack) {
    return { kind: moved?.willBe === "waits" ? "waits" : "drift" };
  }
  const told = telling(diff);
  const compared = diffsOf(step, told);
  // What comes or goes with an entry of its own section is that entry's, whatever all resources have in common.
  const own = (edits ?? []).filter((edit) => isOfSection(edit, step) && isEntryOf(edit, step));
  const scored = (own.length > 0 ? own : (edits ?? []))
    .map((edit) => ({ edit, score: evidence(edit, step, told, compared) }))
    .filter(({ score }) => score >= enough);
  const best = Math.max(...scored.map(({ score }) => score));
  const [first, ...others] = scored.filter(({ score }) => score === best).map(({ edit }) => edit.place);
  if (first !== undefined) {
    return { kind: "setting", setting: first, ...(others.length > 0 && { others }) };
  }
  const isApproved = standings.some(({ approval }) => approval?.urn === step.urn);
  return isApproved && step.op !== "replace" ? { kind: "approval" } : undefined;
}

/** What a resource is replaced for tells more than what changes with it, and tags that all things have tell least. */
function telling(diff: readonly PropertyDiff[]): readonly PropertyDiff[] {
  const forcing = diff.filter(({ forcesReplacement }) => forcesReplacement);
  const own = diff.filter(({ path }) => !["tags", "tagsAll", "tag"].includes(topOf(path)));
  return forcing.length > 0 ? forcing : own.length > 0 ? own : diff;
}

/** Less is a guess. */
const enough = 4;

/** How much speaks for a setting as the reason of a change. */
function evidence(
  edit: SettingEdit,
  step: PlannedStep,
  diff: readonly PropertyDiff[],
  compared: readonly Compared[],
): number {
  const isOwn = isOfSection(edit, step);
  const shortest = isOwn ? 1 : shortestWithin;
  const values = Math.max(0, ...compared.map((one) => sharedValues(edit, one, shortest)));
  const names = edit.path.filter((key) => typeof key === "string" && isPartOf(key, step.name)).length;
  const words = Math.max(0, ...diff.map(({ path }) => sharedWords(edit, step, path)));
  // Another section's setting has to show in what changes; its own may do so by its name too.
  return !isOwn ? values : values + 2 * names + words + (isEntryOf(edit, step) ? 1 : 0);
}

function isOfSection({ key }: SettingEdit, { urn }: PlannedStep): boolean {
  return key === `groundwork:${sectionOf(urn) ?? ""}`;
}

/** Whether an entry comes or goes with what is made of it. */
function isEntryOf({ from, to }: SettingEdit, { op }: PlannedStep): boolean {
  return (op === "create" && from === undefined) || (op === "delete" && to === undefined);
}

interface Compared {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
  /** Lines of a document: what is within them counts too. */
  readonly gone: string;
  readonly come: string;
}

function diffsOf(step: PlannedStep, diff: readonly PropertyDiff[]): readonly Compared[] {
  const whole =
    step.op === "create" || step.op === "import"
      ? [{ from: null, to: masked(step.new?.inputs) }]
      : step.op === "delete"
        ? [{ from: masked(step.old?.inputs), to: null }]
        : diff;
  return whole.map(({ from, to }) => {
    const { lines } = diffWords({ from, to });
    const text = (sign: string): string =>
      lines
        .filter((line) => line.sign === sign)
        .map((line) => line.text)
        .join("\n");
    return {
      ...{ from: new Set(leavesOf(from)), to: new Set(leavesOf(to)) },
      ...{ gone: text("-"), come: text("+") },
    };
  });
}

/** 6 where old and new are those of the setting, 2 where one of them is. */
function sharedValues({ from, to }: SettingEdit, diff: Compared, shortest: number): number {
  const side = (setting: unknown, set: ReadonlySet<string>, text: string): "shared" | "none" | "other" => {
    const values = leavesOf(setting);
    const isShared = values.some(
      (value) =>
        (value.length >= shortest && set.has(value)) ||
        (value.length >= shortestWithin && within(value, text)),
    );
    return isShared ? "shared" : values.length === 0 && set.size === 0 && text === "" ? "none" : "other";
  };
  const sides = [side(from, diff.from, diff.gone), side(to, diff.to, diff.come)];
  return !sides.includes("shared") ? 0 : sides.includes("other") ? 2 : 6;
}

/** A shorter value is in some text by chance. */
const shortestWithin = 4;

/** A digest is in what a reader is shown with its first characters alone. */
function within(value: string, text: string): boolean {
  return (
    text.includes(value) || text.includes(value.replace(/^(sha\d{3}:)([0-9a-f]{12})[0-9a-f]+$/, "$1$2…"))
  );
}

/** Whether a name has a key as one of its parts: `git` of `fleets-git-data`, and not of `digit`. */
function isPartOf(key: string, name: string): boolean {
  return `-${plainName(name)}-`.includes(`-${plainName(key)}-`);
}

function plainName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/[^A-Za-z\d]+/g, "-")
    .toLowerCase();
}

/** 4 where the setting is known to make the property, or they have one name, 1 where they have a word in common. */
function sharedWords(edit: SettingEdit, step: PlannedStep, path: string): number {
  const key = String(edit.path.filter((part) => typeof part === "string").at(-1) ?? "");
  const known = settingPath(step.urn, [path]);
  if (known?.isWhole === false && known.path.at(-1) === key) {
    return 4;
  }
  const names = path.split(/[.[\]"]+/).filter((part) => /[A-Za-z]/.test(part));
  const words = (name: string): string[] => plainName(name).split("-");
  return names.includes(key)
    ? 4
    : names.some((name) => words(name).some((word) => words(key).includes(word)))
      ? 1
      : 0;
}

/** Every single value within one. */
function leavesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(leavesOf);
  }
  if (isRecord(value)) {
    return Object.values(value).flatMap(leavesOf);
  }
  // What many settings have says nothing.
  return value === null || value === undefined || typeof value === "boolean" || value === ""
    ? []
    : [typeof value === "string" ? value : JSON.stringify(value)];
}

type Owners = ReadonlyMap<string, string>;

/** Of what changes, by what others know it by. */
function ownersOf(steps: readonly PlannedStep[]): Owners {
  return new Map(
    steps.flatMap(({ urn, old }) =>
      [old?.id, old?.outputs.arn, old?.outputs.url, old?.outputs.address]
        .filter((value): value is string => typeof value === "string" && value.length >= 6)
        .map((value) => [value, urn] as const),
    ),
  );
}

/** The reason of what it follows from: of what it was given, and is given anew. */
function inherited(step: PlannedStep, owners: Owners, causes: ReadonlyMap<string, Cause>): Cause | undefined {
  const diff = telling(diffOf(step));
  const given = leavesOf(step.op === "delete" ? step.old?.inputs : diff.map(({ from }) => from));
  // A version of a template is nothing by itself: what stands beside it says whose.
  const beside = diff.flatMap(({ path }) => leavesOf(step.old?.inputs[topOf(path)]));
  for (const value of [...given, ...beside]) {
    const owner = owners.get(value);
    const cause = owner === undefined || owner === step.urn ? undefined : causes.get(owner);
    if (cause !== undefined) {
      return cause;
    }
  }
  return undefined;
}

/** What is left when nothing shows by itself. */
function weakCause(
  step: PlannedStep,
  steps: readonly PlannedStep[],
  { edits, isSameProgram }: Reasons,
  causes: ReadonlyMap<string, Cause>,
): Cause {
  if (edits === undefined) {
    return { kind: "not known" };
  }
  if (edits.length === 0) {
    return { kind: "program" };
  }
  const own = edits.filter(({ key }) => key === `groundwork:${sectionOf(step.urn) ?? ""}`);
  const [only, ...more] = own.length > 0 ? own : edits;
  if (only !== undefined && more.length === 0 && (own.length > 0 || isSameProgram === true)) {
    return { kind: "setting", setting: only.place };
  }
  // What stands with it in one component and has a reason, where they all have the same.
  const near = steps.filter(({ parent, urn }) => parent === step.parent && urn !== step.urn);
  const reasons = new Map(
    near.flatMap(({ urn }) => {
      const cause = causes.get(urn);
      return cause?.kind === "setting" ? [[cause.setting.path, cause] as const] : [];
    }),
  );
  const [reason, ...others] = reasons.values();
  return own.length > 0 && reason !== undefined && others.length === 0 ? reason : { kind: "not known" };
}
