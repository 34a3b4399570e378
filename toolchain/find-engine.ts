import { createRequire } from "node:module";
import * as path from "node:path";
import { CacheEntry, type EntryState } from "./cache-entry";
import type { Attempt, Engine, FindEngineOptions } from "./engine";
import { engineVersion } from "./engine-version";
import { NamedEngineError } from "./errors";
import { findOnPath, isExecutableFile } from "./executables";
import { hashHostSources } from "./host-sources";
import { KnownVersions } from "./known-versions";
import { unfitness } from "./probe";
import type * as bring from "./bring-engine";
import type { BringSettings } from "./bring-engine";

/** `require` when it is needed; `import()` would go past tsx, which only knows CommonJS here. */
const load = createRequire(__filename);

/**
 * Finds the Pulumi engine of exactly the SDK's version, or brings it into the cache.
 *
 * Tried in this order: the binary that is named, `pulumi` on the PATH, the cache, the SDK's own installer (which
 * downloads the release), a build from Go modules. An engine that is in the cache is found without starting a process.
 * Two callers at once are safe: one brings the engine, the other waits for it. A caller that is killed leaves nothing
 * that the next one would trip over.
 *
 * @throws NamedEngineError when the binary that is named cannot be used.
 * @throws NoEngineError when no way led to an engine; it names each and why.
 */
export async function findEngine(options: FindEngineOptions, settings: BringSettings = {}): Promise<Engine> {
  const engineDirectory = path.join(options.cacheDirectory, "engine");
  const known = new KnownVersions(engineDirectory);
  if (options.binary !== undefined) {
    return namedEngine(options.binary, options, known);
  }

  const attempts: Attempt[] = [{ way: "GROUNDWORK_PULUMI", outcome: "not set" }];
  const onPath = await engineOnPath(options, known);
  if ("pulumi" in onPath) {
    return onPath;
  }
  attempts.push(onPath);

  const entry = new CacheEntry(path.join(engineDirectory, engineVersion), engineVersion);
  const hostSources = await hashHostSources(settings.module);
  const state = await entry.inspect(hostSources);
  if (state.state === "ready") {
    return { pulumi: entry.pulumi, version: engineVersion, origin: "cache" };
  }
  attempts.push({ way: "cache", outcome: describeState(state, entry) });

  // What follows needs libraries that a command with an engine in the cache should not pay for.
  const { bringEngine } = load("./bring-engine") as typeof bring;
  return bringEngine({ entry, hostSources, attempts, options, settings });
}

async function namedEngine(named: string, options: FindEngineOptions, known: KnownVersions): Promise<Engine> {
  const binary = path.resolve(named);
  if (!(await isExecutableFile(binary))) {
    throw new NamedEngineError(named, "it is not an executable file", engineVersion);
  }
  const problem = await unfitness(binary, options, known);
  if (problem !== undefined) {
    throw new NamedEngineError(named, problem, engineVersion);
  }
  return { pulumi: binary, version: engineVersion, origin: "GROUNDWORK_PULUMI" };
}

/** The first `pulumi` on the PATH that fits; one of another version is passed over. */
async function engineOnPath(options: FindEngineOptions, known: KnownVersions): Promise<Engine | Attempt> {
  const problems: string[] = [];
  for (const binary of await findOnPath("pulumi", options.path)) {
    const problem = await unfitness(binary, options, known);
    if (problem === undefined) {
      return { pulumi: binary, version: engineVersion, origin: "PATH" };
    }
    problems.push(`${binary}: ${problem}`);
  }
  return { way: "PATH", outcome: problems.length > 0 ? problems.join("\n") : "there is no pulumi on it" };
}

function describeState(state: EntryState, entry: CacheEntry): string {
  switch (state.state) {
    case "damaged":
      return state.why;
    case "old host":
      return `the engine in ${entry.directory} has a language host of other sources`;
    default:
      return `there is nothing in ${entry.directory}`;
  }
}
