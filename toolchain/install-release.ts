import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { OnProgress } from "./engine";
import { WayFailed } from "./errors";
import { directorySize } from "./files";
import { Ticker } from "./progress";

export interface InstallerSettings {
  /** The script that installs into the folder it is given, run by tsx. Default: the SDK's installer. */
  readonly script: string;
  /**
   * No byte arrived for this long, in milliseconds: the download host is not reachable or has stalled. Default 30 s, which
   * is three times what Node waits for a connection.
   */
  readonly stall: number;
  /** The longest that an installation may take, in milliseconds. Default 15 minutes: 150 MB at 200 kB/s. */
  readonly total: number;
}

const defaults: InstallerSettings = {
  script: path.join(__dirname, "release-installer.ts"),
  stall: 30_000,
  total: 15 * 60_000,
};

interface ReleaseRequest {
  /** An empty folder; `bin/` is made in it. */
  readonly directory: string;
  readonly version: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly onProgress: OnProgress;
}

/**
 * Downloads Pulumi's release with the installer of its SDK.
 *
 * The installer knows no time limit of its own, so it runs in a process group that can be ended whole (it starts a shell
 * that starts curl), and what has arrived is watched.
 *
 * @throws WayFailed with the end of what the installer said.
 */
export async function installRelease(
  { directory, version, env, onProgress }: ReleaseRequest,
  given: Partial<InstallerSettings> = {},
): Promise<void> {
  const settings = { ...defaults, ...given };
  const downloads = path.join(directory, "download");
  await fs.mkdir(downloads);

  const child = spawn(
    process.execPath,
    ["--require", require.resolve("tsx/cjs"), settings.script, directory],
    {
      // The installer's temporary files go where they are watched, and removed with the folder.
      env: { ...env, TMPDIR: downloads, TMP: downloads, TEMP: downloads },
      detached: process.platform !== "win32",
      // Its standard input ends when this process does, however it does; the script then ends too.
      stdio: ["pipe", "ignore", "pipe"],
    },
  );
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });

  const started = Date.now();
  let arrived = 0;
  let lastArrival = started;
  let stopped: string | undefined;
  const stop = (why: string): void => {
    stopped ??= why;
    killGroup(child.pid);
  };
  const ticker = new Ticker(onProgress, () =>
    arrived === 0
      ? `Downloading Pulumi ${version}`
      : `Downloading Pulumi ${version}: ${Math.round(arrived / 1e6)} MB so far`,
  );
  const watch = setInterval(
    () => {
      void directorySize(directory).then((size) => {
        if (size !== arrived) {
          arrived = size;
          lastArrival = Date.now();
        } else if (Date.now() - lastArrival > settings.stall) {
          stop(`nothing arrived for ${settings.stall / 1000} s`);
        }
        if (Date.now() - started > settings.total) {
          stop(`it was not done within ${settings.total / 60_000} min`);
        }
      });
    },
    Math.min(1000, settings.stall / 4),
  );

  try {
    ticker.tell();
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    if (code !== 0) {
      throw new WayFailed(reason(stopped, stderr, code));
    }
  } finally {
    clearInterval(watch);
    ticker.stop();
  }
  await fs.rm(downloads, { recursive: true, force: true });
}

function reason(stopped: string | undefined, stderr: string, code: number | null): string {
  const said = stderr.trim().split("\n").slice(-5).join("\n");
  const end = stopped ?? (said === "" ? `it ended with exit code ${code}` : undefined);
  return [end, said].filter((part) => part !== undefined && part !== "").join("\n");
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}
