import * as fs from "node:fs/promises";
import * as path from "node:path";
import { replaceFile } from "./files";

interface Known {
  readonly size: number;
  readonly modified: number;
  readonly version: string;
}

/**
 * The versions of binaries that were asked before, so that a command does not start `pulumi` (0.2 s) only to hear what
 * it heard last time. A file that changed in size or time is asked again.
 *
 * Only a binary of its own is remembered: a script or a version manager's shim of the same size and time may stand for
 * another version in the next folder.
 */
export class KnownVersions {
  private readonly file: string;

  constructor(directory: string) {
    this.file = path.join(directory, "known-binaries.json");
  }

  async find(binary: string): Promise<string | undefined> {
    const identity = await identify(binary);
    if (identity === undefined) {
      return undefined;
    }
    const known = (await this.read())[identity.real];
    return known?.size === identity.size && known.modified === identity.modified ? known.version : undefined;
  }

  async remember(binary: string, version: string): Promise<void> {
    const identity = await identify(binary);
    if (identity === undefined) {
      return;
    }
    const { real, size, modified } = identity;
    const all = await this.read();
    if (all[real]?.size === size && all[real].modified === modified && all[real].version === version) {
      return;
    }
    try {
      await fs.mkdir(path.dirname(this.file), { recursive: true });
      await replaceFile(
        this.file,
        JSON.stringify({ ...all, [real]: { size, modified, version } }, undefined, 2),
      );
    } catch {
      // A cache that cannot be written costs the next command 0.2 s and changes nothing else.
    }
  }

  private async read(): Promise<Partial<Record<string, Known>>> {
    try {
      return JSON.parse(await fs.readFile(this.file, "utf8")) as Partial<Record<string, Known>>;
    } catch {
      // Not there yet, or damaged: it is made anew from what the binaries answer.
      return {};
    }
  }
}

async function identify(
  binary: string,
): Promise<{ readonly real: string; readonly size: number; readonly modified: number } | undefined> {
  const real = await fs.realpath(binary);
  if (!path.basename(real).startsWith("pulumi") || (await isScript(real))) {
    return undefined;
  }
  const stats = await fs.stat(real);
  return { real, size: stats.size, modified: stats.mtimeMs };
}

async function isScript(file: string): Promise<boolean> {
  const handle = await fs.open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead < 2 || buffer.toString("latin1") === "#!";
  } finally {
    await handle.close();
  }
}
