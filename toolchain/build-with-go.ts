import type { ExecaChildProcess } from "execa";
import execa from "execa";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as readline from "node:readline";
import type { OnProgress } from "./engine";
import { WayFailed } from "./errors";
import { findGo, type Go, requiredGo } from "./go";
import { howItEnded } from "./processes";
import { Ticker, count } from "./progress";

export { requiredGo };

/** The engine: `go install …@version` refuses it for its replace directives, so it is a tool of our own module. */
export const enginePackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** The stand-in Node language host, in the same module. */
export const hostPackage = "./pulumi-language-nodejs";

/** A build that prints nothing for this long is ended: linking and the largest package take a minute or two. */
const silenceMilliseconds = 15 * 60_000;

export interface GoBuild {
  /** For progress: "the Pulumi engine 3.259.0". */
  readonly what: string;
  readonly packages: readonly string[];
  /** The binaries go to `bin/` in it, and what Go needs in passing too, so that it goes when the folder does. */
  readonly directory: string;
  readonly module: string;
  /** Variables of packages that the linker sets, to their values. */
  readonly variables: Readonly<Record<string, string>>;
  /** The `PATH` on which `go` is looked for. */
  readonly path: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly onProgress: OnProgress;
}

type EngineBuild = Omit<GoBuild, "variables"> & { readonly version: string };

/**
 * Builds the engine or its language host with Go. From nothing, the engine is some 1,700 packages and takes about four
 * minutes on two cores and 4 GB in Go's caches; from warm caches, seconds.
 *
 * @throws WayFailed when there is no fitting Go or it fails, with the end of what it said.
 */
export async function buildWithGo(build: EngineBuild): Promise<void> {
  await checkModule(build);
  const variables = { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${build.version}` };
  await buildPackages({ ...build, variables });
}

/**
 * Builds programs of a module of ours with Go.
 *
 * @throws WayFailed as buildWithGo.
 */
export async function buildPackages(build: GoBuild): Promise<void> {
  const temporary = path.join(build.directory, "go-build");
  await fs.mkdir(temporary);
  await fs.mkdir(path.join(build.directory, "bin"));
  const go = await findGo({ path: build.path, env: build.env, module: build.module, temporary });

  const total = (await fetchModules(go, build)).length;
  await compile(go, build, total);
  await fs.rm(temporary, { recursive: true, force: true });
}

/** The version in the binary is what -X says, so the sources have to be of that version. */
async function checkModule({ module, version }: EngineBuild): Promise<void> {
  const file = path.join(module, "go.mod");
  const text = await fs.readFile(file, "utf8");
  for (const name of ["github.com/pulumi/pulumi/pkg/v3", "github.com/pulumi/pulumi/sdk/v3"]) {
    const required = new RegExp(`^\\s*(?:require )?${name} v(\\S+)`, "m").exec(text)?.[1];
    if (required !== version) {
      throw new WayFailed(
        `${file} requires ${name} ${required ?? "in no version"}, and the engine must be ${version}; ` +
          `in that folder: go get ${name}@v${version} && go mod tidy`,
      );
    }
  }
}

/** Downloads the modules that are missing, and names all packages that the build consists of. */
async function fetchModules(go: Go, build: GoBuild): Promise<string[]> {
  let downloaded = 0;
  const packages: string[] = [];
  await run(go, ["list", "-mod=readonly", "-deps", ...build.packages], build, {
    describe: () =>
      downloaded === 0
        ? `Building ${build.what} with Go: looking at its modules`
        : `Building ${build.what} with Go: ${count(downloaded)} modules downloaded`,
    onStdout: (line) => packages.push(line),
    onStderr: (line) => {
      const isDownload = line.startsWith("go: downloading ");
      downloaded += isDownload ? 1 : 0;
      return !isDownload;
    },
  });
  return packages;
}

async function compile(go: Go, build: GoBuild, total: number): Promise<void> {
  const variables = Object.entries(build.variables).map(([name, value]) => `-X ${name}=${value}`);
  const flags = ["-mod=readonly", "-trimpath", `-ldflags=${["-s", "-w", ...variables].join(" ")}`];
  let compiled = 0;
  await run(
    go,
    ["build", "-v", ...flags, "-o", `${path.join(build.directory, "bin")}${path.sep}`, ...build.packages],
    build,
    {
      describe: () =>
        `Building ${build.what} with Go: ${count(compiled)} of at most ${count(total)} packages compiled; done once for this machine`,
      onStderr: (line) => {
        // -v names each package as it is compiled; those that are in Go's cache are not named.
        const isPackage = /^[\w./~-]+$/.test(line);
        compiled += isPackage ? 1 : 0;
        return !isPackage && !line.startsWith("go: downloading ");
      },
    },
  );
}

interface Listener {
  readonly describe: () => string;
  readonly onStdout?: (line: string) => void;
  /** Says whether the line is worth showing if the command fails. */
  readonly onStderr: (line: string) => boolean;
}

async function run(go: Go, args: readonly string[], build: GoBuild, listener: Listener): Promise<void> {
  const ticker = new Ticker(build.onProgress, listener.describe);
  const said: string[] = [];
  let lastLine = Date.now();
  let silent = false;
  const child: ExecaChildProcess = execa(go.binary, args, {
    cwd: build.module,
    env: go.env,
    extendEnv: false,
    stdin: "ignore",
    buffer: false,
    reject: false,
  });
  const watch = setInterval(() => {
    if (Date.now() - lastLine > silenceMilliseconds) {
      silent = true;
      child.kill();
    }
  }, 1000);
  const reading = [
    eachLine(child.stdout, (line) => listener.onStdout?.(line)),
    eachLine(child.stderr, (line) => {
      lastLine = Date.now();
      if (listener.onStderr(line)) {
        said.push(line);
      }
    }),
  ];
  try {
    ticker.tell();
    const [result] = await Promise.all([child, ...reading]);
    if (silent) {
      throw new WayFailed(`${go.binary} ${args[0]} said nothing for ${silenceMilliseconds / 60_000} min`);
    }
    if (result.failed) {
      throw new WayFailed(explain(go, args, howItEnded(result), said));
    }
  } finally {
    clearInterval(watch);
    ticker.stop();
  }
}

async function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): Promise<void> {
  if (stream === null) {
    return;
  }
  for await (const line of readline.createInterface({ input: stream })) {
    onLine(line);
  }
}

function explain(go: Go, args: readonly string[], ending: string, said: readonly string[]): string {
  const end = said.slice(-8).join("\n");
  const summary = `${go.binary} ${args[0]} failed`;
  if (/no space left on device|disk quota exceeded/i.test(end)) {
    return `${summary}: the disk is full. Go needs about 4 GB in its caches (go env GOMODCACHE GOCACHE); make room, or move them\n${end}`;
  }
  if (
    /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|proxyconnect|403 Forbidden/i.test(
      end,
    )
  ) {
    return `${summary}: modules cannot be downloaded from the proxy that go env GOPROXY names\n${end}`;
  }
  return end === "" ? `${summary}: ${ending}` : `${summary}:\n${end}`;
}
