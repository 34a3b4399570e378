import { expect } from "chai";
import { Database } from "../../components/database/database";
import type { GuardLevel } from "../../guard/level";
import { databaseSettings } from "../../settings/sections/database";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const INSTANCE = "aws:rds/instance:Instance";
const KEY = "aws:kms/key:Key";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

const smallest = {
  engineVersion: "16",
  instanceClass: "db.t4g.medium",
  allocatedStorage: 20,
  backupRetentionDays: 7,
};

interface Changes {
  readonly guardLevel?: GuardLevel;
  readonly preview?: boolean;
  readonly use?: (database: Database) => void;
}

function recordDatabase(
  settings: Record<string, unknown> = {},
  { guardLevel = "development", preview = false, use }: Changes = {},
): Promise<Recording<Database>> {
  const parsed = databaseSettings.parse({ ...smallest, ...settings });
  return record(
    () => {
      const database = new Database("database", {
        context: stackContext({ guardLevel }),
        settings: parsed,
        vpcId: "vpc-0aaaaaaaaaaaaaaaa",
        subnetIds: ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"],
      });
      use?.(database);
      return database;
    },
    { preview },
  );
}

describe("a database", () => {
  it("consists of exactly these resources when nobody may connect", async () => {
    expect((await recordDatabase()).counts()).to.deep.equal({
      "aws:cloudwatch/logGroup:LogGroup": 2,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:kms/alias:Alias": 1,
      "aws:kms/key:Key": 1,
      "aws:rds/instance:Instance": 1,
      "aws:rds/parameterGroup:ParameterGroup": 1,
      "aws:rds/subnetGroup:SubnetGroup": 1,
      "groundwork:database:Database": 1,
    });
  });

  it("is PostgreSQL, private, encrypted, backed up, and leaves a final snapshot", async () => {
    const recording = await recordDatabase();
    const keyArn = `arn:aws:kms:eu-west-1:111122223333:key/${recording.idOf(recording.one(KEY))}`;
    expect(recording.one(INSTANCE).inputs).to.deep.equal({
      identifier: "groundwork-dev-database",
      instanceClass: "db.t4g.medium",
      engine: "postgres",
      engineVersion: "16",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      parameterGroupName: recording.idOf(recording.one("aws:rds/parameterGroup:ParameterGroup")),
      applyImmediately: false,
      storageType: "gp3",
      allocatedStorage: 20,
      storageEncrypted: true,
      kmsKeyId: keyArn,
      dbName: "users",
      username: "groundwork",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keyArn,
      port: 5432,
      publiclyAccessible: false,
      dbSubnetGroupName: "groundwork-dev-database",
      vpcSecurityGroupIds: [recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup"))],
      multiAz: false,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      backupRetentionPeriod: 7,
      backupWindow: "03:00-04:00",
      maintenanceWindow: "sun:04:30-sun:05:30",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "groundwork-dev-users-final",
      deletionProtection: true,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      performanceInsightsEnabled: true,
      iamDatabaseAuthenticationEnabled: false,
      monitoringInterval: 0,
      databaseInsightsMode: "standard",
      performanceInsightsKmsKeyId: keyArn,
      performanceInsightsRetentionPeriod: 7,
      tags: { Name: "groundwork-dev-database" },
    });
  });

  it("never has a password in what the engine is told: the cloud makes it", async () => {
    const { inputs } = (await recordDatabase()).one(INSTANCE);
    expect(inputs).to.not.have.any.keys("password", "passwordWo", "passwordWoVersion");
  });

  it("takes what the settings say about size, windows and copies", async () => {
    const { inputs } = (
      await recordDatabase({
        multiAz: true,
        allocatedStorage: 400,
        maxAllocatedStorage: 1000,
        iops: 12000,
        backupWindow: "01:00-02:00",
        maintenanceWindow: "tue:02:30-tue:03:30",
        finalSnapshotIdentifier: "last-of-users",
        databaseName: "users_two",
      })
    ).one(INSTANCE);
    expect(inputs).to.deep.include({
      multiAz: true,
      allocatedStorage: 400,
      maxAllocatedStorage: 1000,
      iops: 12000,
      backupWindow: "01:00-02:00",
      maintenanceWindow: "tue:02:30-tue:03:30",
      finalSnapshotIdentifier: "last-of-users",
      dbName: "users_two",
    });
  });

  it("says what gp3 includes where RDS would be told something else, and nothing where RDS takes nothing", async () => {
    const performance = async (settings: Record<string, unknown>): Promise<readonly unknown[]> => {
      const { inputs } = (await recordDatabase(settings)).one(INSTANCE);
      return [inputs["iops"], inputs["storageThroughput"]];
    };
    expect(await performance({ allocatedStorage: 399 })).to.deep.equal([undefined, undefined]);
    expect(await performance({ allocatedStorage: 400 })).to.deep.equal([12000, 500]);
    expect(await performance({ allocatedStorage: 500, iops: 20000 })).to.deep.equal([20000, 500]);
    const both = { allocatedStorage: 500, iops: 20000, storageThroughput: 800 };
    expect(await performance(both)).to.deep.equal([20000, 800]);
    const io2 = { allocatedStorage: 500, storageType: "io2", iops: 5000 };
    expect(await performance(io2)).to.deep.equal([5000, undefined]);
  });

  it("names its final snapshot so that RDS takes the name, whatever the database is called", async () => {
    const settings = { databaseName: "users_two" };
    const { inputs } = (await recordDatabase(settings)).one(INSTANCE);
    expect(inputs["finalSnapshotIdentifier"]).to.equal("groundwork-dev-users-two-final");
    // Where it may be destroyed, and so again, each life has a name of its own.
    const recording = await recordDatabase(settings, { guardLevel: "disposable" });
    const key = recording.idOf(recording.one(KEY));
    expect(recording.one(INSTANCE).inputs["finalSnapshotIdentifier"]).to.equal(
      `groundwork-dev-users-two-final-${key.slice(0, 8)}`,
    );
  });

  it("gives the databases Users, users and users_ three names of a last snapshot, all in lower case", async () => {
    const names = [];
    for (const databaseName of ["users", "Users", "users_", "_"]) {
      names.push((await recordDatabase({ databaseName })).one(INSTANCE).inputs["finalSnapshotIdentifier"]);
    }
    expect(names).to.deep.equal([
      "groundwork-dev-users-final",
      "groundwork-dev-users-6b0cc904-final",
      "groundwork-dev-users-6fb235d3-final",
      "groundwork-dev-d2e2adf7-final",
    ]);
  });

  it("keeps its identifier whatever the settings change, so that a second one beside it is refused", async () => {
    const changed = await recordDatabase({ databaseName: "others", engineVersion: "17", multiAz: true });
    expect(changed.one(INSTANCE).inputs["identifier"]).to.equal("groundwork-dev-database");
  });

  it("lets RDS bring minor versions only when the settings pin none", async () => {
    const major = (await recordDatabase({ engineVersion: "16" })).one(INSTANCE).inputs;
    const minor = (await recordDatabase({ engineVersion: "16.8" })).one(INSTANCE).inputs;
    expect([major["engineVersion"], major["autoMinorVersionUpgrade"]]).to.deep.equal(["16", true]);
    expect([minor["engineVersion"], minor["autoMinorVersionUpgrade"]]).to.deep.equal(["16.8", false]);
  });

  it("says nothing of Performance Insights' key and retention when it is off", async () => {
    const { inputs } = (await recordDatabase({ performanceInsights: false })).one(INSTANCE);
    expect(inputs["performanceInsightsEnabled"]).to.equal(false);
    expect(inputs).to.not.have.any.keys("performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod");
  });

  it("has log groups with an end to their records before RDS makes some without", async () => {
    const recording = await recordDatabase();
    const groups = recording.ofType("aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => inputs)).to.have.deep.members([
      { name: "/aws/rds/instance/groundwork-dev-database/postgresql", retentionInDays: 90 },
      { name: "/aws/rds/instance/groundwork-dev-database/upgrade", retentionInDays: 90 },
    ]);
    expect(recording.dependencies(recording.one(INSTANCE))).to.include.members([
      "database-postgresql",
      "database-upgrade",
    ]);
  });

  it("is given hours to be made, changed and deleted", async () => {
    expect((await recordDatabase()).one(INSTANCE).options.customTimeouts).to.deep.equal({
      create: "90m",
      update: "4h",
      delete: "3h",
    });
  });

  it("has the outputs that others need, and the secret's ARN is not a secret itself", async () => {
    const recording = await recordDatabase();
    const outputs = recording.outputsOf(recording.one("groundwork:database:Database"));
    expect(outputs).to.have.all.keys(
      "endpoint",
      "address",
      "port",
      "secretArn",
      "keyArn",
      "securityGroupId",
      "replicas",
      "identifier",
    );
    expect(outputs["identifier"]).to.equal("groundwork-dev-database");
    expect(outputs["port"]).to.equal(5432);
    expect(outputs["address"]).to.match(
      /^groundwork-dev-database\.[0-9a-f]{12}\.eu-west-1\.rds\.amazonaws\.com$/,
    );
    expect(outputs["endpoint"]).to.equal(`${String(outputs["address"])}:5432`);
    expect(outputs["secretArn"]).to.match(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-/);
  });
});

describe("an instance that was made of a copy", () => {
  const of = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const two = {
    restored: {
      night: { snapshot: "last-of-users", allocatedStorage: 60, instanceClass: "db.r7g.large" },
      noon: { moment: "2026-12-01T12:00:00Z", of },
    },
  };
  const named = (recording: Recording<Database>, name: string): Record<string, unknown> =>
    recording.ofType(INSTANCE).find((one) => one.name === name)?.inputs ?? {};

  it("stands beside the first, which is as it was, in the same network and with the same key and locks", async () => {
    const alone = (await recordDatabase()).one(INSTANCE);
    const recording = await recordDatabase(two);
    expect(recording.counts()).to.include({
      "aws:cloudwatch/logGroup:LogGroup": 6,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:kms/key:Key": 1,
      "aws:rds/instance:Instance": 3,
      "aws:rds/parameterGroup:ParameterGroup": 1,
      "aws:rds/subnetGroup:SubnetGroup": 1,
    });
    const first = named(recording, "database");
    expect(first).to.deep.equal(alone.inputs);
    const { dbName, username, ...shared } = first;
    expect([dbName, username]).to.deep.equal(["users", "groundwork"]);
    expect(named(recording, "database-night")).to.deep.equal({
      ...shared,
      identifier: "groundwork-dev-database-night",
      snapshotIdentifier: "last-of-users",
      allocatedStorage: 60,
      instanceClass: "db.r7g.large",
      finalSnapshotIdentifier: "groundwork-dev-users-night-final",
      tags: { Name: "groundwork-dev-database-night", "restored-from": "last-of-users" },
    });
    expect(named(recording, "database-noon")).to.deep.equal({
      ...shared,
      identifier: "groundwork-dev-database-noon",
      restoreToPointInTime: { restoreTime: "2026-12-01T12:00:00Z", sourceDbiResourceId: of },
      finalSnapshotIdentifier: "groundwork-dev-users-noon-final",
      tags: { Name: "groundwork-dev-database-noon", "restored-from": `${of} at 2026-12-01T12:00:00Z` },
    });
    const optionsOf = (name: string) => recording.ofType(INSTANCE).find((one) => one.name === name)?.options;
    expect(optionsOf("database-night")).to.deep.include({
      protect: true,
      customTimeouts: { create: "6h", update: "4h", delete: "3h" },
    });
    expect(optionsOf("database-noon")?.protect).to.equal(true);
  });

  it("is what the outputs mean when it serves, and the first is deleted only when that is said", async () => {
    const outputsOf = async (settings: Record<string, unknown>): Promise<readonly unknown[]> => {
      const recording = await recordDatabase({ ...two, ...settings });
      const outputs = recording.outputsOf(recording.one("groundwork:database:Database"));
      return [String(outputs["address"]).split(".")[0], recording.ofType(INSTANCE).length];
    };
    expect(await outputsOf({})).to.deep.equal(["groundwork-dev-database", 3]);
    expect(await outputsOf({ serving: "noon" })).to.deep.equal(["groundwork-dev-database-noon", 3]);
    expect(await outputsOf({ serving: "night", first: "givenUp" })).to.deep.equal([
      "groundwork-dev-database-night",
      2,
    ]);
  });

  it("keeps the key of its copy, where that is not the stack's own", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234";
    const recording = await recordDatabase({ restored: { old: { snapshot: "old", kmsKeyArn } } });
    expect(named(recording, "database-old")["kmsKeyId"]).to.equal(kmsKeyArn);
  });
});

describe("who may connect to a database", () => {
  it("is nobody by default: its security group has no rule, inline or other, in or out", async () => {
    const recording = await recordDatabase();
    expect(recording.one("aws:ec2/securityGroup:SecurityGroup").inputs).to.deep.equal({
      description: "PostgreSQL, from whom its own rules allow",
      vpcId: "vpc-0aaaaaaaaaaaaaaaa",
      tags: { Name: "groundwork-dev-database" },
    });
    expect(recording.ofType(RULE)).to.deep.equal([]);
    expect(recording.ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")).to.deep.equal([]);
  });

  it("is each block and each group of the settings, by one rule each, on PostgreSQL's port only", async () => {
    const recording = await recordDatabase({
      allowedCidrBlocks: ["10.20.10.0/24", "10.20.11.0/24"],
      allowedSecurityGroupIds: ["sg-0aaaaaaaaaaaaaaaa"],
    });
    const securityGroupId = recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup"));
    const onPort = { securityGroupId, ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    expect(recording.ofType(RULE).map(({ name, inputs }) => [name, inputs])).to.have.deep.members([
      [
        "database-from-10.20.10.0-24",
        { ...onPort, cidrIpv4: "10.20.10.0/24", description: "PostgreSQL from 10.20.10.0/24" },
      ],
      [
        "database-from-10.20.11.0-24",
        { ...onPort, cidrIpv4: "10.20.11.0/24", description: "PostgreSQL from 10.20.11.0/24" },
      ],
      [
        "database-from-sg-0aaaaaaaaaaaaaaaa",
        {
          ...onPort,
          referencedSecurityGroupId: "sg-0aaaaaaaaaaaaaaaa",
          description: "PostgreSQL from sg-0aaaaaaaaaaaaaaaa",
        },
      ],
    ]);
  });

  const groups = { cluster: "sg-0bbbbbbbbbbbbbbbb", "fleet:api": "sg-0cccccccccccccccc" };

  async function letIn(settings: Record<string, unknown>): Promise<Record<string, unknown>> {
    const recording = await recordDatabase(settings, { use: (database) => database.allowByName(groups) });
    return Object.fromEntries(
      recording.ofType(RULE).map(({ name, inputs }) => [name, inputs["referencedSecurityGroupId"]]),
    );
  }

  it("is the cluster, where nothing is said and there is one", async () => {
    expect(await letIn({})).to.deep.equal({ "database-from-cluster-nodes": "sg-0bbbbbbbbbbbbbbbb" });
  });

  it("is whom the settings name, by the group of each, and then nobody else", async () => {
    expect(await letIn({ allowedFrom: ["fleet:api"] })).to.deep.equal({
      "database-from-fleet-api": "sg-0cccccccccccccccc",
    });
    expect(await letIn({ allowedFrom: [] })).to.deep.equal({});
    expect(Object.keys(await letIn({ allowedFrom: ["cluster", "fleet:api"] }))).to.deep.equal([
      "database-from-cluster-nodes",
      "database-from-fleet-api",
    ]);
  });
});

describe("the parameters of a database", () => {
  async function parameterGroup(settings: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return { ...(await recordDatabase(settings)).one("aws:rds/parameterGroup:ParameterGroup").inputs };
  }

  it("demand TLS and log what is slow or stuck, but no statements", async () => {
    expect((await parameterGroup())["parameters"]).to.deep.equal([
      { name: "log_autovacuum_min_duration", value: "10000", applyMethod: "immediate" },
      { name: "log_lock_waits", value: "1", applyMethod: "immediate" },
      { name: "log_temp_files", value: "65536", applyMethod: "immediate" },
      { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
    ]);
  });

  it("are those of the settings where these say something, static ones at the next reboot", async () => {
    const { parameters } = await parameterGroup({
      parameters: { log_lock_waits: "0", shared_preload_libraries: "pg_stat_statements", work_mem: "65536" },
    });
    expect(parameters).to.deep.equal([
      { name: "log_autovacuum_min_duration", value: "10000", applyMethod: "immediate" },
      { name: "log_lock_waits", value: "0", applyMethod: "immediate" },
      { name: "log_temp_files", value: "65536", applyMethod: "immediate" },
      { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
      { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
      { name: "work_mem", value: "65536", applyMethod: "immediate" },
    ]);
  });

  it("are in a group of the version's family, which has no fixed name so that two can exist at once", async () => {
    expect((await parameterGroup({ engineVersion: "16.8" }))["family"]).to.equal("postgres16");
    const group = await parameterGroup({ engineVersion: "17" });
    expect(group["family"]).to.equal("postgres17");
    expect(group).to.not.have.any.keys("name", "namePrefix");
    const { options } = (await recordDatabase()).one("aws:rds/parameterGroup:ParameterGroup");
    expect(options.deleteBeforeReplace).to.equal(false);
  });

  it("leave the old group behind when the change of version waits for the maintenance window", async () => {
    expect((await parameterGroup({ applyImmediately: false }))["skipDestroy"]).to.equal(true);
    expect((await parameterGroup({ applyImmediately: true }))["skipDestroy"]).to.equal(false);
  });
});

describe("how a database is guarded", () => {
  for (const guardLevel of ["production", "development"] as const) {
    it(`is with every lock at level ${guardLevel}, its key included`, async () => {
      const recording = await recordDatabase({}, { guardLevel });
      expect(recording.one(INSTANCE).inputs["deletionProtection"]).to.equal(true);
      for (const type of [INSTANCE, KEY]) {
        const { options } = recording.one(type);
        expect(options.protect, type).to.equal(true);
        expect(options.hooks.beforeDelete, type).to.have.length(1);
      }
      expect(recording.one(KEY).options.retainOnDelete).to.equal(true);
    });
  }

  it("is with no lock at level disposable, but still with a final snapshot and backups kept", async () => {
    const recording = await recordDatabase({}, { guardLevel: "disposable" });
    expect(recording.one(INSTANCE).inputs).to.deep.include({
      deletionProtection: false,
      skipFinalSnapshot: false,
      deleteAutomatedBackups: false,
    });
    for (const type of [INSTANCE, KEY]) {
      const { options } = recording.one(type);
      expect(options.protect, type).to.equal(false);
      expect(options.hooks, type).to.deep.equal({});
    }
    expect(recording.one(KEY).options.retainOnDelete).to.equal(false);
  });

  it("rotates its key and gives 30 days to take a deletion of it back", async () => {
    const { inputs } = (await recordDatabase()).one(KEY);
    expect(inputs).to.deep.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
  });
});
