import { notKnown, type Finding, type Wanted } from "./inputs";
import { patchedType } from "../patches";
import { isRecord, isUnknown, read } from "../unknown";

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
  return /^kubernetes:(?:apps|batch|core)\/[^:]+:(\w+)$/.exec(patchedType(type) ?? type)?.[1] ?? "";
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
function podOf({ type, inputs }: Wanted): Part | Finding {
  const path = podPaths[kindOf(type)] ?? "spec";
  const values = read(inputs, path);
  return isRecord(values) ? { path, values } : notKnown(path);
}

function isPart(found: Part | Finding): found is Part {
  return "path" in found;
}

/** A pod's containers, init containers among them; a finding for what is not known. */
function containersOf({ path, values }: Part): readonly (Part | Finding)[] {
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

/** What a check of pods looks at. */
interface PodCheck {
  readonly pod?: (pod: Part) => readonly Finding[];
  readonly container: (container: Part, pod: Part) => readonly Finding[];
}

/** What a check finds in the pod and in each of its containers; of a patch, in what it sets of them. */
export function inPods(wanted: Wanted, check: PodCheck): Finding[] {
  const pod = podOf(wanted);
  if (patchedType(wanted.type) === undefined) {
    return isPart(pod) ? inPod(pod, containersOf(pod), check) : [pod];
  }
  // What a pod says for its containers is looked at with them, and a patch may name none.
  const found = isPart(pod)
    ? inPod(pod, [...containersOf(pod), { path: pod.path, values: {} }], check)
    : [pod];
  return found.filter(({ property }) => isSet(wanted.inputs, property));
}

function inPod(pod: Part, containers: readonly (Part | Finding)[], check: PodCheck): Finding[] {
  return [
    ...(check.pod?.(pod) ?? []),
    ...containers.flatMap((found) => (isPart(found) ? check.container(found, pod) : [found])),
  ];
}

/** Whether something is said at a path (`containers[0].image`), or what it is in is not known. */
function isSet(values: unknown, path: string): boolean {
  const [name = "", ...rest] = path.split(/\]?[.[]|\]$/).filter((part) => part !== "");
  if (isUnknown(values) || name === "") {
    return values !== undefined && values !== null;
  }
  const inner =
    Array.isArray(values) || isRecord(values)
      ? (values as Readonly<Record<string, unknown>>)[name]
      : undefined;
  return isSet(inner, rest.join("."));
}
