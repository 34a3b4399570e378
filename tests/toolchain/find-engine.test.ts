import { expect } from "chai";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { engineVersion, findEngine, NamedEngineError, NoEngineError } from "../../toolchain";
import {
  type Bench,
  brokenPulumi,
  failingInstaller,
  failure,
  fakeGo,
  fakePulumi,
  makeBench,
  workingInstaller,
} from "./fakes";

describe("toolchain: finding the engine", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.remove());

  /** Finds an engine with an installer that works, fails or, by default, must not be called. */
  async function find(installer?: string, overrides: Partial<Bench["options"]> = {}) {
    return findEngine(
      { ...bench.options, ...overrides },
      { installer: { script: installer ?? path.join(bench.directory, "not-to-be-called.ts") } },
    );
  }

  describe("by name (GROUNDWORK_PULUMI)", () => {
    it("uses the binary that is named before any other", async () => {
      await fakePulumi(bench.bin);
      const binary = await fakePulumi(path.join(bench.directory, "named"));
      expect(await find(undefined, { binary })).to.deep.equal({
        pulumi: binary,
        version: engineVersion,
        origin: "GROUNDWORK_PULUMI",
      });
    });

    it("answers with an absolute path for a relative name", async () => {
      const binary = await fakePulumi(path.join(bench.directory, "named"));
      const engine = await find(undefined, { binary: path.relative(process.cwd(), binary) });
      expect(engine.pulumi).to.equal(binary);
    });

    it("refuses another version, names both, and tries nothing else", async () => {
      await fakeGo(bench);
      await fakePulumi(bench.bin);
      const binary = await fakePulumi(path.join(bench.directory, "named"), "v3.260.1");
      const error = await failure(find(undefined, { binary }));
      expect(error).to.be.instanceOf(NamedEngineError);
      expect(error.message).to.equal(
        `GROUNDWORK_PULUMI names ${binary}, which cannot be used: it is version 3.260.1, and this project needs ${engineVersion}. ` +
          `Name a pulumi ${engineVersion}, or unset GROUNDWORK_PULUMI and one is found or brought.`,
      );
      expect(await bench.calls()).to.deep.equal(["pulumi version"]);
    });

    it("refuses a pre-release of the right version", async () => {
      const binary = await fakePulumi(path.join(bench.directory, "named"), `v${engineVersion}-alpha.1`);
      const error = await failure(find(undefined, { binary }));
      expect(error.message).to.contain(`it is version ${engineVersion}-alpha.1, and`);
    });

    it("refuses what is not there, and a folder", async () => {
      for (const binary of [path.join(bench.directory, "absent"), bench.bin]) {
        const error = await failure(find(undefined, { binary }));
        expect(error).to.be.instanceOf(NamedEngineError);
        expect(error.message).to.contain(
          `names ${binary}, which cannot be used: it is not an executable file`,
        );
      }
    });

    it("refuses what does not answer, with the last thing it said", async () => {
      const binary = await brokenPulumi(path.join(bench.directory, "named"));
      const error = await failure(find(undefined, { binary }));
      expect(error.message).to.contain(`it does not answer "version": cannot open shared object`);
    });

    it("refuses what answers with something that is no version", async () => {
      const binary = await fakePulumi(path.join(bench.directory, "named"), "hello");
      const error = await failure(find(undefined, { binary }));
      expect(error.message).to.contain('it answers "version" with "hello", which is no version');
    });

    it("refuses an engine without a Node language host, and takes one whose host is on the PATH", async () => {
      const binary = await fakePulumi(path.join(bench.directory, "named"));
      await fs.rename(
        path.join(bench.directory, "named", "pulumi-language-nodejs"),
        path.join(bench.bin, "pulumi-language-nodejs"),
      );
      expect((await find(undefined, { binary })).pulumi).to.equal(binary);
      const error = await failure(find(undefined, { binary, path: "" }));
      expect(error.message).to.contain("there is no pulumi-language-nodejs beside it or on the PATH");
    });
  });

  describe("on the PATH", () => {
    it("takes the first that fits and passes over other versions", async () => {
      const old = path.join(bench.directory, "old");
      await fakePulumi(old, "v3.190.0");
      const fitting = await fakePulumi(path.join(bench.directory, "fitting"));
      await fakePulumi(bench.bin);
      const engine = await find(undefined, { path: [old, path.dirname(fitting), bench.bin].join(":") });
      expect(engine).to.deep.equal({ pulumi: fitting, version: engineVersion, origin: "PATH" });
    });

    it("finds the host beside the file that a link leads to", async () => {
      const real = await fakePulumi(path.join(bench.directory, "real"));
      await fs.symlink(real, path.join(bench.bin, "pulumi"));
      expect((await find()).pulumi).to.equal(path.join(bench.bin, "pulumi"));
    });

    it("does not look in the current folder, which empty and relative parts stand for", async () => {
      await fakePulumi(bench.bin);
      await fakeGo(bench);
      const relative = path.relative(process.cwd(), bench.bin);
      const error = await failure(find(await failingInstaller(bench), { path: `:${relative}` }));
      expect(error.message).to.contain("PATH               there is no pulumi on it");
    });
  });

  describe("by the installer", () => {
    it("puts the release into the cache, where the next run finds it without starting anything", async () => {
      const first = await find(await workingInstaller(bench));
      expect(first).to.deep.equal({
        pulumi: path.join(bench.entry, "bin", "pulumi"),
        version: engineVersion,
        origin: "installer",
      });
      const calls = await bench.calls();
      expect(calls).to.deep.equal(["pulumi version"]);

      const second = await find();
      expect(second).to.deep.equal({ ...first, origin: "cache" });
      expect(await bench.calls()).to.deep.equal(calls);
      expect((await fs.readdir(path.dirname(bench.entry))).sort()).to.deep.equal([engineVersion]);
    });

    it("does not take another version from it", async () => {
      await fakeGo(bench);
      const engine = await find(await workingInstaller(bench, "v3.261.0"));
      expect(engine.origin).to.equal("go build");
      expect(bench.progress).to.include(
        `Pulumi's release could not be downloaded: it brought version 3.261.0 instead of ${engineVersion}`,
      );
    });
  });

  it("names every way, why it failed and what helps when none works", async () => {
    const old = await fakePulumi(bench.bin, "v3.190.0");
    const broken = await brokenPulumi(path.join(bench.directory, "broken"));
    const error = await failure(
      find(await failingInstaller(bench), { path: `${bench.bin}:${path.dirname(broken)}` }),
    );
    expect(error).to.be.instanceOf(NoEngineError);
    expect(error.message).to.equal(
      [
        `There is no Pulumi engine ${engineVersion} here, and none could be brought. Tried, in this order:`,
        "  GROUNDWORK_PULUMI  not set",
        `  PATH               ${old}: it is version 3.190.0, and this project needs ${engineVersion}`,
        `                     ${broken}: it does not answer "version": cannot open shared object`,
        `  cache              there is nothing in ${bench.entry}`,
        "  installer          Failed to download the installer: fetch failed",
        "  go build           there is no go on the PATH (Go 1.26.6 or newer is needed)",
        "Any one of these helps:",
        `  - install Pulumi ${engineVersion} (its documentation lists the installers of each version) so that "pulumi" is on the PATH`,
        `  - set GROUNDWORK_PULUMI to the path of a pulumi ${engineVersion} that is elsewhere`,
        "  - allow this machine to download Pulumi's releases, and run the command again",
        "  - put Go 1.26.6 or newer on the PATH and allow a Go module proxy: the engine is then built, once",
      ].join("\n"),
    );
  });

  it("says so when the cache cannot be written, and brings nothing", async () => {
    await fakeGo(bench);
    await fs.writeFile(bench.cache, "a file where the folder should be");
    const error = await failure(find(await workingInstaller(bench)));
    expect(error.message).to.contain(
      `installer          the cache folder ${path.dirname(bench.entry)} cannot be written (ENOTDIR); XDG_CACHE_HOME names another place for caches`,
    );
    expect(await bench.calls()).to.deep.equal([]);
  });
});
