#!/usr/bin/env node
"use strict";
// The project is the one this file lies in, whatever directory it is called from.
const path = require("node:path");
const projectDirectory = path.dirname(__dirname);

require(path.join(projectDirectory, "operations", "lean-sdk.js"));
require("./register-typescript.js");

const { main } = require(path.join(projectDirectory, "operations", "cli.ts"));

main({ argv: process.argv.slice(2), projectDirectory, terminal: process }).then((exitCode) => {
  // Not process.exit(): what was written to a pipe would be cut off.
  process.exitCode = exitCode;
});
