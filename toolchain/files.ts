import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";

/** Writes a file so that a reader sees the old content or the new, never half of it. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await fs.writeFile(temporary, content, { flush: true });
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** All files in a folder and the folders in it, relative to it, sorted. */
export async function listFiles(directory: string): Promise<string[]> {
  const entries = await fs.readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** How many bytes the files in a folder hold. Files that vanish while they are counted hold none. */
export async function directorySize(directory: string): Promise<number> {
  let files: string[];
  try {
    files = await listFiles(directory);
  } catch {
    return 0;
  }
  const sizes = await Promise.all(
    files.map((file) =>
      fs.stat(path.join(directory, file)).then(
        (stats) => stats.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Waits until what was written to a file or folder is on the disk. */
export async function flush(fileOrDirectory: string): Promise<void> {
  const handle = await fs.open(fileOrDirectory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The SHA-256 of a file, in hexadecimal. 115 MB take a quarter of a second. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
