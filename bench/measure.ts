import { spawn } from "node:child_process";
import { sampleTree, type ProcessSample } from "./process-tree";

/** What one run of a command cost. */
export interface Measurement {
  readonly seconds: number;
  /** User and system time of all processes, each as it was last seen. */
  readonly cpuSeconds: number;
  /** The highest sum over all processes at one moment. */
  readonly peakResidentBytes: number;
  readonly peakProportionalBytes: number;
  /** All processes that there were: of each its CPU time when last seen, and the most memory it had. */
  readonly processes: readonly ProcessSample[];
}

const sampleMilliseconds = 25;

/**
 * Runs a command, its output thrown away, and watches it and its descendants.
 *
 * @param expected its exit code. What ends otherwise has done something else than what is measured.
 */
export function measure(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  expected = 0,
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const child = spawn(command, [...args], { ...options, stdio: "ignore" });
    const last = new Map<number, ProcessSample>();
    let peakResidentBytes = 0;
    let peakProportionalBytes = 0;
    const timer = setInterval(() => {
      const samples = child.pid === undefined ? [] : sampleTree(child.pid);
      for (const sample of samples) {
        const before = last.get(sample.pid);
        last.set(sample.pid, before === undefined ? sample : greater(before, sample));
      }
      peakResidentBytes = Math.max(peakResidentBytes, sum(samples, "residentBytes"));
      peakProportionalBytes = Math.max(peakProportionalBytes, sum(samples, "proportionalBytes"));
    }, sampleMilliseconds);
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearInterval(timer);
      if (exitCode !== expected) {
        reject(
          new Error(
            `${args.join(" ")} ended with ${String(exitCode)}, not ${expected}: run it by hand to see why.`,
          ),
        );
        return;
      }
      resolve({
        seconds: Number(process.hrtime.bigint() - begun) / 1e9,
        cpuSeconds: sum([...last.values()], "cpuSeconds"),
        peakResidentBytes,
        peakProportionalBytes,
        processes: [...last.values()],
      });
    });
  });
}

function greater(a: ProcessSample, b: ProcessSample): ProcessSample {
  return {
    ...b,
    residentBytes: Math.max(a.residentBytes, b.residentBytes),
    proportionalBytes: Math.max(a.proportionalBytes, b.proportionalBytes),
  };
}

function sum(
  samples: readonly ProcessSample[],
  field: "residentBytes" | "proportionalBytes" | "cpuSeconds",
): number {
  return samples.reduce((total, sample) => total + sample[field], 0);
}
