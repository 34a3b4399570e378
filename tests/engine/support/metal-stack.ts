import type { Walk } from "./walk";

/** Everything of a whole stack but the network, and little but the level. */
const others = [
  "database",
  "reports",
  "messaging",
  "users",
  "cluster",
  "workloads",
  "mail",
  "dns",
  "staticServices",
  "state",
] as const;

export const PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4sBM1p9VX4hPnpCMYZrjCdcTOtVqRMrcvxVcWDbVZf";

/** The three sources, each for any slots. */
export const sources = {
  hosts: (...slots: readonly number[]) => ({
    hosts: Object.fromEntries(
      slots.map((slot) => [String(slot), { address: `worker-${slot}.example.net`, hostKey: PUBLIC_KEY }]),
    ),
  }),
  ec2: () => ({ ec2: { instanceType: "m7i.metal-24xl", amiId: "ami-0a1b2c3d4e5f60718" } }),
  equinix: () => ({
    equinix: { projectId: "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90", metro: "sv", plan: "c3.small.x86" },
  }),
} as const;

/** A section of workers, as short as it can be. */
export function metalSection(
  slots: readonly (number | string)[],
  source: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    slots,
    source,
    ...(!("hosts" in source) && {
      ssh: {
        publicKey: PUBLIC_KEY,
        ...("ec2" in source && { allowedCidrBlocks: ["203.0.113.0/24"] }),
      },
    }),
    docker: { version: "28.5.2" },
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
  };
}

/** Of stack dev only the network, and workers. */
export function onlyMetalWorkers(walk: Walk, section: Record<string, unknown>): void {
  walk.edit("dev", (settings) => {
    for (const other of others) {
      settings.remove(other);
    }
    settings.set("metalWorkers", [], section);
  });
}
