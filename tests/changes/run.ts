import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { documentOf, Walk, type Result } from "../engine/support/walk";
import { stackFileOf, type Config } from "./config";
import type { Change } from "./every-change";
import { putOthers } from "./others";
import type { ChangeOutcome, ServiceLoss } from "../../settings/change-verdicts";

/** Stacks that stand, each made once, by the text of their files. */
export class Standing {
  private readonly walks = new Map<string, Promise<Walk | undefined>>();

  /** A copy of the stack that has this configuration, to be changed. */
  async copyOf(config: Config): Promise<Walk> {
    const key = stackFileOf(config);
    // One that a change has made is as good; where that change failed it is made from nothing.
    const made = await this.walks.get(key);
    if (made !== undefined) return made.copy();
    const fresh = standUp(config);
    this.walks.set(key, fresh);
    return (await fresh).copy();
  }

  /** What a change makes is what others begin with. */
  offer(config: Config, walk: Promise<Walk | undefined>): void {
    const key = stackFileOf(config);
    if (!this.walks.has(key)) this.walks.set(key, walk);
  }
}

async function standUp(config: Config): Promise<Walk> {
  const walk = Walk.create();
  write(walk, config);
  putOthers(walk);
  await walk.done("rehearse", "dev");
  return walk;
}

function write(walk: Walk, config: Config): void {
  writeFileSync(path.join(walk.project, "Pulumi.dev.yaml"), stackFileOf(config));
}

/** Makes one change: `up`, which previews, and a preview that must find nothing more. */
export async function runChange(
  change: Change,
  standing: Standing,
  isStage: boolean,
): Promise<ChangeOutcome> {
  const { before, after, refused } = change;
  if (after === undefined)
    return { verdict: "refused by settings", ...(refused !== undefined && { words: refused }) };
  const run = changeOnCopy(before, after, standing);
  if (isStage)
    standing.offer(
      after,
      run.then(({ walk, outcome }) => (hasStood(outcome) ? walk : undefined)),
    );
  const { walk, outcome } = await run;
  if (walk === undefined) return outcome;
  if (!isStage || !hasStood(outcome)) remove(walk);
  return outcome;
}

function hasStood({ verdict }: ChangeOutcome): boolean {
  return ["nothing to deploy", "in place", "replaces", "interrupts"].includes(verdict);
}

async function changeOnCopy(
  before: Config,
  after: Config,
  standing: Standing,
): Promise<{ readonly walk?: Walk; readonly outcome: ChangeOutcome }> {
  let walk: Walk;
  try {
    walk = await standing.copyOf(before);
  } catch (error) {
    return { outcome: { verdict: "fails", words: `No stack to change: ${String(error)}` } };
  }
  write(walk, after);
  const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
  if (result.exitCode !== 0) return { walk, outcome: refusalOrFailure(result) };
  const plan = documentOf(result) as unknown as PlanDocument;
  if (plan.result === "nothing to change") return { walk, outcome: { verdict: "nothing to deploy" } };
  const again = await walk.groundwork("preview", "dev", "--rehearse", "--json");
  if (again.exitCode !== 0)
    return { walk, outcome: { verdict: "fails", words: `the preview after it: ${lastWords(again)}` } };
  const left = documentOf(again) as unknown as PlanDocument;
  const rest = [...left.changes, ...left.restated];
  if (rest.length > 0) {
    return { walk, outcome: { verdict: "not the same after a second up", words: JSON.stringify(rest) } };
  }
  return { walk, outcome: outcomeOf(plan) };
}

interface PlanDocument {
  readonly result?: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly changes: readonly { readonly urn: string; readonly op: string }[];
  readonly restated: readonly object[];
  readonly interrupts?: readonly ServiceLoss[];
  readonly refusals: readonly { readonly rule: string; readonly loses: string; readonly type: string }[];
  readonly policyViolations: readonly {
    readonly policy: string;
    readonly level: string;
    readonly message: string;
  }[];
}

function outcomeOf({ summary, interrupts = [] }: PlanDocument): ChangeOutcome {
  const replaces = summary["replace"] ?? 0;
  return {
    verdict: interrupts.length > 0 ? "interrupts" : replaces > 0 ? "replaces" : "in place",
    ...(replaces > 0 && { replaces }),
    ...(interrupts.length > 0 && {
      interrupts: interrupts.map(({ who, why, when, seconds, successors }) => ({
        ...{ who, why, when, seconds },
        ...(successors && { successors }),
      })),
    }),
  };
}

function refusalOrFailure(result: Result): ChangeOutcome {
  if (result.exitCode === 2) return { verdict: "refused by settings", words: lastWords(result) };
  if (result.exitCode !== 3) return { verdict: "fails", words: lastWords(result) };
  const { refusals, policyViolations } = documentOf(result) as unknown as PlanDocument;
  const rules = [
    ...refusals.map(({ rule }) => rule),
    ...policyViolations.filter(({ level }) => level === "mandatory").map(({ policy }) => policy),
  ];
  return { verdict: "refused by the guard", words: [...new Set(rules)].sort().join(", ") };
}

function lastWords({ stdout, stderr }: Result): string {
  return `${stdout}\n${stderr}`.trim().slice(-3000);
}

function remove(walk: Walk): void {
  for (const folder of [walk.project, walk.rehearsal]) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
