import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { preparedOnce } from "./standing";
import { Walk } from "./walk";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** The name that the program gives the cluster of the stack dev. */
export const clusterName = "groundwork-dev-cluster";

/** What every stack with a cluster begins with: no data, so that everything may come and go. */
export const clusterConfig = {
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": ["482913067251"],
  "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
  "groundwork:guard": { level: "disposable" },
  "groundwork:network": {
    cidrBlock: "10.10.0.0/16",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    publicSubnets: ["10.10.0.0/22", "10.10.4.0/22"],
    privateSubnets: ["10.10.64.0/19", "10.10.96.0/19"],
    databaseSubnets: ["10.10.128.0/24", "10.10.129.0/24"],
    natGateways: "single",
  },
  "groundwork:cluster": {
    version: "1.34",
    apiAccess: { publicCidrBlocks: ["198.51.100.0/24"] },
    accessEntries: {
      engineer: { principalArn: "arn:aws:iam::482913067251:role/engineer", policy: "clusterAdmin" },
    },
    nodeGroups: { main: { instanceTypes: ["m7g.large"], minSize: 2, desiredSize: 2, maxSize: 4 } },
  },
};

/** A walk whose stack `dev` is this and nothing else, not yet stood up. */
export function walkOf(config: Readonly<Record<string, unknown>>): Walk {
  const walk = Walk.create();
  writeFileSync(path.join(walk.project, "Pulumi.dev.yaml"), stringify({ config }));
  return walk;
}

/** With a frontend, its load balancer and its name. */
const config = {
  ...clusterConfig,
  "groundwork:cluster": {
    ...clusterConfig["groundwork:cluster"],
    smoke: {
      pauseSeconds: 10,
      images: {
        v1: `registry.example.com/hello-app:1.0@${digest("a")}`,
        v2: `registry.example.com/hello-app:2.0@${digest("b")}`,
      },
    },
  },
  "groundwork:workloads": {
    frontend: {
      image: `registry.example.com/frontend@${digest("c")}`,
      port: 8080,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
      loadBalancer: { type: "network" },
    },
  },
  "groundwork:dns": { domain: "dev.example.com", aliases: { frontend: "frontend" } },
};

/** A walk on which such a stack stands, each caller's own; it is stood up once. */
export async function standingCluster(): Promise<Walk> {
  const base = await preparedOnce("standing cluster", async () => {
    const walk = walkOf(config);
    await walk.done("rehearse", "dev");
    return walk;
  });
  return base.copy();
}
