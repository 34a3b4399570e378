import type { Mutation } from "../mutation";
import { settingsChange } from "../settings-change";
import { commonConfig, networkConfig, stackStage } from "../stages";
import { refusedByTheGate, refusedEverywhere } from "../ways";

const digest = `sha256:${"c".repeat(64)}`;

const clusters = stackStage("cluster", {
  ...commonConfig,
  ...networkConfig,
  "groundwork:cluster": {
    version: "1.34",
    apiAccess: { publicCidrBlocks: ["198.51.100.0/24"] },
    accessEntries: {
      engineer: { principalArn: "arn:aws:iam::482913067251:role/engineer", policy: "clusterAdmin" },
    },
    nodeGroups: { main: { instanceTypes: ["m7g.large"], minSize: 2, desiredSize: 2, maxSize: 4 } },
  },
  "groundwork:workloads": {
    frontend: {
      image: `registry.example.com/frontend@${digest}`,
      port: 8080,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    },
  },
});

const cluster = { type: "aws:eks/cluster:Cluster", name: "cluster", id: "groundwork-dev-cluster" };

/** A cluster is the objects in it, its claims' volumes and the key of its secrets. */
export const clusterMutations: readonly Mutation[] = [
  settingsChange(
    "The sections cluster and workloads are taken out",
    (settings) => {
      settings.remove("workloads");
      settings.remove("cluster");
    },
    refusedEverywhere(
      { rule: "deletes-data", ...cluster },
      { rule: "deletes-data", type: "aws:kms/key:Key", name: "cluster-secrets" },
    ),
    { stage: clusters },
  ),
  settingsChange(
    "The section workloads is taken out, and with it the namespace that may hold claims",
    (settings) => {
      settings.remove("workloads");
    },
    refusedEverywhere({ rule: "deletes-data", type: "kubernetes:core/v1:Namespace" }),
    { stage: clusters },
  ),
  settingsChange(
    "The cluster goes down by a version",
    (settings) => {
      settings.set("cluster", ["version"], "1.33");
    },
    refusedEverywhere({ rule: ["downgrades-kubernetes", "replaces-data"], ...cluster }),
    { stage: clusters },
  ),
  settingsChange(
    "The VPC under the cluster gets another block of addresses",
    (settings) => {
      settings.set("network", [], {
        cidrBlock: "10.30.0.0/16",
        availabilityZones: ["eu-west-1a", "eu-west-1b"],
        publicSubnets: ["10.30.0.0/22", "10.30.4.0/22"],
        privateSubnets: ["10.30.64.0/19", "10.30.96.0/19"],
        databaseSubnets: [],
        natGateways: "single",
      });
    },
    // Plain pulumi begins with it, and EKS ends that: no cluster goes to another VPC.
    refusedByTheGate({ rule: "moves-network", type: "aws:ec2/vpc:Vpc", name: "network" }).map((attempt) =>
      attempt.way.through === "gate"
        ? attempt
        : { ...attempt, mayChange: ({ type }: { readonly type: string }) => type === cluster.type },
    ),
    { stage: clusters },
  ),
];
