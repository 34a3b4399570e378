import type { CloudView, Draft, Entries, Entry } from "../../../interpreter/entry";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  textOf,
  type Value,
  type Values,
} from "../../../interpreter/values";
import {
  asRecord,
  claim,
  grow,
  isOnEks,
  letGo,
  onEachNode,
  release,
  runOnce,
  runPods,
  serve,
} from "../../../packages/kubernetes/lifecycle";
import { claimResizes } from "../../../packages/kubernetes/volumes";
import { rollOut } from "../../../packages/kubernetes/rollout";

function condition(type: string, reason: string, now: string): Values {
  return { type, status: "True", reason, lastTransitionTime: now, lastUpdateTime: now };
}

/** All replicas there, ready and of the newest template. */
function ready(draft: Draft): Values {
  const wanted = recordOf(draft.inputs, "spec");
  const replicas = numberOf(wanted, "replicas") ?? 1;
  return {
    spec: { ...wanted, replicas },
    status: {
      observedGeneration: 1,
      replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      updatedReplicas: replicas,
      conditions: [
        condition("Available", "MinimumReplicasAvailable", draft.now),
        condition("Progressing", "NewReplicaSetAvailable", draft.now),
      ],
    },
  };
}

const workload: Entry = {
  outputs: ready,
  updated: ready,
  notLive: runPods(ready),
};

/** The region in a cluster's address; most have none. */
function regionOf(cluster: string): string {
  return /\.([a-z]{2}-[a-z-]+-\d)\./.exec(cluster)?.[1] ?? "eu-west-1";
}

function service(draft: Draft, cloud: CloudView): Values {
  const wanted = recordOf(draft.inputs, "spec");
  const type = textOf(wanted, "type") || "ClusterIP";
  const had = recordOf(draft.outputs, "spec");
  const clusterIP =
    textOf(wanted, "clusterIP") ||
    textOf(had, "clusterIP") ||
    `172.20.${String(draft.random.int(250))}.${String(2 + draft.random.int(250))}`;
  const ports = listOf(wanted, "ports")
    .filter(isRecord)
    .map((port): Value => ({
      protocol: "TCP",
      targetPort: port["port"] ?? 0,
      ...(type !== "ClusterIP" && { nodePort: 30_000 + draft.random.int(2_767) }),
      ...port,
    }));
  return {
    spec: {
      ...wanted,
      type,
      clusterIP,
      clusterIPs: [clusterIP],
      ports,
      sessionAffinity: textOf(wanted, "sessionAffinity") || "None",
    },
    status: { loadBalancer: type === "LoadBalancer" ? balancer(draft, cloud) : {} },
  };
}

/** A load balancer keeps its name for as long as the service is one. In EKS the cluster's controller makes it. */
function balancer(draft: Draft, cloud: CloudView): Values {
  const { outputs, random, place } = draft;
  const had = recordOf(recordOf(outputs, "status"), "loadBalancer");
  if (had["ingress"] !== undefined) return had;
  if (isOnEks(draft, cloud)) return {};
  return {
    ingress: [
      {
        hostname: `a${random.hex(31)}-${String(random.int(2_000_000_000))}.${regionOf(place.account)}.elb.amazonaws.com`,
      },
    ],
  };
}

function ingress({ outputs, random, place }: Draft): Values {
  if (recordOf(outputs, "status")["loadBalancer"] !== undefined) return {};
  return {
    status: {
      loadBalancer: {
        ingress: [
          {
            hostname: `k8s-${random.hex(10)}-${String(random.int(2_000_000_000))}.${regionOf(place.account)}.elb.amazonaws.com`,
          },
        ],
      },
    },
  };
}

/** The API takes plain text too, and keeps it encoded. */
function secretData({ inputs }: Draft): Values {
  const plain = recordOf(inputs, "stringData");
  const encoded: Record<string, string> = {};
  for (const name of Object.keys(plain)) encoded[name] = Buffer.from(textOf(plain, name)).toString("base64");
  return { data: { ...recordOf(inputs, "data"), ...encoded }, type: textOf(inputs, "type") || "Opaque" };
}

function phase(name: string): Entry["outputs"] {
  return () => ({ status: { phase: name } });
}

function daemons(draft: Draft, cloud: CloudView): Values {
  const nodes = onEachNode(draft, cloud);
  return {
    status: {
      currentNumberScheduled: nodes,
      desiredNumberScheduled: nodes,
      numberReady: nodes,
      numberAvailable: nodes,
    },
  };
}

/** What stands outside the cluster for an object goes with it. */
const releases: Entry["afterDelete"] = (draft, cloud) => {
  release(asRecord(draft), draft.place.account, cloud);
};

export const entries: Entries = {
  // How long an update takes is up to its own settings.
  "kubernetes:apps/v1:Deployment": { ...workload, meanwhile: rollOut, playsUpdate: true },
  "kubernetes:apps/v1:StatefulSet": { ...workload, afterDelete: releases },
  "kubernetes:apps/v1:ReplicaSet": workload,
  "kubernetes:apps/v1:DaemonSet": {
    outputs: daemons,
    updated: daemons,
  },
  "kubernetes:batch/v1:Job": {
    outputs: ({ now }) => ({
      status: {
        succeeded: 1,
        startTime: now,
        completionTime: now,
        conditions: [condition("Complete", "CompletionsReached", now)],
      },
    }),
    notLive: runOnce({}),
  },
  "kubernetes:core/v1:Pod": {
    outputs: phase("Running"),
    notLive: runOnce({ phase: "Running" }),
  },
  "kubernetes:core/v1:PersistentVolumeClaim": {
    outputs: (draft, cloud) => ({ status: { phase: isOnEks(draft, cloud) ? "Pending" : "Bound" } }),
    // What it is bound to it stays bound to.
    updated: ({ inputs, outputs }) => ({
      spec: { ...recordOf(outputs, "spec"), ...recordOf(inputs, "spec") },
      status: recordOf(outputs, "status"),
    }),
    refuseUpdate: [claimResizes],
    afterUpdate: grow,
    notLive: claim,
    afterDelete: releases,
  },
  "kubernetes:core/v1:Namespace": {
    outputs: phase("Active"),
    // With everything in it, whoever made that, and what stands outside for it.
    afterDelete: ({ id, place }, cloud) => {
      for (const object of cloud.inPlace()) {
        if (!object.id.startsWith(`${id}/`)) continue;
        cloud.drop(object);
        release(object, place.account, cloud);
      }
    },
  },
  "kubernetes:core/v1:Secret": { outputs: secretData, updated: secretData, secret: ["data", "stringData"] },
  "kubernetes:core/v1:Service": {
    outputs: service,
    updated: service,
    afterUpdate: letGo,
    afterDelete: releases,
    notLive: serve,
  },
  "kubernetes:networking.k8s.io/v1:Ingress": {
    outputs: ingress,
  },
};
