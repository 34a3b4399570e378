import * as fs from "node:fs/promises";
import * as path from "node:path";
import { buildWithGo, enginePackage, hostPackage, requiredGo } from "./build-with-go";
import type { CacheEntry, EntryState, HostOrigin } from "./cache-entry";
import type { Attempt, Engine, EngineOrigin, FindEngineOptions, OnProgress } from "./engine";
import { NoEngineError, WayFailed, errorCode } from "./errors";
import { isExecutableFile } from "./executables";
import { flush, listFiles } from "./files";
import { engineModule } from "./host-sources";
import { type InstallerSettings, installRelease } from "./install-release";
import { type LockTiming, withLock } from "./lock";
import { askVersion } from "./probe";
import { makeTemporary, removeLeftovers } from "./temporaries";

/** What tests set and nobody else needs to. */
export interface BringSettings {
  readonly installer?: Partial<InstallerSettings>;
  readonly lock?: LockTiming;
  /** The Go module to build; default `toolchain/engine`. */
  readonly module?: string;
}

interface Bringing {
  readonly entry: CacheEntry;
  readonly hostSources: string;
  /** What was tried before. */
  readonly attempts: readonly Attempt[];
  readonly options: FindEngineOptions;
  readonly settings: BringSettings;
}

/** One way of filling an empty folder with `bin/pulumi` and its Node language host. */
interface Way {
  readonly origin: EngineOrigin;
  /** What is said when it fails, before the reason. */
  readonly failure: string;
  readonly host: HostOrigin;
  readonly bring: (directory: string) => Promise<void>;
}

/**
 * Brings the engine into the cache, one process at a time.
 *
 * @throws NoEngineError when neither the release nor a build can be had.
 */
export async function bringEngine(bringing: Bringing): Promise<Engine> {
  const { entry, options, settings } = bringing;
  const parent = path.dirname(entry.directory);
  try {
    await fs.mkdir(parent, { recursive: true });
    await fs.access(parent, fs.constants.W_OK);
  } catch (error) {
    const why = `the cache folder ${parent} cannot be written (${errorCode(error) ?? String(error)}); XDG_CACHE_HOME names another place for caches`;
    return giveUp(bringing, [
      { way: "installer", outcome: why },
      { way: "go build", outcome: why },
    ]);
  }
  return withLock(
    `${entry.directory}.lock`,
    options.onProgress ?? nobody,
    () => bringLocked(bringing),
    settings.lock,
  );
}

async function bringLocked(bringing: Bringing): Promise<Engine> {
  const { entry, hostSources, options } = bringing;
  // Another may have brought it while this one waited.
  const state = await entry.inspect(hostSources);
  if (state.state === "ready") {
    return engineIn(entry, "cache");
  }
  await removeLeftovers(path.dirname(entry.directory));
  if (state.state === "old host") {
    await renewHost(bringing);
    return engineIn(entry, "cache");
  }

  const failed: Attempt[] = [];
  for (const way of ways(bringing)) {
    const temporary = await makeTemporary(path.dirname(entry.directory));
    try {
      await way.bring(temporary);
      await publish(temporary, entry, way.host, bringing);
      return engineIn(entry, way.origin);
    } catch (error) {
      if (!(error instanceof WayFailed)) {
        throw error;
      }
      failed.push({ way: way.origin, outcome: error.message });
      options.onProgress?.(`${way.failure}: ${error.message}`);
    } finally {
      await fs.rm(temporary, { recursive: true, force: true });
    }
  }
  return giveUp(bringing, failed);
}

function ways({ entry, hostSources, options, settings }: Bringing): readonly Way[] {
  const { env } = options;
  const onProgress = options.onProgress ?? nobody;
  return [
    {
      origin: "installer",
      failure: "Pulumi's release could not be downloaded",
      host: { kind: "release" },
      bring: (directory) =>
        installRelease({ directory, version: entry.version, env, onProgress }, settings.installer),
    },
    {
      origin: "go build",
      failure: "The engine could not be built with Go",
      host: { kind: "built", sources: hostSources },
      bring: (directory) =>
        buildWithGo({
          what: `the Pulumi engine ${entry.version}`,
          packages: [enginePackage, hostPackage],
          directory,
          module: settings.module ?? engineModule,
          version: entry.version,
          path: options.path,
          env,
          onProgress,
        }),
    },
  ];
}

/** Verifies what a way left in a temporary folder and puts it in the entry's place, whole and at once. */
async function publish(
  temporary: string,
  entry: CacheEntry,
  host: HostOrigin,
  { hostSources, options }: Bringing,
): Promise<void> {
  const fresh = entry.at(temporary);
  if (!(await isExecutableFile(fresh.pulumi)) || !(await isExecutableFile(fresh.host))) {
    throw new WayFailed("it ended well but left no pulumi with a pulumi-language-nodejs beside it");
  }
  const version = await askVersion(fresh.pulumi, options.env);
  if (version !== entry.version) {
    throw new WayFailed(
      typeof version === "string"
        ? `it brought version ${version} instead of ${entry.version}`
        : `it brought a pulumi that cannot be used: ${version.problem}`,
    );
  }
  await fresh.writeManifest(host);
  for (const file of await listFiles(temporary)) {
    await flush(path.join(temporary, file));
  }
  await moveIntoPlace(temporary, entry, hostSources, options.onProgress ?? nobody);
  await flush(path.dirname(entry.directory));
}

async function moveIntoPlace(
  temporary: string,
  entry: CacheEntry,
  hostSources: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const state: EntryState = await entry.inspect(hostSources);
  if (state.state === "ready") {
    // Brought by another to whom the lock had passed while this machine slept. One is as good as the other.
    return;
  }
  // The cache lies where the environment says: what was not brought is somebody's.
  const foreign =
    state.state === "missing" ? [] : (await fs.readdir(entry.directory)).filter((name) => !isOwn(name));
  if (foreign.length > 0) {
    const kept = `${entry.directory}.kept-${process.pid}`;
    await fs.rename(entry.directory, kept);
    onProgress(
      `${entry.directory} held ${foreign.join(", ")}, which is no part of an engine: it was moved to ${kept}`,
    );
  } else if (state.state !== "missing") {
    const aside = await makeTemporary(path.dirname(entry.directory));
    await fs.rename(entry.directory, path.join(aside, "old"));
    await fs.rename(temporary, entry.directory);
    await fs.rm(aside, { recursive: true, force: true });
    return;
  }
  await fs.rename(temporary, entry.directory);
}

function isOwn(name: string): boolean {
  return name === "bin" || name === "entry.json";
}

/**
 * Builds the host of an entry anew from the sources here and swaps it in. If that cannot be done now (no Go, no
 * network), the host that is there still runs programs: it stays, and it is said.
 */
async function renewHost({ entry, hostSources, options, settings }: Bringing): Promise<void> {
  const onProgress = options.onProgress ?? nobody;
  const temporary = await makeTemporary(path.dirname(entry.directory));
  try {
    await buildWithGo({
      what: "the Node language host",
      packages: [hostPackage],
      directory: temporary,
      module: settings.module ?? engineModule,
      version: entry.version,
      path: options.path,
      env: options.env,
      onProgress,
    });
    const fresh = entry.at(temporary);
    if (!(await isExecutableFile(fresh.host))) {
      throw new WayFailed("go build ended well but left no pulumi-language-nodejs");
    }
    await flush(fresh.host);
    // A run that is cut off between the two finds a file that does not match its record, and starts over.
    await fs.rename(fresh.host, entry.host);
    await entry.writeManifest({ kind: "built", sources: hostSources });
  } catch (error) {
    if (!(error instanceof WayFailed)) {
      throw error;
    }
    onProgress(
      `The Node language host could not be built again, and the older one is used: ${error.message}`,
    );
  } finally {
    await fs.rm(temporary, { recursive: true, force: true });
  }
}

function engineIn(entry: CacheEntry, origin: EngineOrigin): Engine {
  return { pulumi: entry.pulumi, version: entry.version, origin };
}

async function giveUp({ entry, attempts, settings }: Bringing, failed: readonly Attempt[]): Promise<never> {
  throw new NoEngineError(
    entry.version,
    [...attempts, ...failed],
    await requiredGo(settings.module ?? engineModule),
  );
}

const nobody: OnProgress = () => undefined;
