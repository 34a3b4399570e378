import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  ConflictError,
  type Condition,
  type Content,
  type StateStore,
  type StoredFile,
  type Variables,
} from "./store";

/** What the engine keeps beside each of its files: checksums, which it makes anew. */
const sidecar = ".attrs";

/** A backend in a folder: `file:///srv/state`, `file://~` or `file://./state`. */
export class FileStore implements StateStore {
  readonly root: string;

  constructor(
    readonly url: string,
    variables: Variables,
  ) {
    const place = decodeURIComponent(url.slice("file://".length).split("?")[0] ?? "");
    const home = variables.HOME ?? os.homedir();
    this.root = path.resolve(
      place === "~" || place.startsWith("~/") ? path.join(home, place.slice(1)) : place,
    );
  }

  list(prefix: string, unfinished = false): Promise<readonly StoredFile[]> {
    const folder = this.at(prefix);
    if (!existsSync(folder)) {
      return Promise.resolve([]);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && !entry.name.endsWith(sidecar) && (unfinished || !entry.name.endsWith(".tmp")),
      )
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file): StoredFile => {
        const { mtime, size } = statSync(file);
        return { key: path.relative(this.root, file).split(path.sep).join("/"), modified: mtime, size };
      });
    return Promise.resolve(files.sort((a, b) => (a.key < b.key ? -1 : 1)));
  }

  read(key: string): Promise<Content | undefined> {
    return Promise.resolve(this.readNow(key));
  }

  write(key: string, data: Buffer, condition?: Condition): Promise<void> {
    const file = this.at(key);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}.tmp`;
    try {
      writeDown(beside, data);
      if (condition !== undefined && "absent" in condition) {
        // Unlike a rename, a link takes no place that is taken.
        linkSync(beside, file);
      } else if (condition === undefined) {
        renameSync(beside, file);
      } else {
        alone(file, () => {
          if (this.readNow(key)?.tag !== condition.tag) {
            throw new ConflictError(key);
          }
          renameSync(beside, file);
        });
      }
      rmSync(file + sidecar, { force: true });
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(
        (error as NodeJS.ErrnoException).code === "EEXIST" ? new ConflictError(key) : (error as Error),
      );
    } finally {
      rmSync(beside, { force: true });
    }
  }

  remove(key: string, tag?: string): Promise<void> {
    const there = this.readNow(key);
    if (tag !== undefined && there !== undefined && there.tag !== tag) {
      return Promise.reject(new ConflictError(key));
    }
    rmSync(this.at(key), { force: true });
    rmSync(this.at(key) + sidecar, { force: true });
    return Promise.resolve();
  }

  versions(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  readVersion(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private readNow(key: string): Content | undefined {
    const file = this.at(key);
    if (!existsSync(file)) {
      return undefined;
    }
    const data = readFileSync(file);
    return { data, tag: createHash("sha256").update(data).digest("hex") };
  }

  private at(key: string): string {
    return path.join(this.root, ...key.split("/"));
  }
}

/** A look and a rename take no time at all: who has been at it for longer has died over it. */
const STALE_MILLISECONDS = 30_000;

/**
 * Lets no other process look at a file and take its place in between. One that finds another at it is told that somebody
 * else writes here.
 *
 * @throws NodeJS.ErrnoException `EEXIST`.
 */
export function alone(file: string, action: () => void): void {
  const lock = `${file}.writing.tmp`;
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_MILLISECONDS) {
      rmSync(lock, { force: true });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
  }
  closeSync(openSync(lock, "wx", 0o600));
  try {
    action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** On the disk, not only on its way there, before anything else is done. */
function writeDown(file: string, data: Buffer): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    writeSync(descriptor, data);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
