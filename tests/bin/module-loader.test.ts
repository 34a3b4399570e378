import { expect } from "chai";
import execa from "execa";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const checkout = path.join(__dirname, "../..");

interface Said {
  /** What main.ts exports. */
  readonly answer: unknown;
  /** Whether anything had to be transpiled. */
  readonly transpiled: boolean;
}

describe("modules are loaded", () => {
  let root: string;
  let cache: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), "groundwork-modules-")));
    cache = path.join(root, "node_modules", ".cache", "groundwork", "test.modules");
    cpSync(path.join(checkout, "bin"), path.join(root, "bin"), { recursive: true });
    for (const name of ["tsx", "esbuild"]) {
      mkdirSync(path.join(root, "node_modules"), { recursive: true });
      symlinkSync(path.join(checkout, "node_modules", name), path.join(root, "node_modules", name));
    }
    write({
      "start.js": `
        require("./bin/module-loader.js").loadTypeScript("test");
        const { answer } = require(process.argv[2] ?? "./main");
        const transpiled = Object.keys(require.cache).some((file) => file.includes("esbuild"));
        console.log(JSON.stringify({ answer, transpiled }));`,
      "main.ts": `import { part } from "./parts/part";\nexport const answer: string = "the " + part;`,
      "parts/part.ts": `export const part: string = "first";`,
      "node_modules/.package-lock.json": "{}",
    });
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function write(files: Readonly<Record<string, string>>, folder = root): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
  }

  async function start(main?: string, folder = root): Promise<Said> {
    const script = path.join(folder, "start.js");
    const { stdout } = await execa(process.execPath, [script, ...(main === undefined ? [] : [main])], {
      env: { NODE_OPTIONS: "" },
    });
    return JSON.parse(stdout) as Said;
  }

  it("without transpiling anything at a second start", async () => {
    expect(await start()).to.deep.equal({ answer: "the first", transpiled: true });
    expect(await start()).to.deep.equal({ answer: "the first", transpiled: false });
  });

  it("as they are now: a changed file counts at the next start, whatever its size and time say", async () => {
    await start();
    const file = path.join(root, "parts", "part.ts");
    const { atime, mtime } = statSync(file);
    write({ "parts/part.ts": `export const part: string = "other";` });
    utimesSync(file, atime, mtime);
    expect(await start()).to.deep.equal({ answer: "the other", transpiled: true });
    expect(await start()).to.deep.equal({ answer: "the other", transpiled: false });
  });

  it("from where they are now: a folder that became a file counts, and the other way round", async () => {
    write({ "parts/part/index.ts": `export const part: string = "folder";` });
    expect((await start()).answer).to.equal("the first");
    rmSync(path.join(root, "parts", "part.ts"));
    expect((await start()).answer).to.equal("the folder");
    write({ "parts/part.ts": `export const part: string = "file";` });
    expect((await start()).answer).to.equal("the file");
  });

  describe("of packages", () => {
    beforeEach(() => {
      write({
        "main.ts": `import { version } from "outer";\nexport const answer = version;`,
        "node_modules/outer/index.js": `exports.version = "outer 1, " + require("inner").version;`,
        "node_modules/inner/index.js": `exports.version = "inner 1";`,
      });
    });

    it("as they are now", async () => {
      expect((await start()).answer).to.equal("outer 1, inner 1");
      write({ "node_modules/inner/index.js": `exports.version = "inner 2";` });
      expect((await start()).answer).to.equal("outer 1, inner 2");
    });

    it("from where npm has put them", async () => {
      expect((await start()).answer).to.equal("outer 1, inner 1");
      write({
        "node_modules/outer/node_modules/inner/index.js": `exports.version = "inner of its own";`,
        "node_modules/.package-lock.json": '{ "packages": {} }',
      });
      expect((await start()).answer).to.equal("outer 1, inner of its own");
    });

    it("from where they are, if something else than npm has put them there", async () => {
      rmSync(path.join(root, "node_modules", ".package-lock.json"));
      expect((await start()).answer).to.equal("outer 1, inner 1");
      write({ "node_modules/outer/node_modules/inner/index.js": `exports.version = "inner of its own";` });
      expect((await start()).answer).to.equal("outer 1, inner of its own");
    });

    it("that are gone never", async () => {
      await start();
      rmSync(path.join(root, "node_modules", "inner"), { recursive: true });
      expect(String(await start().catch((error: unknown) => error))).to.contain("Cannot find module 'inner'");
    });

    it("that have only a module for `import` as Node.js does without us", async () => {
      write({
        "node_modules/outer/index.js": `exports.version = require("inner");`,
        "node_modules/inner/package.json": '{ "type": "module", "main": "index.js" }',
        "node_modules/inner/index.js": `export const version = 1;`,
        "plain.js": `console.log(require("outer").version.version);`,
      });
      const plain = await execa(process.execPath, [path.join(root, "plain.js")], {
        env: { NODE_OPTIONS: "" },
        reject: false,
      });
      const ours = await start().then(
        ({ answer }) => JSON.stringify(answer),
        (error: unknown) => String(error),
      );
      expect(ours).to.contain(plain.exitCode === 0 ? '"version":1' : "ERR_REQUIRE_ESM");
    });

    it("that import others when they are asked to", async () => {
      write({
        "node_modules/outer/index.js": `exports.version = typeof import("inner").then;`,
      });
      await start();
      expect((await start()).answer).to.equal("function");
    });
  });

  it("without a cache where none can be written, and leaves nothing behind", async () => {
    writeFileSync(path.join(root, "node_modules", ".cache"), "a file where the folder would be");
    for (let i = 0; i < 2; i++) {
      expect(await start()).to.deep.equal({ answer: "the first", transpiled: true });
    }
    expect(readdirSync(path.join(root, "node_modules")).sort()).to.deep.equal([
      ".cache",
      ".package-lock.json",
      "esbuild",
      "tsx",
    ]);
  });

  it("without what is left of a cache that was cut off or overwritten", async () => {
    await start();
    const whole = readFileSync(cache);
    for (const broken of [
      Buffer.alloc(0),
      whole.subarray(0, 3),
      whole.subarray(0, 40),
      whole.subarray(0, whole.length - 1),
      Buffer.alloc(whole.length),
      Buffer.from("no cache at all"),
    ]) {
      writeFileSync(cache, broken);
      expect(await start()).to.deep.equal({ answer: "the first", transpiled: true });
      expect(await start()).to.deep.equal({ answer: "the first", transpiled: false });
    }
  });

  it("by several processes that find no cache and write one at once", async () => {
    // Each has looked for the cache when it comes here, and writes one when it ends: none goes on before all have looked.
    write({
      "main.ts": `
        import { readdirSync, writeFileSync } from "node:fs";
        import { part } from "./parts/part";
        writeFileSync(__dirname + "/looked/" + process.pid, "");
        while (readdirSync(__dirname + "/looked").length < 6) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        }
        export const answer: string = "the " + part;`,
    });
    mkdirSync(path.join(root, "looked"));
    const said = await Promise.all(Array.from({ length: 6 }, () => start()));
    expect(said).to.deep.equal(said.map(() => ({ answer: "the first", transpiled: true })));
    expect(readdirSync(path.dirname(cache))).to.deep.equal(["test.modules"]);
    expect(await start()).to.deep.equal({ answer: "the first", transpiled: false });
  });

  it("with traces that name the lines as they were written, from the cache too", async () => {
    write({
      "main.ts": `interface Unused {\n  readonly a: 1;\n}\n\nexport const answer = new Error("x").stack?.split("\\n")[1];`,
    });
    for (let i = 0; i < 2; i++) {
      expect((await start()).answer).to.equal(`    at Object.<anonymous> (${root}/main.ts:5:23)`);
    }
  });

  it("under their own names after the project was copied, and of copies beside it", async () => {
    write({ "main.ts": `export const answer = [__filename, new Error("x").stack?.includes(__filename)];` });
    await start();
    const copy = `${root}-copy`;
    try {
      cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
      expect((await start(undefined, copy)).answer).to.deep.equal([path.join(copy, "main.ts"), true]);
      const beside = path.join(copy, "main.ts");
      expect(await start(beside)).to.deep.equal({ answer: [beside, true], transpiled: false });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it("without packages beside them", async () => {
    write({ "inner/start.js": readFileSync(path.join(root, "start.js"), "utf8") });
    cpSync(path.join(root, "bin"), path.join(root, "inner", "bin"), { recursive: true });
    expect(await start("../main", path.join(root, "inner"))).to.deep.equal({
      answer: "the first",
      transpiled: true,
    });
    expect(existsSync(path.join(root, "inner", "node_modules"))).to.equal(false);
  });

  it("as Node.js does in processes that are none of groundwork's", async () => {
    const { stdout } = await execa(
      process.execPath,
      [
        "--eval",
        `require("./bin/module-loader.js").loadPackages(); require("tsx/package.json"); console.log("done")`,
      ],
      { cwd: root, env: { NODE_OPTIONS: "" } },
    );
    expect(stdout).to.equal("done");
    expect(existsSync(path.join(root, "node_modules", ".cache"))).to.equal(false);
  });
});
