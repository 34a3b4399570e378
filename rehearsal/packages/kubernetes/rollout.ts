import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, Draft, Pass, Subject } from "../../interpreter/entry";
import { numberOf, recordOf, sameValue, textOf, type Value, type Values } from "../../interpreter/values";
import { specOf } from "./objects";

/** From a pod's creation to the first answer of its readiness probe, in seconds: an image that has to be fetched. */
const startSeconds = 5;

/**
 * Plays a deployment's update as its controller does it: within `maxSurge` and `maxUnavailable` it starts new pods, waits
 * until they have been ready for `minReadySeconds`, and only then ends old ones. Meanwhile the record says which pods
 * there are.
 */
export async function rollOut(
  draft: Draft,
  cloud: CloudHands,
  pass: Pass,
  before: Subject | undefined,
): Promise<void> {
  const find = (): CloudRecord | undefined => cloud.find(draft.type, draft.id);
  const record = find();
  if (!record) return;
  const spec = specOf(record);
  if (before === undefined) {
    await pass(numberOf(spec, "minReadySeconds") ?? 0);
    return;
  }
  const wanted = numberOf(spec, "replicas") ?? 1;
  const had = numberOf(recordOf(before.outputs, "status"), "readyReplicas") ?? 0;
  const wait = startSeconds + (numberOf(spec, "minReadySeconds") ?? 0);
  const done = recordOf(record.outputs, "status");
  const show = (ready: number, old: number, template: Values): void => {
    const now = find();
    if (!now) return;
    const total = ready + old;
    const status = {
      ...done,
      replicas: total,
      readyReplicas: total,
      availableReplicas: total,
      updatedReplicas: old > 0 ? ready : total,
    };
    const outputs: Record<string, Value> = { ...now.outputs, status };
    if (old > 0) outputs["rollout"] = { template, ready: old };
    else delete outputs["rollout"];
    cloud.keep({ ...now, outputs });
  };
  const oldTemplate = recordOf(recordOf(before.outputs, "spec"), "template");
  if (sameValue(oldTemplate, recordOf(spec, "template"))) {
    if (wanted > had) {
      show(had, 0, oldTemplate);
      await pass(wait);
    }
    show(wanted, 0, oldTemplate);
    return;
  }
  const { surge, unavailable } = bounds(spec, wanted);
  let old = had;
  let ready = 0;
  while (ready < wanted) {
    old -= Math.max(0, Math.min(old, old + ready - (wanted - unavailable)));
    show(ready, old, oldTemplate);
    const started = Math.max(1, Math.min(wanted - ready, wanted + surge - old - ready));
    await pass(wait);
    ready = Math.min(wanted, ready + started);
    show(ready, old, oldTemplate);
  }
  show(wanted, 0, oldTemplate);
}

/** How many pods more, and how many ready ones fewer than wanted there may be; a quarter each by default. */
function bounds(spec: Values, wanted: number): { readonly surge: number; readonly unavailable: number } {
  const strategy = recordOf(spec, "strategy");
  if (textOf(strategy, "type") === "Recreate") return { surge: 0, unavailable: wanted };
  const rolling = recordOf(strategy, "rollingUpdate");
  const surge = part(rolling["maxSurge"], wanted, Math.ceil);
  const unavailable = part(rolling["maxUnavailable"], wanted, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function part(value: Value | undefined, of: number, round: (number: number) => number): number {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" && value.endsWith("%") ? Number.parseFloat(value) : 25;
  return round((of * percent) / 100);
}
