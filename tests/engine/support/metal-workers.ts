import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { Walk } from "./walk";

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4sBM1p9VX4hPnpCMYZrjCdcTOtVqRMrcvxVcWDbVZf";

const equinixProject = "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90";

/** The settings of a pool of three in each of the sources. */
const sources = {
  equinix: { equinix: { projectId: equinixProject, metro: "sv", plan: "c3.small.x86" } },
  ec2: { ec2: { instanceType: "m7i.metal-24xl", amiId: "ami-0a1b2c3d4e5f60718", pricePerHour: 4.8384 } },
  hosts: {
    hosts: Object.fromEntries(
      [0, 1, 2].map((slot) => [String(slot), { address: `worker-${slot}.example.net`, hostKey: publicKey }]),
    ),
  },
} as const;

const network = {
  cidrBlock: "10.10.0.0/16",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  publicSubnets: ["10.10.0.0/22", "10.10.4.0/22"],
  privateSubnets: ["10.10.64.0/19", "10.10.96.0/19"],
  databaseSubnets: ["10.10.128.0/24", "10.10.129.0/24"],
  natGateways: "none",
};

/**
 * A stack `dev` that consists of workers, in an empty rehearsal.
 *
 * @param slots default: three, 0 to 2. Hosts there are for these alone.
 */
export function workersWalk(source: keyof typeof sources, slots: readonly string[] = ["0-2"]): Walk {
  const walk = Walk.create();
  const config = {
    "aws:region": "eu-west-1",
    "aws:allowedAccountIds": ["482913067251"],
    "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
    "groundwork:guard": { level: "disposable" },
    ...(source === "ec2" && { "groundwork:network": network }),
    "groundwork:metalWorkers": {
      slots,
      source: sources[source],
      ssh: { publicKey, ...(source === "ec2" && { allowedCidrBlocks: ["198.51.100.0/24"] }) },
      docker: { version: "28.5.2" },
      steps: { tries: 1 },
      worker: {
        release: "106.0.0",
        checksums: {
          genericWorker: "a".repeat(64),
          livelog: "b".repeat(64),
          taskclusterProxy: "c".repeat(64),
        },
        rootUrl: "https://taskcluster.example.net",
        clientId: "project/worker/terraform-packet",
        workerGroup: "packet-sjc1",
        workerType: "docker-worker",
      },
    },
  };
  writeFileSync(path.join(walk.project, "Pulumi.dev.yaml"), stringify({ config }));
  return walk;
}
