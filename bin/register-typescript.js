"use strict";
/**
 * Lets this process load the project's TypeScript, through tsx. Preloaded by the program (Pulumi.yaml, `nodeargs`), the
 * policy pack and the command line. What the SDK says for debugging is kept free of secrets on the way (quiet-debug.js).
 *
 * tsx by itself also takes on every plain JavaScript file and every `require` inside of packages, where there is no
 * TypeScript and nothing to transpile: that doubles the time in which the SDK and the provider packages load. So what
 * lies under node_modules is left to Node.
 */
const Module = require("node:module");
const { takeOn } = require("./quiet-debug.js");

const loadJavaScript = Module._extensions[".js"];
const resolve = Module._resolveFilename;

require("tsx/cjs");

const loadWithTsx = Module._extensions[".js"];
const resolveWithTsx = Module._resolveFilename;
const inPackages = /[\\/]node_modules[\\/]/;

Module._extensions[".js"] = function (module, filename) {
  const result = (inPackages.test(filename) ? loadJavaScript : loadWithTsx).call(this, module, filename);
  takeOn(filename, module.exports);
  return result;
};
Module._resolveFilename = function (request, parent, ...rest) {
  const plain = inPackages.test(parent?.filename ?? "");
  return (plain ? resolve : resolveWithTsx).call(this, request, parent, ...rest);
};
