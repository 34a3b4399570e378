"use strict";
/**
 * Leaves out of @pulumi/pulumi, in a process into which this is preloaded (`node --require`), what it loads and does
 * not need:
 *
 * - It requires the TypeScript compiler as soon as it is imported, for the serialization of JavaScript functions, which this
 *   program does not do. With what else is named here it is half of the package's loading time (0.15 of 0.3 s) and 44 MB
 *   in each process that imports it: the commands, the program, the policy pack. Here it is loaded when it is first used.
 * - The program's start script loads OpenTelemetry's exporters and instrumentation, which serve `--tracing` (0.07 s,
 *   8 MB). Here they are loaded when they are first used.
 * - It requires the Automation API and what describes packages to npm, and zod its words in fifty languages: in all 120
 *   files in each process. Here each of these is loaded when it is first used.
 * - It takes a stack trace for each of its promises, thousands in a run, to be printed if PULUMI_DEBUG_PROMISE_LEAKS is
 *   set and a promise never ends. With source maps that is a third of what the program takes. Here none is taken
 *   unless that variable is set.
 * - A policy pack is always given to ts-node, which loads the compiler even where, as here, somebody else transpiles. Here
 *   ts-node is set up when a TypeScript file comes that nobody else has taken on.
 * - Its start scripts open a session of V8's debugger in the process and leave it open. It serves the serialization of functions
 *   too, and costs in every script that is loaded (0.1 s in a small stack) and in everything that runs. Here it is opened
 *   when a function is first serialized, as the SDK does where there is no start script.
 * - Its start scripts install source-map-support, which reads the source maps of the whole SDK (a stack trace is taken
 *   for each promise), and which shuts out whoever names the lines of the project's own files (bin/stack-lines.js).
 *
 * It also keeps V8 from growing the space for young objects, 1 MB, to sixteen times that: 25 MB less in each process, and
 * no slower in any that was measured.
 *
 * In the program and the pack modules are loaded through the cache from here on (bin/module-loader.js). Plain JavaScript, since it
 * comes before everything else.
 */
const Module = require("node:module");
const v8 = require("node:v8");

v8.setFlagsFromString("--semi-space-growth-factor=1");

const inSdk = /[\\/]@pulumi[\\/]pulumi[\\/]/;
const inZod = /[\\/]zod[\\/]/;
const tsNode = /[\\/]vendor[\\/]ts-node@[^\\/]+$/;
const tracing = /[\\/]cmd[\\/]run[\\/]tracing\.js$/;
const automation = /^\.\/automation$/;
const debuggable = /[\\/]debuggable$/;
const v8Hooks = /[\\/]v8Hooks$/;
const startScript = /[\\/]cmd[\\/]run[^\\/]*[\\/]index\.js$/;
const load = Module._load;

require("./module-loader.js").loadPackages();

Module._load = function (request, parent, isMain) {
  if (parent && inSdk.test(parent.filename ?? "")) {
    const loadIt = () => load.call(Module, request, parent, isMain);
    if (request === "typescript") {
      // The SDK looks at the version when it only decides how it would set the compiler up.
      return onFirstUse(loadIt, {
        version: load.call(Module, "typescript/package.json", parent, false).version,
      });
    }
    if (automation.test(request)) {
      return onFirstUse(loadIt, {});
    }
    if (request === "normalize-package-data") {
      return onFirstUse(loadIt, { __esModule: undefined });
    }
    if (tracing.test(parent.filename) && /^@opentelemetry\/(?!api$)/.test(request)) {
      const exported = onFirstUse(loadIt, {});
      // Its exports are taken apart at once; each is one that is loaded when it is used.
      return new Proxy({}, { get: (_target, name) => onFirstUse(() => exported[name], {}) });
    }
    if (request === "source-map-support/register") {
      return {};
    }
    if (v8Hooks.test(request) && startScript.test(parent.filename)) {
      return { isInitializedAsync: () => Promise.resolve() };
    }
    if (debuggable.test(request) && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
      return withoutStackTraces(loadIt());
    }
    if (tsNode.test(request)) {
      return { register: (options) => registerOnFirstUse(() => loadIt().register(options)) };
    }
  }
  if (request === "../locales/index.cjs" && inZod.test(parent?.filename ?? "")) {
    return onFirstUse(() => load.call(Module, request, parent, isMain), {});
  }
  return load.call(Module, request, parent, isMain);
};

/**
 * Its callers take the function from the module at each call. In a circle of imports the function is not there yet;
 * then it is replaced when the module is asked for the next time.
 */
function withoutStackTraces(module) {
  const { debuggablePromise } = module;
  if (debuggablePromise && !debuggablePromise.leansOn) {
    module.debuggablePromise = (promise, context) => {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        return debuggablePromise(promise, context);
      } finally {
        Error.stackTraceLimit = limit;
      }
    };
    module.debuggablePromise.leansOn = debuggablePromise;
  }
  return module;
}

function onFirstUse(loadModule, known) {
  let loaded;
  const real = () => (loaded ??= loadModule());
  return new Proxy(function () {}, {
    get(_target, key) {
      if (loaded === undefined && Object.hasOwn(known, key)) {
        return known[key];
      }
      // TypeScript's import helpers ask this of every module; answering must not load it. They then take the module
      // as it is, which is right for both.
      return key === "__esModule" ? (loaded?.__esModule ?? true) : real()[key];
    },
    has: (_target, key) => key in real(),
    apply: (_target, self, args) => Reflect.apply(real(), self, args),
    construct: (_target, args) => Reflect.construct(real(), args),
  });
}

/** Registers ts-node when a TypeScript file is loaded that nobody else has taken on by then. */
function registerOnFirstUse(register) {
  for (const extension of [".ts", ".tsx"]) {
    const before = Module._extensions[extension];
    const handler = (module, filename) => {
      if (before === undefined) {
        delete Module._extensions[extension];
      } else {
        Module._extensions[extension] = before;
      }
      register();
      Module._extensions[extension](module, filename);
    };
    Module._extensions[extension] = handler;
  }
}
