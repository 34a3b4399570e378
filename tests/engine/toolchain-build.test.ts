import { expect } from "chai";
import execa from "execa";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { engineVersion, findEngine } from "../../toolchain";
import { findOnPath } from "../../toolchain/executables";
import { engineModule } from "../../toolchain/host-sources";

const {
  cacheDirectory,
  path: searchPath,
  variables: env,
} = readEnvironment(path.resolve(__dirname, "../.."));

describe("toolchain: an engine that is really brought", () => {
  let directory: string;
  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), "groundwork-toolchain-"));
  });
  after(() => fs.rm(directory, { recursive: true, force: true }));

  // Into the user's cache, where the other tests and the person who runs them find it again.
  it("comes into the cache by the installer or a build with Go, and runs", async function () {
    this.timeout(30 * 60_000);
    // A PATH with go and no pulumi on it.
    const [go] = await findOnPath("go", searchPath);
    if (go !== undefined) {
      await fs.symlink(go, path.join(directory, path.basename(go)));
    }
    const options = { path: directory, cacheDirectory, env };
    const engine = await findEngine(options);
    expect(engine.version).to.equal(engineVersion);
    expect(engine.origin).to.be.oneOf(["cache", "installer", "go build"]);
    expect((await execa(engine.pulumi, ["version"])).stdout).to.equal(`v${engineVersion}`);

    const again = await findEngine(options);
    expect(again).to.deep.equal({ ...engine, origin: "cache" });
  });
});

describe("toolchain: the stand-in Node language host", () => {
  // Where the release is used nobody needs Go, and the stand-in is never built.
  it("passes its own tests and go vet, where there is Go", async function () {
    this.timeout(10 * 60_000);
    const [go] = await findOnPath("go", searchPath);
    if (go === undefined) {
      return;
    }
    // The flags with which it is built, so that what is compiled serves both.
    const { stdout } = await execa(
      go,
      ["test", "-mod=readonly", "-trimpath", "-vet=all", "./pulumi-language-nodejs"],
      {
        cwd: engineModule,
        env: { GOWORK: "off", GOFLAGS: "-buildvcs=false", CGO_ENABLED: env.CGO_ENABLED ?? "0" },
      },
    );
    expect(stdout).to.match(/^ok\s+groundwork\.invalid\/engine\/pulumi-language-nodejs/m);
  });
});
