import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { readEnvironment } from "../../settings/environment";

const checkout = path.join(__dirname, "../..");
const environment = readEnvironment(checkout);
// Plain JavaScript, for a Node.js that reads nothing else.
const { whatIsMissing } = createRequire(__filename)("../../bin/what-is-missing.js") as {
  readonly whatIsMissing: (projectDirectory: string, nodeVersion: string) => string | undefined;
};
const { version, engines, dependencies } = JSON.parse(
  readFileSync(path.join(checkout, "package.json"), "utf8"),
) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
};

function run(file: string, args: readonly string[], options: { cwd?: string; PATH?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: options.cwd ?? "/",
    encoding: "utf8",
    env: { ...(options.PATH === undefined ? environment.variables : { PATH: options.PATH }), CDPATH: "/tmp" },
  });
  return { status, stdout, stderr };
}

describe("./groundwork", () => {
  let scratch: string;
  before(() => {
    // With what a shell would take apart.
    scratch = path.join(realpathSync(mkdtempSync(path.join(tmpdir(), "groundwork-launcher-"))), "a $b 'c");
    mkdirSync(scratch);
  });
  after(() => {
    rmSync(path.dirname(scratch), { recursive: true, force: true });
  });

  /** A clone of which only the launcher is real. */
  function clone(name: string, script: string): string {
    const folder = path.join(scratch, name);
    mkdirSync(path.join(folder, "bin"), { recursive: true });
    cpSync(path.join(checkout, "groundwork"), path.join(folder, "groundwork"));
    writeFileSync(path.join(folder, "bin", "groundwork.js"), script);
    return folder;
  }

  /** A clone as git makes it: without packages. */
  function fresh(name: string): string {
    const folder = path.join(scratch, name);
    mkdirSync(folder);
    for (const part of ["groundwork", "bin", "package.json"]) {
      cpSync(path.join(checkout, part), path.join(folder, part), { recursive: true });
    }
    return folder;
  }

  it("goes on to its end, and says nothing of it, when nobody reads on", async () => {
    const child = spawn(path.join(checkout, "groundwork"), ["--help"], {
      env: environment.variables,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const [said] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([said, child.exitCode]).to.deep.equal(["", 0]);
  });

  it("runs the clone that it lies in from another folder", () => {
    expect(run(path.join(checkout, "groundwork"), ["--version"])).to.deep.equal({
      status: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  });

  it("hands on every argument as it is, and the exit code", () => {
    const script = "console.log(JSON.stringify([__dirname, process.argv.slice(2)])); process.exitCode = 37;";
    const folder = clone("hands on", script);
    const args = ["--reason", "it's $HOME & <more>", "", "--", "*"];
    const { status, stdout, stderr } = run("./groundwork", args, { cwd: folder });
    expect(JSON.parse(stdout)).to.deep.equal([path.join(folder, "bin"), args]);
    expect([status, stderr]).to.deep.equal([37, ""]);
  });

  it("finds its clone through chains of links, absolute and relative, behind a folder that is a link", () => {
    const folder = clone("linked", "console.log(__dirname)");
    const others = path.join(scratch, "others");
    mkdirSync(path.join(others, "deep", "bin"), { recursive: true });
    symlinkSync(path.join(folder, "groundwork"), path.join(others, "absolute"));
    symlinkSync("../../absolute", path.join(others, "deep", "bin", "relative"));
    symlinkSync(path.join(others, "deep", "bin"), path.join(scratch, "folder"));
    symlinkSync("folder/relative", path.join(scratch, "groundwork-here"));
    for (const [call, PATH] of [
      [path.join(scratch, "groundwork-here"), undefined],
      ["./groundwork-here", undefined],
      ["groundwork-here", `${scratch}:${environment.path}`],
    ] as const) {
      expect(run(call, [], { cwd: scratch, PATH }), call).to.deep.equal({
        status: 0,
        stdout: `${path.join(folder, "bin")}\n`,
        stderr: "",
      });
    }
  });

  it("says where `npm ci` is to be run when the packages are missing", () => {
    const folder = fresh("fresh");
    const message = `groundwork's packages are not installed. Install them with \`npm ci\` in ${folder}.\nNothing was touched.`;
    const call = path.join(folder, "groundwork");
    expect(run(call, ["preview", "dev"])).to.deep.equal({ status: 2, stdout: "", stderr: `${message}\n` });
    const { status, stdout, stderr } = run(call, ["preview", "dev", "--json"]);
    expect([status, JSON.parse(stdout), stderr]).to.deep.equal([2, { error: { message } }, ""]);
    expect(run(call, ["exec", "--", "pulumi", "--json"]).stdout).to.equal("");
  });

  it("names the packages of a clone that has some: one was pulled since, or `npm ci` was broken off", () => {
    const folder = fresh("half");
    for (const name of Object.keys(dependencies).filter((one) => !["luxon", "tsx"].includes(one))) {
      mkdirSync(path.join(folder, "node_modules", name), { recursive: true });
    }
    expect(run(path.join(folder, "groundwork"), ["--version"]).stderr).to.equal(
      `Packages of groundwork are not installed: luxon, tsx. Install them with \`npm ci\` in ${folder}.\nNothing was touched.\n`,
    );
  });

  it("says that Node.js is missing or too old", () => {
    const wanted = engines.node.replace(">=", "");
    expect(run(path.join(checkout, "groundwork"), ["--version"], { PATH: "/nowhere" })).to.deep.equal({
      status: 2,
      stdout: "",
      stderr: `groundwork needs Node.js ${wanted} or later, and there is no node on the PATH: https://nodejs.org. Nothing was touched.\n`,
    });
    const answer = (node: string): string | undefined => whatIsMissing(checkout, node);
    expect(answer("20.19.9")).to.equal(`groundwork needs Node.js ${wanted} or later; this is 20.19.9.`);
    expect(answer("6.17.1")).to.equal(`groundwork needs Node.js ${wanted} or later; this is 6.17.1.`);
    for (const enough of ["20.20.0", "22.0.0", "100.1.0"]) {
      expect(answer(enough), enough).to.equal(undefined);
    }
  });
});
