import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pageDocument, type PageDocument } from "../../operations/page/document";
import { pageHtml } from "../../operations/page/html";
import { planOf, type PlannedStep } from "../../operations/plan/plan";
import { isRefused } from "../../operations/plan/report";
import { reviewComment } from "../../operations/plan/review-comment";
import { standing } from "../operations/page/documents";
import { readReport } from "./recorded-report";

/** Changes of Pulumi.dev.yaml, as a person makes them: what an example is made of. */
export const examples: Readonly<Record<string, (text: string) => string>> = {
  "a-node-more": (text) => text.replace("minSize: 2, desiredSize: 2", "minSize: 3, desiredSize: 3"),
  "a-database-class": (text) => text.replace("instanceClass: db.t4g.medium", "instanceClass: db.t4g.large"),
  "a-removed-queue": (text) => text.replace(/^ {6}mail:\n(?: {8}.*\n)+/m, ""),
};

function exampleFile(example: string, kind: "html" | "md"): string {
  return path.join(__dirname, "../../docs/examples", `${example}.${kind}`);
}

export function committed(example: string, kind: "html" | "md" = "md"): string {
  return readFileSync(exampleFile(example, kind), "utf8");
}

/** The comment of a recorded plan. */
export function commentOf(example: string): string {
  return reviewComment(readReport(example));
}

/** What the page of a recorded plan is drawn from: the recorded changes among what else the committed stack has. */
export async function pageOf(example: string): Promise<PageDocument> {
  const report = readReport(example);
  const recorded = new Map(report.plan.steps.map((step) => [step.urn, step]));
  const source = await standing("dev");
  const steps = source.report.plan.steps.map((step) => {
    const told = recorded.get(step.urn);
    recorded.delete(step.urn);
    return told === undefined || told.op === "same" ? step : within(step, told);
  });
  return pageDocument({
    ...source,
    report: { ...report, plan: planOf([...steps, ...recorded.values()], []) },
    outcome: isRefused(report) ? "refused" : "planned",
    runs: null,
  });
}

/** A recorded change has only the properties that change. */
function within(whole: PlannedStep, told: PlannedStep): PlannedStep {
  const state = (side: "new" | "old"): PlannedStep["old"] =>
    told[side] && { ...told[side], inputs: { ...whole.new?.inputs, ...told[side].inputs } };
  return { ...told, old: state("old"), new: state("new") };
}

export async function writeExamples(): Promise<void> {
  for (const example of Object.keys(examples)) {
    writeFileSync(exampleFile(example, "md"), commentOf(example));
    writeFileSync(exampleFile(example, "html"), pageHtml(await pageOf(example)));
  }
}
