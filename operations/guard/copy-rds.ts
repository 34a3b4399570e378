import type * as rdsModule from "@aws-sdk/client-rds";
import type { DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot, RDSClient } from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { CopyError, differences, isError, textOf, untilThere, type CopyMaker, type CopyOrder } from "./copy";
import type { KeptCopy } from "./ledger-record";

const load = createRequire(__filename);

function rds(): typeof rdsModule {
  return load("@aws-sdk/client-rds") as typeof rdsModule;
}

/** RDS takes snapshots in these states alone. */
const snapshotStates: readonly (string | undefined)[] = ["available", "storage-optimization"];

/**
 * Manual snapshots of database instances: kept until somebody deletes them, under the key of the instance.
 *
 * Permissions: rds:DescribeDBInstances, rds:CreateDBSnapshot, rds:DescribeDBSnapshots, rds:AddTagsToResource; for an
 * encrypted one also the use of its KMS key (kms:CreateGrant, kms:DescribeKey).
 */
export const instanceSnapshots: CopyMaker = {
  async take(order) {
    const client = new (rds().RDSClient)(order.config);
    try {
      const instance = await readyInstance(client, order);
      order.say(`  RDS snapshot ${order.name} of ${instance.DBInstanceIdentifier ?? ""} is being taken`);
      await client.send(
        new (rds().CreateDBSnapshotCommand)({
          DBInstanceIdentifier: instance.DBInstanceIdentifier,
          DBSnapshotIdentifier: order.name,
          Tags: tagList(order),
        }),
      );
      const snapshot = await untilThere(order, `snapshot ${order.name}`, async () => {
        const found = await instanceSnapshot(client, order.name);
        return isAvailable(found?.Status, order.name) ? found : undefined;
      });
      const wrong = differences({
        engine: [instance.Engine, snapshot.Engine],
        "allocated storage": [instance.AllocatedStorage, snapshot.AllocatedStorage],
        "KMS key": [instance.KmsKeyId, snapshot.KmsKeyId],
        "DB instance": [instance.DBInstanceIdentifier, snapshot.DBInstanceIdentifier],
      });
      requireSame(wrong, order.name);
      return kept("RDS snapshot", order.name, snapshot);
    } finally {
      client.destroy();
    }
  },
  async flaw(config, { id }) {
    const client = new (rds().RDSClient)(config);
    try {
      return flawOf(id, (await instanceSnapshot(client, id))?.Status);
    } finally {
      client.destroy();
    }
  },
};

/**
 * Manual snapshots of database clusters (Aurora, Multi-AZ).
 *
 * Permissions: rds:DescribeDBClusters, rds:CreateDBClusterSnapshot, rds:DescribeDBClusterSnapshots,
 * rds:AddTagsToResource; for an encrypted one also the use of its KMS key (kms:CreateGrant, kms:DescribeKey).
 */
export const clusterSnapshots: CopyMaker = {
  async take(order) {
    const client = new (rds().RDSClient)(order.config);
    try {
      const cluster = await readyCluster(client, order);
      order.say(
        `  RDS cluster snapshot ${order.name} of ${cluster.DBClusterIdentifier ?? ""} is being taken`,
      );
      await client.send(
        new (rds().CreateDBClusterSnapshotCommand)({
          DBClusterIdentifier: cluster.DBClusterIdentifier,
          DBClusterSnapshotIdentifier: order.name,
          Tags: tagList(order),
        }),
      );
      const snapshot = await untilThere(order, `snapshot ${order.name}`, async () => {
        const found = await clusterSnapshot(client, order.name);
        return isAvailable(found?.Status, order.name) ? found : undefined;
      });
      const wrong = differences({
        engine: [cluster.Engine, snapshot.Engine],
        "KMS key": [cluster.KmsKeyId, snapshot.KmsKeyId],
        "DB cluster": [cluster.DBClusterIdentifier, snapshot.DBClusterIdentifier],
        // Aurora's storage grows by itself, and its numbers mean nothing.
        ...(cluster.Engine?.startsWith("aurora") !== true && {
          "allocated storage": [cluster.AllocatedStorage, snapshot.AllocatedStorage],
        }),
      });
      requireSame(wrong, order.name);
      return kept("RDS cluster snapshot", order.name, snapshot);
    } finally {
      client.destroy();
    }
  },
  async flaw(config, { id }) {
    const client = new (rds().RDSClient)(config);
    try {
      return flawOf(id, (await clusterSnapshot(client, id))?.Status);
    } finally {
      client.destroy();
    }
  },
};

/** The instance of the state, by its resource id too: another may have come to bear its name. */
async function readyInstance(client: RDSClient, order: CopyOrder): Promise<DBInstance> {
  const name = textOf(order.resource, "identifier");
  const own = textOf(order.resource, "resourceId");
  return untilThere(order, `${name} to be available`, async () => {
    const { DBInstances: [found] = [] } = await client.send(
      new (rds().DescribeDBInstancesCommand)({ DBInstanceIdentifier: name }),
    );
    if (own !== "" && found?.DbiResourceId !== own) {
      throw new CopyError(
        `${name} is ${found?.DbiResourceId ?? "nothing"} in the cloud, and ${own} in the state.`,
      );
    }
    return snapshotStates.includes(found?.DBInstanceStatus) ? found : undefined;
  });
}

async function readyCluster(client: RDSClient, order: CopyOrder): Promise<DBCluster> {
  const name = textOf(order.resource, "clusterIdentifier");
  const own = textOf(order.resource, "clusterResourceId");
  return untilThere(order, `${name} to be available`, async () => {
    const { DBClusters: [found] = [] } = await client.send(
      new (rds().DescribeDBClustersCommand)({ DBClusterIdentifier: name }),
    );
    if (own !== "" && found?.DbClusterResourceId !== own) {
      throw new CopyError(
        `${name} is ${found?.DbClusterResourceId ?? "nothing"} in the cloud, and ${own} in the state.`,
      );
    }
    return found?.Status === "available" ? found : undefined;
  });
}

async function instanceSnapshot(client: RDSClient, name: string): Promise<DBSnapshot | undefined> {
  try {
    const { DBSnapshots: [found] = [] } = await client.send(
      new (rds().DescribeDBSnapshotsCommand)({ DBSnapshotIdentifier: name }),
    );
    return found;
  } catch (error) {
    if (isError(error, "DBSnapshotNotFoundFault", "DBSnapshotNotFound")) {
      return undefined;
    }
    throw error;
  }
}

async function clusterSnapshot(client: RDSClient, name: string): Promise<DBClusterSnapshot | undefined> {
  try {
    const { DBClusterSnapshots: [found] = [] } = await client.send(
      new (rds().DescribeDBClusterSnapshotsCommand)({ DBClusterSnapshotIdentifier: name }),
    );
    return found;
  } catch (error) {
    if (isError(error, "DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFound")) {
      return undefined;
    }
    throw error;
  }
}

/** Whether it is there. @throws CopyError when it will never be. */
function isAvailable(status: string | undefined, name: string): boolean {
  if (status === "failed" || status === "incompatible-restore") {
    throw new CopyError(`RDS could not take the snapshot ${name}: its status is ${status}.`);
  }
  return status === "available";
}

function flawOf(name: string, status: string | undefined): string | undefined {
  return status === "available"
    ? undefined
    : status === undefined
      ? `the snapshot ${name} is not there any more`
      : `the snapshot ${name} is ${status}`;
}

function requireSame(wrong: readonly string[], name: string): void {
  if (wrong.length > 0) {
    throw new CopyError(`The snapshot ${name} is not what it should be: ${wrong.join(", ")}.`);
  }
}

function kept(kind: string, id: string, snapshot: DBSnapshot & DBClusterSnapshot): KeptCopy {
  const { AllocatedStorage: size, Engine: engine, EngineVersion: version, KmsKeyId: key } = snapshot;
  const facts = [
    [engine, version].filter((part) => part !== undefined).join(" "),
    size === undefined ? "" : `${String(size)} GiB`,
    key === undefined ? "" : `readable as long as KMS key ${key} exists`,
  ];
  return { kind, id, detail: facts.filter((fact) => fact !== "").join(", ") };
}

function tagList({ tags }: CopyOrder): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
