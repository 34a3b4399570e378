import { transformSync } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { PageDocument } from "./document";

/** In this order: each uses what stands before it. */
const scripts = ["elements.js", "graph.js", "sections.js", "page.js"];

/**
 * The page, whole in one file. It asks no server for anything, and its policy says so to the browser: only the script and the style
 * that are in it run, whatever a value of the document says.
 */
export function pageHtml(document: PageDocument): string {
  const style = short(inBrowser("page.css"), "css");
  const script = short(`(() => {\n"use strict";\n${scripts.map(inBrowser).join("\n")}\n})();`, "js");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${document.stack}: ${document.outcome}`)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page is drawn by the script in it, and your browser runs none.</noscript>
<script type="application/json" id="document">${inScript(document)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function inBrowser(file: string): string {
  return readFileSync(path.join(__dirname, "browser", file), "utf8");
}

/** The same on one line, in half the bytes: a page is kept, and sent around. */
function short(text: string, loader: "css" | "js"): string {
  return transformSync(text, { loader, minify: true, charset: "utf8" }).code.trim();
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON in which no `<` is left that could end the element or begin another. */
function inScript(document: PageDocument): string {
  return JSON.stringify(document).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
