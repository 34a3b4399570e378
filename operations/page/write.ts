import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { pastRuns } from "../backend/runs";
import { changesAnything } from "../plan/plan";
import type { JudgedUpdate } from "../plan/planning";
import { isRefused, type PlanReport } from "../plan/report";
import { recordedResources } from "../plan/prediction";
import { maskedOutputs, type Outputs } from "../plan/stack-outputs";
import { filesOf } from "../plan/take-in";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import type * as documentModule from "./document";
import type { Outcome } from "./document";
import type * as htmlModule from "./html";

const load = createRequire(__filename);

export interface PageOptions {
  /** File that a page for the review is written to. Default: none is. */
  readonly page?: string;
  /** Whether the caller says where it is. Default: it is said when it is written. */
  readonly isQuiet?: boolean;
}

/** How a page begins: what begins otherwise is somebody's file. */
const beginning = "<!doctype html>";

/** Runs of the stack that a page tells of, the newest. */
const runsShown = 20;

/**
 * Sees to it, before anything is done, that a page can be written to a file.
 *
 * @throws UsageError for a file that holds something else, and for a place that cannot be written to.
 */
export function requirePageFile(file: string | undefined): void {
  if (file === undefined) {
    return;
  }
  const isThere = existsSync(file);
  let content = "";
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    accessSync(isThere ? file : path.dirname(file), constants.W_OK);
    content = isThere ? readFileSync(file, "utf8") : "";
  } catch (error) {
    throw new UsageError(`No page can be written to ${file}: ${reasonOf(error)}. Nothing was touched.`);
  }
  if (content !== "" && !content.startsWith(beginning)) {
    throw new UsageError(
      `${file} is no page: it holds something else, which is not written over. Name another file. Nothing was touched.`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a run has made of a plan; of a plan alone there is nothing to say. */
export interface Ran {
  readonly outcome?: Outcome;
  /** The stack's outputs, secrets masked. Default: those of the plan. */
  readonly outputs?: Outputs;
}

/** A plan, of an update with the run that made it: the outputs are in that. Of a destroy there are none. */
type PageReport = PlanReport & Partial<Pick<JudgedUpdate, "run">>;

/** Writes the page of a plan, or of what a run has made of it, and says where it is; nothing where no file is named. */
export async function writePage(
  { output }: CommandContext,
  stack: OpenStack,
  report: PageReport,
  { page: file, isQuiet = false, outcome = outcomeOf(report), outputs }: PageOptions & Ran,
): Promise<void> {
  if (file === undefined) {
    return;
  }
  const { pageDocument } = load("./document") as typeof documentModule;
  const { pageHtml } = load("./html") as typeof htmlModule;
  const files = await filesOf(stack);
  const document = pageDocument({
    ...{ report, where: stack.where, madeAt: new Date(), outcome },
    // A plan that was refused is not told to its end.
    graph: report.prediction?.graph.resources ?? (await recordedResources(stack)),
    outputs: outputs ?? (report.run === undefined ? {} : maskedOutputs(report.run.events)),
    runs: files === undefined ? null : await pastRuns(files.store, files.ref, runsShown),
  });
  writeFileSync(file, pageHtml(output.typedDocument(document)));
  if (!isQuiet) {
    output.print(`\nThe page for the review: ${file}`);
  }
}

/**
 * Carries a plan out, and writes the page of what has come of it, also where that was broken off. Returns the outputs. What has become
 * of the run is told whatever becomes of the page.
 */
export async function withPage(
  context: CommandContext,
  stack: OpenStack,
  report: PageReport,
  options: PageOptions,
  carryOut: () => Promise<Outputs>,
): Promise<Outputs> {
  let ran: Ran = { outcome: "broken off" };
  try {
    const outputs = await carryOut();
    ran = { outcome: "done", outputs };
    return outputs;
  } finally {
    try {
      await writePage(context, stack, report, { ...options, ...ran });
    } catch (error) {
      context.output.note(`No page was written: ${reasonOf(error)}`);
    }
  }
}

function outcomeOf(report: PlanReport): Outcome {
  return isRefused(report) ? "refused" : changesAnything(report.plan) ? "planned" : "nothing to do";
}
