import { readdirSync, readFileSync } from "node:fs";

/** What one process costs at one moment. */
export interface ProcessSample {
  readonly pid: number;
  /** The program and its first argument that is no option. */
  readonly command: string;
  /** Bytes in memory, pages shared with others included. */
  readonly residentBytes: number;
  /** Bytes in memory, each shared page divided by the number of those who share it. */
  readonly proportionalBytes: number;
  /** User and system time so far. */
  readonly cpuSeconds: number;
}

/** Clock ticks a second in /proc/PID/stat; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** A process and all its descendants. Linux only: it reads /proc. A process that ends meanwhile is left out. */
export function sampleTree(root: number): ProcessSample[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : undefined;
    if (stat !== undefined) {
      parents.set(Number(entry), Number(stat[1]));
    }
  }
  const samples: ProcessSample[] = [];
  for (const pid of parents.keys()) {
    const sample = isDescendant(pid, root, parents) ? sampleOf(pid) : undefined;
    if (sample !== undefined) {
      samples.push(sample);
    }
  }
  return samples;
}

function isDescendant(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at)) {
    if (at === root) {
      return true;
    }
  }
  return false;
}

function sampleOf(pid: number): ProcessSample | undefined {
  const stat = statOf(pid);
  const memory = textOf(`/proc/${pid}/smaps_rollup`);
  const commandLine = textOf(`/proc/${pid}/cmdline`);
  if (stat === undefined || memory === undefined || commandLine === undefined || commandLine === "") {
    return undefined;
  }
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(memory)?.[1] ?? 0);
  return {
    pid,
    command: shortCommand(commandLine),
    residentBytes: kilobytes("Rss") * 1024,
    proportionalBytes: kilobytes("Pss") * 1024,
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / ticksPerSecond,
  };
}

/** The fields of /proc/PID/stat after the name: state, parent, … (utime and stime are the 12th and 13th). */
function statOf(pid: number): string[] | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function shortCommand(commandLine: string): string {
  const parts = commandLine.split("\0").filter((part) => part !== "");
  const base = (file: string): string => file.split("/").slice(-2).join("/");
  const script = parts.slice(1).find((part) => part.startsWith("/") && part.endsWith(".js"));
  return [base(parts[0] ?? ""), script === undefined ? "" : base(script)].join(" ").trim();
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process has ended between two looks.
    return undefined;
  }
}
