import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { format, resolveConfig } from "prettier";
import type { Failure, FailureKind } from "../../../operations/plan/failure";
import { failureKinds } from "../../../operations/plan/failure-kinds";
import { said } from "./failure-words";

/** The page that is made of the table of failures. */
export const pageFile = path.join(__dirname, "../../../docs/failures.md");

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const example: Failure = {
  urn: undefined,
  message: "",
  call: "./groundwork up dev",
  stack: "dev",
  place: { accountId: "482913067251", region: "eu-west-1" },
  settingAt: (setting) => `\`groundwork:${setting}\``,
};

function part({ name, means, wayOn, runbook, isRetryable }: FailureKind): string {
  const [first] = said[name] ?? [];
  const words =
    first === undefined || name === "unknown" ? "" : `\n\n> ${first.words.replaceAll("<", "\\<")}`;
  const source =
    first?.source === undefined || words === ""
      ? ""
      : ` ([${first.source.startsWith("https://github.com/") ? "seen" : "reference"}](${first.source}))`;
  const more = runbook === undefined ? "" : ` More: [${runbook}](${runbook}).`;
  return `## ${name}\n\n${means} ${isRetryable === true ? "There is nothing to correct: " : ""}${wayOn(example)}${more}${words}${source}`;
}

/** The whole page. */
export async function failuresPage(): Promise<string> {
  const text = [
    "# When a run fails",
    "The last lines of a run that broke off say for each error what it means and how to continue, then how much is done, failed and not done. What succeeded is in the state: no call has to be taken back, " +
      "and the same call continues with what is left. Here is every kind of failure that is known, in the order in which they are looked for. In a run the lines name the resource, the line of the setting, and who was denied what.",
    "This page is made of the table in `operations/plan/failure-kinds.ts` (`npx tsx tests/operations/plan/failures-page.ts`); the words are those of providers, as people have reported them.",
    ...failureKinds.map(part),
    "",
  ].join("\n\n");
  return format(text, { ...(await resolveConfig(pageFile)), parser: "markdown" });
}

if (require.main === module) {
  void failuresPage().then((page) => {
    writeFileSync(pageFile, page);
  });
}
