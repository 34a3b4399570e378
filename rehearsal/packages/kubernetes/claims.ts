import type { CloudRecord } from "../../cloud/store";
import type { CloudHands } from "../../interpreter/entry";
import type { Random } from "../../interpreter/random";
import { recordOf, textOf, type Values } from "../../interpreter/values";
import { claimType, metadataOf, placeOf, specOf } from "./objects";

// Which claims pods have: those that their template names, and those that a stateful set makes for each.

/** The claims that a stateful set makes for its pods; they outlive it unless it says otherwise. */
export function claimsOfSet(set: CloudRecord, cloud: CloudHands, random: Random): void {
  const { namespace, name } = placeOf(set.id);
  const spec = specOf(set);
  const replicas = typeof spec["replicas"] === "number" ? spec["replicas"] : 1;
  for (const template of templatesOf(spec)) {
    for (let index = 0; index < replicas; index++) {
      const own = `${textOf(metadataOf(template), "name")}-${name}-${String(index)}`;
      if (cloud.find(claimType, `${namespace}/${own}`)) continue;
      const metadata = { namespace, name: own, uid: random.uuid() };
      const inputs = { metadata, spec: recordOf(template, "spec"), status: { phase: "Pending" } };
      cloud.put({ type: claimType, id: `${namespace}/${own}`, inputs });
    }
  }
}

function templatesOf(spec: Values): readonly Values[] {
  const templates = spec["volumeClaimTemplates"];
  return Array.isArray(templates) ? (templates as readonly Values[]) : [];
}

/** Names of the claims that the pods of an object mount. */
export function claimNames(owner: CloudRecord, template: Values): readonly string[] {
  const volumes = recordOf(template, "spec")["volumes"];
  const named = (Array.isArray(volumes) ? (volumes as readonly Values[]) : [])
    .map((volume) => textOf(recordOf(volume, "persistentVolumeClaim"), "claimName"))
    .filter((name) => name !== "");
  const spec = specOf(owner);
  const replicas = typeof spec["replicas"] === "number" ? spec["replicas"] : 1;
  const own = templatesOf(spec).flatMap((claim) =>
    Array.from(
      { length: replicas },
      (_, index) => `${textOf(metadataOf(claim), "name")}-${placeOf(owner.id).name}-${String(index)}`,
    ),
  );
  return [...named, ...own];
}
