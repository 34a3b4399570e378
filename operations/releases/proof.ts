import { isDeepStrictEqual } from "node:util";
import { groundworkCommand } from "../../guard/printed-command";
import { isGood, type Run } from "../backend/runs";
import { writtenAt, type Carried } from "./promotion";
import { short } from "./short";

const HOUR = 3_600_000;
/** Runs that leave alone what stands: they neither prove a version nor end one. */
const looking = new Set(["preview", "refresh", "import", "resource-import", "rename"]);

/** Since when a stack has run what is to be carried, or why it is not to be. */
export type Judgement = { readonly since: Date } | { readonly refused: string };

/** The source's runs, as many as are needed: back to a good one that is old enough, or to where all came to an end. */
export async function neededRuns(
  runs: AsyncIterable<Run>,
  hours: number,
  now: Date,
): Promise<readonly Run[]> {
  const needed: Run[] = [];
  for await (const run of runs) {
    if (looking.has(run.kind)) {
      continue;
    }
    needed.push(run);
    // What took the stack down, and what cannot be read, ends it.
    if (run.kind !== "update" || (isGood(run) && now.getTime() - run.ended.getTime() >= hours * HOUR)) {
      break;
    }
  }
  return needed;
}

/**
 * Whether the last good run of a stack had a value, and for how long there has been no other: a run that failed or was of a part
 * proves nothing, and one with another value, however it ended, has perhaps brought that.
 */
export function judgeCarried(
  { path, proof }: Carried,
  runs: readonly Run[],
  {
    from,
    hours,
    now,
    setting,
  }: { readonly from: string; readonly hours: number; readonly now: Date; readonly setting: string },
): Judgement {
  const name = path.join(".");
  const valuesIn = ({ config }: Run): readonly (string | undefined)[] =>
    proof.map((one) => writtenAt(config, one.path));
  const has = (run: Run): boolean =>
    isDeepStrictEqual(
      valuesIn(run),
      proof.map(({ value }) => value),
    );
  const again = `\`${groundworkCommand`up ${from}`}\` first`;
  const end = runs.findIndex((run) => run.kind !== "update");
  const updates = end === -1 ? runs : runs.slice(0, end);
  const last = updates.find(isGood);
  if (last === undefined) {
    const why =
      end === -1
        ? "no run of the whole stack ever ended well there"
        : "it was destroyed, or its history cannot be read, and no run has succeeded since";
    return { refused: `${name}: ${from} does not run it: ${why}. ${again}.` };
  }
  if (!has(last)) {
    const had = valuesIn(last).find((value, index) => value !== proof[index]?.value);
    return {
      refused: `${name}: the last good run of ${from} (${moment(last.ended)}) had ${had === undefined ? "none" : short(had)}, not what its file says now. ${again}.`,
    };
  }
  const other = updates.slice(0, updates.indexOf(last)).find((run) => !has(run));
  if (other !== undefined) {
    return {
      refused: `${name}: a later run of ${from} (${moment(other.ended)}), which ${other.result === "succeeded" ? "was of a part of the stack" : "failed"}, had another value. ${again}.`,
    };
  }
  const broken = updates.findIndex((run) => !has(run));
  const since =
    (broken === -1 ? updates : updates.slice(0, broken)).filter(isGood).at(-1)?.ended ?? last.ended;
  const until = new Date(since.getTime() + hours * HOUR);
  return until > now
    ? {
        refused: `${name}: ${from} runs it since ${moment(since)}, for less than the ${hours} h of ${setting}. It may go from ${moment(until)} on.`,
      }
    : { since };
}

/** To the minute, as every time here in UTC. */
export const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
