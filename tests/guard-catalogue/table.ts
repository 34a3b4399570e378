import { writeFileSync } from "node:fs";
import { harmless, mutations } from ".";
import { renderTable, tableFile } from "./render";
import { runHarmless, runMutation, type Row } from "./run";

/**
 * `npm run guard:table`: makes every change of the catalogue and prints how each came out; with `--write` into
 * docs/guard-catalogue.md too. `--only TEXT`: those with this text in their name alone, and nothing is written.
 * Ends with 1 when something came out as it should not.
 */
async function main(args: readonly string[]): Promise<number> {
  const only = args[args.indexOf("--only") + 1];
  const isWanted = ({ name }: { readonly name: string }): boolean =>
    !args.includes("--only") || only === undefined || name.toLowerCase().includes(only.toLowerCase());
  const runs = [
    ...mutations.filter(isWanted).map((entry) => () => runMutation(entry)),
    ...harmless.filter(isWanted).map((entry) => () => runHarmless(entry)),
  ];
  const done: (readonly Row[])[] = runs.map(() => []);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < runs.length; i = next++) {
      const started = Date.now();
      const rows = (await runs[i]?.()) ?? [];
      done[i] = rows;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.error(`${i + 1}/${runs.length} ${rows[0]?.entry ?? ""} (${seconds} s)`);
      for (const { way, problems } of rows) {
        for (const problem of problems) console.error(`  ${way}: ${problem.replaceAll("\n", "\n    ")}`);
      }
    }
  };
  // Two at a time: each is an engine, a program and a pack.
  await Promise.all([work(), work()]);
  const rows = done.flat();
  const page = renderTable(rows);
  console.log(page);
  const failures = rows.filter(({ problems }) => problems.length > 0);
  if (failures.length > 0) {
    console.error(
      `${failures.length} of ${rows.length} runs came out as they should not. Nothing was written.`,
    );
    return 1;
  }
  if (args.includes("--write") && !args.includes("--only")) writeFileSync(tableFile, page);
  return 0;
}

void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
