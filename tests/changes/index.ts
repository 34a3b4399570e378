import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { verdicts, type ChangeOutcome } from "../../settings/change-verdicts";
import { stackFileOf } from "./config";
import { everyChange, type Change } from "./every-change";
import { changesPage, pageFile } from "./page";
import { Kept, readVerdicts, withOutcomes, writeVerdicts } from "./results";
import { runChange, Standing } from "./run";

const bad: readonly string[] = ["fails", "not the same after a second up"];

/**
 * `npm run changes`: makes every change of every setting, and prints how each came out.
 *
 * `--only PATTERN`: those alone whose "setting: change" matches. `--resume`: what an earlier run has found out is not tried again, as
 * long as nothing has changed that it depends on. `--untried`: those alone that have no verdict in schema/changes.json. `--json`: the
 * outcomes as a document. `--write`: schema/changes.json and docs/changes.md. `--jobs N`: how many at a time (default: as many as there
 * are processors). Ends with 1 when a change fails.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      jobs: { type: "string", default: String(availableParallelism()) },
      resume: { type: "boolean", default: false },
      untried: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const started = Date.now();
  const { changes, missing } = everyChange();
  for (const name of missing)
    console.error(`No stack could be given ${name}: say a value for it in tests/changes/values.ts.`);
  const pattern = new RegExp(values.only);
  const matching = changes.filter(({ setting, kind }) => pattern.test(`${setting}: ${kind}`));
  const wanted = values.untried ? untried(matching) : matching;
  const outcomes = await runAll(wanted, changes, { jobs: Number(values.jobs), resume: values.resume });
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  const all = [...outcomes.values()];
  const counts = verdicts.map(
    (verdict) => `${all.filter((one) => one.verdict === verdict).length} ${verdict}`,
  );
  console.error(`${all.length} changes in ${minutes} minutes: ${counts.join(", ")}.`);
  if (values.json) console.log(JSON.stringify(withOutcomes({}, outcomes, wanted), undefined, 2));
  if (values.write) {
    const tried = withOutcomes(readVerdicts(), outcomes, changes);
    writeVerdicts(tried);
    writeFileSync(pageFile, await changesPage(tried));
  }
  return missing.length > 0 || all.some(({ verdict }) => bad.includes(verdict)) ? 1 : 0;
}

function untried(changes: readonly Change[]): readonly Change[] {
  const known = readVerdicts();
  return changes.filter(({ setting, kind }) => {
    const before = known[setting]?.find(({ change }) => change === kind)?.verdict;
    return before === undefined || before === "not tried yet";
  });
}

async function runAll(
  wanted: readonly Change[],
  all: readonly Change[],
  { jobs, resume }: { readonly jobs: number; readonly resume: boolean },
): Promise<ReadonlyMap<Change, ChangeOutcome>> {
  const stages = new Set(all.map(({ before }) => stackFileOf(before)));
  const standing = new Standing();
  const kept = new Kept();
  const outcomes = new Map<Change, ChangeOutcome>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let change = wanted[next++]; change !== undefined; change = wanted[next++]) {
      const { after } = change;
      const isStage = after !== undefined && stages.has(stackFileOf(after));
      const known = resume ? kept.get(change) : undefined;
      const outcome = known ?? (await runChange(change, standing, isStage));
      // A run that is broken off makes changes fail that would not.
      if (!bad.includes(outcome.verdict)) kept.put(change, outcome);
      outcomes.set(change, outcome);
      tell(change, outcome, `${outcomes.size}/${wanted.length}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  // As they were asked for, whichever was ready first.
  return new Map(wanted.flatMap((change) => [[change, outcomes.get(change) as ChangeOutcome] as const]));
}

function tell(
  { setting, kind }: Change,
  { verdict, replaces, interrupts = [], words }: ChangeOutcome,
  count: string,
): void {
  const more = [
    ...(replaces === undefined ? [] : [`replaces ${replaces}`]),
    ...interrupts.map(({ who, why }) => `${who}: ${why}`),
  ];
  console.error([`${count} ${setting}: ${kind}: ${verdict}`, ...more].join("; "));
  if (bad.includes(verdict)) console.error(`    ${words?.replaceAll("\n", "\n    ") ?? ""}`);
}

void main().then((exitCode) => {
  process.exitCode = exitCode;
});
