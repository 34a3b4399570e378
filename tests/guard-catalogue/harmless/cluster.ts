import { clusterConfig } from "../../engine/support/cluster-stack";
import type { Settings } from "../../engine/support/walk";
import type { Harmless } from "../mutation";
import { stackStage } from "../stages";
import { up } from "../ways";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const cluster = stackStage("cluster with two workloads", {
  ...clusterConfig,
  "groundwork:guard": { level: "development" },
  "groundwork:workloads": {
    frontend: {
      image: `registry.example.com/frontend@${digest("c")}`,
      port: 8080,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    },
    batch: {
      image: `registry.example.com/batch@${digest("f")}`,
      port: 8080,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    },
  },
});

function harmlessInCluster(
  name: string,
  change: (settings: Settings) => void,
  plan: Harmless["plan"],
  mayChange = false,
): Harmless {
  return {
    name,
    stage: cluster,
    change: (walk) => {
      walk.edit("dev", change);
    },
    plan,
    mayChange: () => mayChange,
    ways: [up],
  };
}

/** What is done to a cluster on any day. */
export const harmlessClusterChanges: readonly Harmless[] = [
  harmlessInCluster(
    "A workload gets another image and more replicas, and another is added",
    (settings) => {
      settings.set("workloads", ["frontend", "image"], `registry.example.com/frontend@${digest("d")}`);
      settings.set("workloads", ["frontend", "replicas"], 4);
      settings.set("workloads", ["worker"], {
        image: `registry.example.com/worker@${digest("e")}`,
        port: 8080,
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
      });
    },
    { create: 6, update: 1 },
  ),
  harmlessInCluster(
    "A workload is taken out beside another, with all that serves it",
    (settings) => settings.remove("workloads", ["batch"]),
    { delete: 6 },
  ),
  harmlessInCluster(
    "A cluster goes up by a minor version, and its nodes may be more",
    (settings) => {
      settings.set("cluster", ["version"], "1.35");
      settings.set("cluster", ["nodeGroups", "main", "maxSize"], 6);
    },
    // The versions of its add-ons are kept by the cluster's.
    { create: 6, update: 4, delete: 6 },
    true,
  ),
];
