import type { CommandContext } from "../terminal/command-context";
import { backendOf } from "../backend/backend";
import { readLocks } from "../backend/locks";
import { refsOf } from "../backend/refs";

/**
 * Whether a run is at work on the stack: what it makes at this moment is in no state yet, and only looks abandoned.
 * `unknown` for backends whose locks are not files (Pulumi Cloud).
 */
export async function isRunning(context: CommandContext, stack: string): Promise<"yes" | "no" | "unknown"> {
  let backend;
  try {
    backend = await backendOf(context, stack);
    if (!/^(file|azblob):/.test(backend.url)) {
      return "unknown";
    }
  } catch {
    return "unknown";
  }
  const store = backend.open();
  for (const ref of refsOf(context, stack)) {
    if ((await readLocks(store, ref)).length > 0) {
      return "yes";
    }
  }
  return "no";
}
