"use strict";
/**
 * What is made of modules before they run, kept from one start to the next: of TypeScript the JavaScript, with where its lines come
 * from; of every module V8's own code for it. A process that finds it here neither transpiles nor compiles.
 *
 * Nothing of it can be out of date. Each module's file is read at each start, and what was made of it counts only for exactly
 * that content. Where a package's module finds what it requires is kept too, and counts only as long as npm has installed
 * nothing (`node_modules/.package-lock.json`). All of it counts only for the same Node.js, the same esbuild, the same folder and
 * the same version of these files.
 *
 * One file per kind of process in `node_modules/.cache/groundwork`, which npm, git and everybody else leave alone. It is written under
 * another name and renamed, so that of processes that write at once each leaves a whole file. Where it cannot be
 * written there is none, and everything is made anew at each start.
 *
 * The file: the length of its head (4 bytes), the head (JSON), then for each module in the head's order JavaScript, lines and V8's code.
 */
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

/** What may change what is made of the same source. */
const makers = [
  "bin/module-cache.js",
  "bin/module-loader.js",
  "node_modules/tsx/package.json",
  "node_modules/esbuild/package.json",
  "node_modules/tsx/node_modules/esbuild/package.json",
];
const installed = "node_modules/.package-lock.json";
/** Milliseconds without a new module after which the cache is written, and what was read of it let go of. */
const quietAfter = 1000;

exports.ModuleCache = class ModuleCache {
  /**
   * @param root the folder that holds node_modules, without symbolic links on the way.
   * @param kind of the process: each has a file of its own.
   */
  constructor(root, kind) {
    this.root = root;
    this.file = path.join(root, "node_modules", ".cache", "groundwork", `${kind}.modules`);
    const hashOf = (name) => hashOfContent(contentOf(path.join(root, name)));
    this.madeBy = [root, process.version, process.arch, ...makers.map(hashOf)].join(" ");
    this.installed = fs.existsSync(path.join(root, installed)) ? hashOf(installed) : undefined;
    /** What this process had to make itself, by file name: `{ hash, code, lines, script, links }`. */
    this.made = new Map();
    this.isChanged = false;
    // The engine kills a pack. The others write at their end, when V8 has compiled what they really use.
    this.isEndedFromOutside = kind.endsWith("run-policy-pack");
    process.on("exit", () => this.write());
  }

  /** What is known of a file, whatever its content was; undefined if nothing is. */
  known(filename) {
    this.quiet ??= setTimeout(() => this.rest(), quietAfter).unref();
    this.quiet.refresh();
    this.kept ??= this.read();
    return this.made.get(filename) ?? this.kept.modules.get(filename);
  }

  /** What was made of exactly this content, under whatever name, but for V8's code: that has the name in it. */
  sameContent(hash) {
    this.kept ??= this.read();
    return this.kept.byHash().get(hash);
  }

  /** Keeps what was made of a file that lies under the root; others come and go. */
  keep(filename, made) {
    if (this.holds(filename)) {
      this.made.set(filename, { links: {}, ...made });
      this.isChanged = true;
    }
  }

  holds(filename) {
    return filename.startsWith(this.root + path.sep);
  }

  /** Where a package's module has found what it requires; undefined if that is not known. */
  link(filename, request) {
    const target = this.installed && this.known(filename)?.links[request];
    const found = target === undefined ? undefined : path.join(this.root, target);
    return found !== undefined && fs.existsSync(found) ? found : undefined;
  }

  keepLink(filename, request, target) {
    const known = this.installed && this.holds(target) ? this.known(filename) : undefined;
    if (known !== undefined) {
      known.links[request] = path.relative(this.root, target);
      this.isChanged = true;
    }
  }

  /** Everything of a file that another version of these files has made, or that is not whole, counts as nothing. */
  read() {
    const modules = new Map();
    const bytes = contentOf(this.file);
    if (bytes.length > 4 && bytes.length > 4 + bytes.readUInt32LE(0)) {
      let at = 4 + bytes.readUInt32LE(0);
      const head = parsed(bytes.toString("utf8", 4, at));
      const isOurs = head?.madeBy === this.madeBy && head.bytes === bytes.length - at;
      for (const [name, hash, lengths, links] of isOurs ? head.modules : []) {
        const parts = lengths.map((length) => bytes.subarray(at, (at += length)));
        const isInstalled = head.installed === this.installed;
        modules.set(path.join(this.root, name), new Kept(hash, parts, isInstalled ? links : {}));
      }
    }
    let byHash;
    return {
      modules,
      byHash: () => (byHash ??= new Map([...modules.values()].map((one) => [one.hash, one]))),
    };
  }

  rest() {
    if (this.isEndedFromOutside) {
      this.write();
    }
    this.kept = undefined;
  }

  write() {
    if (!this.isChanged) {
      return;
    }
    this.isChanged = false;
    // What another process has written meanwhile would do as well: what both have is the same.
    const kept = this.kept ?? this.read();
    const all = new Map([...kept.modules, ...this.made]);
    const entries = [...all].map(([filename, one]) => [
      filename,
      one.hash,
      one.parts ?? partsOf(one),
      one.links,
    ]);
    const modules = entries.map(([filename, hash, parts, links]) => [
      path.relative(this.root, filename),
      hash,
      parts.map(({ length }) => length),
      links,
    ]);
    const content = Buffer.concat(entries.flatMap(([, , parts]) => parts));
    const head = Buffer.from(
      JSON.stringify({ madeBy: this.madeBy, installed: this.installed, bytes: content.length, modules }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    writeWhole(this.file, [length, head, content]);
    this.made.clear();
    this.kept = undefined;
  }
};

/** One module as the file has it; its parts are read when they are asked for. */
class Kept {
  constructor(hash, parts, links) {
    Object.assign(this, { hash, parts, links });
  }

  get code() {
    return this.parts[0].toString("utf8");
  }

  get lines() {
    return this.parts[1].toString("latin1");
  }

  get compiled() {
    return this.parts[2];
  }
}

/** V8's code has in it what has run by now: later starts need not compile that either. */
function partsOf({ code = "", lines = "", script }) {
  return [
    Buffer.from(code, "utf8"),
    Buffer.from(lines, "latin1"),
    script?.createCachedData() ?? Buffer.alloc(0),
  ];
}

function hashOfContent(content) {
  return crypto.createHash("sha256").update(content).digest("base64");
}
exports.hashOfContent = hashOfContent;

/** Nothing for a file that is not there or may not be read. */
function contentOf(file) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return orRethrow(error, Buffer.alloc(0));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return orRethrow(error, undefined);
  }
}

/** Either the whole file is there afterwards or none of it. A folder that cannot be written has no cache, and needs none. */
function writeWhole(file, parts) {
  const temporary = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const opened = fs.openSync(temporary, "w");
    try {
      fs.writevSync(opened, parts);
      // A name that outlives a power cut must not lead to what did not.
      fs.fsyncSync(opened);
    } finally {
      fs.closeSync(opened);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    orRethrow(error, undefined);
    if (fs.existsSync(temporary)) {
      fs.rmSync(temporary);
    }
  }
}

/** Without the cache everything works as with it: what the system or the file's content says against it is no error. */
function orRethrow(error, otherwise) {
  if (error.syscall !== undefined || error instanceof SyntaxError) {
    return otherwise;
  }
  throw error;
}
