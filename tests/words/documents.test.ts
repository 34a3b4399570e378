import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { checkout, filesIn } from "../support/printed-commands";

/** A page fits on a screen: lines, and characters where lines are long (50 lines of 120). */
const mostLines = 50;
const mostCharacters = 6000;

const index = "docs/runbooks/README.md";
const runbooks = filesIn("docs/runbooks", ".md").filter((file) => file !== index);
const documents = ["README.md", "tests/README.md", ...filesIn("docs", ".md")];

function read(file: string): string {
  return readFileSync(path.join(checkout, file), "utf8");
}

/** Links to files of this project. */
function linksOf(file: string): { readonly file: string; readonly anchor: string | undefined }[] {
  const prose = read(file)
    .replace(/^\s*```.*?^\s*```/gms, "")
    .replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, target = "", anchor]) => ({
      file: target === "" ? file : path.join(path.dirname(file), target),
      anchor,
    }),
  );
}

/** As GitHub names a page's headings. */
function anchorsOf(file: string): ReadonlySet<string> {
  const headings = read(file)
    .replace(/^\s*```.*?^\s*```/gms, "")
    .matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .replace(/\]\([^)]*\)/g, "]")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function isWrong({ file, anchor }: ReturnType<typeof linksOf>[number]): boolean {
  if (!existsSync(path.join(checkout, file))) return true;
  return anchor !== undefined && !anchorsOf(file).has(anchor);
}

describe("documents", () => {
  it("link to pages and headings that exist", () => {
    const links = documents.flatMap((from) => linksOf(from).map((link) => ({ from, ...link })));
    expect(links).to.have.length.greaterThan(300);
    expect(links.filter(isWrong)).to.deep.equal([]);
  });
});

describe("runbooks", () => {
  it("fit on a screen", () => {
    const long = runbooks
      .map((file) => ({ file, lines: read(file).trimEnd().split("\n").length, characters: unpadded(file) }))
      .filter(({ lines, characters }) => lines > mostLines || characters > mostCharacters);
    expect(long).to.deep.equal([]);
  });

  it("are all in the index", () => {
    const listed = linksOf(index).map(({ file }) => file);
    expect(runbooks.filter((file) => !listed.includes(file))).to.deep.equal([]);
  });

  it("answer each row of the old documents with a page", () => {
    const [, old = ""] = read(index).split("## What the old documents said");
    const rows = old.split("\n").filter((line) => line.startsWith("| ") && !/^\| (old heading|-)/.test(line));
    expect(rows).to.have.length.greaterThan(85);
    expect(rows.filter((row) => !/\]\([^)]+\) *\|$/.test(row))).to.deep.equal([]);
  });
});

/** The padding of tables is no text. */
function unpadded(file: string): number {
  return read(file).replace(/ {2,}|-{4,}/g, " ").length;
}
