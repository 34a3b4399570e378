import * as path from "node:path";
import * as prettier from "prettier";
import { durationText } from "../../guard/service/interruptions";
import {
  verdicts,
  verdictText,
  type ServiceLoss,
  type TriedChange,
  type TriedChanges,
  type Verdict,
} from "../../settings/change-verdicts";
import { checkout } from "../engine/support/walk";

/** Where the page is kept. */
export const pageFile = path.join(checkout, "docs", "changes.md");

/** "What happens when I change this": a row a setting. */
export async function changesPage(tried: TriedChanges): Promise<string> {
  const sections = [...new Set(Object.keys(tried).map(sectionOf))];
  const text = [
    "<!-- Made by `npm run changes -- --write`. -->",
    "# What happens when I change this",
    introduction(Object.values(tried).flat()),
    ...sections.flatMap((section) => [
      `## ${section}`,
      [
        "| setting | what happens | whom it interrupts | why it is refused |",
        "| --- | --- | --- | --- |",
        ...Object.entries(tried)
          .filter(([name]) => sectionOf(name) === section)
          .map(([name, changes]) => row(name, changes)),
      ].join("\n"),
    ]),
  ].join("\n\n");
  const options = await prettier.resolveConfig(pageFile);
  return prettier.format(`${text}\n`, { ...options, parser: "markdown" });
}

function introduction(all: readonly TriedChange[]): string {
  const counts = verdicts
    .map((verdict) => ({ verdict, count: all.filter((one) => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
  return `Every setting was changed, each change alone, on the smallest stack that has the setting, through the engine on the rehearsal
cloud: \`up\`, and then a preview that had to find nothing more. Guard level \`development\`; at \`production\` more is refused, at
\`disposable\` less. What may interrupt somebody is said by \`preview\` and \`up\` too, before anybody is asked.

${counts.map(({ verdict, count }) => `- **${verdict}** (${count}): ${meanings[verdict]}`).join("\n")}

\`*\` stands for an entry's own name, \`[]\` for the items of a list. A change: \`up\` and \`down\` of a number, \`other\` of a text, \`to …\`
one of several values; an entry or item added, renamed, removed; what may be left out set and unset (left out).`;
}

const meanings: Readonly<Record<(typeof verdicts)[number], string>> = {
  "nothing to deploy": "only commands read it, or it says what is so anyway.",
  "in place":
    "resources were made, changed or deleted, none was replaced, and nothing that is known to serve stopped.",
  replaces: "resources were replaced, the new ones made first.",
  interrupts:
    "who is named was, or may have been, without service: for about as long as the page says, or until they turn to what took its place.",
  "refused by settings": "no stack file may say so; why is told with the place in the file.",
  "refused by the guard":
    "it would cost data or break a policy; the rules are named, and `./groundwork guard STACK explain` says what can be approved.",
  "not tried yet": "nothing is known.",
  "not the same after a second up": "a mistake of this program.",
  fails: "a mistake of this program.",
};

function row(name: string, changes: readonly TriedChange[]): string {
  const lost = changes.flatMap(({ change, interrupts = [] }) =>
    interrupts.map((loss) => `${change}: ${lossText(loss)}`),
  );
  const said = (verdict: Verdict): readonly string[] =>
    changes.flatMap((one) => (one.verdict === verdict && one.words !== undefined ? [one.words] : []));
  // Of the settings' sentences one, which stands for the others; of the guard all rules.
  const words = [...said("refused by settings").slice(0, 1), ...said("refused by the guard")].map(firstLine);
  return `| ${[`\`${name}\``, verdictText(changes), unique(lost), unique(words)].map(cell).join(" | ")} |`;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

function lossText(loss: ServiceLoss): string {
  const { who, why, when } = loss;
  return `${who}, ${durationText(loss)}: ${why} (${when})`;
}

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].join("; ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function sectionOf(name: string): string {
  return name.split(".")[0] ?? name;
}
