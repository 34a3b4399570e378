import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../interpreter/values";
import { ApiError, callOf, carryOut, faultWords, readOf, type ApiCall, type Operation } from "./call";

// Tables and their backups. What is checked, and in which words: the Amazon DynamoDB API reference.

const tableType = "aws:dynamodb/table:Table";
/** What is kept when the table is gone; no resource of the provider's. */
const backupType = "aws:dynamodb/backup:Backup";

function tableAsked(name: string, call: ApiCall): CloudRecord {
  const found = call.hands
    .ofType(tableType)
    .find(({ id, outputs }) => id === name || textOf(outputs, "arn") === name);
  if (!found) {
    throw new ApiError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
  }
  return found;
}

function keySchema(outputs: Values): readonly Record<string, string>[] {
  const [hash, range] = [textOf(outputs, "hashKey"), textOf(outputs, "rangeKey")];
  return [
    ...(hash === "" ? [] : [{ AttributeName: hash, KeyType: "HASH" }]),
    ...(range === "" ? [] : [{ AttributeName: range, KeyType: "RANGE" }]),
  ];
}

/** One that was made anew under the same name has another. */
function tableId({ createdAt }: CloudRecord): string {
  const digits = createdAt.replace(/\D/g, "").padEnd(32, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

const seconds = (time: string): number => Date.parse(time) / 1000;

interface TableInput {
  readonly TableName?: string;
}

const describeTable: Operation<TableInput, unknown> = ({ TableName: name = "" }, call) =>
  carryOut(call, readOf("dynamodb", "DescribeTable"), () => {
    const table = tableAsked(name, call);
    const { id, outputs, createdAt } = table;
    const [encryption] = listOf(outputs, "serverSideEncryption").filter(isRecord);
    const sse = encryption ?? recordOf(outputs, "serverSideEncryption");
    const key = textOf(sse, "kmsKeyArn");
    return {
      Table: {
        TableName: id,
        TableArn: textOf(outputs, "arn"),
        TableId: tableId(table),
        TableStatus: "ACTIVE",
        CreationDateTime: seconds(createdAt),
        KeySchema: keySchema(outputs),
        ItemCount: 0,
        TableSizeBytes: 0,
        DeletionProtectionEnabled: outputs["deletionProtectionEnabled"] === true,
        ...(key !== "" && {
          SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: key },
        }),
      },
    };
  });

interface CreateBackupInput extends TableInput {
  readonly BackupName?: string;
}

function detailsOf({ id, outputs, createdAt }: CloudRecord): unknown {
  return {
    BackupArn: id,
    BackupName: textOf(outputs, "backupName"),
    BackupSizeBytes: numberOf(outputs, "backupSizeBytes") ?? 0,
    BackupStatus: textOf(outputs, "backupStatus"),
    BackupType: "USER",
    BackupCreationDateTime: seconds(createdAt),
  };
}

const createBackup: Operation<CreateBackupInput, unknown> = (input, call) => {
  const { TableName: tableName = "", BackupName: name = "" } = input;
  return call.cloud.reach(callOf("create", backupType, name), 0, faultWords, () => {
    if (!/^[\w.-]{3,255}$/.test(name)) {
      throw new ApiError(
        "ValidationException",
        `1 validation error detected: Value '${name}' at 'backupName' failed to satisfy constraint: Member must satisfy ` +
          "regular expression pattern: [a-zA-Z0-9_.-]+",
      );
    }
    const found = call.hands.ofType(tableType).find(({ id }) => id === tableName);
    if (!found) throw new ApiError("TableNotFoundException", `Table not found: ${tableName}`);
    const arn = `${textOf(found.outputs, "arn")}/backup/${call.cloud.random(`${tableName}/${name}`).hex(22)}`;
    call.hands.put({
      type: backupType,
      id: arn,
      name,
      inputs: { tableName, backupName: name },
      outputs: {
        arn,
        backupName: name,
        backupStatus: "AVAILABLE",
        backupSizeBytes: 0,
        tableName,
        tableArn: textOf(found.outputs, "arn"),
        tableId: tableId(found),
        hashKey: textOf(found.outputs, "hashKey"),
        rangeKey: textOf(found.outputs, "rangeKey"),
      },
    });
    const taken = call.hands.find(backupType, arn);
    return { id: arn, result: { BackupDetails: taken === undefined ? undefined : detailsOf(taken) } };
  });
};

const describeBackup: Operation<{ readonly BackupArn?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("dynamodb", "DescribeBackup"), () => {
    const arn = input.BackupArn ?? "";
    const found = call.hands.find(backupType, arn);
    if (!found) throw new ApiError("BackupNotFoundException", `Backup not found: ${arn}`);
    const { outputs } = found;
    return {
      BackupDescription: {
        BackupDetails: detailsOf(found),
        SourceTableDetails: {
          TableName: textOf(outputs, "tableName"),
          TableArn: textOf(outputs, "tableArn"),
          TableId: textOf(outputs, "tableId"),
          KeySchema: keySchema(outputs),
        },
      },
    };
  });

/** Tables as commands ask them. */
export const dynamodbOperations = {
  DescribeTable: describeTable,
  CreateBackup: createBackup,
  DescribeBackup: describeBackup,
};
