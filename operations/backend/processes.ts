import { spawnSync } from "node:child_process";
import * as os from "node:os";

/** What can be said of a process from here. */
export type Liveness = "alive" | "dead" | "unknown";

/**
 * Whether the process that took a lock still runs. Of another machine nothing can be said. A process that began after
 * the lock was taken has only inherited its number.
 */
export function livenessOf(process_: {
  readonly pid: number;
  readonly hostname: string;
  readonly since: Date;
}): Liveness {
  if (process_.hostname !== os.hostname()) {
    return "unknown";
  }
  try {
    process.kill(process_.pid, 0);
  } catch (error) {
    // EPERM: somebody else's, and there.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") {
      return "dead";
    }
  }
  // In every language the same words, which is what can be parsed.
  const ps = ["LC_ALL=C", "ps", "-o", "stat=,lstart=", "-p", String(process_.pid)];
  const { stdout, status } = spawnSync("env", ps, { encoding: "utf8" });
  if (status !== 0) {
    return "alive";
  }
  const [, state = "", started = ""] = /^\s*(\S+)\s+(.*?)\s*$/.exec(stdout) ?? [];
  const begun = Date.parse(started);
  // `ps` tells whole seconds, and reckons them from ticks.
  const later = begun > process_.since.getTime() + 2000;
  return state.startsWith("Z") || later ? "dead" : "alive";
}
