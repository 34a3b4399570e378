import { notKnown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "./unknown";

type Values = Readonly<Record<string, unknown>>;

const ofTemplate = "spec.template.spec";
/** Where objects have the pods that they make, by kind. */
const podPaths: Readonly<Record<string, string>> = {
  Pod: "spec",
  PodTemplate: "template.spec",
  CronJob: "spec.jobTemplate.spec.template.spec",
  DaemonSet: ofTemplate,
  Deployment: ofTemplate,
  Job: ofTemplate,
  ReplicaSet: ofTemplate,
  ReplicationController: ofTemplate,
  StatefulSet: ofTemplate,
};

/** `Deployment` of `kubernetes:apps/v1:Deployment`, and of a patch of one. */
function kindOf(type: string): string {
  return /^kubernetes:(?:apps|batch|core)\/[^:]+:(\w+?)(?:Patch)?$/.exec(type)?.[1] ?? "";
}

/** Whether objects of a type make pods. */
export function makesPods(type: string): boolean {
  return kindOf(type) in podPaths;
}

/** A part of an object: what is in it, and its path for messages. */
export interface Part {
  readonly path: string;
  readonly values: Values;
}

/** The pod that an object makes, or that it is not known. */
export function podOf({ type, inputs }: Wanted): Part | Finding {
  const path = podPaths[kindOf(type)] ?? "spec";
  const values = read(inputs, path);
  return isRecord(values) ? { path, values } : notKnown(path);
}

export function isPart(found: Part | Finding): found is Part {
  return "path" in found;
}

/** A pod's containers, init containers among them; a finding for what is not known. */
export function containersOf({ path, values }: Part): readonly (Part | Finding)[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => {
    const found = read(values, list);
    if (found === undefined) {
      return [];
    }
    if (!Array.isArray(found)) {
      return [notKnown(`${path}.${list}`)];
    }
    return (found as readonly unknown[]).map((container, index): Part | Finding => {
      const place = `${path}.${list}[${index}]`;
      return isRecord(container) && !isUnknown(container)
        ? { path: place, values: container }
        : notKnown(place);
    });
  });
}

/** What a check finds in the pod and in each of its containers. */
export function inPods(
  wanted: Wanted,
  check: {
    readonly pod?: (pod: Part) => readonly Finding[];
    readonly container: (container: Part, pod: Part) => readonly Finding[];
  },
): Finding[] {
  const pod = podOf(wanted);
  if (!isPart(pod)) {
    return [pod];
  }
  return [
    ...(check.pod?.(pod) ?? []),
    ...containersOf(pod).flatMap((found) => (isPart(found) ? check.container(found, pod) : [found])),
  ];
}
