import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, CloudView, Draft } from "../../interpreter/entry";
import type { Random } from "../../interpreter/random";
import { numberOf, recordOf, textOf, type Values } from "../../interpreter/values";
import { claimNames, claimsOfSet } from "./claims";
import { eksCluster, nodeCount, nodeSubnets, type EksCluster } from "./eks";
import { ensureLoadBalancer, hostOf, releaseLoadBalancer } from "./load-balancers";
import { claimType, placeOf, serviceType, specOf } from "./objects";
import { podsBehind, templateOf } from "./pods";
import { unschedulable } from "./scheduling";
import { bindClaim, growVolume, isBound, releaseClaim } from "./volumes";

// What the controllers of an EKS cluster do, and what the Pulumi provider says of objects that do not become live
// (its provider/pkg/await). Of other clusters nothing is known: there everything is live at once.

const setType = "kubernetes:apps/v1:StatefulSet";

function timedOut({ id }: Draft): string {
  return `'${placeOf(id).name}' timed out waiting to be Ready`;
}

/** A status in which no pod is ready. */
function withoutPods(status: Values): Values {
  const ready = { readyReplicas: 0, availableReplicas: 0 };
  return {
    ...status,
    ...ready,
    conditions: [
      {
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      },
    ],
  };
}

/** Why the pods of an object cannot run; what they wait for (volumes) is made on the way. */
function obstacles(
  record: CloudRecord,
  cluster: EksCluster,
  cloud: CloudHands,
  random: Random,
): readonly string[] {
  if (nodeSubnets(cluster, cloud).length === 0)
    return ["[Unschedulable] no nodes available to schedule pods"];
  const unfit = unschedulable(record, cluster, cloud);
  if (unfit !== undefined) return [unfit];
  const { namespace } = placeOf(record.id);
  const names = claimNames(record, templateOf(record));
  const claims = names.map((name) => cloud.find(claimType, `${namespace}/${name}`));
  const missing = names.filter((_, index) => claims[index] === undefined);
  if (missing.length > 0)
    return missing.map((name) => `[Unschedulable] persistentvolumeclaim "${name}" not found`);
  const unbound = claims
    .filter((claim): claim is CloudRecord => claim !== undefined)
    .map((claim) => ({ claim, problem: bindClaim(claim, true, cluster, cloud, random) }))
    .filter(({ problem }) => problem !== undefined);
  if (unbound.length === 0) return [];
  const failed = unbound.map(({ claim }) => placeOf(claim.id).name).join(",");
  return [
    `Failed to bind PersistentVolumeClaim(s): "${failed}"`,
    ...unbound.map(({ problem }) => problem?.problem ?? ""),
  ];
}

/** Runs an object's pods if they can run, and says what is in their way. */
export function runPods(
  live: (draft: Draft) => Values,
): (draft: Draft, cloud: CloudHands) => readonly string[] {
  return (draft, cloud) => {
    const cluster = eksCluster(draft.place.account, cloud);
    const record = cloud.find(draft.type, draft.id);
    if (!cluster || !record) return [];
    if (record.type === setType) claimsOfSet(record, cloud, draft.random);
    const reasons = obstacles(record, cluster, cloud, draft.random);
    const whole = recordOf(live(draft), "status");
    const wanted = numberOf(specOf(record), "replicas") ?? 1;
    if (reasons.length === 0 || wanted === 0) {
      cloud.keep({ ...record, outputs: { ...record.outputs, status: whole } });
      return [];
    }
    cloud.keep({ ...record, outputs: { ...record.outputs, status: withoutPods(whole) } });
    return [
      timedOut(draft),
      "[MinimumReplicasUnavailable] Deployment does not have minimum availability.",
      "Minimum number of live Pods was not attained",
      ...reasons,
    ];
  };
}

/** Pods and jobs: they run where there is a node, and their volumes. */
export function runOnce(running: Values): (draft: Draft, cloud: CloudHands) => readonly string[] {
  return (draft, cloud) => {
    const cluster = eksCluster(draft.place.account, cloud);
    const record = cloud.find(draft.type, draft.id);
    if (!cluster || !record) return [];
    const reasons = obstacles(record, cluster, cloud, draft.random);
    const status = reasons.length === 0 ? running : { phase: "Pending" };
    cloud.keep({
      ...record,
      outputs: { ...record.outputs, status: { ...recordOf(record.outputs, "status"), ...status } },
    });
    return reasons.length === 0 ? [] : [timedOut(draft), ...reasons];
  };
}

/** How many pods a daemon set has: one a node. */
export function onEachNode(draft: Draft, cloud: CloudView): number {
  const cluster = eksCluster(draft.place.account, cloud);
  return cluster ? nodeCount(cluster, cloud) : 1;
}

/** Whether a service's load balancer is made by the cluster's own controller, in AWS. */
export function isOnEks(draft: Draft, cloud: CloudView): boolean {
  return eksCluster(draft.place.account, cloud) !== undefined;
}

/** A service is live when pods stand behind it and it has its load balancer. */
export function serve(draft: Draft, cloud: CloudHands): readonly string[] {
  const cluster = eksCluster(draft.place.account, cloud);
  const record = cloud.find(draft.type, draft.id);
  if (!cluster || !record) return [];
  const spec = specOf(record);
  const reasons: string[] = [];
  const headless = textOf(spec, "clusterIP") === "None" || textOf(spec, "type") === "ExternalName";
  const selects = Object.keys(recordOf(spec, "selector")).length > 0;
  if (!headless && selects && podsBehind(record, cloud).length === 0) {
    reasons.push(
      "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
    );
  }
  if (textOf(spec, "type") === "LoadBalancer") {
    const made = ensureLoadBalancer(record, cluster, cloud, draft.random);
    if ("host" in made && made.host !== hostOf(record)) {
      const status = { loadBalancer: { ingress: [{ hostname: made.host }] } };
      cloud.keep({ ...record, outputs: { ...record.outputs, status } });
    }
    if ("problem" in made && hostOf(record) === "") {
      reasons.push("Service was not allocated an IP address; does your cloud provider support this?");
      if (made.problem !== "")
        reasons.push(
          `[SyncLoadBalancerFailed] Error syncing load balancer: failed to ensure load balancer: ${made.problem}`,
        );
    }
  }
  return reasons.length === 0 ? [] : [timedOut(draft), ...reasons];
}

/** A claim is live when it is bound; one that waits for its first pod is left to that. */
export function claim(draft: Draft, cloud: CloudHands): readonly string[] {
  const cluster = eksCluster(draft.place.account, cloud);
  const record = cloud.find(draft.type, draft.id);
  if (!cluster || !record || isBound(record)) return [];
  const pending = bindClaim(record, false, cluster, cloud, draft.random);
  if (!pending || pending.waitsForPod) return [];
  return [timedOut(draft), pending.problem];
}

/** A claim that wants more has it when this returns. */
export function grow(draft: Draft, cloud: CloudHands): void {
  const cluster = eksCluster(draft.place.account, cloud);
  if (cluster) growVolume(asRecord(draft), cluster, cloud);
}

/** What the controllers take away when an object is gone. */
export function release(record: CloudRecord, host: string, cloud: CloudHands): void {
  const cluster = eksCluster(host, cloud);
  if (!cluster) return;
  if (record.type === serviceType && textOf(specOf(record), "type") === "LoadBalancer")
    releaseLoadBalancer(record, cluster, cloud);
  if (record.type === claimType) releaseClaim(record, cluster, cloud);
  if (record.type === setType) releaseSet(record, host, cloud);
}

function releaseSet(set: CloudRecord, host: string, cloud: CloudHands): void {
  if (textOf(recordOf(specOf(set), "persistentVolumeClaimRetentionPolicy"), "whenDeleted") !== "Delete")
    return;
  const { namespace } = placeOf(set.id);
  for (const name of claimNames(set, {})) {
    const found = cloud.find(claimType, `${namespace}/${name}`);
    if (!found) continue;
    cloud.drop(found);
    release(found, host, cloud);
  }
}

/** A draft that is about to go, as the record it was. */
export function asRecord(draft: Draft): CloudRecord {
  const { type, id, name, inputs, outputs, place } = draft;
  return { package: "kubernetes", type, id, name, inputs, outputs, createdAt: "", scope: place.account };
}

/** A service that is no load balancer any more lets go of the one it had. */
export function letGo(draft: Draft, cloud: CloudHands): void {
  const cluster = eksCluster(draft.place.account, cloud);
  if (cluster && textOf(recordOf(draft.outputs, "spec"), "type") !== "LoadBalancer")
    releaseLoadBalancer(asRecord(draft), cluster, cloud);
}
