import type { CloudCall } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { numberOf, textOf, type Values } from "../interpreter/values";
import { ApiError, carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { queryAnswer, type Xml } from "./xml";

// What all operations of RDS have in common.

const namespace = "http://rds.amazonaws.com/doc/2014-10-31/";
export const instanceType = "aws:rds/instance:Instance";

/** The element of each list, by the operation that answers with it. */
const items: Readonly<Record<string, string>> = {
  DescribeDBInstances: "DBInstance",
  DescribeDBClusters: "DBCluster",
  DescribeDBSnapshots: "DBSnapshot",
  DescribeDBClusterSnapshots: "DBClusterSnapshot",
  DescribeDBEngineVersions: "DBEngineVersion",
  DescribeDBInstanceAutomatedBackups: "DBInstanceAutomatedBackup",
  ListTagsForResource: "Tag",
  DescribePendingMaintenanceActions: "ResourcePendingMaintenanceActions",
};

export function answering(
  action: string,
  logged: (input: URLSearchParams) => CloudCall,
  act: (input: URLSearchParams, call: ApiCall) => Xml,
): QueryOperation {
  return (input, call) =>
    carryOut(call, logged(input), () => queryAnswer(action, namespace, act(input, call), items[action]));
}

export function reading(action: string, act: (input: URLSearchParams, call: ApiCall) => Xml): QueryOperation {
  return answering(action, () => readOf("rds", action), act);
}

export const byIdentifier = (
  type: string,
  property: string,
  name: string,
  call: ApiCall,
): CloudRecord | undefined =>
  call.hands.ofType(type).find(({ id, outputs }) => textOf(outputs, property) === name || id === name);

export function instanceAsked(input: URLSearchParams, call: ApiCall): CloudRecord {
  const name = input.get("DBInstanceIdentifier") ?? "";
  const found = byIdentifier(instanceType, "identifier", name, call);
  if (!found) throw new ApiError("DBInstanceNotFound", `DBInstance ${name} not found.`, 404);
  return found;
}

/** What instances, clusters and snapshots have in common. */
export function described(outputs: Values): Record<string, Xml> {
  return {
    Engine: textOf(outputs, "engine"),
    EngineVersion: textOf(outputs, "engineVersionActual") || textOf(outputs, "engineVersion") || undefined,
    AllocatedStorage: numberOf(outputs, "allocatedStorage"),
    KmsKeyId: textOf(outputs, "kmsKeyId") || undefined,
  };
}
