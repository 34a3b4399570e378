import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Walk } from "./walk";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly [more: string]: unknown;
}

interface State {
  readonly checkpoint: {
    readonly latest: { pending_operations?: object[]; readonly resources: readonly Resource[] };
  };
}

/** The state as a run leaves it that was killed while it made something; `made` says what of, seeing what the state has. */
export function killedWhileItMadeOne(
  walk: Walk,
  project: string,
  made: (resources: readonly Resource[]) => Resource,
): void {
  const file = path.join(walk.rehearsal, "state/.pulumi/stacks", project, "dev.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  const { latest } = state.checkpoint;
  latest.pending_operations = [{ type: "creating", resource: { custom: true, ...made(latest.resources) } }];
  writeFileSync(file, JSON.stringify(state));
}
