import type { Draft, Entries, Entry } from "../../../interpreter/entry";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  textOf,
  type Value,
  type Values,
} from "../../../interpreter/values";

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

const workload: Entry = { outputs: ready, updated: ready, seconds: { create: 10, update: 20, delete: 5 } };

/** The region in an EKS cluster's address; what else the cluster may be has none. */
function regionOf(cluster: string): string {
  return /\.([a-z]{2}-[a-z-]+-\d)\.eks\./.exec(cluster)?.[1] ?? "eu-west-1";
}

function service(draft: Draft): Values {
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
    status: { loadBalancer: type === "LoadBalancer" ? balancer(draft) : {} },
  };
}

/** A load balancer keeps its name for as long as the service is one. */
function balancer({ outputs, random, place }: Draft): Values {
  const had = recordOf(recordOf(outputs, "status"), "loadBalancer");
  if (had["ingress"] !== undefined) return had;
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

export const entries: Entries = {
  "kubernetes:apps/v1:Deployment": workload,
  "kubernetes:apps/v1:StatefulSet": workload,
  "kubernetes:apps/v1:ReplicaSet": workload,
  "kubernetes:apps/v1:DaemonSet": {
    outputs: () => ({
      status: { currentNumberScheduled: 1, desiredNumberScheduled: 1, numberReady: 1, numberAvailable: 1 },
    }),
    seconds: { create: 10, update: 20, delete: 5 },
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
    seconds: { create: 15, delete: 2 },
  },
  "kubernetes:core/v1:Pod": { outputs: phase("Running"), seconds: { create: 5, delete: 5 } },
  "kubernetes:core/v1:PersistentVolumeClaim": { outputs: phase("Bound"), seconds: { create: 5, delete: 5 } },
  "kubernetes:core/v1:Namespace": {
    outputs: phase("Active"),
    // With everything in it, whoever made that.
    afterDelete: ({ id }, cloud) => {
      for (const object of cloud.inPlace())
        if (object.id.startsWith(`${id}/`)) cloud.remove(object.type, object.id);
    },
    seconds: { create: 1, delete: 10 },
  },
  "kubernetes:core/v1:Secret": { outputs: secretData, updated: secretData, secret: ["data", "stringData"] },
  "kubernetes:core/v1:Service": {
    outputs: service,
    updated: service,
    seconds: { create: 10, update: 2, delete: 10 },
  },
  "kubernetes:networking.k8s.io/v1:Ingress": {
    outputs: ingress,
    seconds: { create: 30, update: 2, delete: 10 },
  },
};
