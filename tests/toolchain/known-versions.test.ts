import { expect } from "chai";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { engineVersion, findEngine } from "../../toolchain";
import { KnownVersions } from "../../toolchain/known-versions";
import { type Bench, fakePulumi, makeBench } from "./fakes";

describe("toolchain: versions of binaries that were asked before", () => {
  let bench: Bench;
  let binary: string;
  let directory: string;
  beforeEach(async () => {
    bench = await makeBench();
    directory = path.join(bench.cache, "engine");
    binary = path.join(bench.bin, "pulumi");
    // No script, and nothing that this or any machine could start.
    await fs.writeFile(binary, "\x7fELF, in name only", { mode: 0o755 });
    await fs.writeFile(path.join(bench.bin, "pulumi-language-nodejs"), "\x7fELF", { mode: 0o755 });
  });
  afterEach(() => bench.remove());

  it("are believed without starting the binary", async () => {
    await new KnownVersions(directory).remember(binary, engineVersion);
    expect((await findEngine({ ...bench.options, binary })).origin).to.equal("GROUNDWORK_PULUMI");
    expect((await findEngine(bench.options)).origin).to.equal("PATH");
  });

  it("are kept for several binaries, and found again by what a link leads to", async () => {
    const other = path.join(bench.directory, "pulumi-other");
    await fs.writeFile(other, "\x7fELF 2");
    const link = path.join(bench.directory, "link");
    await fs.symlink(binary, link);
    await new KnownVersions(directory).remember(binary, "3.1.0");
    await new KnownVersions(directory).remember(other, "3.2.0");
    expect(await new KnownVersions(directory).find(link)).to.equal("3.1.0");
    expect(await new KnownVersions(directory).find(other)).to.equal("3.2.0");
  });

  it("are forgotten when the file changes in size or in time", async () => {
    const known = new KnownVersions(directory);
    await known.remember(binary, "3.1.0");
    await fs.utimes(binary, new Date(1e12), new Date(1e12));
    expect(await known.find(binary)).to.equal(undefined);
    await known.remember(binary, "3.1.0");
    await fs.appendFile(binary, "more");
    await fs.utimes(binary, new Date(1e12), new Date(1e12));
    expect(await known.find(binary)).to.equal(undefined);
  });

  it("are not kept for scripts and for version managers, which may answer differently elsewhere", async () => {
    const known = new KnownVersions(directory);
    const script = await fakePulumi(path.join(bench.directory, "script"));
    const manager = path.join(bench.directory, "manager");
    await fs.writeFile(manager, "\x7fELF");
    const shim = path.join(bench.directory, "pulumi");
    await fs.symlink(manager, shim);
    await known.remember(script, "3.1.0");
    await known.remember(shim, "3.1.0");
    expect(await known.find(script)).to.equal(undefined);
    expect(await known.find(shim)).to.equal(undefined);
  });

  it("are asked anew where the file that holds them is damaged or cannot be written", async () => {
    await fs.mkdir(directory, { recursive: true });
    await fs.writeFile(path.join(directory, "known-binaries.json"), "{");
    const known = new KnownVersions(directory);
    expect(await known.find(binary)).to.equal(undefined);
    await known.remember(binary, "3.1.0");
    expect(await known.find(binary)).to.equal("3.1.0");

    const unwritable = new KnownVersions(path.join(binary, "below-a-file"));
    await unwritable.remember(binary, "3.1.0");
    expect(await unwritable.find(binary)).to.equal(undefined);
  });
});
