#!/usr/bin/env node
"use strict";
// The project is the one this file lies in, whatever directory it is called from. Up to where it is known that Node.js is
// new enough, only what an old one reads too.
const path = require("path");
const { whatIsMissing } = require("./what-is-missing.js");

const projectDirectory = path.dirname(__dirname);
const callArguments = process.argv.slice(2);
const missing = whatIsMissing(projectDirectory, process.versions.node);

if (missing === undefined) {
  start();
} else {
  tell(missing + "\nNothing was touched.");
  process.exitCode = 2;
}

function start() {
  // On Node 20 the AWS SDK says on stderr, in each call, that its versions of 2027 will want Node 22. The version here is pinned.
  const quiet = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
  process.env[quiet] = process.env[quiet] === undefined ? "true" : process.env[quiet];

  // Whoever reads no further (`| head`) ends neither a run nor what is noted of it.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", function (error) {
      if (error.code !== "EPIPE") throw error;
    });
  }

  require("./module-loader.js").loadTypeScript("command");
  require("./lean-sdk.js");

  const { main } = require(path.join(projectDirectory, "operations", "cli.ts"));

  main({ argv: callArguments, projectDirectory, terminal: process, workingDirectory: process.cwd() }).then(
    (exitCode) => {
      // Not process.exit(): what was written to a pipe would be cut off.
      process.exitCode = exitCode;
    },
  );
}

/** As every other error is told: with `--json` as the one document on stdout, else on stderr. */
function tell(message) {
  const end = callArguments.indexOf("--");
  if ((end < 0 ? callArguments : callArguments.slice(0, end)).includes("--json")) {
    process.stdout.write(JSON.stringify({ error: { message } }, undefined, 2) + "\n");
  } else {
    process.stderr.write(message + "\n");
  }
}
