import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { statefulType } from "../../guard/catalogue/stateful-types";
import type { CloudResource, LoggedCall, Walk } from "../engine/support/walk";
import type { Attempt, Mutation } from "./mutation";

/** What holds data, before somebody does something. */
export interface Holdings {
  readonly cloud: readonly CloudResource[];
  /** `type id` of what the states of all stacks hold. */
  readonly state: ReadonlySet<string>;
  /** How many calls have changed the cloud. */
  readonly calls: number;
}

function holdsData(type: string): boolean {
  const kind = statefulType(type);
  return kind !== undefined && kind.removable !== true;
}

export function holdingsOf(walk: Walk): Holdings {
  return {
    cloud: walk.cloud().filter(({ type }) => statefulType(type) !== undefined),
    state: stateOf(walk),
    calls: walk.changes().length,
  };
}

/** What of the data was lost since: sentences, none when all is well. */
export function lossesSince(
  before: Holdings,
  walk: Walk,
  attempt: Pick<Attempt, "way" | "mayLose" | "mayChange">,
  destructive: Mutation["destructive"],
): readonly string[] {
  const mayLose = attempt.mayLose ?? (() => false);
  const calls = walk.changes().slice(before.calls);
  const given = (call: LoggedCall): boolean =>
    mayLose({ type: call.type, id: call.id ?? "", name: call.urn?.split("::").slice(3).join("::") ?? "" });
  const destroyed = calls.filter(
    (call) =>
      // What the cloud itself refuses is not lost. A gate that says no has made no call at all, which is looked at elsewhere.
      call.ok &&
      ((call.method === "delete" && holdsData(call.type) && !given(call)) || destructive?.(call) === true),
  );
  const cloud = walk.cloud();
  const gone: string[] = [];
  for (const record of before.cloud) {
    const now = cloud.find(({ type, id }) => type === record.type && id === record.id);
    const what = `${record.type} ${record.name} (${record.id})`;
    if (now === undefined) {
      if (holdsData(record.type) && !mayLose(record)) gone.push(`${what} is not in the cloud any more`);
    } else if (!isDeepStrictEqual(watched(now), watched(record)) && attempt.mayChange?.(record) !== true) {
      gone.push(`${what} was changed: ${changedInputs(record, now).join(", ")}`);
    }
  }
  const state = stateOf(walk);
  const forgotten = [...before.state].filter((held) => {
    const [type = "", id = ""] = held.split(" ");
    const name = before.cloud.find((record) => record.type === type && record.id === id)?.name ?? "";
    return !state.has(held) && !mayLose({ type, id, name });
  });
  return [
    ...destroyed.map(({ method, type, urn }) => `${method} of ${type} ${urn}`),
    ...gone,
    ...forgotten.map((held) => `the state has lost ${held}`),
  ];
}

/** Of what holds nothing by itself only the properties count by which data elsewhere lives shorter, and not its tags. */
function watched({ type, inputs }: CloudResource): CloudResource["inputs"] {
  const kind = statefulType(type);
  if (kind?.removable !== true) return inputs;
  const keys = new Set([...kind.life.map(({ path }) => path.split(".")[0]), kind.forced]);
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => keys.has(key)));
}

function changedInputs(before: CloudResource, now: CloudResource): readonly string[] {
  return [...new Set([...Object.keys(before.inputs), ...Object.keys(now.inputs)])]
    .filter((key) => !isDeepStrictEqual(before.inputs[key], now.inputs[key]))
    .map((key) => `${key} from ${JSON.stringify(before.inputs[key])} to ${JSON.stringify(now.inputs[key])}`);
}

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly { readonly type: string; readonly id?: string }[];
    } | null;
  };
}

function stateOf(walk: Walk): ReadonlySet<string> {
  // A folder, or what stands for a container.
  const files = ["state", "containers"]
    .map((name) => path.join(walk.rehearsal, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((file) => path.join(folder, String(file))),
    );
  return new Set(
    files
      .filter((file) => /\.pulumi\/stacks\/.*\.json$/.test(file))
      .flatMap((file) => {
        const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
        return checkpoint?.latest?.resources ?? [];
      })
      .filter(({ type, id }) => id !== undefined && id !== "" && holdsData(type))
      .map(({ type, id }) => `${type} ${id}`),
  );
}
