import { createHash } from "node:crypto";
import type { CloudRecord } from "../../cloud/store";
import type { CloudView } from "../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../../interpreter/values";
import { metadataOf, placeOf, specOf, uidOf } from "./objects";

/** A pod that is ready. */
export interface Pod {
  readonly name: string;
  /** Of its first container. */
  readonly image: string;
}

const owners = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:apps/v1:ReplicaSet",
  "kubernetes:apps/v1:DaemonSet",
];
const podType = "kubernetes:core/v1:Pod";

/** What a pod of this object is made from. */
export function templateOf(record: CloudRecord): Values {
  return record.type === podType ? record.outputs : recordOf(specOf(record), "template");
}

/** The ready pods of one object: of the new template and, while it is rolled out, of the old. */
function podsOf(record: CloudRecord): readonly Pod[] {
  const status = recordOf(record.outputs, "status");
  if (record.type === podType) {
    const name = placeOf(record.id).name;
    return textOf(status, "phase") === "Running" ? [{ name, image: imageOf(templateOf(record)) }] : [];
  }
  const ready = numberOf(status, "readyReplicas") ?? numberOf(status, "numberReady") ?? 0;
  const rollout = recordOf(record.outputs, "rollout");
  const old = numberOf(rollout, "ready") ?? 0;
  return [
    ...podsFrom(record, templateOf(record), ready - old),
    ...podsFrom(record, recordOf(rollout, "template"), old),
  ];
}

function podsFrom(record: CloudRecord, template: Values, count: number): readonly Pod[] {
  const { name } = placeOf(record.id);
  const hash = digest(JSON.stringify(template), 10);
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    name: `${name}-${hash}-${digest(`${uidOf(record)} ${hash} ${String(index)}`, 5)}`,
    image: imageOf(template),
  }));
}

function imageOf(template: Values): string {
  const [first] = listOf(recordOf(template, "spec"), "containers").filter(isRecord);
  return textOf(first ?? {}, "image");
}

/** Letters and digits without vowels, as Kubernetes draws its suffixes. */
function digest(text: string, length: number): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  const bytes = createHash("sha256").update(text).digest();
  return [...bytes.subarray(0, length)].map((byte) => letters[byte % letters.length]).join("");
}

/** The ready pods that a service sends its traffic to. */
export function podsBehind(service: CloudRecord, cloud: Pick<CloudView, "ofType">): readonly Pod[] {
  const selector = Object.entries(recordOf(specOf(service), "selector"));
  if (selector.length === 0) return [];
  const { namespace } = placeOf(service.id);
  return [...owners, podType]
    .flatMap((type) => cloud.ofType(type))
    .filter((record) => {
      const labels = recordOf(metadataOf(templateOf(record)), "labels");
      return (
        placeOf(record.id).namespace === namespace &&
        selector.every(([name, value]) => labels[name] === value)
      );
    })
    .flatMap(podsOf);
}
