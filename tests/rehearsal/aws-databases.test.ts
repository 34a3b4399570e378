import { expect } from "chai";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";
import { diffInputs } from "../../rehearsal/interpreter/diff";
import { textOf, type Values } from "../../rehearsal/interpreter/values";

const instanceType = "aws:rds/instance:Instance";
const snapshotType = "aws:rds/snapshot:Snapshot";
const tableType = "aws:dynamodb/table:Table";

const small: Values = {
  identifier: "users",
  instanceClass: "db.t4g.small",
  engine: "postgres",
  engineVersion: "16.13",
  allocatedStorage: 20,
  username: "admin",
  manageMasterUserPassword: true,
  skipFinalSnapshot: true,
};

describe("rehearsal: RDS", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const database = (inputs: Values = {}): Promise<Made> =>
    aws.create(instanceType, "users", { ...small, ...inputs });

  it("gives an instance its resource id, endpoint and master secret", async () => {
    const made = await database();
    expect(made.id).to.match(/^db-[A-Z2-7]{26}$/);
    expect(made.outputs["endpoint"]).to.match(/^users\.c[a-z0-9]{11}\.eu-west-1\.rds\.amazonaws\.com:5432$/);
    expect(made.outputs).to.include({
      resourceId: made.id,
      arn: "arn:aws:rds:eu-west-1:111122223333:db:users",
      engineVersionActual: "16.13",
      status: "available",
      port: 5432,
    });
    const [secret] = made.outputs["masterUserSecrets"] as readonly Values[];
    expect(secret?.["secretArn"]).to.match(
      /^arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-[0-9a-f-]{36}-[A-Za-z0-9]{6}$/,
    );
    const read = await aws.invoke("aws:secretsmanager/getSecretVersion:getSecretVersion", {
      secretId: secret?.["secretArn"] ?? "",
    });
    const { username, password } = JSON.parse(textOf(read, "secretString")) as {
      username: string;
      password: string;
    };
    expect(username).to.equal("admin");
    expect(password).to.have.length(28);
  });

  it("is found for an import by its identifier, with the inputs that a program would give", async () => {
    const made = await database();
    const found = await aws.import(instanceType, "users");
    expect(found?.id).to.equal(made.id);
    expect(found?.inputs).to.include({ identifier: "users", engineVersion: "16.13" });
    expect(await aws.import(instanceType, "others")).to.equal(undefined);
  });

  it("refuses a name that is taken, a password beside a managed one, and none at all", async () => {
    await database();
    expect(await refusal(database())).to.include(
      "api error DBInstanceAlreadyExists: DB instance already exists",
    );
    expect(await refusal(database({ identifier: "b", password: "swordfish" }))).to.include(
      'Conflicting configuration arguments: "manage_master_user_password": conflicts with password',
    );
    expect(await refusal(database({ identifier: "c", manageMasterUserPassword: false }))).to.include(
      "The parameter MasterUserPassword must be provided and must not be blank.",
    );
  });

  it("refuses less storage than an engine takes and a retention over 35 days", async () => {
    expect(await refusal(database({ allocatedStorage: 5 }))).to.include(
      "Invalid storage size for engine name postgres",
    );
    expect(await refusal(database({ backupRetentionPeriod: 36 }))).to.include(
      "Invalid backup retention period: 36.",
    );
  });

  it("refuses to shrink, to go back a version, and to go up a major one unless that is allowed", async () => {
    const made = await database({ allocatedStorage: 50 });
    const change = (inputs: Values): Promise<Made> =>
      aws.update(made, { ...small, allocatedStorage: 50, ...inputs });
    expect(await refusal(change({ allocatedStorage: 20 }))).to.include(
      "Requested storage size (20) cannot be less than the current storage size (50).",
    );
    expect(await refusal(change({ engineVersion: "15.10" }))).to.include(
      "Cannot upgrade postgres from 16.13 to 15.10",
    );
    expect(await refusal(change({ engineVersion: "17.9" }))).to.include(
      "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    );
    const upgraded = await change({ engineVersion: "17.9", allowMajorVersionUpgrade: true });
    expect(upgraded.outputs["engineVersionActual"]).to.equal("17.9");
    expect(upgraded.outputs["endpoint"]).to.equal(made.outputs["endpoint"]);
  });

  it("makes no version that RDS makes no more, and goes to none, whatever else changes", async () => {
    for (const version of ["12.22", "13.16", "14.19", "15.14", "16.8", "16.10", "17.6"]) {
      expect(await refusal(database({ engineVersion: version })), version).to.include(
        `api error InvalidParameterCombination: Cannot find version ${version} for postgres`,
      );
    }
    const made = await database({ engineVersion: "16.11" });
    const change = (inputs: Values): Promise<Made> => aws.update(made, { ...small, ...inputs });
    expect(await refusal(change({ engineVersion: "16.10" }))).to.include(
      "Cannot find upgrade path from 16.11 to 16.10.",
    );
    expect((await change({ engineVersion: "16.13" })).outputs["engineVersionActual"]).to.equal("16.13");
  });

  it("goes to no minor of another major that is older than what runs, also where RDS chooses it", async () => {
    const made = await database({ engineVersion: "16.14" });
    const change = (engineVersion: string): Promise<Made> =>
      aws.update(made, { ...small, engineVersion, allowMajorVersionUpgrade: true });
    expect(await refusal(change("17.8"))).to.include("Cannot upgrade postgres from 16.14 to 17.8");
    expect(await refusal(change("17"))).to.include("Cannot upgrade postgres from 16.14 to 17.9");
    expect((await change("17.10")).outputs["engineVersionActual"]).to.equal("17.10");
  });

  it("upgrades what stands at a minor that has ended, by itself, and says so when somebody looks", async () => {
    const made = await database({ autoMinorVersionUpgrade: false });
    const aged = (version: string): void => {
      for (const record of aws.records(instanceType)) {
        const old = { engineVersion: version, engineVersionActual: version };
        aws.cloud.store.replace({
          ...record,
          inputs: { ...record.inputs, engineVersion: version },
          outputs: { ...record.outputs, ...old },
        });
      }
    };
    aged("16.11");
    expect((await aws.read(made))?.outputs["engineVersionActual"]).to.equal("16.11");
    aged("16.8");
    const found = await aws.read(made);
    expect(found?.inputs["engineVersion"]).to.equal("16.13");
    expect(found?.outputs).to.include({ engineVersion: "16.13", engineVersionActual: "16.13" });
    expect(aws.records(instanceType)[0]?.outputs["engineVersionActual"]).to.equal("16.13");
  });

  it("takes a database's name with capitals, and none that begins with an underscore or has a hyphen", async () => {
    const refused = "DBName must begin with a letter and contain only alphanumeric characters.";
    expect(await refusal(database({ dbName: "_users" }))).to.include(refused);
    expect(await refusal(database({ dbName: "user-data" }))).to.include(refused);
    expect((await database({ dbName: "User_Data" })).outputs["dbName"]).to.equal("User_Data");
  });

  it("refuses operations of gp3 that do not go with its size, also those that the provider sends by itself", async () => {
    const gp3 = (allocatedStorage: number, more: Values = {}): Values => ({
      ...small,
      storageType: "gp3",
      allocatedStorage,
      ...more,
    });
    const included = { iops: 12000, storageThroughput: 500 };
    const under =
      "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.";
    const old = "Invalid iops value for engine name postgres and storage type gp3: 3000";
    expect(await refusal(database(gp3(399, { iops: 12000 })))).to.include(under);
    expect(await refusal(database(gp3(400, { iops: 3000 })))).to.include(old);
    const made = await database(gp3(100));
    expect(made.outputs).to.include({ iops: 3000, storageThroughput: 125 });
    expect(await refusal(aws.update(made, gp3(400)))).to.include(old);
    expect(await refusal(aws.update(made, gp3(100, included)))).to.include(under);
    const larger = await aws.update(made, gp3(200));
    const grown = await aws.update(larger, gp3(400, included));
    expect(grown.outputs).to.include({ allocatedStorage: 400, ...included });
    const still = await aws.update(grown, gp3(500, included));
    expect((await aws.update(still, gp3(500, { iops: 20000, storageThroughput: 800 }))).outputs).to.include({
      iops: 20000,
    });
  });

  it("takes storage that RDS has grown up to the maximum for no change, and sends nothing of it", async () => {
    const inputs = { ...small, allocatedStorage: 20, maxAllocatedStorage: 100 };
    const made = await database(inputs);
    const grown = { ...made, outputs: { ...made.outputs, allocatedStorage: 45 } };
    for (const record of aws.records(instanceType)) {
      aws.cloud.store.replace({ ...record, outputs: { ...record.outputs, allocatedStorage: 45 } });
    }
    const changes = (wanted: Values): readonly string[] =>
      diffInputs(instanceType, { ...inputs, allocatedStorage: 45 }, { ...inputs, ...wanted }, grown.outputs)
        .changes;
    expect(changes({})).to.deep.equal([]);
    expect(changes({ allocatedStorage: 30 })).to.deep.equal([]);
    expect(changes({ allocatedStorage: 50 })).to.deep.equal(["allocatedStorage"]);
    expect(changes({ maxAllocatedStorage: 20 })).to.include("allocatedStorage");
    const changed = await aws.update(grown, { ...inputs, instanceClass: "db.t4g.medium" });
    expect(changed.outputs).to.include({ allocatedStorage: 45, instanceClass: "db.t4g.medium" });
  });

  it("lets no standing instance become a replica, nor a replica have another source, but be promoted", async () => {
    const made = await database();
    const words = "cannot elect new source database for replication";
    const unnamed = Object.fromEntries(Object.entries(small).filter(([name]) => name !== "username"));
    expect(await refusal(aws.update(made, { ...unnamed, replicateSourceDb: "other" }))).to.include(words);
    const follower = { identifier: "replica", instanceClass: "db.t4g.small", skipFinalSnapshot: true };
    await aws.update(made, { ...small, backupRetentionPeriod: 1 });
    const replica = await aws.create(instanceType, "replica", { ...follower, replicateSourceDb: "users" });
    expect(await refusal(aws.update(replica, { ...follower, replicateSourceDb: "other" }))).to.include(words);
    expect((await aws.update(replica, follower)).outputs).not.to.have.property("replicateSourceDb");
  });

  it("refuses a parameter group of another family", async () => {
    await aws.create("aws:rds/parameterGroup:ParameterGroup", "p", { name: "p15", family: "postgres15" });
    expect(await refusal(database({ parameterGroupName: "p15" }))).to.include(
      "The parameter group p15 with DBParameterGroupFamily postgres15 can't be used for this instance.",
    );
  });

  it("refuses to delete what is protected, and lets it go once protection was lifted", async () => {
    const made = await database({ deletionProtection: true });
    expect(await refusal(aws.delete(made))).to.include(
      "api error InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection",
    );
    const lifted = await aws.update(made, { ...small, deletionProtection: false });
    await aws.delete(lifted);
    expect(aws.records(instanceType)).to.deep.equal([]);
  });

  it("refuses to delete without a final snapshot or a name for it, and leaves the snapshot behind with one", async () => {
    const nameless = await database({ skipFinalSnapshot: false });
    expect(await refusal(aws.delete(nameless))).to.include(
      "final_snapshot_identifier is required when skip_final_snapshot is false",
    );
    const named = await aws.update(nameless, {
      ...small,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "users-final",
    });
    await aws.delete(named);
    const [snapshot] = aws.records(snapshotType);
    expect(snapshot?.id).to.equal("users-final");
    expect(snapshot?.outputs).to.include({
      dbInstanceIdentifier: "users",
      engine: "postgres",
      snapshotType: "manual",
      status: "available",
    });
    // Its master secret went with it.
    expect(aws.records("aws:secretsmanager/secret:Secret")).to.deep.equal([]);
  });

  it("refuses a final snapshot under a name that is taken", async () => {
    const final = { skipFinalSnapshot: false, finalSnapshotIdentifier: "users-final" };
    await aws.delete(await database(final));
    const second = await database(final);
    expect(await refusal(aws.delete(second))).to.include(
      "Cannot create the snapshot because a snapshot with the identifier users-final already exists.",
    );
    expect(aws.records(instanceType)).to.have.length(1);
  });

  it("wants subnets in two zones, and keeps the group while an instance is in it", async () => {
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    const subnet = (name: string, cidrBlock: string, availabilityZone: string): Promise<Made> =>
      aws.create("aws:ec2/subnet:Subnet", name, { vpcId: vpc.id, cidrBlock, availabilityZone });
    const a = await subnet("a", "10.0.1.0/24", "eu-west-1a");
    const b = await subnet("b", "10.0.2.0/24", "eu-west-1b");
    const groupType = "aws:rds/subnetGroup:SubnetGroup";
    expect(await refusal(aws.create(groupType, "one", { name: "one", subnetIds: [a.id] }))).to.include(
      "Add subnets to cover at least 2 AZs.",
    );
    const group = await aws.create(groupType, "two", { name: "two", subnetIds: [a.id, b.id] });
    expect(group.outputs["vpcId"]).to.equal(vpc.id);
    await database({ dbSubnetGroupName: "two" });
    expect(await refusal(aws.delete(group))).to.include("InvalidDBSubnetGroupStateFault");
    expect(await refusal(aws.delete(b))).to.include("DependencyViolation");
  });
});

describe("rehearsal: DynamoDB", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const keys: Values = {
    name: "dev_reports",
    hashKey: "hour",
    rangeKey: "ts",
    attributes: [
      { name: "hour", type: "S" },
      { name: "ts", type: "N" },
    ],
    billingMode: "PAY_PER_REQUEST",
  };
  const table = (inputs: Values = {}): Promise<Made> =>
    aws.create(tableType, "reports", { ...keys, ...inputs });

  it("knows a table by its name, and has a stream only where one is wanted", async () => {
    const made = await table();
    expect(made.id).to.equal("dev_reports");
    expect(made.outputs).to.include({
      arn: "arn:aws:dynamodb:eu-west-1:111122223333:table/dev_reports",
      streamArn: "",
    });
    const streaming = await table({ name: "other", streamEnabled: true, streamViewType: "KEYS_ONLY" });
    expect(streaming.outputs["streamArn"]).to.match(
      /:table\/other\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000$/,
    );
  });

  it("refuses a name that is taken, an attribute that is no key, and provisioned units that nobody gave", async () => {
    await table();
    expect(await refusal(table())).to.include("ResourceInUseException: Table already exists: dev_reports");
    const attributes = [...(keys["attributes"] as readonly Values[]), { name: "x", type: "S" }];
    expect(await refusal(table({ name: "unused", attributes }))).to.include(
      'all attributes must be indexed. Unused attributes: ["x"]',
    );
    expect(await refusal(table({ name: "units", billingMode: "PROVISIONED" }))).to.include(
      "Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint",
    );
  });

  it("refuses to delete a protected table", async () => {
    const made = await table({ deletionProtectionEnabled: true });
    expect(await refusal(aws.delete(made))).to.include(
      "ValidationException: Resource cannot be deleted as it is currently protected against deletion.",
    );
  });

  it("scales what is there, reading and writing apart although they have one id", async () => {
    await table({ billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 });
    const target = (direction: string): Values => ({
      serviceNamespace: "dynamodb",
      resourceId: "table/dev_reports",
      scalableDimension: `dynamodb:table:${direction}CapacityUnits`,
      minCapacity: 1,
      maxCapacity: 10,
    });
    const targetType = "aws:appautoscaling/target:Target";
    const read = await aws.create(targetType, "read", target("Read"));
    const write = await aws.create(targetType, "write", target("Write"));
    expect([read.id, write.id]).to.deep.equal(["table/dev_reports", "table/dev_reports"]);
    await aws.delete(read);
    expect(await aws.read(read)).to.equal(undefined);
    expect((await aws.read(write))?.outputs["scalableDimension"]).to.equal(
      "dynamodb:table:WriteCapacityUnits",
    );
    expect(
      await refusal(aws.create(targetType, "none", { ...target("Read"), resourceId: "table/none" })),
    ).to.include("DynamoDB table does not exist: table/none");
  });
});

describe("rehearsal: log groups", () => {
  it("come back when a service writes its last lines to them, without what they were set to, and only where one does", async () => {
    const type = "aws:cloudwatch/logGroup:LogGroup";
    const match = { type, method: "delete" as const };
    const aws = rehearsedAws({ faults: [{ match, fault: "comes-back", times: 3 }] });
    try {
      const group = (name: string): Promise<Made> => aws.create(type, "logs", { name, retentionInDays: 30 });
      await aws.delete(await group("/aws/eks/groundwork-dev-cluster/cluster"));
      await aws.delete(await group("/aws/rds/instance/users/postgresql"));
      await aws.delete(await group("/groundwork/dev/flow-log"));
      expect(aws.records(type).map(({ id, inputs }) => [id, inputs["retentionInDays"]])).to.deep.equal([
        ["/aws/eks/groundwork-dev-cluster/cluster", undefined],
        ["/aws/rds/instance/users/postgresql", undefined],
      ]);
      expect(await refusal(group("/aws/rds/instance/users/postgresql"))).to.include(
        "ResourceAlreadyExistsException: The specified log group already exists",
      );
    } finally {
      aws.remove();
    }
  });
});
