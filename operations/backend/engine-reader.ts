import execa from "execa";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { CommandContext } from "../terminal/command-context";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { FailedError } from "../terminal/errors";
import { bareProject, variablesOf } from "./backend";
import type { Deployment, StackRef } from "./layout";

/** How the engine itself reads a stack's state in a backend: the proof that what was written there is whole. */
export type EngineReader = (url: string, ref: StackRef) => Promise<Deployment>;

/**
 * Reads with `pulumi stack export`, secrets staying encrypted: neither passphrase nor key is needed.
 *
 * The reader throws a FailedError with the engine's words where it cannot.
 */
export function engineReader(context: CommandContext): EngineReader {
  return async (url, ref) => {
    const engine = await engineFor(context);
    const scratch = mkdtempSync(path.join(tmpdir(), "groundwork-state-"));
    try {
      const stack = `organization/${ref.project}/${ref.stack}`;
      const result = await execa(engine.pulumi, ["stack", "export", "--stack", stack, "--non-interactive"], {
        cwd: bareProject(scratch, ref.project),
        env: { ...variablesOf(context), ...engineEnvironment(context), PULUMI_BACKEND_URL: url },
        reject: false,
        stdin: "ignore",
        maxBuffer: 1024 ** 3,
      });
      if (result.exitCode !== 0) {
        throw new FailedError(
          `The engine cannot read ${ref.project}/${ref.stack} in ${url}:\n${result.stderr.trim()}`,
        );
      }
      return (JSON.parse(result.stdout) as { readonly deployment: Deployment }).deployment;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };
}
