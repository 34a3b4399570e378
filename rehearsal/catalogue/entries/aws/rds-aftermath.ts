import type { CloudHands, Draft } from "../../../interpreter/entry";
import { isRecord, listOf, textOf, type Value, type Values } from "../../../interpreter/values";
import { clusterType } from "./rds-rules";

// What comes into being beside a database: its master user's secret, its final snapshot.

export const snapshotType = "aws:rds/snapshot:Snapshot";
export const clusterSnapshotType = "aws:rds/clusterSnapshot:ClusterSnapshot";
const secretType = "aws:secretsmanager/secret:Secret";
const secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion";

/** The secret that RDS makes for a master password of its own, and keeps. */
export function masterSecret(draft: Draft): Values[] {
  if (draft.inputs["manageMasterUserPassword"] !== true) return [];
  const { random, place, inputs } = draft;
  const name = `rds!${draft.type === clusterType ? "cluster" : "db"}-${random.uuid()}`;
  const arn = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${name}-${random.text(letters, 6)}`;
  const key = textOf(inputs, "masterUserSecretKmsKeyId");
  const kmsKeyId = key || `arn:aws:kms:${place.region}:${place.account}:key/${random.uuid()}`;
  return [{ secretArn: arn, kmsKeyId, secretStatus: "active" }];
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function putMasterSecret(draft: Draft, cloud: CloudHands): void {
  for (const secret of secretsOf(draft.outputs)) {
    const arn = textOf(secret, "secretArn");
    const name = (arn.split(":")[6] ?? "").slice(0, -7);
    const { inputs, outputs } = draft;
    const username =
      textOf(outputs, "username") || textOf(inputs, "username") || textOf(inputs, "masterUsername");
    const secretString = JSON.stringify({
      username,
      password: draft.random.text(`${letters}!#$%&*()-_=+[]{}<>:?`, 28),
    });
    cloud.put({ type: secretType, id: arn, name, inputs: { name, arn } });
    cloud.put({
      type: secretVersionType,
      id: `${arn}|AWSCURRENT`,
      name,
      inputs: { secretId: arn, arn, secretString },
    });
  }
}

export function removeMasterSecret(draft: Draft, cloud: CloudHands): void {
  for (const secret of secretsOf(draft.outputs)) {
    cloud.remove(secretType, textOf(secret, "secretArn"));
    cloud.remove(secretVersionType, `${textOf(secret, "secretArn")}|AWSCURRENT`);
  }
}

function secretsOf(outputs: Values): Record<string, Value>[] {
  return listOf(outputs, "masterUserSecrets").filter(isRecord);
}

/** What a snapshot has of its instance besides: who may log in, and which it was. */
export function ofInstance(outputs: Values): Values {
  const { username = "", dbName = "", resourceId = "" } = outputs;
  return { username, dbName, dbiResourceId: resourceId };
}

export function takeFinalSnapshot(draft: Draft, cloud: CloudHands): void {
  const { inputs, outputs, place } = draft;
  const name = textOf(inputs, "finalSnapshotIdentifier");
  if (inputs["skipFinalSnapshot"] === true || name === "") return;
  const cluster = draft.type === clusterType;
  cloud.put({
    type: cluster ? clusterSnapshotType : snapshotType,
    id: name,
    inputs: cluster
      ? { dbClusterIdentifier: draft.id, dbClusterSnapshotIdentifier: name }
      : { dbInstanceIdentifier: textOf(outputs, "identifier"), dbSnapshotIdentifier: name },
    outputs: {
      ...(cluster
        ? { dbClusterIdentifier: draft.id, dbClusterSnapshotIdentifier: name }
        : { dbInstanceIdentifier: textOf(outputs, "identifier"), dbSnapshotIdentifier: name }),
      [cluster ? "dbClusterSnapshotArn" : "dbSnapshotArn"]:
        `arn:aws:rds:${place.region}:${place.account}:${cluster ? "cluster-snapshot" : "snapshot"}:${name}`,
      allocatedStorage: outputs["allocatedStorage"] ?? 0,
      engine: outputs["engine"] ?? "",
      engineVersion: outputs["engineVersionActual"] ?? "",
      kmsKeyId: outputs["kmsKeyId"] ?? "",
      port: outputs["port"] ?? 0,
      snapshotType: "manual",
      status: "available",
      storageEncrypted: outputs["storageEncrypted"] ?? false,
      ...(!cluster && ofInstance(outputs)),
      // Backups outlive their instance where it was told to keep them. No provider has them, so they are told of here.
      ...(inputs["deleteAutomatedBackups"] === false && !cluster && { keptBackups: outputs }),
    },
  });
}
