import * as path from "node:path";
import { reporters, Runner, type MochaOptions } from "mocha";

const { EVENT_HOOK_END, EVENT_RUN_BEGIN, EVENT_RUN_END, EVENT_TEST_END } = Runner.constants;

interface Timed {
  readonly title: string;
  readonly file: string;
  readonly seconds: number;
}

/** Mocha's own report, then where the time went, then the count in one line. */
class Reporter extends reporters.Spec {
  private readonly tests: Timed[] = [];
  private readonly byFolder = new Map<string, number>();

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    let progress: NodeJS.Timeout | undefined;
    runner.once(EVENT_RUN_BEGIN, () => {
      // A file's tests are told when the whole file is done, which can take minutes.
      progress = setInterval(() => {
        console.log(`    … ${String(this.tests.length)} tests done`);
      }, 60_000);
      progress.unref();
    });
    runner.on(EVENT_HOOK_END, (hook: Mocha.Hook) => {
      this.note(hook);
    });
    runner.on(EVENT_TEST_END, (test: Mocha.Test) => {
      this.tests.push(this.note(test));
    });
    runner.once(EVENT_RUN_END, () => {
      clearInterval(progress);
      this.tell();
    });
  }

  private note({ title, file, duration }: Mocha.Runnable): Timed {
    const timed = {
      title,
      file: path.relative(process.cwd(), file ?? ""),
      seconds: (duration ?? 0) / 1000,
    };
    const folder = path.dirname(timed.file);
    this.byFolder.set(folder, (this.byFolder.get(folder) ?? 0) + timed.seconds);
    return timed;
  }

  private tell(): void {
    const row = (seconds: number, text: string): string => `  ${seconds.toFixed(1).padStart(7)} s  ${text}`;
    const slowest = [...this.tests].sort((a, b) => b.seconds - a.seconds).slice(0, 20);
    const folders = [...this.byFolder].sort(([, a], [, b]) => b - a);
    console.log("Slowest tests");
    for (const { title, file, seconds } of slowest) console.log(row(seconds, `${file}: ${title}`));
    console.log("\nTime by folder, of all processes");
    for (const [folder, seconds] of folders) console.log(row(seconds, folder));
    const { passes, failures, pending } = this.stats;
    console.log(`\n${String(passes)} passed, ${String(failures)} failed, ${String(pending)} skipped`);
  }
}

// Mocha takes what the module is.
export = Reporter;
