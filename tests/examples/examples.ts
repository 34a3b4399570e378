import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { reviewComment } from "../../operations/plan/review-comment";
import { readReport } from "./recorded-report";

/** Changes of Pulumi.dev.yaml, as a person makes them: what an example is made of. */
export const examples: Readonly<Record<string, (text: string) => string>> = {
  "a-node-more": (text) => text.replace("minSize: 2, desiredSize: 2", "minSize: 3, desiredSize: 3"),
  "a-database-class": (text) => text.replace("instanceClass: db.t4g.medium", "instanceClass: db.t4g.large"),
  "a-removed-queue": (text) => text.replace(/^ {6}mail:\n(?: {8}.*\n)+/m, ""),
};

function exampleFile(example: string): string {
  return path.join(__dirname, "../../docs/examples", `${example}.md`);
}

export function committed(example: string): string {
  return readFileSync(exampleFile(example), "utf8");
}

/** The comment of a recorded plan. */
export function commentOf(example: string): string {
  return reviewComment(readReport(example));
}

export function writeExamples(): void {
  for (const example of Object.keys(examples)) {
    writeFileSync(exampleFile(example), commentOf(example));
  }
}
