import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

// Mocha's workers are forked from the process that was called, and have a channel to it.
const isWorker = process.connected;
const run = isWorker ? process.ppid : process.pid;

/** Everything that the tests of one run write, whichever process they run in. It goes when the run ends. */
export const scratch = path.join(tmpdir(), `groundwork-tests-${String(run)}`);
mkdirSync(scratch, { recursive: true });

if (!isWorker) {
  process.on("exit", () => {
    rmSync(scratch, { recursive: true, force: true });
  });
}
