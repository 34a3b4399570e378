import { expect } from "chai";
import { Database } from "../../components/database/database";
import type { GuardLevel } from "../../guard/level";
import { databaseSettings } from "../../settings/sections/database";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const INSTANCE = "aws:rds/instance:Instance";

function recordDatabase(
  settings: Record<string, unknown>,
  guardLevel: GuardLevel = "development",
): Promise<Recording<Database>> {
  const smallest = {
    engineVersion: "16.13",
    instanceClass: "db.r7g.large",
    allocatedStorage: 400,
    backupRetentionDays: 7,
  };
  const parsed = databaseSettings.parse({ ...smallest, ...settings });
  return record(
    () =>
      new Database("database", {
        context: stackContext({ guardLevel }),
        settings: parsed,
        vpcId: "vpc-0aaaaaaaaaaaaaaaa",
        subnetIds: ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"],
      }),
  );
}

describe("read replicas of a database", () => {
  const replicas = {
    reports: { instanceClass: "db.r7g.xlarge", availabilityZone: "eu-west-1b" },
    search: { multiAz: true, engineVersion: "16.14" },
  };

  it("follow the database, with its storage, its doors and its monitoring, and nothing that RDS refuses of a replica", async () => {
    const recording = await recordDatabase({ replicas, performanceInsights: false });
    const group = recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup"));
    const reports = recording.one(INSTANCE, "database-reports");
    expect(reports.inputs).to.deep.equal({
      identifier: "groundwork-dev-database-reports",
      replicateSourceDb: "groundwork-dev-database",
      instanceClass: "db.r7g.xlarge",
      availabilityZone: "eu-west-1b",
      multiAz: false,
      autoMinorVersionUpgrade: false,
      applyImmediately: false,
      maintenanceWindow: "sun:04:30-sun:05:30",
      storageType: "gp3",
      allocatedStorage: 400,
      iops: 12000,
      storageThroughput: 500,
      storageEncrypted: true,
      port: 5432,
      publiclyAccessible: false,
      vpcSecurityGroupIds: [group],
      caCertIdentifier: "rds-ca-rsa2048-g1",
      iamDatabaseAuthenticationEnabled: false,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: 0,
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: false,
      tags: { Name: "groundwork-dev-database-reports" },
    });
    const { inputs } = recording.one(INSTANCE, "database-search");
    expect(inputs).to.include({ instanceClass: "db.r7g.large", multiAz: true, engineVersion: "16.14" });
    expect(inputs).to.not.have.property("availabilityZone");
  });

  it("are protected, and have a place for their logs before RDS makes one", async () => {
    const recording = await recordDatabase({ replicas });
    const { options } = recording.one(INSTANCE, "database-reports");
    expect(options.protect).to.equal(true);
    const names = recording.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs["name"]);
    expect(names).to.include("/aws/rds/instance/groundwork-dev-database-reports/postgresql");
    const free = await recordDatabase({ replicas }, "disposable");
    expect(free.one(INSTANCE, "database-reports").inputs["deletionProtection"]).to.equal(false);
  });

  it("are of each instance that is kept, so that a switch makes and deletes none", async () => {
    const restored = { copy: { snapshot: "users-final" } };
    const named = { replicas, restored, serving: "copy", monitoring: { intervalSeconds: 60 } };
    const recording = await recordDatabase(named);
    expect(recording.one(INSTANCE, "database-copy-reports").inputs).to.include({
      identifier: "groundwork-dev-database-copy-reports",
      replicateSourceDb: "groundwork-dev-database-copy",
    });
    const { Statement } = JSON.parse(
      String(recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"]),
    ) as { Statement: readonly { Condition: { StringEquals: Record<string, string> } }[] };
    expect(
      Statement.map(({ Condition }) => Condition.StringEquals["aws:SourceArn"]?.split(":db:")[1]),
    ).to.deep.equal([
      "groundwork-dev-database",
      "groundwork-dev-database-copy",
      "groundwork-dev-database-reports",
      "groundwork-dev-database-search",
      "groundwork-dev-database-copy-reports",
      "groundwork-dev-database-copy-search",
    ]);
  });

  it("are outputs, each under its name", async () => {
    const recording = await recordDatabase({ replicas });
    const { replicas: found } = recording.outputsOf(recording.one("groundwork:database:Database"));
    expect(found).to.have.all.keys("reports", "search");
  });
});

describe("what a database is watched with", () => {
  it("is Enhanced Monitoring by a role that RDS takes for this stack's instances alone", async () => {
    const recording = await recordDatabase({ monitoring: { intervalSeconds: 60 }, replicas: { r: {} } });
    const [role] = recording.ofType("aws:iam/role:Role");
    const { Statement } = JSON.parse(String(role?.inputs["assumeRolePolicy"])) as {
      Statement: readonly unknown[];
    };
    const statement = (sid: string, identifier: string): unknown => ({
      Sid: sid,
      Effect: "Allow",
      Principal: { Service: "monitoring.rds.amazonaws.com" },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: {
          "aws:SourceAccount": "111122223333",
          "aws:SourceArn": `arn:aws:rds:eu-west-1:111122223333:db:${identifier}`,
        },
      },
    });
    expect(Statement).to.deep.equal([
      statement("Instance1", "groundwork-dev-database"),
      statement("Instance2", "groundwork-dev-database-r"),
    ]);
    expect(recording.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs["policyArn"]).to.equal(
      "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    );
    for (const { inputs } of recording.ofType(INSTANCE)) {
      expect(inputs["monitoringInterval"]).to.equal(60);
      expect(inputs["monitoringRoleArn"]).to.be.a("string");
    }
    expect((await recordDatabase({})).ofType("aws:iam/role:Role")).to.deep.equal([]);
  });

  it("is Performance Insights for as long as somebody pays, and for fifteen months in the advanced mode", async () => {
    const insights = async (settings: Record<string, unknown>): Promise<readonly unknown[]> => {
      const { inputs } = (await recordDatabase(settings)).one(INSTANCE);
      return [inputs["databaseInsightsMode"], inputs["performanceInsightsRetentionPeriod"]];
    };
    expect(await insights({})).to.deep.equal(["standard", 7]);
    expect(await insights({ performanceInsightsRetentionDays: 93 })).to.deep.equal(["standard", 93]);
    expect(await insights({ databaseInsights: "advanced" })).to.deep.equal(["advanced", 465]);
  });

  it("goes with tokens of IAM and another authority where they are asked for", async () => {
    const settings = { iamAuthentication: true, caCertificate: "rds-ca-ecc384-g1" };
    expect((await recordDatabase(settings)).one(INSTANCE).inputs).to.include({
      iamDatabaseAuthenticationEnabled: true,
      caCertIdentifier: "rds-ca-ecc384-g1",
    });
  });
});

describe("copies of a database's backups", () => {
  const backupCopies = { region: "eu-central-1", retentionDays: 35 };

  it("are taken every day and copied to a vault in another region, under a key and a lock there", async () => {
    const recording = await recordDatabase({ backupCopies });
    const inputs = (type: string, name: string): unknown => recording.one(type, name).inputs;
    const identifier = "groundwork-dev-database";
    const tags = { Name: identifier };
    const key = recording.one("aws:kms/key:Key", "database-copies");
    expect(key.inputs).to.deep.include({ region: "eu-central-1", enableKeyRotation: true });
    expect(inputs("aws:backup/vault:Vault", "database-copies")).to.deep.include({
      region: "eu-central-1",
      name: identifier,
      forceDestroy: false,
      tags,
    });
    expect(inputs("aws:backup/vault:Vault", "database-backups")).to.not.have.property("region");
    expect(
      inputs("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "database-copies"),
    ).to.deep.equal({
      region: "eu-central-1",
      backupVaultName: identifier,
      minRetentionDays: 7,
    });
    expect(inputs("aws:backup/plan:Plan", "database-backups")).to.deep.equal({
      name: identifier,
      rules: [
        {
          ruleName: "copies",
          targetVaultName: identifier,
          schedule: "cron(0 6 ? * * *)",
          startWindow: 60,
          completionWindow: 1440,
          lifecycle: { deleteAfter: 7 },
          copyActions: [
            {
              destinationVaultArn: `arn:aws:backup:eu-central-1:111122223333:backup-vault:${identifier}`,
              lifecycle: { deleteAfter: 35 },
            },
          ],
        },
      ],
      tags,
    });
    const selection = recording.one("aws:backup/selection:Selection", "database-backups");
    expect(selection.inputs["resources"]).to.deep.equal([
      "arn:aws:rds:eu-west-1:111122223333:db:groundwork-dev-database",
    ]);
    expect(recording.dependencies(recording.one("aws:backup/plan:Plan"))).to.include("database-copies");
    const both = await recordDatabase({ backupCopies, restored: { copy: { snapshot: "users-final" } } });
    const selected = both.ofType("aws:backup/selection:Selection").map(({ inputs: own }) => own["name"]);
    expect(selected).to.have.members(["first", "copy"]);
  });

  it("are taken on the days and at the time that the settings say", async () => {
    const often = { ...backupCopies, days: ["wed", "sun"], startTime: "22:05" };
    const [rule] = (await recordDatabase({ backupCopies: often })).one("aws:backup/plan:Plan").inputs[
      "rules"
    ] as readonly Record<string, unknown>[];
    expect(rule?.["schedule"]).to.equal("cron(5 22 ? * WED,SUN *)");
  });

  it("are given up by nobody who has no approval, but at level disposable with all that is in the vault", async () => {
    const recording = await recordDatabase({ backupCopies });
    const types = [
      "vault:Vault",
      "vaultLockConfiguration:VaultLockConfiguration",
      "plan:Plan",
      "selection:Selection",
    ];
    for (const resource of types.flatMap((type) => recording.ofType(`aws:backup/${type}`))) {
      expect(resource.options.protect, resource.urn).to.equal(true);
    }
    // Another lock of the same vault takes this one's place, and would go with it.
    expect(
      recording.one("aws:backup/vaultLockConfiguration:VaultLockConfiguration").options.retainOnDelete,
    ).to.equal(true);
    const free = await recordDatabase({ backupCopies }, "disposable");
    expect(free.ofType("aws:backup/vault:Vault").map(({ inputs }) => inputs["forceDestroy"])).to.deep.equal([
      true,
      true,
    ]);
  });
});
