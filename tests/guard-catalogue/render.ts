import * as path from "node:path";
import { checkout } from "../engine/support/walk";
import type { Row } from "./run";
import { plainUp, plainUpWithPack, preview, up } from "./ways";

/** Where the table is kept. */
export const tableFile = path.join(checkout, "docs", "guard-catalogue.md");

const columns = [preview, up, plainUp, plainUpWithPack].map(({ name }) => name);

/** The whole page. Says only what does not depend on ids, times and machines. */
export function renderTable(rows: readonly Row[]): string {
  const destructive = rows.filter(({ area }) => area !== "harmless");
  const harmless = rows.filter(({ area }) => area === "harmless");
  const areas = [...new Set(destructive.map(({ area }) => area))];
  const count = (of: readonly Row[]): number => new Set(of.map(({ entry }) => entry)).size;
  return [
    "# Catalogue of mutations",
    "",
    "What was tried through the engine on the rehearsal cloud, and how it came out. Made by `npm run guard:table -- --write`; the tests",
    "make every change again, by its quickest ways.",
    "",
    `${count(destructive)} changes that would cost data, ${destructive.length} runs: none of them made a destructive call on anything that holds data, and`,
    `all of it was still there afterwards. ${count(harmless)} harmless changes, ${harmless.length} runs: none was refused.`,
    "",
    "- **refused**: by the guard, a policy, protection or a hook. `groundwork` then has touched nothing.",
    "- **refused by settings**: no settings allow it.",
    "- **refused by the cloud**: only a lock of the cloud stood in the way.",
    "- **held**: refused somewhere or harmless, which may differ from run to run; nothing was lost.",
    "- **passed**: it ran, and took nothing that held data, or only what earlier runs had set free on purpose.",
    "",
    ...areas.flatMap((area) => [
      `## ${area.charAt(0).toUpperCase()}${area.slice(1)}`,
      "",
      ...tableOf(destructive.filter((row) => row.area === area)),
      "",
    ]),
    ...(harmless.length === 0 ? [] : ["## Harmless", "", ...tableOf(harmless), ""]),
  ].join("\n");
}

/**
 * What the page says of each entry: way to outcome. Ways without a column of their own are read from the last one.
 */
export function readTable(page: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  let header: readonly string[] = [];
  for (const line of page.split("\n").filter((text) => text.startsWith("| "))) {
    const cells = line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
    if (cells[0] === "change") {
      header = cells;
    } else if (!/^-+$/.test(cells[0] ?? "")) {
      found.set(cells[0] ?? "", outcomesOf(header, cells));
    }
  }
  return found;
}

function outcomesOf(header: readonly string[], cells: readonly string[]): ReadonlyMap<string, string> {
  const outcomes = new Map<string, string>();
  header.forEach((column, i) => {
    const cell = cells[i] ?? "";
    if (column === "other ways") {
      for (const [, way = "", outcome = ""] of cell.matchAll(/`([^`]+)`: ([^;]+)/g))
        outcomes.set(way, outcome);
    } else if (i > 0 && cell !== "") {
      outcomes.set(column.replaceAll("`", ""), cell);
    }
  });
  return outcomes;
}

function tableOf(rows: readonly Row[]): readonly string[] {
  const used = columns.filter((column) => rows.some(({ way }) => way === column));
  const isOther = rows.some(({ way }) => !columns.includes(way));
  const header = ["change", ...used.map((name) => `\`${name}\``), ...(isOther ? ["other ways"] : [])];
  const lines = [...new Set(rows.map(({ entry }) => entry))].map((entry) => {
    const own = rows.filter((row) => row.entry === entry);
    const others = own.filter(({ way }) => !columns.includes(way));
    return [
      escape(entry),
      ...used.map((column) => own.find(({ way }) => way === column)?.outcome ?? ""),
      ...(isOther ? [others.map(({ way, outcome }) => `\`${escape(way)}\`: ${outcome}`).join("; ")] : []),
    ];
  });
  return aligned([header, ...lines]);
}

/** As prettier writes tables, so that the page is formatted as it is made. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  const [header = [], ...body] = rows;
  return [line(header), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)];
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
