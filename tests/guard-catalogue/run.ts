import { rmSync } from "node:fs";
import type { Refusal } from "../engine/support/refusals";
import { documentOf, type Result, type Walk } from "../engine/support/walk";
import { holdingsOf, lossesSince, type Holdings } from "./holdings";
import type { Attempt, ExpectedRefusal, Harmless, Mutation, Outcome, Way } from "./mutation";
import { plainUpWithPack, up } from "./ways";

/** How one entry came out, one way. `held`: it did not matter how it ended, and nothing is lost. */
export interface Row {
  readonly entry: string;
  readonly area: Mutation["area"] | "harmless";
  readonly way: string;
  /** What happened; `failed` when no run of that kind should end so. */
  readonly outcome: Outcome | "held" | "failed";
  /** What should have been otherwise; none when all is well. */
  readonly problems: readonly string[];
}

interface PlanDocument {
  readonly summary?: Readonly<Record<string, number>>;
  readonly refusals?: readonly Refusal[];
  readonly policyViolations?: readonly { readonly policy: string; readonly level: string }[];
  readonly warnings?: readonly { readonly urn: string | null; readonly message: string }[];
}

/** Tries a mutation in its ways, all or those that are asked for, each on a copy of its own. */
export async function runMutation(
  mutation: Mutation,
  attempts: readonly Attempt[] = mutation.attempts,
): Promise<readonly Row[]> {
  const { name: entry, area } = mutation;
  const base = (await mutation.stage.stand()).copy();
  try {
    await mutation.before?.(base);
    const before = holdingsOf(base);
    await mutation.change(base);
    // What the change itself took out of the state is not for the run to keep.
    const { state } = holdingsOf(base);
    const rows: Row[] = [];
    for (const attempt of attempts) {
      const walk = base.copy();
      try {
        rows.push({
          entry,
          area,
          way: attempt.way.name,
          ...(await tryOnce(mutation, attempt, walk, { ...before, state })),
        });
      } finally {
        remove(walk);
      }
    }
    return rows;
  } finally {
    remove(base);
  }
}

async function tryOnce(
  mutation: Mutation,
  attempt: Attempt,
  walk: Walk,
  before: Holdings,
): Promise<Pick<Row, "outcome" | "problems">> {
  // What the change did to the cloud by itself is not this run's doing, but what it took is still missed.
  const calls = walk.changes().length;
  const result = await attempt.way.run(walk);
  const outcome = outcomeOf(attempt.way, result);
  const problems: string[] = [];
  if (!isExpected(attempt, outcome)) {
    problems.push(`${outcome}, and should be ${expectedText(attempt)}:\n${tail(result)}`);
  }
  problems.push(...lossesSince({ ...before, calls }, walk, attempt, mutation.destructive));
  if (attempt.way.through === "gate" && !["passed", "refused by the cloud"].includes(outcome)) {
    const touched = walk.changes().slice(calls);
    if (touched.length > 0) problems.push(`${touched.length} calls changed the cloud before it said no`);
  }
  if (attempt.way.through === "gate" && outcome === "refused") {
    problems.push(...refusalProblems(documentOf(result), attempt));
  }
  try {
    await mutation.still?.(walk, before.cloud);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  // Which of several refusals comes first may differ from run to run where the engine does two things at once.
  return { outcome: attempt.expected === "held" && outcome !== "failed" ? "held" : outcome, problems };
}

/** Makes a harmless change in all its ways, each on a copy of its own: no word against it, exactly this plan, nothing lost. */
export async function runHarmless(harmless: Harmless): Promise<readonly Row[]> {
  const base = (await harmless.stage.stand()).copy();
  try {
    await harmless.before?.(base);
    await harmless.change(base);
    const rows: Row[] = [];
    for (const way of harmless.ways ?? [up, plainUpWithPack]) {
      const walk = base.copy();
      try {
        const before = holdingsOf(walk);
        const result = await way.run(walk);
        const outcome = outcomeOf(way, result);
        const problems = [
          ...(outcome === "passed" ? [] : [`${outcome}, and should pass:\n${tail(result)}`]),
          ...(outcome === "passed" && way.through === "gate"
            ? planProblems(documentOf(result), harmless)
            : []),
          ...lossesSince(before, walk, { way, mayChange: harmless.mayChange }, undefined),
        ];
        rows.push({ entry: harmless.name, area: "harmless", way: way.name, outcome, problems });
      } finally {
        remove(walk);
      }
    }
    return rows;
  } finally {
    remove(base);
  }
}

function remove(walk: Walk): void {
  for (const folder of [walk.project, walk.rehearsal]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const settingsWords =
  /The settings of stack \S+ have \d+ problem|Pulumi\.\S+\.yaml has no section groundwork:/;
/** What the engine prints where protection, a hook or a rule of the pack stopped it, or what it was to do is not in its plan. */
const refusalWords =
  /because it is protected|marked for protection|hook "[^"]*" (failed|was not registered)|delete hooks registered, but the program|does not support config|\[mandatory\]|violates plan|constrained by (the )?plan|registers it without|the program only reads it|would not be there after this one/;
/** What AWS, Azure and Kubernetes answer, as their providers pass it on. */
const cloudWords =
  /api error|operation error|StatusCode: \d|AWS account ID not allowed|Cannot delete protected|is forbidden|cannot be deleted|BucketNotEmpty|DeletionProtection|RESPONSE \d{3}|Code="/i;

function outcomeOf(way: Way, { exitCode, stdout, stderr }: Result): Outcome | "failed" {
  const text = stdout + stderr;
  if (exitCode === 0) {
    return "passed";
  }
  if (way.through === "gate") {
    if (exitCode === 3) return "refused";
    if (exitCode === 2 && settingsWords.test(text)) return "refused by settings";
    return exitCode === 1 && cloudWords.test(text) ? "refused by the cloud" : "failed";
  }
  if (settingsWords.test(text)) return "refused by settings";
  if (refusalWords.test(text)) return "refused";
  return cloudWords.test(text) ? "refused by the cloud" : "failed";
}

function isExpected({ expected }: Attempt, outcome: Outcome | "failed"): boolean {
  return outcome !== "failed" && (expected === "held" || [expected].flat().includes(outcome));
}

function expectedText({ expected }: Attempt): string {
  return [expected].flat().join(" or ");
}

function tail({ exitCode, stdout, stderr }: Result): string {
  return `exit code ${exitCode}\n${stdout.slice(-2500)}\n${stderr.slice(-2500)}`;
}

function refusalProblems(
  document: PlanDocument,
  { refusals = [], policies = [] }: Pick<Attempt, "refusals" | "policies">,
): readonly string[] {
  const found = document.refusals ?? [];
  const mandatory = (document.policyViolations ?? []).filter(({ level }) => level === "mandatory");
  const wordless = found.filter(
    ({ urn, id, op, rule, loses, why, safeWay }) =>
      [urn, rule, loses, why, safeWay].includes("") || (op !== "create" && (id ?? "") === ""),
  );
  return [
    ...wordless.map((refusal) => `A refusal does not say all that it should: ${JSON.stringify(refusal)}`),
    ...refusals
      .filter((wanted) => !found.some((refusal) => isIt(refusal, wanted)))
      .map(
        (wanted) =>
          `No refusal is ${describe(wanted)}, but: ${found.map(({ rule, urn, id }) => `${rule} of ${urn} (${id})`).join("; ") || "none"}` +
          (mandatory.length > 0 ? `; policies: ${mandatory.map(({ policy }) => policy).join(", ")}` : ""),
      ),
    ...policies
      .filter((wanted) => !mandatory.some(({ policy }) => policy === wanted))
      .map(
        (wanted) =>
          `The policy ${wanted} did not speak, but: ${mandatory.map(({ policy }) => policy).join(", ") || "none"}`,
      ),
  ];
}

function isIt(refusal: Refusal, { rule, type, name, id, says }: ExpectedRefusal): boolean {
  return (
    [rule].flat().includes(refusal.rule) &&
    (type === undefined || refusal.type === type) &&
    isLike(nameOf(refusal.urn), name) &&
    isLike(refusal.id ?? "", id) &&
    (says === undefined || says.test(`${refusal.loses} ${refusal.why}`))
  );
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function isLike(text: string, wanted: string | RegExp | undefined): boolean {
  return wanted === undefined || (typeof wanted === "string" ? text === wanted : wanted.test(text));
}

function describe({ rule, type = "anything", name, id, says }: ExpectedRefusal): string {
  return [
    `${[rule].flat().join(" or ")} of ${type}`,
    ...(name === undefined ? [] : [String(name)]),
    ...(id === undefined ? [] : [`(${String(id)})`]),
    ...(says === undefined ? [] : [`that says ${String(says)}`]),
  ].join(" ");
}

function planProblems(document: PlanDocument, { plan }: Harmless): readonly string[] {
  const counted = ["create", "update", "replace", "delete", "import"] as const;
  const differing = counted.filter((op) => (document.summary?.[op] ?? 0) !== (plan[op] ?? 0));
  return [
    ...differing.map((op) => `${document.summary?.[op] ?? 0} to ${op}, and should be ${plan[op] ?? 0}`),
    // That a version nears the end of its support is so whatever changes, from some day on; logs go with what they are of; and who is told of alarms is no matter of data.
    ...(document.warnings ?? [])
      .filter(
        ({ message }) =>
          !/ support on \d{4}-\d\d-\d\d:|every event in it goes with it|^groundwork:alarms\./.test(message),
      )
      .map(({ message }) => `A warning: ${message}`),
    ...(document.policyViolations ?? []).map(({ policy, level }) => `A violation: ${policy} (${level})`),
  ];
}
