import { expect } from "chai";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { engineVersion, findEngine } from "../../toolchain";
import { CacheEntry } from "../../toolchain/cache-entry";
import { engineModule, hashHostSources } from "../../toolchain/host-sources";
import { type Bench, failingInstaller, fakeGo, makeBench, workingInstaller } from "./fakes";

describe("toolchain: the engine in the cache", () => {
  let bench: Bench;
  let entry: CacheEntry;
  let script: string;
  beforeEach(async () => {
    bench = await makeBench();
    await fakeGo(bench);
    script = await failingInstaller(bench);
    entry = new CacheEntry(bench.entry, engineVersion);
    await find();
  });
  afterEach(() => bench.remove());

  const find = (module?: string) =>
    findEngine(bench.options, { installer: { script }, ...(module === undefined ? {} : { module }) });

  async function builds(): Promise<number> {
    return (await bench.calls()).filter((call) => call.startsWith("go build")).length;
  }

  it("is used as it is, whatever else could be brought", async () => {
    const calls = await bench.calls();
    expect((await find()).origin).to.equal("cache");
    expect(await bench.calls()).to.deep.equal(calls);
  });

  it("is believed by its contents when only its times differ, and its record is put right", async () => {
    const moment = new Date("2026-01-02T03:04:05Z");
    await fs.utimes(entry.pulumi, moment, moment);
    expect((await find()).origin).to.equal("cache");
    expect(await builds()).to.equal(1);
    const manifest = JSON.parse(await fs.readFile(path.join(bench.entry, "entry.json"), "utf8")) as {
      files: Record<string, { modified: number }>;
    };
    expect(manifest.files.pulumi?.modified).to.equal(moment.getTime());
  });

  const damages: Record<string, () => Promise<unknown>> = {
    "a binary has other contents of the same size": async () => {
      const text = await fs.readFile(entry.pulumi, "utf8");
      await fs.writeFile(entry.pulumi, text.replace("pulumi", "puluwi"));
    },
    "a binary is cut short": () => fs.truncate(entry.pulumi, 10),
    "the language host is gone": () => fs.rm(entry.host),
    "its record is gone": () => fs.rm(path.join(bench.entry, "entry.json")),
    "its record is half a file": () => fs.truncate(path.join(bench.entry, "entry.json"), 20),
    "its record is for another version": async () => {
      const file = path.join(bench.entry, "entry.json");
      await fs.writeFile(file, (await fs.readFile(file, "utf8")).replace(engineVersion, "3.1.0"));
    },
  };
  for (const [damage, inflict] of Object.entries(damages)) {
    it(`is brought anew when ${damage}`, async () => {
      await inflict();
      expect((await find()).origin).to.equal("go build");
      expect(await builds()).to.equal(2);
      expect((await entry.inspect(await hashHostSources())).state).to.equal("ready");
      expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([engineVersion]);
    });
  }

  it("is moved aside and never deleted where it holds what was not brought", async () => {
    await fs.rm(path.join(bench.entry, "entry.json"));
    await fs.writeFile(path.join(bench.entry, "thesis.txt"), "");
    expect((await find()).origin).to.equal("go build");
    const aside = `${engineVersion}.kept-${process.pid}`;
    expect((await fs.readdir(path.dirname(bench.entry))).sort()).to.deep.equal([engineVersion, aside]);
    expect(await fs.readdir(path.join(path.dirname(bench.entry), aside))).to.include("thesis.txt");
    expect(bench.progress.join("\n")).to.contain(`was moved to ${bench.entry}.kept-${process.pid}`);
  });

  it("is not mistaken for another version's", async () => {
    const other = new CacheEntry(path.join(path.dirname(bench.entry), "3.1.0"), "3.1.0");
    expect(await other.inspect("any")).to.deep.equal({ state: "missing" });
  });

  describe("when the language host's sources have changed", () => {
    let module: string;
    beforeEach(async () => {
      module = path.join(bench.directory, "module");
      await fs.cp(engineModule, module, { recursive: true });
      await fs.appendFile(path.join(module, "pulumi-language-nodejs", "main.go"), "\n// changed\n");
    });

    it("has the host built anew and keeps the engine", async () => {
      const before = await fs.stat(entry.pulumi);
      const hostBefore = await fs.stat(entry.host);
      expect((await find(module)).origin).to.equal("cache");
      expect((await bench.calls()).at(-1)).to.match(/^go build .* -o \S+ \.\/pulumi-language-nodejs$/);
      expect((await fs.stat(entry.pulumi)).ino).to.equal(before.ino);
      expect((await fs.stat(entry.host)).ino).not.to.equal(hostBefore.ino);
      expect((await entry.inspect(await hashHostSources(module))).state).to.equal("ready");

      const calls = await bench.calls();
      await find(module);
      expect(await bench.calls()).to.deep.equal(calls);
    });

    it("keeps the older host where none can be built, and says so", async () => {
      await fs.rm(path.join(bench.bin, "go"));
      bench.progress.length = 0;
      expect((await find(module)).origin).to.equal("cache");
      expect(bench.progress).to.deep.equal([
        "The Node language host could not be built again, and the older one is used: there is no go on the PATH (Go 1.26.6 or newer is needed)",
      ]);
      expect((await entry.inspect(await hashHostSources())).state).to.equal("ready");
    });

    it("does not care when the host is the release's own", async () => {
      await fs.rm(bench.entry, { recursive: true });
      script = await workingInstaller(bench);
      expect((await find()).origin).to.equal("installer");
      const calls = await bench.calls();
      expect((await find(module)).origin).to.equal("cache");
      expect(await bench.calls()).to.deep.equal(calls);
    });
  });

  it("hashes the host's sources by name and content, tests left out", async () => {
    const module = path.join(bench.directory, "module");
    const sources = path.join(module, "pulumi-language-nodejs");
    await fs.mkdir(sources, { recursive: true });
    await fs.writeFile(path.join(sources, "a.go"), "package main");
    const one = await hashHostSources(module);
    await fs.writeFile(path.join(sources, "a_test.go"), "package main");
    await fs.writeFile(path.join(sources, "notes.txt"), "none");
    expect(await hashHostSources(module)).to.equal(one);
    await fs.rename(path.join(sources, "a.go"), path.join(sources, "b.go"));
    const renamed = await hashHostSources(module);
    expect(renamed).not.to.equal(one);
    await fs.appendFile(path.join(sources, "b.go"), "\n");
    expect(await hashHostSources(module)).not.to.equal(renamed);
  });
});
