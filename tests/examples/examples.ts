import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { reviewComment } from "../../operations/plan/review-comment";
import type { Settings } from "../engine/support/walk";
import { readReport } from "./recorded-report";

/** Changes of the committed stack dev: what an example is made of. */
export const examples: Readonly<Record<string, (settings: Settings) => void>> = {
  "a-node-more": (settings) => {
    settings.set("cluster", ["nodeGroups", "default", "minSize"], 3);
    settings.set("cluster", ["nodeGroups", "default", "desiredSize"], 3);
  },
  "a-database-class": (settings) => settings.set("database", ["instanceClass"], "db.t4g.large"),
  "a-removed-queue": (settings) => settings.remove("messaging", ["queues", "mail"]),
};

export function exampleFile(example: string): string {
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
