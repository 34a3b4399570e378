"use strict";
/**
 * How modules are loaded in the processes of groundwork: the project's TypeScript is transpiled by the esbuild that tsx brings, and what
 * was made of a module once is not made again (module-cache.js). Types are never checked here. What the SDK says for
 * debugging is kept free of secrets on the way (quiet-debug.js).
 *
 * tsx itself would take on every plain JavaScript file and every `require` inside of packages too, where there is nothing to
 * transpile, have Node.js read the source maps of the whole SDK, and leave all compiling to each start.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { isMainThread } = require("node:worker_threads");
const { hashOfContent, ModuleCache } = require("./module-cache.js");
const { takeOn } = require("./quiet-debug.js");
const { nameLinesOf } = require("./stack-lines.js");

const inPackages = /[\\/]node_modules[\\/]/;
const startScript = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/](run|run-policy-pack)([\\/]index\.js)?$/;
const importsLater = /\bimport\s*\(/;
const wrapped = Module.wrap("\0").indexOf("\0");

/** The copies of this file that a process may load (symbolic links, copied projects) act as one. */
const loaders = Symbol.for("groundwork.module-loader");
const state = (process[loaders] ??= {});

/**
 * Loads packages through the cache from now on. In a process that is none of groundwork's this does nothing: the preload of
 * lean-sdk.js reaches every Node.js that the engine or `exec` starts.
 *
 * @param kind default: what the engine has started this process for.
 */
exports.loadPackages = function (kind = startedFor()) {
  if (kind === undefined || !isMainThread || state.loadsPackages) {
    return;
  }
  state.loadsPackages = true;
  // The SDK sets this when it is loaded. V8's code counts only under the flags that were set when it was kept.
  v8.setFlagsFromString("--allow-natives-syntax");
  const packages = path.join(__dirname, "..", "node_modules");
  const cache = fs.existsSync(packages)
    ? new ModuleCache(path.dirname(fs.realpathSync(packages)), kind)
    : undefined;
  state.cache = cache;
  const isCached = (filename) => cache !== undefined && inPackages.test(filename) && cache.holds(filename);
  const loadJavaScript = Module._extensions[".js"];
  Module._extensions[".js"] = function (module, filename) {
    if (!isCached(filename) || !runPackageModule(cache, module, filename)) {
      loadJavaScript.call(this, module, filename);
    }
    takeOn(filename, module.exports);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    const from = parent?.filename;
    if (options !== undefined || typeof from !== "string" || !isCached(from)) {
      return resolve.call(this, request, parent, isMain, options);
    }
    const known = cache.link(from, request);
    if (known !== undefined) {
      return known;
    }
    const found = resolve.call(this, request, parent, isMain, options);
    if (path.isAbsolute(found)) {
      cache.keepLink(from, request, found);
    }
    return found;
  };
};

function startedFor() {
  return startScript.exec(process.argv[1] ?? "")?.[1];
}

/** Loads TypeScript files from now on. @param kind default: as started by plain `pulumi`, with other flags and other modules. */
exports.loadTypeScript = function (kind = `plain-${startedFor() ?? "other"}`) {
  exports.loadPackages(kind);
  if (state.loadsTypeScript) {
    return;
  }
  state.loadsTypeScript = true;
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    return (
      (request.startsWith(".") && typescriptAt(request, parent?.filename)) ||
      resolve.call(this, request, parent, isMain, options)
    );
  };
  Module._extensions[".ts"] = function (module, filename) {
    const content = fs.readFileSync(filename);
    const hash = hashOfContent(content);
    const known = ofContent(state.cache?.known(filename), hash);
    const { code, lines } =
      known ?? state.cache?.sameContent(hash) ?? transpile(content.toString("utf8"), filename);
    nameLinesOf(filename, lines);
    const { script, isKnown } = compile(filename, code, known?.compiled);
    if (!isKnown) {
      state.cache?.keep(filename, { hash, code, lines, script });
    }
    run(script, module, filename);
  };
};

/** A module of TypeScript that is required by its path without an extension, which is how nearly all are. */
function typescriptAt(request, from) {
  if (typeof from !== "string" || inPackages.test(from) || path.extname(request) !== "") {
    return undefined;
  }
  try {
    return fs.realpathSync.native(`${path.resolve(path.dirname(from), request)}.ts`);
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      return undefined;
    }
    throw error;
  }
}

function ofContent(known, hash) {
  return known?.hash === hash ? known : undefined;
}

/**
 * Returns whether the file could be run. Left to Node.js is what is no CommonJS, and what may call `import()`: V8's kept code has
 * forgotten who answers that.
 */
function runPackageModule(cache, module, filename) {
  const content = fs.readFileSync(filename);
  const code = content.toString("utf8");
  if (importsLater.test(code)) {
    return false;
  }
  const hash = hashOfContent(content);
  const known = ofContent(cache.known(filename), hash);
  let compiled;
  try {
    compiled = compile(filename, code, known?.compiled);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
  if (!compiled.isKnown) {
    cache.keep(filename, { hash, script: compiled.script });
  }
  run(compiled.script, module, filename);
  return true;
}

function compile(filename, code, compiled) {
  const script = new vm.Script(Module.wrap(code), {
    filename,
    columnOffset: -wrapped,
    cachedData: compiled,
  });
  return { script, isKnown: compiled !== undefined && script.cachedDataRejected === false };
}

/** As Node.js runs a CommonJS module. */
function run(script, module, filename) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  const load = script.runInThisContext();
  load.call(module.exports, module.exports, require, module, filename, path.dirname(filename));
}

let esbuild;

/** As tsx does with the project's tsconfig.json. */
function transpile(source, filename) {
  esbuild ??= Module.createRequire(require.resolve("tsx"))("esbuild");
  const { code, map } = esbuild.transformSync(source, {
    loader: "ts",
    format: "cjs",
    target: "node20",
    sourcefile: filename,
    sourcemap: "external",
    sourcesContent: false,
    // `import()` would go to Node.js's own loader, which knows no TypeScript and is slower to start.
    supported: { "dynamic-import": false },
    tsconfigRaw: { compilerOptions: { target: "es2022", strict: true, esModuleInterop: true } },
  });
  return { code, lines: JSON.parse(map).mappings };
}
