import type * as dynamodbModule from "@aws-sdk/client-dynamodb";
import type { BackupDescription, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createRequire } from "node:module";
import type { CheckpointResource } from "../../engine/engine-stack";
import { CopyError, differences, isError, textOf, untilThere, type CopyMaker } from "./copy";

const load = createRequire(__filename);

function dynamodb(): typeof dynamodbModule {
  return load("@aws-sdk/client-dynamodb") as typeof dynamodbModule;
}

/**
 * On-demand backups of tables: kept until somebody deletes them, also when the table is gone. DynamoDB lets backups have no
 * tags.
 */
export const tableBackups: CopyMaker = {
  permissions: [
    ...["dynamodb:DescribeTable", "dynamodb:CreateBackup", "dynamodb:DescribeBackup"],
    "and for a table under a KMS key of one's own kms:Decrypt",
    ...["kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey of that key"],
  ],
  async take(order) {
    const { config, resource, name, say } = order;
    const client = new (dynamodb().DynamoDBClient)(config);
    try {
      const tableName = tableNameOf(resource);
      const table = await untilThere(order, `table ${tableName} to be active`, async () => {
        const { Table: found } = await client.send(
          new (dynamodb().DescribeTableCommand)({ TableName: tableName }),
        );
        return found?.TableStatus === "ACTIVE" ? found : undefined;
      });
      say(`  DynamoDB backup ${name} of ${tableName} is being taken`);
      const { BackupDetails: begun } = await client.send(
        new (dynamodb().CreateBackupCommand)({ TableName: tableName, BackupName: name }),
      );
      const arn = begun?.BackupArn;
      if (arn === undefined) {
        throw new CopyError(`DynamoDB did not say which backup of ${tableName} it has begun.`);
      }
      const backup = await untilThere(order, `backup ${name}`, async () => {
        const found = await describe(client, arn);
        const status = found?.BackupDetails?.BackupStatus;
        if (status === "DELETED") {
          throw new CopyError(`Somebody has deleted the backup ${arn}.`);
        }
        return status === "AVAILABLE" ? found : undefined;
      });
      const source = backup.SourceTableDetails;
      const wrong = differences({
        table: [table.TableArn, source?.TableArn],
        "table id": [table.TableId, source?.TableId],
        keys: [JSON.stringify(keysOf(table.KeySchema)), JSON.stringify(keysOf(source?.KeySchema))],
      });
      if (wrong.length > 0) {
        throw new CopyError(`The backup ${arn} is not what it should be: ${wrong.join(", ")}.`);
      }
      const key = table.SSEDescription?.KMSMasterKeyArn;
      const facts = [
        `${name}, ${String(backup.BackupDetails?.BackupSizeBytes ?? 0)} bytes`,
        ...(key === undefined ? [] : [`readable as long as KMS key ${key} exists`]),
      ];
      return { kind: "DynamoDB backup", id: arn, detail: facts.join(", ") };
    } finally {
      client.destroy();
    }
  },
  async flaw(config, { id }, resource) {
    const client = new (dynamodb().DynamoDBClient)(config);
    try {
      const backup = await describe(client, id);
      const status = backup?.BackupDetails?.BackupStatus;
      if (status !== "AVAILABLE") {
        return status === undefined
          ? `the backup ${id} is not there any more`
          : `the backup ${id} is ${status}`;
      }
      // A table that was made anew has the same name, and another id.
      const table = await tableIdNow(client, tableNameOf(resource));
      return table === undefined || table === backup?.SourceTableDetails?.TableId
        ? undefined
        : `the backup ${id} is not one of the table that bears the name now`;
    } finally {
      client.destroy();
    }
  },
};

function tableNameOf(resource: CheckpointResource): string {
  return textOf(resource, "name") || (resource.id ?? "");
}

/** Undefined where there is no such table any more. */
async function tableIdNow(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table: table } = await client.send(new (dynamodb().DescribeTableCommand)({ TableName: name }));
    return table?.TableId;
  } catch (error) {
    if (isError(error, "ResourceNotFoundException")) {
      return undefined;
    }
    throw error;
  }
}

/** Right after its beginning a backup may not be found yet. */
async function describe(client: DynamoDBClient, arn: string): Promise<BackupDescription | undefined> {
  try {
    const { BackupDescription: found } = await client.send(
      new (dynamodb().DescribeBackupCommand)({ BackupArn: arn }),
    );
    return found;
  } catch (error) {
    if (isError(error, "BackupNotFoundException")) {
      return undefined;
    }
    throw error;
  }
}

type Keys = readonly { readonly AttributeName?: string; readonly KeyType?: string }[];

function keysOf(schema: Keys = []): readonly string[] {
  return schema.map(({ AttributeName: name = "", KeyType: kind = "" }) => `${kind} ${name}`).sort();
}
