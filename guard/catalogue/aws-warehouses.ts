import { shorterIndexes, soonestIndex } from "../life/index-lifecycle";
import { engineVersion, keptKey, type LeastProperty, type StatefulType } from "../stateful-type";

const lastSnapshot = { skip: "skipFinalSnapshot", name: "finalSnapshotIdentifier" } as const;

/** How long snapshots are kept that somebody took: -1, and nothing, is for ever. */
function manualSnapshots(path: string): LeastProperty {
  return {
    kind: "least",
    path,
    unit: "days",
    absent: -1,
    part: (value) => (value === -1 ? Infinity : typeof value === "number" ? value : undefined),
    otherwise: "Snapshots that were taken by hand are deleted sooner.",
  };
}

function snapshots(floor?: "databaseBackups"): LeastProperty {
  return {
    kind: "least",
    path: "snapshotRetentionLimit",
    unit: "days",
    absent: 0,
    ...(floor !== undefined && { floor }),
    otherwise: "Snapshots older than that are deleted; zero switches them off.",
  };
}

/** Warehouses, search, and stores in memory. */
export const awsWarehouses: readonly StatefulType[] = [
  {
    type: "aws:redshift/cluster:Cluster",
    noun: "Redshift cluster",
    holds: "every database in it and its automated snapshots",
    name: "clusterIdentifier",
    size: [{ path: "nodeType" }, { path: "numberOfNodes", unit: " nodes" }],
    locks: [],
    life: [
      {
        kind: "least",
        path: "automatedSnapshotRetentionPeriod",
        unit: "days",
        absent: 1,
        floor: "databaseBackups",
        otherwise: "Automated snapshots older than that are deleted; zero deletes all of them.",
      },
      keptKey("kmsKeyId"),
      manualSnapshots("manualSnapshotRetentionPeriod"),
      engineVersion("clusterVersion"),
    ],
    finalCopy: lastSnapshot,
    copyFirst: "Take a snapshot with `aws redshift create-cluster-snapshot` first.",
  },
  {
    type: "aws:redshift/clusterSnapshot:ClusterSnapshot",
    noun: "Redshift snapshot",
    holds: "the copy of the databases that it is",
    name: "snapshotIdentifier",
    locks: [],
    life: [],
    copyFirst: "Copy it with `aws redshift copy-cluster-snapshot` first.",
  },
  {
    type: "aws:redshift/snapshotCopy:SnapshotCopy",
    noun: "copying of Redshift snapshots to another region",
    holds: "the copies that it makes from then on",
    name: "clusterIdentifier",
    locks: [],
    life: [
      {
        kind: "least",
        path: "retentionPeriod",
        unit: "days",
        absent: 7,
        otherwise: "Copies older than that are deleted.",
      },
    ],
    copyFirst: "See that the snapshots are copied another way.",
  },
  {
    type: "aws:redshiftserverless/namespace:Namespace",
    noun: "Redshift Serverless namespace",
    holds: "every database in it",
    name: "namespaceName",
    locks: [],
    life: [keptKey("kmsKeyId")],
    copyFirst: "Take a snapshot with `aws redshift-serverless create-snapshot` first.",
  },
  {
    type: "aws:redshiftserverless/snapshot:Snapshot",
    noun: "Redshift Serverless snapshot",
    holds: "the copy of the databases that it is",
    name: "snapshotName",
    locks: [],
    life: [manualSnapshots("retentionPeriod")],
    copyFirst: "See that there is another snapshot of the namespace.",
  },
  {
    type: "aws:elasticache/cluster:Cluster",
    noun: "ElastiCache cluster",
    holds: "what is cached in it",
    name: "clusterId",
    size: [{ path: "engine" }, { path: "nodeType" }],
    locks: [],
    life: [snapshots(), engineVersion()],
    // Memcached has no snapshots.
    finalCopy: { name: "finalSnapshotIdentifier", optional: true },
    copyFirst:
      "Take a snapshot with `aws elasticache create-snapshot` first, where the engine has snapshots.",
  },
  {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    noun: "ElastiCache replication group",
    holds: "what is stored in it",
    name: "replicationGroupId",
    size: [{ path: "engine" }, { path: "nodeType" }],
    locks: [],
    life: [snapshots(), keptKey("kmsKeyId"), engineVersion()],
    // Caches have gone without until now: what has one keeps it.
    finalCopy: { name: "finalSnapshotIdentifier", optional: true },
    copyFirst: "Take a snapshot with `aws elasticache create-snapshot` first.",
  },
  {
    type: "aws:elasticache/serverlessCache:ServerlessCache",
    noun: "ElastiCache serverless cache",
    holds: "what is stored in it",
    name: "name",
    locks: [],
    life: [
      snapshots(),
      keptKey("kmsKeyId"),
      engineVersion("majorEngineVersion"),
      {
        kind: "capacity",
        path: "cacheUsageLimits.dataStorage.maximum",
        unit: "GiB",
        otherwise: "What does not fit into it any more is thrown out.",
      },
    ],
    copyFirst: "Take a snapshot with `aws elasticache create-serverless-cache-snapshot` first.",
  },
  {
    type: "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
    noun: "ElastiCache global replication group",
    holds: "the replication between its regions",
    name: "globalReplicationGroupIdSuffix",
    locks: [],
    life: [engineVersion()],
    copyFirst: "Take a snapshot of the primary group first.",
  },
  {
    type: "aws:memorydb/cluster:Cluster",
    noun: "MemoryDB cluster",
    holds: "everything stored in it",
    name: "name",
    size: [{ path: "nodeType" }, { path: "numShards", unit: " shards" }],
    locks: [],
    life: [snapshots("databaseBackups"), keptKey("kmsKeyArn"), engineVersion()],
    finalCopy: { name: "finalSnapshotName" },
    copyFirst: "Take a snapshot with `aws memorydb create-snapshot` first.",
  },
  {
    type: "aws:memorydb/multiRegionCluster:MultiRegionCluster",
    noun: "MemoryDB multi-region cluster",
    holds: "the replication between its regions",
    name: "multiRegionClusterName",
    locks: [],
    life: [],
    copyFirst: "Take a snapshot of each member with `aws memorydb create-snapshot` first.",
  },
  {
    type: "aws:memorydb/snapshot:Snapshot",
    noun: "MemoryDB snapshot",
    holds: "the copy that it is",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy it with `aws memorydb copy-snapshot` first.",
  },
  {
    type: "aws:opensearch/domain:Domain",
    noun: "OpenSearch domain",
    holds: "every index in it",
    name: "domainName",
    size: [{ path: "engineVersion" }, { path: "ebsOptions.volumeSize", unit: " GiB a node" }],
    locks: [],
    life: [keptKey("encryptAtRest.kmsKeyId"), engineVersion()],
    copyFirst: "Take a manual snapshot to a repository in S3 first.",
  },
  {
    type: "aws:opensearch/serverlessCollection:ServerlessCollection",
    noun: "OpenSearch Serverless collection",
    holds: "every index in it; AWS keeps no snapshots that outlive it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy its indexes to another collection first.",
  },
  {
    type: "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy",
    noun: "retention of an OpenSearch Serverless collection",
    holds: "nothing: indexes live longer without it",
    name: "name",
    locks: [],
    life: [
      {
        kind: "expiry",
        path: "policy",
        of: "name",
        shortens: shorterIndexes,
        starts: (policy) => shorterIndexes(undefined, policy),
        soonest: soonestIndex,
      },
    ],
    copyFirst: "Copy the indexes to another collection first.",
    removable: true,
  },
  {
    type: "aws:elasticsearch/domain:Domain",
    noun: "Elasticsearch domain",
    holds: "every index in it",
    name: "domainName",
    size: [{ path: "elasticsearchVersion" }, { path: "ebsOptions.volumeSize", unit: " GiB a node" }],
    locks: [],
    life: [keptKey("encryptAtRest.kmsKeyId"), engineVersion("elasticsearchVersion")],
    copyFirst: "Take a manual snapshot to a repository in S3 first.",
  },
];
