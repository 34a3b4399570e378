import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { FindEngineOptions } from "../../toolchain/engine";
import { engineVersion } from "../../toolchain/engine-version";

/** A folder of its own with fake programs in it, a cache and the options to find an engine with them. */
export interface Bench {
  readonly directory: string;
  readonly bin: string;
  readonly cache: string;
  /** Where a found engine lies in the cache. */
  readonly entry: string;
  readonly progress: string[];
  readonly options: FindEngineOptions & { readonly env: NodeJS.ProcessEnv };
  /** What was called, one line a call: "pulumi version", "go build …". */
  calls(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function makeBench(): Promise<Bench> {
  const directory = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), "groundwork-toolchain-")));
  const bin = path.join(directory, "bin");
  const cache = path.join(directory, "cache");
  const log = path.join(directory, "calls.log");
  await fs.mkdir(bin);
  const progress: string[] = [];
  return {
    directory,
    bin,
    cache,
    entry: path.join(cache, "engine", engineVersion),
    progress,
    options: {
      path: bin,
      cacheDirectory: cache,
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: directory, CALLS: log },
      onProgress: (message) => progress.push(message),
    },
    calls: async () =>
      (await fs.readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
    remove: () => fs.rm(directory, { recursive: true, force: true }),
  };
}

async function writeProgram(file: string, lines: readonly string[]): Promise<string> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
  return file;
}

/** A `pulumi` that answers `version`, with a Node language host beside it. */
export async function fakePulumi(directory: string, version = `v${engineVersion}`): Promise<string> {
  await writeProgram(path.join(directory, "pulumi-language-nodejs"), ["exit 0"]);
  return writeProgram(path.join(directory, "pulumi"), [
    'echo "pulumi $*" >> "$CALLS"',
    `[ "$1" = version ] && echo "${version}"`,
  ]);
}

/** A `pulumi` that fails at everything. */
export async function brokenPulumi(directory: string): Promise<string> {
  return writeProgram(path.join(directory, "pulumi"), ['echo "cannot open shared object" >&2', "exit 127"]);
}

interface FakeGo {
  readonly version?: string;
  readonly toolchain?: string;
  readonly flags?: string;
  /** Printed to stderr by `go build`, which then fails. */
  readonly failure?: string;
  /** `go build` does not go on before this file is there. */
  readonly waitFor?: string;
}

/**
 * A `go` that answers `env` and `list`, and for `build` writes fake binaries where it is told. Its environment is kept in
 * `go-environment` beside it.
 */
export async function fakeGo(bench: Bench, go: FakeGo = {}): Promise<void> {
  const told = {
    GOVERSION: go.version ?? "go1.26.8",
    GOTOOLCHAIN: go.toolchain ?? "local",
    GOFLAGS: go.flags ?? "",
    GOHOSTOS: "linux",
    GOHOSTARCH: "amd64",
  };
  const binaries = path.join(bench.directory, "built");
  await fakePulumi(binaries);
  await writeProgram(path.join(bench.bin, "go"), [
    'echo "go $*" >> "$CALLS"',
    'case "$1" in',
    `env) echo '${JSON.stringify(told)}' ;;`,
    "list)",
    '  echo "go: downloading example.com/one v1.0.0" >&2',
    '  printf "example.com/one\\nexample.com/two\\nexample.com/three\\n" ;;',
    "build)",
    `  env > "${path.join(bench.bin, "go-environment")}"`,
    "  echo example.com/one >&2",
    ...(go.waitFor === undefined
      ? []
      : [`  while [ ! -e "${go.waitFor}" ]; do [ -d "${bench.directory}" ] || exit 1; sleep 0.05; done`]),
    ...(go.failure === undefined ? [] : [`  printf '%s\\n' '${go.failure}' >&2`, "  exit 1"]),
    '  while [ "$1" != -o ]; do shift; done',
    '  out="$2"; shift 2',
    '  for package in "$@"; do',
    `    cp "${binaries}/$(basename "$package")" "$out"`,
    "  done",
    "  echo example.com/two >&2 ;;",
    "esac",
  ]);
}

/** What the fake `go build` was given as its environment. */
export async function goEnvironment(bench: Bench): Promise<Record<string, string>> {
  const text = await fs.readFile(path.join(bench.bin, "go-environment"), "utf8");
  return Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}

/** An installer script in place of the SDK's; `root` is the folder that it is to fill. */
export async function fakeInstaller(bench: Bench, body: string): Promise<string> {
  const file = path.join(bench.directory, "installer.ts");
  await fs.writeFile(
    file,
    [
      'import * as fs from "node:fs";',
      'import { spawn } from "node:child_process";',
      `import { endWithParent } from ${JSON.stringify(path.resolve(__dirname, "../../toolchain/end-with-parent"))};`,
      "const root: string = process.argv[2]!;",
      body,
      "void [fs, spawn, endWithParent, root];",
      "",
    ].join("\n"),
  );
  return file;
}

/** An installer that installs the fake engine. */
export async function workingInstaller(bench: Bench, version?: string): Promise<string> {
  const release = path.join(bench.directory, "release");
  await fakePulumi(release, version);
  return fakeInstaller(
    bench,
    `fs.cpSync(${JSON.stringify(release)}, root + "/bin", { recursive: true }); process.exit(0);`,
  );
}

/** An installer that fails as the SDK's does where its host cannot be reached. */
export async function failingInstaller(bench: Bench): Promise<string> {
  return fakeInstaller(
    bench,
    `console.error("Failed to download the installer: fetch failed"); process.exit(1);`,
  );
}

/** Waits until something holds; the runner's time limit ends it if it never does. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process is running; one that ended and was not yet collected is not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await fs.readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !status.includes(") Z ");
}

/** The error with which something that must fail does. */
export async function failure(finding: Promise<unknown>): Promise<Error> {
  try {
    await finding;
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    return error;
  }
  throw new Error("it did not fail");
}
