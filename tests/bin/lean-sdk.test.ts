import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const project = path.join(__dirname, "../..");

const startScript = path.join(project, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js");

/** Runs JavaScript in a process of its own, with the preload or without, and returns what it printed as JSON. */
async function run(code: string, preload = true): Promise<unknown> {
  const args = preload ? ["--require", path.join(project, "bin", "lean-sdk.js")] : [];
  const { stdout } = await execa(process.execPath, [...args, "--eval", code], {
    cwd: project,
    env: { NODE_OPTIONS: "" },
  });
  return JSON.parse(stdout) as unknown;
}

const loaded = (name: string): string =>
  `Object.keys(require.cache).some((file) => file.replaceAll("\\\\", "/").includes("node_modules/${name}/"))`;

describe("the SDK without what it does not need", () => {
  it("is loaded without the TypeScript compiler", async () => {
    const code = `require("@pulumi/pulumi"); console.log(JSON.stringify(${loaded("typescript/lib")}))`;
    expect(await run(code)).to.equal(false);
    expect(await run(code, false), "what is left out is not loaded any more: this file can go").to.equal(
      true,
    );
  });

  it("still serializes functions, with the compiler loaded then", async () => {
    const code = `
      const pulumi = require("@pulumi/pulumi");
      const offset = 41;
      pulumi.runtime.serializeFunction(() => offset + 1).then(({ text }) =>
        console.log(JSON.stringify([text, ${loaded("typescript/lib")}])));`;
    const [text, compiler] = (await run(code)) as [string, boolean];
    expect(compiler).to.equal(true);
    expect(text).to.contain("offset + 1");
    expect([text, true]).to.deep.equal(await run(code, false));
  });

  it("is loaded without the Automation API and zod without its languages, which are there all the same", async () => {
    const files = [
      loaded("@pulumi/pulumi/automation"),
      loaded("normalize-package-data"),
      `Object.keys(require.cache).some((file) => file.endsWith("de.cjs"))`,
    ];
    const code = `
      const pulumi = require("@pulumi/pulumi");
      const { z } = require("zod");
      const before = [${files.join()}];
      const word = z.string().safeParse(1).error.issues[0].message;
      z.config(z.locales.de());
      const wort = z.string().safeParse(1).error.issues[0].message;
      console.log(JSON.stringify([before, typeof pulumi.automation.LocalWorkspace.create, word, wort]));`;
    const said = [
      "function",
      "Invalid input: expected string, received number",
      "Ungültige Eingabe: erwartet string, erhalten Zahl",
    ];
    expect(await run(code)).to.deep.equal([[false, false, false], ...said]);
    expect(await run(code, false)).to.deep.equal([[true, true, true], ...said]);
  });

  it("says the compiler's version without loading it", async () => {
    const code = `
      const { typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");
      console.log(JSON.stringify([typeScriptRequireStrings().typescriptRequire, ${loaded("typescript/lib")}]))`;
    expect(await run(code)).to.deep.equal(["typescript", false]);
  });

  it("starts a program without what tracing needs, and traces all the same when asked to", async () => {
    const code = `
      const tracing = require("@pulumi/pulumi/cmd/run/tracing");
      const before = ${loaded("@opentelemetry/sdk-trace-node")};
      tracing.start("http://127.0.0.1:9/api/v2/spans");
      const span = tracing.newSpan("x");
      console.log(JSON.stringify([before, ${loaded("@opentelemetry/sdk-trace-node")}, span.isRecording()]));
      process.exit(0);`;
    expect(await run(code)).to.deep.equal([false, true, true]);
    expect(await run(code, false)).to.deep.equal([true, true, true]);
  });

  it("takes no stack trace for a promise, and leaves those of errors alone", async () => {
    const code = `
      const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
      const sdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi/runtime/debuggable"));
      const promise = Promise.resolve(1);
      sdk("../runtime/debuggable").debuggablePromise(promise, "x");
      const frames = (stack) => stack.split("\\n").length - 1;
      console.log(JSON.stringify([frames(promise._debugStackTrace) > 0, frames(new Error("x").stack) > 0]));`;
    expect(await run(code)).to.deep.equal([false, true]);
    expect(await run(code, false)).to.deep.equal([true, true]);
  });

  it("opens no debugger session in a program before a function is serialized, and one then", async () => {
    const code = `
      const inspector = require("node:inspector");
      let sessions = 0;
      const { connect } = inspector.Session.prototype;
      inspector.Session.prototype.connect = function () { sessions++; return connect.call(this); };
      const start = require("node:module").createRequire(${JSON.stringify(startScript)});
      start("../../runtime/closure/v8Hooks").isInitializedAsync().then(async () => {
        const before = sessions;
        const offset = 41;
        await require("@pulumi/pulumi").runtime.serializeFunction(() => offset + 1);
        console.log(JSON.stringify([before, sessions]));
        process.exit(0);
      });`;
    expect(await run(code)).to.deep.equal([0, 1]);
    expect(await run(code, false)).to.deep.equal([1, 1]);
  });

  describe("gives a policy pack to ts-node", () => {
    let directory: string;
    before(() => {
      directory = mkdtempSync(path.join(tmpdir(), "groundwork-lean-"));
      writeFileSync(path.join(directory, "typed.ts"), "export const answer: number = 42;\n");
    });
    after(() => {
      rmSync(directory, { recursive: true });
    });

    const pack = (register: string): string => `
      const path = require("node:path");
      const sdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi/tsutils"));
      const tsNode = path.join(path.dirname(require.resolve("@pulumi/pulumi/tsutils")), "vendor", "ts-node@7.0.1");
      sdk(tsNode).register({ typeCheck: false, skipProject: true, compilerOptions: { module: "commonjs" } });
      ${register}
      const { answer } = require(${JSON.stringify("DIRECTORY/typed")});
      console.log(JSON.stringify([answer, ${loaded("typescript/lib")}]));`;

    it("only when nobody else takes its files on", async () => {
      const code = pack('require("tsx/cjs");').replace("DIRECTORY", directory);
      expect(await run(code)).to.deep.equal([42, false]);
    });

    it("when nobody else does", async () => {
      expect(await run(pack("").replace("DIRECTORY", directory))).to.deep.equal([42, true]);
    });
  });
});
