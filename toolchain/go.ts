import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as semver from "semver";
import { WayFailed } from "./errors";
import { findOnPath } from "./executables";
import { ask } from "./processes";

/** A Go that can build the module, and the environment to run it in. */
export interface Go {
  readonly binary: string;
  readonly env: NodeJS.ProcessEnv;
}

/** From this version on Go can fetch the newer Go that a module asks for. */
const fetchesItself = "1.21.0";

/** How long `go env` may take, in milliseconds. It answers at once. */
const envMilliseconds = 60_000;

/** The flags in a person's `GOFLAGS` that say how to build here; all others say what, and that is ours to say. */
const keptFlags = new Set(["-p", "-modcacherw"]);

interface GoSearch {
  readonly path: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly module: string;
  /** A folder for what Go keeps only while it builds. */
  readonly temporary: string;
}

/**
 * Finds the `go` on the PATH and what to run it with.
 *
 * @throws WayFailed when there is none, or when it is too old and may not fetch a newer one.
 */
export async function findGo(search: GoSearch): Promise<Go> {
  const [binary] = await findOnPath("go", search.path);
  const required = await requiredGo(search.module);
  if (binary === undefined) {
    throw new WayFailed(`there is no go on the PATH (Go ${required} or newer is needed)`);
  }
  const told = await askGo(binary, search);
  const version = semver.coerce(told.GOVERSION);
  if (version === null) {
    throw new WayFailed(`${binary} does not say which Go it is; Go ${required} or newer is needed`);
  }
  if (semver.lt(version, required)) {
    const local = told.GOTOOLCHAIN === undefined || told.GOTOOLCHAIN.split("+")[0] === "local";
    if (semver.lt(version, fetchesItself)) {
      throw new WayFailed(`${binary} is Go ${version.version}, and Go ${required} or newer is needed`);
    }
    if (local) {
      throw new WayFailed(
        `${binary} is Go ${version.version}, Go ${required} or newer is needed, and GOTOOLCHAIN=local keeps it from fetching one; ` +
          "GOTOOLCHAIN=auto would let it",
      );
    }
  }
  return { binary, env: buildEnvironment(search, told) };
}

/** The oldest Go that builds the module, from its go.mod. */
export async function requiredGo(module: string): Promise<string> {
  const text = await fs.readFile(path.join(module, "go.mod"), "utf8");
  const version = /^go (\S+)$/m.exec(text)?.[1];
  if (version === undefined) {
    throw new Error(`${path.join(module, "go.mod")} has no go directive`);
  }
  return version;
}

interface GoEnvironment {
  readonly GOVERSION?: string;
  readonly GOTOOLCHAIN?: string;
  readonly GOFLAGS?: string;
  readonly GOHOSTOS?: string;
  readonly GOHOSTARCH?: string;
}

/** Asks outside the module, where Go answers for itself and does not fetch a newer one first. */
async function askGo(binary: string, { env, temporary }: GoSearch): Promise<GoEnvironment> {
  const answer = await ask(
    binary,
    ["env", "-json", "GOVERSION", "GOTOOLCHAIN", "GOFLAGS", "GOHOSTOS", "GOHOSTARCH"],
    { cwd: temporary, env: { ...env, GOWORK: "off" }, timeout: envMilliseconds },
  );
  if ("problem" in answer) {
    throw new WayFailed(`${binary}: ${answer.problem}`);
  }
  try {
    return JSON.parse(answer.stdout) as GoEnvironment;
  } catch {
    throw new WayFailed(`${binary} env answered with what is not JSON: ${answer.stdout.slice(0, 200)}`);
  }
}

/**
 * A person's environment for Go, less what would change what is built: a vendor folder or another go.mod from `GOFLAGS`
 * (set or written with `go env -w`), a go.work above the project, another system as target.
 */
function buildEnvironment({ env, temporary }: GoSearch, told: GoEnvironment): NodeJS.ProcessEnv {
  const kept = (told.GOFLAGS ?? "").split(/\s+/).filter((flag) => keptFlags.has(flag.split("=")[0] ?? ""));
  return {
    ...env,
    GO111MODULE: "on",
    GOWORK: "off",
    // Never empty: Go takes an empty GOFLAGS for one that is not set, and reads the one written with `go env -w`.
    GOFLAGS: ["-buildvcs=false", ...kept].join(" "),
    ...(told.GOHOSTOS === undefined ? {} : { GOOS: told.GOHOSTOS }),
    ...(told.GOHOSTARCH === undefined ? {} : { GOARCH: told.GOHOSTARCH }),
    // The engine needs no C, and a compiler without its headers would fail the build.
    CGO_ENABLED: env.CGO_ENABLED ?? "0",
    GOTMPDIR: temporary,
  };
}
