import { clusterSnapshotType, ofInstance, snapshotType } from "../catalogue/entries/aws/rds-aftermath";
import { defaultVersions, isRetired } from "../catalogue/entries/aws/rds-engines";
import { clusterType } from "../catalogue/entries/aws/rds-rules";
import type { CloudRecord } from "../cloud/store";
import { textOf } from "../interpreter/values";
import { ApiError, callOf, type ApiCall, type QueryOperation } from "./call";
import { automatedBackups, describeInstances, listTags, pendingMaintenance } from "./rds-instances";
import { answering, byIdentifier, described, instanceAsked, reading } from "./rds-operation";
import { tagsOfForm, type Xml } from "./xml";

// Databases and their snapshots. What is checked, and in which words: the Amazon RDS API reference.

/** RDS's rule for identifiers that its callers make up. */
function requireName(name: string, parameter: string): void {
  if (name.length > 255 || !/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(name)) {
    throw new ApiError(
      "InvalidParameterValue",
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII ` +
        "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  }
}

function clusterAsked(input: URLSearchParams, call: ApiCall): CloudRecord {
  const name = input.get("DBClusterIdentifier") ?? "";
  const found = byIdentifier(clusterType, "clusterIdentifier", name, call);
  if (!found) throw new ApiError("DBClusterNotFoundFault", `DBCluster ${name} not found.`, 404);
  return found;
}

const describeClusters = reading("DescribeDBClusters", (input, call) => {
  const found = input.has("DBClusterIdentifier")
    ? [clusterAsked(input, call)]
    : call.hands.ofType(clusterType);
  return {
    DBClusters: found.map(({ id, outputs }) => ({
      ...described(outputs),
      DBClusterIdentifier: textOf(outputs, "clusterIdentifier") || id,
      DbClusterResourceId: textOf(outputs, "clusterResourceId"),
      DBClusterArn: textOf(outputs, "arn"),
      Status: "available",
      StorageEncrypted: outputs["storageEncrypted"] === true,
      DeletionProtection: outputs["deletionProtection"] === true,
    })),
  };
});

/** Minor versions that RDS for PostgreSQL makes: those after the last that it has retired, up to the newest. */
const describeEngineVersions = reading("DescribeDBEngineVersions", (input) => {
  const engine = input.get("Engine") ?? "";
  const versions = Object.entries(defaultVersions).flatMap(([family, newest]) => {
    const [major = "", last = ""] = newest.split(".");
    return family !== `${engine}${major}`
      ? []
      : Array.from({ length: Number(last) + 1 }, (_, minor) => `${major}.${String(minor)}`).filter(
          (version) => !isRetired(engine, version),
        );
  });
  return {
    DBEngineVersions: versions.map((version) => ({
      Engine: engine,
      EngineVersion: version,
      MajorEngineVersion: version.split(".")[0],
      Status: "available",
    })),
  };
});

interface SnapshotKind {
  readonly type: string;
  /** As in parameters and answers. */
  readonly item: "DBSnapshot" | "DBClusterSnapshot";
  readonly parameter: string;
  /** The name of the property in records. */
  readonly property: string;
  readonly arnProperty: string;
  readonly arnPart: string;
  readonly exists: string;
  readonly missing: string;
}

const instanceSnapshot: SnapshotKind = {
  type: snapshotType,
  item: "DBSnapshot",
  parameter: "DBSnapshotIdentifier",
  property: "dbSnapshotIdentifier",
  arnProperty: "dbSnapshotArn",
  arnPart: "snapshot",
  exists: "DBSnapshotAlreadyExists",
  missing: "DBSnapshotNotFound",
};

const clusterSnapshot: SnapshotKind = {
  type: clusterSnapshotType,
  item: "DBClusterSnapshot",
  parameter: "DBClusterSnapshotIdentifier",
  property: "dbClusterSnapshotIdentifier",
  arnProperty: "dbClusterSnapshotArn",
  arnPart: "cluster-snapshot",
  exists: "DBClusterSnapshotAlreadyExistsFault",
  missing: "DBClusterSnapshotNotFoundFault",
};

function describedSnapshot({ id, outputs, createdAt }: CloudRecord, kind: SnapshotKind): Xml {
  return {
    ...described(outputs),
    [kind.parameter]: id,
    DBInstanceIdentifier: textOf(outputs, "dbInstanceIdentifier") || undefined,
    DBClusterIdentifier: textOf(outputs, "dbClusterIdentifier") || undefined,
    [`${kind.item}Arn`]: textOf(outputs, kind.arnProperty),
    SnapshotCreateTime: createdAt,
    Encrypted: outputs["storageEncrypted"] === true,
    DbiResourceId: textOf(outputs, "dbiResourceId") || undefined,
    SnapshotType: textOf(outputs, "snapshotType") || "manual",
    Status: textOf(outputs, "status") || "available",
    PercentProgress: 100,
  };
}

function taking(
  kind: SnapshotKind,
  action: string,
  source: (input: URLSearchParams, call: ApiCall) => { readonly name: string; readonly record: CloudRecord },
  ofSource: string,
): QueryOperation {
  return answering(
    action,
    (input) => callOf("create", kind.type, input.get(kind.parameter) ?? "", input.get(kind.parameter)),
    (input, call) => {
      const id = input.get(kind.parameter) ?? "";
      requireName(id, kind.parameter);
      const { name, record } = source(input, call);
      if (call.hands.find(kind.type, id)) {
        throw new ApiError(
          kind.exists,
          `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
        );
      }
      const tags = { ...tagsOfForm(input, "Tags.Tag"), ...tagsOfForm(input, "Tags.member") };
      const { outputs } = record;
      call.hands.put({
        type: kind.type,
        id,
        inputs: { [ofSource]: name, [kind.property]: id, tags },
        outputs: {
          [ofSource]: name,
          [kind.property]: id,
          [kind.arnProperty]: `arn:aws:rds:${call.region}:${call.account}:${kind.arnPart}:${id}`,
          allocatedStorage: outputs["allocatedStorage"] ?? 0,
          ...(kind === instanceSnapshot && { dbiResourceId: outputs["resourceId"] ?? "" }),
          engine: outputs["engine"] ?? "",
          engineVersion: outputs["engineVersionActual"] ?? outputs["engineVersion"] ?? "",
          kmsKeyId: outputs["kmsKeyId"] ?? "",
          snapshotType: "manual",
          status: "available",
          storageEncrypted: outputs["storageEncrypted"] ?? false,
          ...(kind.item === "DBSnapshot" && ofInstance(outputs)),
          tags,
          tagsAll: tags,
        },
      });
      const taken = call.hands.find(kind.type, id);
      return taken === undefined ? {} : { [kind.item]: describedSnapshot(taken, kind) };
    },
  );
}

function listing(kind: SnapshotKind, action: string): QueryOperation {
  return reading(action, (input, call) => {
    const id = input.get(kind.parameter);
    const [of, type] = [input.get("DBInstanceIdentifier"), input.get("SnapshotType")];
    const found = call.hands.ofType(kind.type).filter(({ id: own, outputs }) => {
      const [source, made] = [textOf(outputs, "dbInstanceIdentifier"), textOf(outputs, "snapshotType")];
      // Without a type both: API reference, DescribeDBSnapshots.
      const asked = type === null ? ["manual", "automated"] : [type];
      return (id ?? own) === own && (of ?? source) === source && (made === "" || asked.includes(made));
    });
    if (id !== null && found.length === 0) {
      throw new ApiError(kind.missing, `${kind.item} ${id} not found.`, 404);
    }
    return {
      [`${kind.item}s`]: found.map((one) => describedSnapshot(one, kind)),
    };
  });
}

/** Databases as commands ask them. */
export const rdsOperations: Readonly<Record<string, QueryOperation>> = {
  DescribeDBInstances: describeInstances,
  DescribeDBClusters: describeClusters,
  DescribeDBInstanceAutomatedBackups: automatedBackups,
  ListTagsForResource: listTags,
  DescribePendingMaintenanceActions: pendingMaintenance,
  DescribeDBEngineVersions: describeEngineVersions,
  CreateDBSnapshot: taking(
    instanceSnapshot,
    "CreateDBSnapshot",
    (input, call) => {
      const record = instanceAsked(input, call);
      return { name: textOf(record.outputs, "identifier"), record };
    },
    "dbInstanceIdentifier",
  ),
  DescribeDBSnapshots: listing(instanceSnapshot, "DescribeDBSnapshots"),
  CreateDBClusterSnapshot: taking(
    clusterSnapshot,
    "CreateDBClusterSnapshot",
    (input, call) => {
      const record = clusterAsked(input, call);
      return { name: textOf(record.outputs, "clusterIdentifier") || record.id, record };
    },
    "dbClusterIdentifier",
  ),
  DescribeDBClusterSnapshots: listing(clusterSnapshot, "DescribeDBClusterSnapshots"),
};
