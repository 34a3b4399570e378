import execa from "execa";
import * as path from "node:path";
import type { Walk } from "../engine/support/walk";
import type { Way } from "./mutation";
import { pulumi } from "./ways";

/** Plain `pulumi` with arguments that only the walk knows, such as URNs. */
export function engineWayOn(name: string, args: (walk: Walk) => readonly string[]): Way {
  return { name: `pulumi ${name}`, through: "engine", run: (walk) => pulumi(walk, ...args(walk)) };
}

/** A command of groundwork on another stack, or with flags of its own. */
export function gateCall(name: string, ...args: readonly string[]): Way {
  return { name, through: "gate", run: (walk) => walk.groundwork(...args, "--rehearse", "--json") };
}

/** A command of groundwork in an environment that speaks to the engine behind its back. */
export function gateWith(
  name: string,
  variables: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Way {
  return {
    name,
    through: "gate",
    run: async (walk) => {
      const { exitCode, stdout, stderr } = await execa(
        process.execPath,
        [path.join(walk.project, "bin", "groundwork.js"), ...args, "dev", "--rehearse", "--json"],
        {
          cwd: walk.project,
          env: { GROUNDWORK_REHEARSAL_DIR: walk.rehearsal, ...variables },
          reject: false,
          stdin: "ignore",
        },
      );
      return { exitCode, stdout, stderr };
    },
  };
}

/** Plain `pulumi` on another stack than `dev`. */
export function plainOn(stack: string, ...args: readonly string[]): Way {
  return {
    name: `pulumi ${args.filter((arg) => arg !== "--yes").join(" ")} --stack ${stack}`,
    through: "engine",
    run: (walk) => walk.pulumi(stack, ...args),
  };
}
