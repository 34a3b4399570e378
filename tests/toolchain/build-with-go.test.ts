import { expect } from "chai";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { engineVersion, findEngine, NoEngineError } from "../../toolchain";
import { engineModule } from "../../toolchain/host-sources";
import { type Bench, failingInstaller, failure, fakeGo, fakePulumi, goEnvironment, makeBench } from "./fakes";

describe("toolchain: building the engine with Go", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.remove());

  async function find(installer: string, overrides: Partial<Bench["options"]> = {}) {
    return findEngine({ ...bench.options, ...overrides }, { installer: { script: installer } });
  }

  it("builds engine and host once the installer has failed", async () => {
    await fakeGo(bench);
    const engine = await find(await failingInstaller(bench));
    expect(engine).to.deep.equal({
      pulumi: path.join(bench.entry, "bin", "pulumi"),
      version: engineVersion,
      origin: "go build",
    });
    const [env, list, build, version] = await bench.calls();
    expect(env).to.equal("go env -json GOVERSION GOTOOLCHAIN GOFLAGS GOHOSTOS GOHOSTARCH");
    expect(list).to.equal(
      "go list -mod=readonly -deps github.com/pulumi/pulumi/pkg/v3/cmd/pulumi ./pulumi-language-nodejs",
    );
    expect(build).to.match(
      new RegExp(
        `^go build -v -mod=readonly -trimpath -ldflags=-s -w -X \\S+/version\\.Version=v${engineVersion} ` +
          `-o ${path.dirname(bench.entry)}/\\.new-[^/]+/bin/ github.com/pulumi/pulumi/pkg/v3/cmd/pulumi \\./pulumi-language-nodejs$`,
      ),
    );
    expect(version).to.equal("pulumi version");
    expect(bench.progress).to.deep.equal([
      `Downloading Pulumi ${engineVersion} (0 s)`,
      "Pulumi's release could not be downloaded: Failed to download the installer: fetch failed",
      `Building the Pulumi engine ${engineVersion} with Go: looking at its modules (0 s)`,
      `Building the Pulumi engine ${engineVersion} with Go: 0 of at most 3 packages compiled; done once for this machine (0 s)`,
    ]);
  });

  it("leaves neither temporary folders nor the lock behind", async () => {
    await fakeGo(bench);
    await find(await failingInstaller(bench));
    expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([engineVersion]);
    expect((await fs.readdir(bench.entry)).sort()).to.deep.equal(["bin", "entry.json"]);
  });

  it("keeps a person's GOFLAGS, go.work and target system from changing what is built", async () => {
    await fakeGo(bench, { flags: "-mod=vendor -modcacherw -modfile=other.mod -tags=x -p=1 -race" });
    await find(await failingInstaller(bench), {
      env: { ...bench.options.env, GOOS: "windows", GOARCH: "arm64", GOWORK: "/elsewhere/go.work" },
    });
    const environment = await goEnvironment(bench);
    expect(environment).to.include({
      GOFLAGS: "-buildvcs=false -modcacherw -p=1",
      GOOS: "linux",
      GOARCH: "amd64",
      GOWORK: "off",
      GO111MODULE: "on",
      CGO_ENABLED: "0",
      HOME: bench.directory,
    });
    expect(environment.GOTMPDIR).to.match(/\/\.new-[^/]+\/go-build$/);
  });

  it("lets a person who sets CGO_ENABLED have it", async () => {
    await fakeGo(bench);
    await find(await failingInstaller(bench), { env: { ...bench.options.env, CGO_ENABLED: "1" } });
    expect((await goEnvironment(bench)).CGO_ENABLED).to.equal("1");
  });

  for (const { go, outcome } of [
    { go: { version: "go1.19.8" }, outcome: "is Go 1.19.8, and Go 1.26.6 or newer is needed" },
    {
      go: { version: "go1.26.5", toolchain: "local" },
      outcome:
        "is Go 1.26.5, Go 1.26.6 or newer is needed, and GOTOOLCHAIN=local keeps it from fetching one; GOTOOLCHAIN=auto would let it",
    },
    { go: { version: "mystery" }, outcome: "does not say which Go it is; Go 1.26.6 or newer is needed" },
    {
      go: { failure: "write /x/y.a: no space left on device" },
      outcome:
        "build failed: the disk is full. Go needs about 4 GB in its caches (go env GOMODCACHE GOCACHE); make room, or move them",
    },
    {
      go: { failure: "Get https://proxy.invalid/x: dial tcp: lookup proxy.invalid: no such host" },
      outcome: "build failed: modules cannot be downloaded from the proxy that go env GOPROXY names",
    },
    { go: { failure: "main.go:3:1: syntax error" }, outcome: "build failed:" },
  ]) {
    it(`says why it cannot: ${JSON.stringify(go)}`, async () => {
      await fakeGo(bench, go);
      const error = await failure(find(await failingInstaller(bench)));
      expect(error).to.be.instanceOf(NoEngineError);
      const attempt = (error as NoEngineError).attempts.find(({ way }) => way === "go build");
      expect(attempt?.outcome.split("\n")[0]).to.equal(`${path.join(bench.bin, "go")} ${outcome}`);
      if ("failure" in go) {
        expect(attempt?.outcome.split("\n").slice(1)).to.deep.equal([go.failure]);
      }
      expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([]);
    });
  }

  it("lets an older Go that may fetch a newer one do so", async () => {
    await fakeGo(bench, { version: "go1.24.1", toolchain: "auto" });
    expect((await find(await failingInstaller(bench))).origin).to.equal("go build");
  });

  it("does not build other sources under the version that is wanted", async () => {
    await fakeGo(bench);
    const module = path.join(bench.directory, "module");
    await fs.cp(engineModule, module, { recursive: true });
    const mod = path.join(module, "go.mod");
    const text = await fs.readFile(mod, "utf8");
    await fs.writeFile(mod, text.replace(`pulumi/sdk/v3 v${engineVersion}`, "pulumi/sdk/v3 v3.258.0"));
    const error = await failure(
      findEngine(bench.options, { installer: { script: await failingInstaller(bench) }, module }),
    );
    expect(error.message).to.contain(
      `go build           ${mod} requires github.com/pulumi/pulumi/sdk/v3 3.258.0, and the engine must be ${engineVersion}; ` +
        `in that folder: go get github.com/pulumi/pulumi/sdk/v3@v${engineVersion} && go mod tidy`,
    );
    expect(await bench.calls()).to.deep.equal([]);
  });

  it("does not keep a build that gives another version than the one it was asked for", async () => {
    await fakeGo(bench);
    await fakePulumi(path.join(bench.directory, "built"), "v3.0.0-dev.0");
    const error = await failure(find(await failingInstaller(bench)));
    expect(error.message).to.contain(
      `go build           it brought version 3.0.0-dev.0 instead of ${engineVersion}`,
    );
    expect(await fs.readdir(path.dirname(bench.entry))).to.deep.equal([]);
  });
});
