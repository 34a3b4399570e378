import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { preparedOnce } from "../engine/support/standing";
import { Walk } from "../engine/support/walk";
import type { Stage } from "./mutation";
import { basicParts } from "./program/basic-parts";
import type { Part } from "./program/parts";

type Config = Readonly<Record<string, unknown>>;

/** A stack of the real program with these settings, and no others. */
export function stackStage(name: string, config: Config): Stage {
  return standingOnce(name, () => emptyWalk(config));
}

/**
 * A stack of the catalogue's own program (program/), which registers these parts.
 *
 * @param before puts into the cloud what others have made there.
 */
export function partsStage(
  name: string,
  parts: readonly Part[],
  config: Config = partsConfig,
  before?: (walk: Walk) => void,
): Stage {
  return standingOnce(name, () => {
    const walk = emptyWalk(config);
    before?.(walk);
    const program = path.join(walk.project, "index.ts");
    rmSync(program);
    writeFileSync(
      program,
      'import { registerParts } from "./tests/guard-catalogue/program";\n\nregisterParts(__dirname);\n',
    );
    setParts(walk, () => [...parts]);
    return walk;
  });
}

/** Changes what the catalogue's own program registers. */
export function setParts(walk: Walk, change: (parts: Part[]) => readonly Part[]): void {
  const file = path.join(walk.project, "parts.json");
  let now: Part[] = [];
  try {
    now = JSON.parse(readFileSync(file, "utf8")) as Part[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  writeFileSync(file, `${JSON.stringify(change(now), undefined, 2)}\n`);
}

/** Changes one part: its inputs and options are put over those that it has; `undefined` takes one out. */
export function editPart(walk: Walk, name: string, change: Partial<Part>): void {
  setParts(walk, (parts) => {
    if (!parts.some((part) => part.name === name)) throw new Error(`There is no part ${name}.`);
    return parts.map((part) =>
      part.name === name
        ? {
            ...part,
            ...change,
            ...(change.props !== undefined && { props: { ...part.props, ...change.props } }),
            ...(change.options !== undefined && { options: { ...part.options, ...change.options } }),
          }
        : part,
    );
  });
}

export function removePart(walk: Walk, ...names: string[]): void {
  setParts(walk, (parts) => parts.filter(({ name }) => !names.includes(name)));
}

const names = new Set<string>();

function standingOnce(name: string, prepare: () => Walk): Stage {
  if (names.has(name)) throw new Error(`There are two stages of the name ${name}.`);
  names.add(name);
  return {
    name,
    stand: () =>
      preparedOnce(`stage ${name}`, async () => {
        const walk = prepare();
        await walk.done("rehearse", "dev");
        return walk;
      }),
  };
}

function emptyWalk(config: Config): Walk {
  const walk = Walk.create();
  writeFileSync(path.join(walk.project, "Pulumi.dev.yaml"), stringify({ config }));
  return walk;
}

/** What every stack of the catalogue begins with. */
export const commonConfig = {
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": ["482913067251"],
  "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
  "groundwork:guard": { level: "development" },
} as const;

export const networkConfig = {
  "groundwork:network": {
    cidrBlock: "10.10.0.0/16",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    publicSubnets: ["10.10.0.0/22", "10.10.4.0/22"],
    privateSubnets: ["10.10.64.0/19", "10.10.96.0/19"],
    databaseSubnets: ["10.10.128.0/24", "10.10.129.0/24"],
    natGateways: "single",
  },
} as const;

const partsConfig: Config = { ...commonConfig };

/** What holds data of the real program, each in its plainest form. */
export const stack = stackStage("stack", {
  ...commonConfig,
  ...networkConfig,
  "groundwork:database": {
    engineVersion: "16.13",
    instanceClass: "db.t4g.medium",
    allocatedStorage: 100,
    backupRetentionDays: 14,
    allowedCidrBlocks: ["10.10.64.0/19"],
  },
  "groundwork:reports": {
    tables: {
      reports: { hashKey: { name: "hour", type: "S" }, rangeKey: { name: "ts", type: "N" } },
      sessions: { hashKey: { name: "id", type: "S" } },
    },
    bucket: {
      name: "weaveworks-dev-reports",
      lifecycle: { expireAfterDays: 365, noncurrentVersionDays: 30 },
    },
  },
  "groundwork:messaging": {
    queues: { mail: { messageRetentionSeconds: 604800 }, usage: { fifo: true } },
  },
  "groundwork:users": {},
  "groundwork:dns": {
    domain: "dev.weave.works",
    records: [{ name: "status", type: "A", values: ["192.0.2.10"] }],
  },
});

/** A dozen resources of the catalogue's own program: what its mutations change is data, so that any property of any type may. */
export const parts = partsStage("parts", basicParts);
