import * as fs from "node:fs/promises";
import * as path from "node:path";
import { errorCode } from "./errors";
import { executableName } from "./executables";
import { replaceFile, sha256 } from "./files";

/** Where the Node language host of an entry comes from: Pulumi's release, or our Go sources by their hash. */
export type HostOrigin = { readonly kind: "release" } | { readonly kind: "built"; readonly sources: string };

interface RecordedFile {
  readonly size: number;
  /** Milliseconds, as `stat` gives them. */
  readonly modified: number;
  readonly sha256: string;
}

interface Manifest {
  readonly format: 1;
  readonly version: string;
  readonly host: HostOrigin;
  /** The two files that matter, by their name in `bin/`. */
  readonly files: Readonly<Record<string, RecordedFile>>;
}

/** What there is in the cache for a version. */
export type EntryState =
  | { readonly state: "missing" }
  | { readonly state: "damaged"; readonly why: string }
  /** Whole, but its host was built from other sources than the ones here. */
  | { readonly state: "old host" }
  | { readonly state: "ready" };

/**
 * One version of the engine in the cache: `bin/` with the engine and its Node language host, and `entry.json` that
 * says what they were when they were verified. It appears under its name only when it is whole.
 */
export class CacheEntry {
  readonly pulumi: string;
  readonly host: string;
  private readonly manifestFile: string;

  constructor(
    readonly directory: string,
    readonly version: string,
  ) {
    this.pulumi = path.join(directory, "bin", executableName("pulumi"));
    this.host = path.join(directory, "bin", executableName("pulumi-language-nodejs"));
    this.manifestFile = path.join(directory, "entry.json");
  }

  /** The same layout in another folder, where the entry is made ready. */
  at(directory: string): CacheEntry {
    return new CacheEntry(directory, this.version);
  }

  /**
   * Looks at the entry without starting anything: size and time of both files are compared with the record. Where
   * only the time differs (a cache that was copied), the contents decide and the record is put right.
   *
   * @param hostSources hash of our host's sources; a host that was built from others is old.
   */
  async inspect(hostSources: string): Promise<EntryState> {
    const manifest = await this.readManifest();
    if (!isManifest(manifest)) {
      return manifest;
    }
    const changed: string[] = [];
    for (const file of [this.pulumi, this.host]) {
      const difference = await compare(file, manifest.files[path.basename(file)]);
      if (difference === "content") {
        return { state: "damaged", why: `${file} is not what was put there` };
      }
      if (difference === "time") {
        changed.push(file);
      }
    }
    if (changed.length > 0) {
      await this.repairTimes(manifest);
    }
    const old = manifest.host.kind === "built" && manifest.host.sources !== hostSources;
    return { state: old ? "old host" : "ready" };
  }

  /** Records the files as they are now. */
  async writeManifest(host: HostOrigin): Promise<void> {
    const files: Record<string, RecordedFile> = {};
    for (const file of [this.pulumi, this.host]) {
      const stats = await fs.stat(file);
      files[path.basename(file)] = { size: stats.size, modified: stats.mtimeMs, sha256: await sha256(file) };
    }
    const manifest: Manifest = { format: 1, version: this.version, host, files };
    await replaceFile(this.manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
  }

  private async readManifest(): Promise<Manifest | EntryState> {
    let text: string;
    try {
      text = await fs.readFile(this.manifestFile, "utf8");
    } catch (error) {
      if (!isAbsence(error)) {
        throw error;
      }
      return (await exists(this.directory))
        ? { state: "damaged", why: `${this.directory} has no entry.json` }
        : { state: "missing" };
    }
    let manifest: Partial<Manifest>;
    try {
      manifest = JSON.parse(text) as Partial<Manifest>;
    } catch {
      return { state: "damaged", why: `${this.manifestFile} is not JSON` };
    }
    if (manifest.format !== 1 || manifest.version !== this.version) {
      return { state: "damaged", why: `${this.manifestFile} is for another version or of another format` };
    }
    return manifest as Manifest;
  }

  private async repairTimes(manifest: Manifest): Promise<void> {
    try {
      await this.writeManifest(manifest.host);
    } catch (error) {
      // In a cache that one may only read, comparing the contents each time is all there is.
      if (!["EACCES", "EPERM", "EROFS"].includes(errorCode(error) ?? "")) {
        throw error;
      }
    }
  }
}

function isManifest(value: Manifest | EntryState): value is Manifest {
  return "format" in value;
}

async function compare(
  file: string,
  recorded: RecordedFile | undefined,
): Promise<"nothing" | "time" | "content"> {
  if (recorded === undefined) {
    return "content";
  }
  let stats;
  try {
    stats = await fs.stat(file);
  } catch (error) {
    if (isAbsence(error)) {
      return "content";
    }
    throw error;
  }
  if (stats.size !== recorded.size) {
    return "content";
  }
  if (stats.mtimeMs === recorded.modified) {
    return "nothing";
  }
  return (await sha256(file)) === recorded.sha256 ? "time" : "content";
}

async function exists(file: string): Promise<boolean> {
  try {
    await fs.lstat(file);
    return true;
  } catch (error) {
    if (isAbsence(error)) {
      return false;
    }
    throw error;
  }
}

/** Nothing of that name, or something on the way that is no folder. */
function isAbsence(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}
