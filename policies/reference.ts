import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { floors } from "../guard/floors";
import { statefulTypes } from "../guard/catalogue/stateful-types";
import type { StatefulType } from "../guard/stateful-type";
import { amount } from "../guard/describe";
import { rules } from "./rules";

/** The document whose tables are made from the code. */
export const document = join(__dirname, "..", "docs", "guard.md");

/** Parts of docs/guard.md by name: what stands between `<!-- NAME -->` and `<!-- /NAME -->`. */
export function references(): Readonly<Record<string, string>> {
  return {
    rules: table(
      ["rule", "what must be true", "why", "reference"],
      rules.map(({ name, description, why, reference }) => [
        `\`${name}\``,
        description,
        why,
        `[${new URL(reference).hostname}](${reference})`,
      ]),
    ),
    floors: table(
      ["what", "production", "development", "disposable", "why"],
      Object.entries(floors).map(([name, { least, unit, reason }]) => [
        words(name),
        amount(least.production, unit),
        amount(least.development, unit),
        amount(least.disposable, unit),
        reason,
      ]),
    ),
    types: table(
      ["type", "what goes with it", "the cloud's own lock", "what decides over its life"],
      [...statefulTypes]
        .sort((a, b) => (a.type < b.type ? -1 : 1))
        .map((kind) => [
          `\`${kind.type}\``,
          kind.holds,
          kind.locks.map((lock) => `\`${lock.path}\``).join(", "),
          decisive(kind),
        ]),
    ),
  };
}

function decisive({ life, finalCopy, forced }: StatefulType): string {
  return [...life.map(({ path }) => path), finalCopy?.skip, finalCopy?.name, forced]
    .filter((path) => path !== undefined)
    .map((path) => `\`${path}\``)
    .join(", ");
}

/** `databaseBackups` is "database backups". */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The document with its made parts as they should be. */
export function withReferences(text: string): string {
  return Object.entries(references()).reduce((whole, [name, part]) => {
    const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marked.test(whole)) {
      throw new Error(`docs/guard.md has no <!-- ${name} --> … <!-- /${name} -->.`);
    }
    return whole.replace(marked, (_all, open: string, close: string) => `${open}\n${part}\n\n${close}`);
  }, text);
}

/** guard/approvals/rule-names.ts as it should be. */
export function ruleNamesModule(): string {
  return [
    "/** Every rule of the policy pack, for settings that name one. Made by `npx tsx policies/reference.ts`. */",
    "export const ruleNames: readonly string[] = [",
    ...rules.map(({ name }) => `  ${JSON.stringify(name)},`),
    "];",
    "",
  ].join("\n");
}

export const ruleNamesFile = join(__dirname, "..", "guard", "approvals", "rule-names.ts");

async function update(): Promise<void> {
  // A development dependency: loaded only where somebody updates the document.
  const { format, resolveConfig } = await import("prettier");
  const text = withReferences(readFileSync(document, "utf8"));
  writeFileSync(ruleNamesFile, ruleNamesModule());
  writeFileSync(document, await format(text, { ...(await resolveConfig(document)), filepath: document }));
}

if (require.main === module) {
  void update();
}
