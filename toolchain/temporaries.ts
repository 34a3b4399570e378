import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { errorCode } from "./errors";

const prefix = ".new-";

/** A folder of another machine that shares this cache is taken for left over after a day. */
const foreignMilliseconds = 24 * 60 * 60 * 1000;

/** Makes a folder beside its later place, so that moving it there is one step. Its name says whose it is. */
export async function makeTemporary(parent: string): Promise<string> {
  return fs.mkdtemp(path.join(parent, `${prefix}${process.pid}@${hostName()}-`));
}

/** Removes the temporary folders of runs that were killed. */
export async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await fs.readdir(parent)) {
    const owner = /^\.new-(\d+)@(.*)-[^-]*$/.exec(name);
    if (owner === null) {
      continue;
    }
    const directory = path.join(parent, name);
    const gone =
      owner[2] === hostName()
        ? !isRunning(Number(owner[1]))
        : Date.now() - (await fs.stat(directory)).mtimeMs > foreignMilliseconds;
    if (gone) {
      // What a killed build started may still be writing there for a moment.
      await fs.rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

function hostName(): string {
  return os.hostname().replace(/[^A-Za-z0-9.-]/g, "_");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return errorCode(error) !== "ESRCH";
  }
}
