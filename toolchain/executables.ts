import * as fs from "node:fs/promises";
import * as path from "node:path";

/** A program's file name on this platform. */
export function executableName(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/** Every executable of this name in the folders of a `PATH`, in its order, each file once. */
export async function findOnPath(name: string, searchPath: string): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of searchPath.split(path.delimiter)) {
    // An empty or relative part means the current folder, which is no place to take programs from.
    if (!path.isAbsolute(folder)) {
      continue;
    }
    const candidate = path.join(folder, executableName(name));
    if (await isExecutableFile(candidate)) {
      const real = await fs.realpath(candidate);
      if (!found.has(real)) {
        found.set(real, candidate);
      }
    }
  }
  return [...found.values()];
}

/** Whether there is a file that may be executed. */
export async function isExecutableFile(file: string): Promise<boolean> {
  try {
    const [stats] = await Promise.all([fs.stat(file), fs.access(file, fs.constants.X_OK)]);
    return stats.isFile();
  } catch {
    // Absent, or not ours to execute: for whoever searches, both are "not here".
    return false;
  }
}
