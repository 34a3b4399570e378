import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { promoteAfterHours } from "../../settings/sections/releases";
import { readStackConfig } from "../../settings/stack-file-config";
import { backendOf } from "../backend/backend";
import { refsOf } from "../backend/refs";
import { runsOf } from "../backend/runs";
import { withoutSecrets } from "../backend/store";
import { diffOf } from "../engine/file-diff";
import { askGit, commit, git, requireCommitted } from "../engine/git";
import { refuseWhatIsWrong, replaceText, withEntry, withScalars } from "../engine/stack-file-edit";
import { whoAnswers } from "../plan/memory/who";
import { settingsOf } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { OperationError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { stackFile } from "../terminal/project";
import { kindOf } from "./bump";
import { judgeCarried, neededRuns, type Judgement } from "./proof";
import { promotionOf, type Carried, type Side, type Staying } from "./promotion";
import { logFile, textOf, withPromotion, type Entry } from "./promotion-log";
import { short } from "./short";

export interface PromoteOptions {
  /** Show what would be written, and write nothing. */
  readonly dryRun: boolean;
  /** A branch with one commit, of the stack file and its changelog alone. */
  readonly commit: boolean;
}

interface OpenSide extends Side {
  readonly file: string;
  readonly text: string;
}

/**
 * Carries the versions that one stack's file pins into another's, and nothing else: what the source's last good run had, and has run
 * there for as long as the target asks. Writes the target's file and its changelog; the next `up` of the target brings them.
 *
 * @param words kinds of pins; none: all.
 * @throws OperationError (refused) for what the source has not proven; nothing is written then, not even the rest.
 */
export async function promote(
  context: CommandContext,
  [fromName, toName]: readonly [from: string, to: string],
  words: readonly string[],
  options: PromoteOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  if (fromName === toName) {
    throw new UsageError(`${fromName} has what ${toName} has: name two stacks. Nothing was touched.`);
  }
  const kinds = words.map((word) => kindOf(word));
  const [from, to] = [sideOf(context, fromName), sideOf(context, toName)];
  const name = path.basename(to.file);
  const { carried, staying } = promotionOf(from, to, kinds);
  const document = { from: fromName, to: toName, file: name, staying: staying.map(stayingDocument) };
  if (carried.length === 0) {
    output.document({ ...document, result: "nothing to promote", carried: [] });
    output.print(`${name} has every version that ${fromName} could give it. Nothing was touched.`);
    printStaying(context, staying);
    return exitCodes.done;
  }
  const proven = await provenOf(context, carried, { from, to });
  const names = { file: name, project: project.name };
  const after = edited(to.text, carried, names);
  refuseWhatIsWrong(context, toName, after, name);
  const log = logFile(to.file, toName);
  if (options.commit) {
    await requireCommitted([from.file, to.file]);
    await requireCommitted(textOf(log) === "" ? [] : [log]);
  }
  const entry: Entry = {
    from: fromName,
    to: toName,
    by: await whoAnswers(context),
    now: new Date(),
    carried: proven,
    staying,
  };
  const branch = options.commit ? await newBranch(to.file, entry) : undefined;
  const logBefore = textOf(log);
  const logAfter = await withPromotion(logBefore, entry, from.file);
  output.print(`${name} would say:`);
  output.print(diffOf(to.text, after).map(short).join("\n"));
  output.print(`\n${path.basename(log)} would say:`);
  output.print(added(logBefore, logAfter));
  for (const { note, path: keys } of carried.filter((one) => one.note !== undefined)) {
    output.note(`${keys.join(".")}: ${note ?? ""}.`);
  }
  printStaying(context, staying);
  const written = { ...document, changelog: path.basename(log), carried: proven.map(carriedDocument) };
  if (options.dryRun) {
    output.document({ ...written, result: "would be written" });
    output.print("\nNothing was touched.");
    return exitCodes.done;
  }
  const question = `Write this into ${name} and ${path.basename(log)}${options.commit ? ", on a branch of its own" : ""}?`;
  if (!(await confirm(question, context))) {
    output.document({ ...written, result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  replaceText(to.file, to.text, after);
  writeFileSync(log, logAfter);
  if (branch !== undefined) {
    await git(path.dirname(to.file), ["switch", "--quiet", "--create", branch]);
    await commit([to.file, log], messageOf(entry));
  }
  const apply = groundworkCommand`up ${toName}`;
  output.document({ ...written, result: "written", branch: branch ?? null, apply });
  output.print(
    `Written${branch === undefined ? "" : `, and committed on the branch ${branch}`}. It takes effect with: ${apply}`,
  );
  return exitCodes.done;
}

function sideOf(context: CommandContext, name: string): OpenSide {
  const settings = settingsOf(context, name);
  const file = stackFile(context.project, name);
  const text = textOf(file);
  const { config } = readStackConfig(text, file, { project: context.project.name, stack: name });
  return { name, settings, file, text, config: config.values };
}

/** What is carried, each with since when the source runs it. @throws OperationError with all that it has not proven. */
async function provenOf(
  context: CommandContext,
  carried: readonly Carried[],
  { from, to }: { readonly from: Side; readonly to: Side },
): Promise<Entry["carried"]> {
  const backend = await backendOf(context, from.name);
  const [hours, now] = [to.settings.sections.releases?.promoteAfterHours ?? promoteAfterHours, new Date()];
  const runs = await neededRuns(runsOf(backend.open(), refsOf(context, from.name)[0]), hours, now);
  const setting = `groundwork:releases.promoteAfterHours of ${to.name}`;
  const judged = carried.map((one) => ({
    one,
    judgement: judgeCarried(one, runs, { from: from.name, hours, now, setting }),
  }));
  const isRefused = (judgement: Judgement): judgement is { refused: string } => "refused" in judgement;
  const refused = judged.flatMap(({ judgement }) => (isRefused(judgement) ? [judgement.refused] : []));
  if (refused.length > 0) {
    const notYet = new Set(judged.flatMap(({ one, judgement }) => (isRefused(judgement) ? [one.kind] : [])));
    const rest = [...new Set(carried.map(({ kind }) => kind))].filter((kind) => !notYet.has(kind));
    throw new OperationError(
      [
        `${from.name} has not proven ${refused.length === carried.length ? "this" : "all of this"} (its history in ${withoutSecrets(backend.url)}):`,
        ...refused.map((line) => `  ${line}`),
        ...(rest.length === 0
          ? []
          : [`The rest may go: \`${groundworkCommand`promote ${from.name} ${to.name} ${rest}`}\`.`]),
        "Nothing was touched.",
      ].join("\n"),
      exitCodes.refused,
      refused,
    );
  }
  return judged.flatMap(({ one, judgement }) => ("since" in judgement ? [{ ...one, ...judgement }] : []));
}

/** What is not in the file yet is put there. */
function edited(
  text: string,
  carried: readonly Carried[],
  names: { readonly file: string; readonly project: string },
): string {
  const edits = carried.flatMap((one) => one.edits);
  const changed = withScalars(
    text,
    edits.filter(({ isNew }) => !isNew),
    names,
  );
  return edits.filter(({ isNew }) => isNew).reduce((done, edit) => withEntry(done, edit, names), changed);
}

/** Lines that come: the entry of a changelog is put before the others. */
function added(before: string, after: string): string {
  const old = new Set(before.split("\n"));
  return after
    .split("\n")
    .filter((line) => line !== "" && !old.has(line))
    .map((line) => `+ ${line}`)
    .join("\n");
}

function printStaying({ output }: CommandContext, staying: readonly Staying[]): void {
  if (staying.length > 0) {
    output.print("\nDifferent still:");
  }
  for (const { from, path: keys, to, why } of staying) {
    output.print(`  ${keys.join(".")}: ${short(from ?? "open")} and ${short(to ?? "open")}: ${why}`);
  }
}

/** A name for the branch that the commit goes to. @throws UsageError where git has it already. */
async function newBranch(file: string, { from, now, to }: Entry): Promise<string> {
  const branch = `promote/${from}-to-${to}-${now.toISOString().slice(0, 16).replace(/[-:]/g, "")}`;
  const there = await askGit(path.dirname(file), [
    "rev-parse",
    "--verify",
    "--quiet",
    `refs/heads/${branch}`,
  ]);
  if (there !== undefined) {
    throw new UsageError(`There is a branch ${branch} already. Nothing was touched.`);
  }
  return branch;
}

function messageOf({ carried, from, to }: Entry): string {
  return [
    `Promote what ${from} runs to ${to}`,
    "",
    ...carried.map(
      ({ after, before, path: keys }) => `${keys.join(".")}: ${short(before ?? "open")} to ${short(after)}`,
    ),
  ].join("\n");
}

type Document = Readonly<Record<string, unknown>>;

const carriedDocument = ({
  after,
  before,
  kind,
  note,
  path: keys,
  since,
}: Entry["carried"][number]): Document => ({
  kind,
  setting: keys.join("."),
  from: before ?? null,
  to: after,
  since: since.toISOString(),
  note: note ?? null,
});

const stayingDocument = ({ from, kind, path: keys, to, why }: Staying): Document => ({
  kind,
  setting: keys.join("."),
  source: from ?? null,
  target: to ?? null,
  why,
});
