import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { backendOf } from "../backend/backend";
import { deploymentIn, readState, type Deployment } from "../backend/layout";
import { refsOf } from "../backend/refs";
import { pastRuns, type PastRun } from "../backend/runs";
import { changesAnything } from "../plan/plan";
import type { JudgedUpdate } from "../plan/planning";
import { isRefused } from "../plan/report";
import { maskedOutputs, type Outputs } from "../plan/stack-outputs";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { dependenciesOf } from "./dependencies";
import type * as documentModule from "./document";
import type { Outcome } from "./document";
import type * as htmlModule from "./html";

const load = createRequire(__filename);

export interface PageOptions {
  /** File that a page for the review is written to. Default: none is. */
  readonly page?: string;
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
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    closeSync(openSync(file, "a"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`No page can be written to ${file}: ${why}. Nothing was touched.`);
  }
  const content = readFileSync(file, "utf8");
  if (content !== "" && !content.toLowerCase().startsWith(beginning)) {
    throw new UsageError(
      `${file} is no page: it holds something else, which is not written over. Name another file. Nothing was touched.`,
    );
  }
}

/** What a run has made of a plan; of a plan alone there is nothing to say. */
export interface Ran {
  readonly outcome?: Outcome;
  /** The stack's outputs, secrets masked. Default: those of the plan. */
  readonly outputs?: Outputs;
}

/** Writes the page of a plan, or of what a run has made of it, and says where it is; nothing where no file is named. */
export async function writePage(
  context: CommandContext,
  stack: OpenStack,
  report: JudgedUpdate,
  { page: file, outcome = outcomeOf(report), outputs }: PageOptions & Ran,
): Promise<void> {
  if (file === undefined) {
    return;
  }
  const { pageDocument } = load("./document") as typeof documentModule;
  const { pageHtml } = load("./html") as typeof htmlModule;
  const { runs, state } = await recordedOf(context, stack.name);
  const document = pageDocument({
    ...{ report, where: stack.where, madeAt: new Date(), outcome, runs },
    dependencies: dependenciesOf(report.planFile, state),
    outputs: outputs ?? maskedOutputs(report.run.events),
  });
  writeFileSync(file, pageHtml(context.output.typedDocument(document)));
  context.output.print(`\nThe page for the review: ${file}`);
}

/** Carries a plan out, and writes the page of what has come of it, also where that was broken off. Returns the outputs. */
export async function withPage(
  context: CommandContext,
  stack: OpenStack,
  report: JudgedUpdate,
  options: PageOptions,
  carryOut: () => Promise<Outputs>,
): Promise<Outputs> {
  let ran: Ran = { outcome: "broken off" };
  try {
    const outputs = await carryOut();
    ran = { outcome: "done", outputs };
    return outputs;
  } finally {
    await writePage(context, stack, report, { ...options, ...ran });
  }
}

function outcomeOf(report: JudgedUpdate): Outcome {
  return isRefused(report) ? "refused" : changesAnything(report.plan) ? "planned" : "nothing to do";
}

/** What the backend knows of a stack; of one that is neither a folder nor a blob container nothing is read. */
async function recordedOf(
  context: CommandContext,
  stack: string,
): Promise<{ runs: readonly PastRun[] | null; state: Deployment }> {
  const backend = await backendOf(context, stack);
  if (!/^(file|azblob):/.test(backend.url)) {
    return { runs: null, state: {} };
  }
  const store = backend.open();
  const [ref] = refsOf(context, stack);
  const stored = await readState(store, ref);
  return {
    runs: await pastRuns(store, ref, runsShown),
    state: stored === undefined ? {} : deploymentIn(stored.data, stored.key),
  };
}
