import { createRequire } from "node:module";
import { nameOf } from "../plan";
import { timeStamp } from "../../backend/layout";
import type * as dynamodb from "./copy-dynamodb";
import type * as ebs from "./copy-ebs";
import type * as rds from "./copy-rds";
import type { CopyMaker } from "./copy";

const load = createRequire(__filename);

/** How a copy of each type is kept, where groundwork can take one by itself. Clients are loaded when they are needed. */
const makers: Readonly<Record<string, () => CopyMaker>> = {
  "aws:rds/instance:Instance": () => (load("./copy-rds") as typeof rds).instanceSnapshots,
  "aws:rds/cluster:Cluster": () => (load("./copy-rds") as typeof rds).clusterSnapshots,
  "aws:dynamodb/table:Table": () => (load("./copy-dynamodb") as typeof dynamodb).tableBackups,
  "aws:ebs/volume:Volume": () => (load("./copy-ebs") as typeof ebs).volumeSnapshots,
};

export function copyMakerOf(type: string): CopyMaker | undefined {
  return makers[type]?.();
}

/** DynamoDB's limit on names of backups, and RDS's on those of snapshots. */
const longest = 255;

/**
 * `groundwork-dev-users-20261121t184500123z`: as RDS demands it of a snapshot, letters, digits and hyphens, none of them
 * twice in a row, the first a letter; that is right for the others too.
 */
export function copyName(stack: string, urn: string, now: Date): string {
  const time = timeStamp(now).toLowerCase();
  const words = `groundwork-${stack}-${nameOf(urn)}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longest - time.length - 1)
    .replace(/-+$/, "");
  return `${words}-${time}`;
}
