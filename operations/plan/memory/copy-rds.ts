import type * as rdsModule from "@aws-sdk/client-rds";
import type { DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot, RDSClient } from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { CopyError, differences, isError, textOf, untilThere, type CopyMaker, type CopyOrder } from "./copy";
import type { KeptCopy } from "./ledger-record";

const load = createRequire(__filename);

function rds(): typeof rdsModule {
  return load("@aws-sdk/client-rds") as typeof rdsModule;
}

/** RDS takes snapshots in these states alone: API reference, CreateDBSnapshot. */
const snapshotStates: readonly (string | undefined)[] = ["available", "storage-optimization"];

/**
 * States that end only when a person does something; all others pass. Amazon RDS User Guide, "Viewing Amazon RDS DB instance
 * status"; Amazon Aurora User Guide, "Viewing DB cluster status".
 */
const stuckStates =
  /^(stopped|failed|storage-full|restore-error|insufficient-capacity|inaccessible-encryption-credentials.*|incompatible-.*|cloning-failed)$/;

const ofTheKey = ["and for an encrypted one kms:CreateGrant", "kms:DescribeKey of its KMS key"];

/**
 * Manual snapshots of database instances: kept until somebody deletes them, under the key of the instance.
 */
export const instanceSnapshots: CopyMaker = {
  permissions: [
    ...["rds:DescribeDBInstances", "rds:CreateDBSnapshot", "rds:DescribeDBSnapshots"],
    ...["rds:AddTagsToResource", ...ofTheKey],
  ],
  async take(order) {
    const client = new (rds().RDSClient)(order.config);
    try {
      const instance = await readyInstance(client, order);
      order.say(`  RDS snapshot ${order.name} of ${instance.DBInstanceIdentifier ?? ""} is being taken`);
      await begun(
        client.send(
          new (rds().CreateDBSnapshotCommand)({
            DBInstanceIdentifier: instance.DBInstanceIdentifier,
            DBSnapshotIdentifier: order.name,
            Tags: tagList(order),
          }),
        ),
      );
      let percent = 0;
      const what = (): string => `snapshot ${order.name} (${String(percent)} %)`;
      const snapshot = await untilThere(order, what, async () => {
        const found = await instanceSnapshot(client, order.name);
        percent = found?.PercentProgress ?? 0;
        return isAvailable(found?.Status, order.name) ? found : undefined;
      });
      const wrong = differences({
        engine: [instance.Engine, snapshot.Engine],
        "allocated storage": [instance.AllocatedStorage, snapshot.AllocatedStorage],
        "KMS key": [instance.KmsKeyId, snapshot.KmsKeyId],
        "DB instance": [instance.DBInstanceIdentifier, snapshot.DBInstanceIdentifier],
        ...told("encryption", instance.StorageEncrypted, snapshot.Encrypted),
        ...told("resource id", instance.DbiResourceId, snapshot.DbiResourceId),
      });
      requireSame(wrong, order.name);
      return kept("RDS snapshot", order.name, snapshot);
    } finally {
      client.destroy();
    }
  },
  async flaw(config, { id }, resource) {
    const client = new (rds().RDSClient)(config);
    try {
      const snapshot = await instanceSnapshot(client, id);
      return flawOf(id, snapshot?.Status, {
        name: [textOf(resource, "identifier"), snapshot?.DBInstanceIdentifier],
        ...told("resource id", textOf(resource, "resourceId"), snapshot?.DbiResourceId),
      });
    } finally {
      client.destroy();
    }
  },
};

/**
 * Manual snapshots of database clusters (Aurora, Multi-AZ). Instances of a cluster hold nothing by themselves.
 */
export const clusterSnapshots: CopyMaker = {
  permissions: [
    ...["rds:DescribeDBClusters", "rds:CreateDBClusterSnapshot", "rds:DescribeDBClusterSnapshots"],
    ...["rds:AddTagsToResource", ...ofTheKey],
  ],
  async take(order) {
    const client = new (rds().RDSClient)(order.config);
    try {
      const cluster = await readyCluster(client, order);
      order.say(
        `  RDS cluster snapshot ${order.name} of ${cluster.DBClusterIdentifier ?? ""} is being taken`,
      );
      await begun(
        client.send(
          new (rds().CreateDBClusterSnapshotCommand)({
            DBClusterIdentifier: cluster.DBClusterIdentifier,
            DBClusterSnapshotIdentifier: order.name,
            Tags: tagList(order),
          }),
        ),
      );
      const snapshot = await untilThere(order, `snapshot ${order.name}`, async () => {
        const found = await clusterSnapshot(client, order.name);
        return isAvailable(found?.Status, order.name) ? found : undefined;
      });
      const wrong = differences({
        engine: [cluster.Engine, snapshot.Engine],
        "KMS key": [cluster.KmsKeyId, snapshot.KmsKeyId],
        "DB cluster": [cluster.DBClusterIdentifier, snapshot.DBClusterIdentifier],
        ...told("encryption", cluster.StorageEncrypted, snapshot.StorageEncrypted),
        ...told("resource id", cluster.DbClusterResourceId, snapshot.DbClusterResourceId),
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
  async flaw(config, { id }, resource) {
    const client = new (rds().RDSClient)(config);
    try {
      const snapshot = await clusterSnapshot(client, id);
      return flawOf(id, snapshot?.Status, {
        name: [textOf(resource, "clusterIdentifier"), snapshot?.DBClusterIdentifier],
        ...told("resource id", textOf(resource, "clusterResourceId"), snapshot?.DbClusterResourceId),
      });
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
    refuseStuck(name, found?.DBInstanceStatus);
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
    refuseStuck(name, found?.Status);
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

function flawOf(
  name: string,
  status: string | undefined,
  source: Parameters<typeof differences>[0],
): string | undefined {
  if (status !== "available") {
    return status === undefined
      ? `the snapshot ${name} is not there any more`
      : `the snapshot ${name} is ${status}`;
  }
  const wrong = differences(source);
  return wrong.length === 0
    ? undefined
    : `the snapshot ${name} is one of something else: ${wrong.join(", ")}`;
}

/** To be compared where both sides say something of it. */
function told(name: string, original: unknown, copy: unknown): Record<string, readonly [unknown, unknown]> {
  return (original ?? "") === "" || (copy ?? "") === "" ? {} : { [name]: [original, copy] };
}

/** @throws CopyError for what will not become available by waiting. */
function refuseStuck(name: string, status: string | undefined): void {
  if (status !== undefined && stuckStates.test(status)) {
    throw new CopyError(
      `${name} is ${status}, and RDS takes snapshots of what is available alone. Bring it there first (a stopped one: start it).`,
    );
  }
}

/** The name holds the time: what has it already is what an earlier attempt of this very call has begun, without its answer. */
async function begun(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (
      !isError(
        error,
        ...["DBSnapshotAlreadyExists", "DBSnapshotAlreadyExistsFault"],
        ...["DBClusterSnapshotAlreadyExists", "DBClusterSnapshotAlreadyExistsFault"],
      )
    ) {
      throw error;
    }
  }
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
    // Aurora's storage grows by itself, and its number means nothing.
    size === undefined || engine?.startsWith("aurora") === true ? "" : `${String(size)} GiB`,
    key === undefined ? "" : `readable as long as KMS key ${key} exists`,
  ];
  return { kind, id, detail: facts.filter((fact) => fact !== "").join(", ") };
}

function tagList({ tags }: CopyOrder): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
