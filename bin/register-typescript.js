"use strict";
// Lets this process load the project's TypeScript. Preloaded by the program (Pulumi.yaml, `nodeargs`), required by the policy pack.
require("./module-loader.js").loadTypeScript();
