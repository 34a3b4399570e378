import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import * as path from "node:path";
import { table } from "../operations/terminal/output";
import { readEnvironment } from "../settings/environment";
import { measureGate, median } from "./gate";
import { exponent, measureGrowth, wrongStack } from "./growth";
import { measure, type Measurement } from "./measure";
import { launcher, projectDirectory, ProviderSession } from "./session";

/**
 * Measures what a person waits for in a preview in which nothing changes, on rehearsals of both committed stacks, against a floor: the
 * bare engine with a precompiled program that registers as many resources before the same providers, without pack, gate and settings
 * (bench/floor-program.js). Then what is answered without an engine, and how the first preview grows with the number of static
 * services. Before all that, how long the gate alone takes.
 *
 * Prints figures; judges none of them: they depend on the machine and on what else it does. Ratios are of runs right after each other.
 *
 * Usage: npm run bench [-- RUNS [SERVICES]]   (default 5 runs, and 10, 100 and 400 services; 0 for none)
 */
async function main(runs: number, services: number): Promise<void> {
  reportGate(runs);
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-bench-"));
  try {
    const { groundwork, refused } = callsIn(path.join(directory, "answers"));
    for (const stack of ["dev", "prod"]) {
      await measureStack(stack, path.join(directory, stack), runs);
    }
    report("Answers without an engine", [
      await repeat("--help", runs, () => groundwork("--help")),
      await repeat("--version", runs, () => groundwork("--version")),
      await repeat("preview of a misspelt stack", runs, () => refused("preview", "dve")),
      await wrongStack((stack) => repeat("preview of wrong settings", runs, () => refused("preview", stack))),
    ]);
    if (services > 0) {
      await reportGrowth(path.join(directory, "growth"), services);
    }
    const [load = 0] = loadavg();
    process.stdout.write(
      `Node ${process.version}, ${availableParallelism()} processors, load ${load.toFixed(1)} at the end.\n`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Calls {
  readonly env: NodeJS.ProcessEnv;
  readonly groundwork: (...args: string[]) => Promise<Measurement>;
  /** A wrong call. */
  readonly refused: (...args: string[]) => Promise<Measurement>;
}

function callsIn(directory: string): Calls {
  const env = { ...readEnvironment(projectDirectory).variables, GROUNDWORK_REHEARSAL_DIR: directory };
  const cwd = projectDirectory;
  const call = (args: readonly string[], expected: number): Promise<Measurement> =>
    measure(process.execPath, [launcher, ...args], { cwd, env }, expected);
  return { env, groundwork: (...args) => call(args, 0), refused: (...args) => call(args, 2) };
}

interface Case {
  readonly name: string;
  readonly measured: readonly Measurement[];
}

const fast = "groundwork preview --no-refresh";

/** A file of faults by which every provider takes as long to read as a cloud's API does. */
function slowReads(directory: string): string {
  const file = path.join(directory, "slow-reads.yaml");
  const match = { type: "*", method: "read" };
  writeFileSync(file, JSON.stringify([{ match, times: 1_000_000, fault: "slow", seconds: 0.2 }]));
  return file;
}

/** The cases one after the other, as often as there are runs: what the machine does besides is then the same for all. */
async function measureStack(stack: string, directory: string, runs: number): Promise<void> {
  const { env, groundwork } = callsIn(directory);
  const first = await groundwork("rehearse", stack);
  const session = await ProviderSession.open(stack, env);
  const measured: Record<string, Measurement[]> = {};
  const preview = (...options: string[]): Promise<Measurement> =>
    groundwork("preview", stack, "--rehearse", "--json", ...options);
  try {
    const floor = path.join(directory, "floor");
    session.prepareFloor(floor);
    const cases: Record<string, () => Promise<Measurement>> = {
      "floor: bare engine, SDK as it comes": () => session.floor(floor),
      "the same with the SDK as groundwork loads it": () => session.leanFloor(floor),
      "pulumi preview with the pack": () => session.preview(),
      [fast]: () => preview("--no-refresh"),
      "the same, and reads the cloud first": () => preview(),
      "the same, with each answer after 200 ms": () => preview("--faults", slowReads(directory)),
    };
    for (let run = 0; run < runs; run++) {
      for (const [name, measureOnce] of Object.entries(cases)) {
        (measured[name] ??= []).push(await measureOnce());
      }
    }
  } finally {
    await session.close();
  }
  const rows = Object.entries(measured).map(([name, list]) => ({ name, measured: list }));
  report(`Preview of ${stack}, nothing to change`, rows, rows[0]);
  reportProcesses(measured[fast] ?? []);
  report(`Rehearsal of ${stack}, from nothing`, [{ name: "rehearse", measured: [first] }]);
}

async function repeat(name: string, runs: number, action: () => Promise<Measurement>): Promise<Case> {
  const measured: Measurement[] = [];
  for (let i = 0; i < runs; i++) {
    measured.push(await action());
  }
  return { name, measured };
}

/** @param floor the case that the others are told in times of. Default: none. */
function report(title: string, cases: readonly Case[], floor?: Case): void {
  const times = (measured: readonly Measurement[], of: (one: Measurement) => number): string[] =>
    floor === undefined
      ? []
      : [`${median(measured.map((one, i) => of(one) / of(floor.measured[i] ?? one))).toFixed(2)} x floor`];
  const own = (name: string): string[] => (floor === undefined ? [] : [name]);
  process.stdout.write(
    `${title}. PSS counts pages that processes share once.\n${table([
      ["case", "runs", "wall s", ...own(""), "CPU s", ...own(""), "peak PSS MB"],
      ...cases.map(({ name, measured }) => [
        name,
        String(measured.length),
        median(measured.map(wallOf)).toFixed(2),
        ...times(measured, wallOf),
        median(measured.map(cpuOf)).toFixed(2),
        ...times(measured, cpuOf),
        megabytes(median(measured.map((one) => one.peakProportionalBytes))),
      ]),
    ])}\n\n`,
  );
}

const wallOf = (one: Measurement): number => one.seconds;
const cpuOf = (one: Measurement): number => one.cpuSeconds;

function reportProcesses(measured: readonly Measurement[]): void {
  const [quickest] = [...measured].sort((a, b) => a.seconds - b.seconds);
  process.stdout.write(
    `Processes of the fastest:\n${table([
      ["process", "CPU s", "RSS MB", "PSS MB"],
      ...(quickest?.processes ?? []).map((sample) => [
        sample.command,
        sample.cpuSeconds.toFixed(2),
        megabytes(sample.residentBytes),
        megabytes(sample.proportionalBytes),
      ]),
    ])}\n\n`,
  );
}

async function reportGrowth(directory: string, most: number): Promise<void> {
  const { groundwork } = callsIn(directory);
  const growth = await measureGrowth(most, (stack) =>
    groundwork("preview", stack, "--rehearse", "--json", "--no-refresh"),
  );
  process.stdout.write(
    `First preview of static services. The exponent is of the step from the row before: 1 is linear.\n${table(
      [
        ["services", "wall s", "exponent", "CPU s", "exponent", "peak PSS MB"],
        ...growth.map((one, i) => {
          const before = growth[i - 1];
          const grown = (of: (measured: Measurement) => number): string =>
            before === undefined ? "" : exponent(before, one, of).toFixed(2);
          return [
            String(one.services),
            wallOf(one.measured).toFixed(2),
            grown(wallOf),
            cpuOf(one.measured).toFixed(2),
            grown(cpuOf),
            megabytes(one.measured.peakProportionalBytes),
          ];
        }),
      ],
    )}\n\n`,
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

void main(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 400));
