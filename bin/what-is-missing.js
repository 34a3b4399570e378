"use strict";
/**
 * Why groundwork cannot start, and how to go on; undefined when nothing is missing. Plain JavaScript that an old Node.js
 * reads too, since it comes before it is known that this is a new one.
 *
 * @param projectDirectory the folder of package.json.
 * @param nodeVersion as in `process.versions.node`.
 */
const fs = require("fs");
const path = require("path");

exports.whatIsMissing = function (projectDirectory, nodeVersion) {
  const manifest = JSON.parse(fs.readFileSync(path.join(projectDirectory, "package.json"), "utf8"));
  const wanted = manifest.engines.node.replace(/^>=/, "");
  if (isOlder(nodeVersion, wanted)) {
    return "groundwork needs Node.js " + wanted + " or later; this is " + nodeVersion + ".";
  }
  const packages = Object.keys(manifest.dependencies);
  const absent = packages.filter((name) => !fs.existsSync(path.join(projectDirectory, "node_modules", name)));
  if (absent.length === 0) {
    return undefined;
  }
  const which =
    absent.length === packages.length
      ? "groundwork's packages are not installed"
      : "Packages of groundwork are not installed: " + absent.join(", ");
  return which + ". Install them with `npm ci` in " + projectDirectory + ".";
};

function isOlder(version, wanted) {
  const have = version.split(".").map(Number);
  const want = wanted.split(".").map(Number);
  const differs = want.findIndex((part, i) => part !== have[i]);
  return differs >= 0 && have[differs] < want[differs];
}
