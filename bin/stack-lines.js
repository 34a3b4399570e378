"use strict";
/**
 * Stack traces that name the lines of the project's TypeScript. Node.js can do that by itself (`--enable-source-maps`), but then it reads
 * the source map of each module as it is loaded, those of the SDK included: a twentieth of what a command takes. Here a file's
 * is read when a trace first names it.
 */
const { SourceMap } = require("node:module");

/** By file name: the mappings of its source map, or the map once it was needed. */
const linesOf = new Map();
const asNodeWrites = Error.prepareStackTrace;

/**
 * The SDK's start scripts have set up source-map-support by the time when the first file is named here, unless lean-sdk.js keeps
 * them from it. It is replaced: it names wrong lines of our files, and paths of the SDK over which Node.js (20.20, in
 * `util.inspect`) loops for a minute.
 *
 * @param mappings in the form of source maps (version 3); the file is its only source.
 */
exports.nameLinesOf = function (filename, mappings) {
  if (linesOf.size === 0) {
    Error.prepareStackTrace = (error, frames) =>
      [asNodeWrites(error, []), ...frames.map(written)].join("\n    at ");
  }
  linesOf.set(filename, mappings);
};

function written(frame) {
  const text = String(frame);
  const filename = frame.getFileName();
  if (!linesOf.has(filename)) {
    return text;
  }
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  const { originalLine, originalColumn } = mapOf(filename).findEntry(line - 1, column - 1);
  return originalLine === undefined
    ? text
    : text.replace(
        `${filename}:${line}:${column}`,
        () => `${filename}:${originalLine + 1}:${originalColumn + 1}`,
      );
}

function mapOf(filename) {
  const known = linesOf.get(filename);
  if (typeof known !== "string") {
    return known;
  }
  const map = new SourceMap({ version: 3, file: filename, sources: [filename], names: [], mappings: known });
  linesOf.set(filename, map);
  return map;
}
