import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** The engine's plans of one command: in a folder that nobody else can read, gone when the command ends. */
export class PlanFiles {
  private directory: string | undefined;
  private made = 0;

  /** A new, empty file that only its owner can read. */
  next(): string {
    this.directory ??= mkdtempSync(path.join(tmpdir(), "groundwork-plan-"));
    this.made += 1;
    const file = path.join(this.directory, `${this.made}.json`);
    // The engine keeps the mode of a file that it finds.
    closeSync(openSync(file, "wx", 0o600));
    return file;
  }

  remove(): void {
    if (this.directory !== undefined) {
      rmSync(this.directory, { recursive: true, force: true });
      this.directory = undefined;
    }
  }
}
