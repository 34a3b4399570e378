import { expect } from "chai";
import { textOf, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const instanceType = "aws:rds/instance:Instance";
const snapshotType = "aws:rds/snapshot:Snapshot";
const keyType = "aws:kms/key:Key";

describe("rehearsal: instances of RDS that are made of a copy", () => {
  let aws: RehearsedProvider<unknown>;
  let key: string;
  beforeEach(async () => {
    aws = rehearsedAws();
    key = textOf((await aws.create(keyType, "key", {})).outputs, "arn");
  });
  afterEach(() => {
    aws.remove();
  });

  const small = (inputs: Values = {}): Values => ({
    instanceClass: "db.t4g.small",
    engine: "postgres",
    allocatedStorage: 20,
    manageMasterUserPassword: true,
    storageEncrypted: true,
    ...inputs,
  });
  const first = (inputs: Values = {}): Promise<Made> =>
    aws.create(
      instanceType,
      "first",
      small({
        identifier: "first",
        engineVersion: "16.13",
        username: "owner",
        dbName: "users",
        kmsKeyId: key,
        backupRetentionPeriod: 7,
        deleteAutomatedBackups: false,
        finalSnapshotIdentifier: "last",
        ...inputs,
      }),
    );
  const restored = (inputs: Values): Promise<Made> =>
    aws.create(instanceType, "second", small({ identifier: "second", ...inputs }));
  const taken = (): Promise<Made> =>
    aws.create(snapshotType, "taken", { dbInstanceIdentifier: "first", dbSnapshotIdentifier: "taken" });
  /** As if it had been there for so many seconds; when it was made then. */
  const aged = ({ id }: Made, seconds: number): string => {
    const createdAt = new Date(Date.now() - seconds * 1000).toISOString();
    for (const record of aws.records(instanceType).filter((one) => one.id === id)) {
      const outputs = { ...record.outputs, latestRestorableTime: createdAt };
      aws.cloud.store.replace({ ...record, createdAt, outputs });
    }
    return `${createdAt.slice(0, 19)}Z`;
  };
  const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

  it("have the copy's key, user and databases, whatever is asked for, and a master secret of their own", async () => {
    const old = await first();
    await aws.delete(old);
    const { outputs } = await restored({ snapshotIdentifier: "last", kmsKeyId: key });
    expect(outputs).to.include({
      identifier: "second",
      kmsKeyId: key,
      username: "owner",
      dbName: "users",
      engineVersionActual: "16.13",
      storageEncrypted: true,
    });
    const [secret] = outputs["masterUserSecrets"] as readonly Values[];
    const read = await aws.invoke("aws:secretsmanager/getSecretVersion:getSecretVersion", {
      secretId: secret?.["secretArn"] ?? "",
    });
    expect(JSON.parse(textOf(read, "secretString"))).to.include({ username: "owner" });
  });

  it("are of a snapshot of the same account and region, by its name or its ARN, and of no other", async () => {
    await first();
    await taken();
    const arn = (region: string): string => `arn:aws:rds:${region}:111122223333:snapshot:taken`;
    await restored({ snapshotIdentifier: arn("eu-west-1") });
    for (const name of ["nothing", arn("eu-central-1")]) {
      expect(await refusal(restored({ identifier: "third", snapshotIdentifier: name }))).to.include(
        `RestoreDBInstanceFromDBSnapshot, https response error StatusCode: 404`,
      );
      expect(await refusal(restored({ identifier: "third", snapshotIdentifier: name }))).to.include(
        `api error DBSnapshotNotFound: DBSnapshot ${name} not found.`,
      );
    }
    expect(await refusal(restored({ snapshotIdentifier: "taken" }))).to.include(
      "api error DBInstanceAlreadyExists: DB instance already exists",
    );
  });

  it("have as much storage as the copy at least", async () => {
    await first({ allocatedStorage: 100 });
    await taken();
    expect(await refusal(restored({ snapshotIdentifier: "taken" }))).to.include(
      "ModifyDBInstance, https response error StatusCode: 400",
    );
    expect(await refusal(restored({ snapshotIdentifier: "taken" }))).to.include(
      "api error InvalidParameterCombination: Requested storage size (20) cannot be less than the current storage size (100).",
    );
    expect((await restored({ snapshotIdentifier: "taken", allocatedStorage: 120 })).outputs).to.include({
      allocatedStorage: 120,
    });
  });

  it("want the key of the copy", async () => {
    await first();
    await taken();
    for (const record of aws.records(keyType)) aws.cloud.store.remove(record);
    expect(await refusal(restored({ snapshotIdentifier: "taken" }))).to.include(
      `api error KMSKeyNotAccessibleFault: The specified KMS key [${key}] does not exist`,
    );
  });

  it("are of a moment that backups are kept of, of what stands as of what has gone", async () => {
    const old = await first();
    const of = (inputs: Values, resource = old.id): Values => ({
      restoreToPointInTime: { sourceDbiResourceId: resource, ...inputs },
    });
    const began = aged(old, 3600);
    const later = `${new Date(Date.parse(began) + 60_000).toISOString().slice(0, 19)}Z`;
    expect((await restored(of({ restoreTime: later }))).outputs).to.include({ backupRetentionPeriod: 7 });
    const third = (inputs: Values): Promise<Made> => restored({ identifier: "third", ...inputs });
    expect(await refusal(third(of({ restoreTime: "2020-01-01T00:00:00Z" })))).to.match(
      /api error InvalidParameterValue: The specified instance cannot be restored to a time earlier than \S+Z because its backup retention period is set to 7 days\./,
    );
    expect(await refusal(third(of({ restoreTime: now() })))).to.match(
      /RestoreDBInstanceToPointInTime.* api error InvalidParameterValue: The specified instance cannot be restored to a time later than \S+Z\./,
    );
    expect(await refusal(third(of({ restoreTime: later }, "db-NOBODY")))).to.include(
      "api error DBInstanceAutomatedBackupNotFound: DBInstanceAutomatedBackup for db-NOBODY not found.",
    );
    expect(
      await refusal(third({ restoreToPointInTime: { sourceDbInstanceIdentifier: "x", restoreTime: began } })),
    ).to.include("api error DBInstanceNotFound: DBInstance x not found.");
    await aws.delete(old);
    expect((await third(of({ restoreTime: later }))).outputs).to.include({
      username: "owner",
      kmsKeyId: key,
    });
  });

  it("are of no moment where no backups are kept, and go with their instance unless it was told to keep them", async () => {
    const bare = await first({ backupRetentionPeriod: 0 });
    const of = { restoreToPointInTime: { sourceDbiResourceId: bare.id, restoreTime: now() } };
    expect(await refusal(restored(of))).to.include("api error PointInTimeRestoreNotEnabled");
    await aws.delete(bare);
    const careless = await first({ deleteAutomatedBackups: true, finalSnapshotIdentifier: "other" });
    await aws.delete(careless);
    expect(
      await refusal(
        restored({ restoreToPointInTime: { sourceDbiResourceId: careless.id, restoreTime: now() } }),
      ),
    ).to.include("api error DBInstanceAutomatedBackupNotFound");
  });
});
