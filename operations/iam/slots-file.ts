import * as path from "node:path";
import type { TwoSlots } from "../../settings/two-slots";
import { rehearsedStack } from "../engine/rehearsal-session";
import { readText, refuseWhatIsWrong, replaceText, withEntry, withScalars } from "../engine/stack-file-edit";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";

/** Where slots stand in a stack file. */
export interface SlotsPlace {
  /** Keys under `config`. */
  readonly path: readonly string[];
  /** Whether they stand there already. */
  readonly isThere: boolean;
}

/** Two slots in the stack file: written before a run that is to make them so, and put back where none begins. */
export class SlotsFile {
  private before: string | undefined;
  private after = "";

  constructor(
    private readonly context: CommandContext,
    private readonly stack: OpenStack,
    private readonly place: SlotsPlace,
  ) {}

  get name(): string {
    return path.basename(this.stack.settingsFile);
  }

  /** Returns the time that it says. @throws UsageError where the file cannot be changed so; it is as it was then. */
  write({ current, other }: TwoSlots, now: Date): string {
    const { context, place, stack } = this;
    const names = { file: this.name, project: context.project.name };
    const since = `${now.toISOString().slice(0, 16)}Z`;
    const edits = Object.entries({ current, other, since }).map(([key, value]) => ({
      path: [...place.path, key],
      value,
    }));
    const before = readText(stack.settingsFile);
    const after = place.isThere
      ? withScalars(before, edits, names)
      : edits.reduce((text, edit) => withEntry(text, edit, names), before);
    refuseWhatIsWrong(context, stack.name, after, this.name);
    this.put(before, after);
    [this.before, this.after] = [before, after];
    return since;
  }

  putBack(): void {
    if (this.before !== undefined) {
      this.put(this.after, this.before);
      this.before = undefined;
    }
  }

  /** A run has begun: what is written stays. */
  keep(): void {
    this.before = undefined;
  }

  /** A rehearsal works on a copy of the file, which follows. */
  private put(from: string, to: string): void {
    replaceText(this.stack.settingsFile, from, to);
    if (this.stack.session !== undefined) {
      rehearsedStack(this.context, this.stack.session, this.stack.name);
    }
  }
}
