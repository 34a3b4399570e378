import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { engineVersion, findEngine } from "../../toolchain";
import { type Bench, failingInstaller, fakeGo, fakeInstaller, isAlive, makeBench, until } from "./fakes";

/** A lock that is taken for left over as soon as the library allows. */
const lock = { stale: 2000, retry: 50, remind: 500 };

describe("toolchain: two runs at once, and runs that are killed", () => {
  let bench: Bench;
  let script: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    bench = await makeBench();
    script = await failingInstaller(bench);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
    }
    await bench.remove();
  });

  interface Run {
    readonly child: ChildProcess;
    readonly printed: () => string;
    readonly ended: Promise<string[]>;
  }

  /** Finds an engine in a process of its own, which prints its progress and at last the origin. */
  async function start(installer: string): Promise<Run> {
    const program = path.join(bench.directory, `run-${children.length}.ts`);
    const { path: searchPath, cacheDirectory, env } = bench.options;
    await fs.writeFile(
      program,
      [
        `import { findEngine } from ${JSON.stringify(path.resolve(__dirname, "../../toolchain"))};`,
        `const options = ${JSON.stringify({ path: searchPath, cacheDirectory, env })};`,
        "findEngine({ ...options, onProgress: (message) => console.log(message) },",
        `  ${JSON.stringify({ installer: { script: installer }, lock })})`,
        "  .then((engine) => console.log(engine.origin), (error) => { console.log(error); process.exitCode = 1; });",
        "",
      ].join("\n"),
    );
    const child = spawn(process.execPath, ["--require", require.resolve("tsx/cjs"), program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const ended = new Promise<string[]>((resolve) =>
      child.once("close", () => resolve(printed.trim().split("\n"))),
    );
    return { child, printed: () => printed, ended };
  }

  const isBuilding = async () => (await bench.calls()).some((call) => call.startsWith("go build"));

  it("builds once; the other run waits, says so, and uses the result", async () => {
    const mayFinish = path.join(bench.directory, "may-finish");
    await fakeGo(bench, { waitFor: mayFinish });
    const runs = await Promise.all([start(script), start(script)]);
    const waiting = "Another run is bringing the engine; waiting for it (0 s)";
    await until(async () => (await isBuilding()) && runs.some((run) => run.printed().includes(waiting)));
    await fs.writeFile(mayFinish, "");
    const printed = await Promise.all(runs.map(({ ended }) => ended));
    expect(printed.map((lines) => lines.at(-1)).sort()).to.deep.equal(["cache", "go build"]);
    expect((await bench.calls()).filter((call) => call.startsWith("go build"))).to.have.length(1);
    expect(printed.find((lines) => lines.at(-1) === "cache")?.[0]).to.equal(waiting);
    expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([engineVersion]);
  });

  it("starts over where a run was killed in the middle of the build, and clears up after it", async () => {
    await fakeGo(bench, { waitFor: path.join(bench.directory, "never") });
    const first = await start(script);
    await until(isBuilding);
    first.child.kill("SIGKILL");
    await first.ended;
    const left = (await fs.readdir(path.dirname(bench.entry))).map((name) => name.replace(/-.*/, "-…"));
    expect(left.sort()).to.deep.equal([".new-…", `${engineVersion}.lock`]);

    await fakeGo(bench);
    const engine = await findEngine(bench.options, { installer: { script }, lock });
    expect(engine.origin).to.equal("go build");
    expect(bench.progress[0]).to.equal("Another run is bringing the engine; waiting for it (0 s)");
    expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([engineVersion]);
  });

  it("leaves the folder of a run that is alive, and of another machine's for a day", async () => {
    await fakeGo(bench);
    const parent = path.dirname(bench.entry);
    const foreign = path.join(parent, ".new-1@elsewhere-abcdef");
    const foreignOld = path.join(parent, ".new-2@elsewhere-abcdef");
    const mine = path.join(parent, `.new-${process.pid}@${os.hostname()}-abcdef`);
    for (const directory of [foreign, foreignOld, mine]) {
      await fs.mkdir(directory, { recursive: true });
    }
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await fs.utimes(foreignOld, twoDaysAgo, twoDaysAgo);
    await findEngine(bench.options, { installer: { script }, lock });
    expect((await fs.readdir(parent)).sort()).to.deep.equal(
      [path.basename(foreign), path.basename(mine), engineVersion].sort(),
    );
  });

  describe("the installer's processes", () => {
    /** Starts something in the background, says its process id, and never ends. */
    const hanging = (report: string) =>
      fakeInstaller(
        bench,
        [
          "endWithParent();",
          `const child = spawn("sleep", ["600"]);`,
          `fs.writeFileSync(${JSON.stringify(report)}, process.pid + " " + child.pid);`,
          'console.error("connecting");',
        ].join("\n"),
      );

    async function processesIn(report: string): Promise<number[]> {
      let text = "";
      await until(async () => (text = await fs.readFile(report, "utf8").catch(() => "")) !== "");
      return text.split(" ").map(Number);
    }

    it("are ended, with what they started, when nothing arrives", async () => {
      await fakeGo(bench);
      const report = path.join(bench.directory, "report");
      const engine = await findEngine(bench.options, {
        installer: { script: await hanging(report), stall: 3000 },
      });
      expect(engine.origin).to.equal("go build");
      expect(bench.progress).to.include(
        "Pulumi's release could not be downloaded: nothing arrived for 3 s\nconnecting",
      );
      for (const pid of await processesIn(report)) {
        expect(await isAlive(pid), `process ${pid}`).to.equal(false);
      }
    });

    it("are ended when it takes too long, though something arrives", async () => {
      await fakeGo(bench);
      const dripping = await fakeInstaller(
        bench,
        `fs.mkdirSync(root + "/bin"); setInterval(() => fs.appendFileSync(root + "/bin/part", "x"), 20);`,
      );
      const engine = await findEngine(bench.options, {
        installer: { script: dripping, total: 3000 },
      });
      expect(engine.origin).to.equal("go build");
      expect(bench.progress.join("\n")).to.match(/it was not done within [\d.]+ min/);
    });

    it("end by themselves when the run is killed", async () => {
      const report = path.join(bench.directory, "report");
      const run = await start(await hanging(report));
      const pids = await processesIn(report);
      run.child.kill("SIGKILL");
      await run.ended;
      await until(async () => !(await Promise.all(pids.map(isAlive))).includes(true));
    });
  });
});
