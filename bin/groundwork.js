#!/usr/bin/env node
"use strict";
// The project is the one this file lies in, whatever directory it is called from.
const path = require("node:path");
const projectDirectory = path.dirname(__dirname);

// On Node 20 the AWS SDK says on stderr, in each call, that its versions of 2027 will want Node 22. The version here is pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

require(path.join(projectDirectory, "operations", "lean-sdk.js"));
require("./register-typescript.js");

const { main } = require(path.join(projectDirectory, "operations", "cli.ts"));

main({ argv: process.argv.slice(2), projectDirectory, terminal: process }).then((exitCode) => {
  // Not process.exit(): what was written to a pipe would be cut off.
  process.exitCode = exitCode;
});
