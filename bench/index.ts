import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import * as path from "node:path";
import { table } from "../operations/terminal/output";
import { readEnvironment } from "../settings/environment";
import { measureGate, median } from "./gate";
import { measure, type Measurement } from "./measure";

/**
 * Measures how long a person waits for a preview in which nothing changes, on a rehearsal that is stood up first, and
 * how much of that is start-up. Prints figures; judges none of them: they depend on the machine and on what else it
 * does. Compare the ratios of one run. Before that, how long the gate alone takes.
 *
 * Usage: npm run bench [-- RUNS]   (default 5)
 */
async function main(runs: number): Promise<void> {
  reportGate(runs);
  const projectDirectory = path.join(__dirname, "..");
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-bench-"));
  const { variables } = readEnvironment(projectDirectory);
  const env = { ...variables, GROUNDWORK_REHEARSAL_DIR: directory };
  const groundwork = (...args: string[]): Promise<Measurement> =>
    measure(process.execPath, [path.join(projectDirectory, "bin", "groundwork.js"), ...args], {
      cwd: projectDirectory,
      env,
    });
  try {
    const first = await groundwork("rehearse", "dev");
    if (first.exitCode !== 0) {
      throw new Error(
        `groundwork rehearse dev ended with ${String(first.exitCode)}; run it by hand to see why.`,
      );
    }
    const rows: Row[] = [{ name: "rehearse dev (from nothing)", measured: [first] }];
    for (const [name, args] of [
      ["preview dev --rehearse", ["preview", "dev", "--rehearse", "--json"]],
      ["preview of a misspelt stack", ["preview", "dve", "--rehearse"]],
      ["--help", ["--help"]],
      ["--version", ["--version"]],
    ] as const) {
      rows.push({ name, measured: await repeat(runs, () => groundwork(...args)) });
    }
    report(rows);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Row {
  readonly name: string;
  readonly measured: readonly Measurement[];
}

async function repeat(runs: number, action: () => Promise<Measurement>): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (let i = 0; i < runs; i++) {
    measured.push(await action());
  }
  return measured;
}

function report(rows: readonly Row[]): void {
  const [load = 0] = loadavg();
  process.stdout.write(
    `Node ${process.version}, ${availableParallelism()} processors, load ${load.toFixed(1)} at the end.\n` +
      "RSS counts pages that processes share in each of them, PSS once.\n\n",
  );
  const whole = rows.find((row) => row.name.startsWith("preview dev"));
  const base = whole === undefined ? 1 : median(whole.measured.map(({ seconds }) => seconds));
  process.stdout.write(
    `${table([
      ["command", "runs", "best s", "median s", "of preview", "peak RSS MB", "peak PSS MB"],
      ...rows.map(({ name, measured }) => {
        const seconds = measured.map((run) => run.seconds);
        return [
          name,
          String(measured.length),
          Math.min(...seconds).toFixed(2),
          median(seconds).toFixed(2),
          `${Math.round((100 * median(seconds)) / base)} %`,
          megabytes(Math.max(...measured.map((run) => run.peakResidentBytes))),
          megabytes(Math.max(...measured.map((run) => run.peakProportionalBytes))),
        ];
      }),
    ])}\n`,
  );
  const [typical] = [...(whole?.measured ?? [])].sort((a, b) => a.seconds - b.seconds);
  process.stdout.write(
    `\nProcesses of the fastest preview:\n${table([
      ["process", "CPU s", "RSS MB", "PSS MB"],
      ...(typical?.processes ?? []).map((sample) => [
        sample.command,
        sample.cpuSeconds.toFixed(2),
        megabytes(sample.residentBytes),
        megabytes(sample.proportionalBytes),
      ]),
    ])}\n`,
  );
}

/** Before everything else, while the machine is at rest. */
function reportGate(runs: number): void {
  process.stdout.write(
    `The gate alone: reading the plan and judging it. JSON.parse of the same events is for comparing machines.\n${table(
      [
        ["plan", "events", "refusals", "gate ms", "JSON.parse ms", "ratio"],
        ...measureGate(runs).map(({ plan, events, refusals, gate, parse }) => [
          plan,
          String(events),
          String(refusals),
          gate.toFixed(1),
          parse.toFixed(1),
          (gate / parse).toFixed(2),
        ]),
      ],
    )}\n\n`,
  );
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}

void main(Number(process.argv[2] ?? 5));
