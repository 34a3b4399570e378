import { expect } from "chai";
import { Reports } from "../../components/reports/reports";
import type { GuardLevel } from "../../guard/level";
import { reportsSettings } from "../../settings/sections/reports";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const TABLE = "aws:dynamodb/table:Table";
const BUCKET = "aws:s3/bucket:Bucket";
const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";

const BUCKET_PARTS = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
];

const hour = { name: "hour", type: "S" };
const ts = { name: "ts", type: "N" };

function recordReports(
  settings: Record<string, unknown> = {},
  { guardLevel = "development", preview = false }: { guardLevel?: GuardLevel; preview?: boolean } = {},
): Promise<Recording<Reports>> {
  const parsed = reportsSettings.parse({ bucket: { name: "example-dev-reports" }, ...settings });
  return record(() => new Reports("reports", { context: stackContext({ guardLevel }), settings: parsed }), {
    preview,
  });
}

describe("reports", () => {
  it("are exactly one table and one bucket when the settings name no tables", async () => {
    expect((await recordReports()).counts()).to.deep.equal({
      [TABLE]: 1,
      [BUCKET]: 1,
      ...Object.fromEntries(BUCKET_PARTS.map((type) => [type, 1])),
      "groundwork:reports:Reports": 1,
    });
  });

  it("are known by the names of their tables and bucket", async () => {
    const recording = await recordReports({
      tables: { reports: { hashKey: hour, rangeKey: ts }, notes: { hashKey: hour } },
    });
    expect(recording.outputsOf(recording.one("groundwork:reports:Reports"))).to.deep.equal({
      tables: { reports: "dev_reports", notes: "dev_notes" },
      bucket: "example-dev-reports",
    });
    expect(recording.result.tableNames).to.deep.equal({ reports: "dev_reports", notes: "dev_notes" });
    expect(recording.result.bucketName).to.equal("example-dev-reports");
  });
});

describe("a reports table", () => {
  it("has the keys of the old one, pays by request, and can be restored to any moment of 35 days", async () => {
    expect((await recordReports()).one(TABLE).inputs).to.deep.equal({
      name: "dev_reports",
      attributes: [
        { name: "hour", type: "S" },
        { name: "ts", type: "N" },
      ],
      hashKey: "hour",
      rangeKey: "ts",
      globalSecondaryIndexes: [],
      billingMode: "PAY_PER_REQUEST",
      ttl: { enabled: false },
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      deletionProtectionEnabled: true,
      tags: { Name: "dev_reports" },
    });
  });

  it("has no scaling and lets no change pass unseen when it pays by request", async () => {
    const recording = await recordReports();
    expect(recording.ofType(TARGET)).to.deep.equal([]);
    expect(recording.ofType(POLICY)).to.deep.equal([]);
    expect(recording.one(TABLE).options.ignoreChanges).to.deep.equal([]);
  });

  it("declares each key attribute once, those of indexes included", async () => {
    const { inputs } = (
      await recordReports({
        tables: {
          reports: {
            hashKey: hour,
            rangeKey: ts,
            globalSecondaryIndexes: {
              "by-probe": { hashKey: { name: "probe", type: "S" }, rangeKey: ts },
              "by-hour": { hashKey: hour },
            },
          },
        },
      })
    ).one(TABLE);
    expect(inputs["attributes"]).to.deep.equal([
      { name: "hour", type: "S" },
      { name: "probe", type: "S" },
      { name: "ts", type: "N" },
    ]);
    expect(inputs["globalSecondaryIndexes"]).to.deep.equal([
      {
        name: "by-probe",
        projectionType: "ALL",
        keySchemas: [
          { attributeName: "probe", keyType: "HASH" },
          { attributeName: "ts", keyType: "RANGE" },
        ],
      },
      { name: "by-hour", projectionType: "ALL", keySchemas: [{ attributeName: "hour", keyType: "HASH" }] },
    ]);
  });

  it("expires items by an attribute when the settings name one", async () => {
    const { inputs } = (
      await recordReports({ tables: { reports: { hashKey: hour, ttlAttribute: "expires" } } })
    ).one(TABLE);
    expect(inputs["ttl"]).to.deep.equal({ enabled: true, attributeName: "expires" });
  });

  const provisioned = {
    mode: "provisioned",
    read: { min: 100, max: 400 },
    write: { min: 200, max: 800 },
    targetUtilization: 60,
  };

  it("starts at the least units when they are provisioned, and then leaves them to scaling", async () => {
    const { inputs, options } = (
      await recordReports({ tables: { reports: { hashKey: hour, billing: provisioned } } })
    ).one(TABLE);
    expect(inputs).to.deep.include({ billingMode: "PROVISIONED", readCapacity: 100, writeCapacity: 200 });
    expect(options.ignoreChanges).to.deep.equal(["readCapacity", "writeCapacity"]);
  });

  it("scales reads and writes each within its own bounds, on the utilization asked for", async () => {
    const recording = await recordReports({ tables: { reports: { hashKey: hour, billing: provisioned } } });
    const on = (direction: string): Record<string, unknown> => ({
      serviceNamespace: "dynamodb",
      resourceId: "table/dev_reports",
      scalableDimension: `dynamodb:table:${direction}CapacityUnits`,
    });
    expect(recording.ofType(TARGET).map(({ inputs }) => inputs)).to.have.deep.members([
      { ...on("Read"), minCapacity: 100, maxCapacity: 400 },
      { ...on("Write"), minCapacity: 200, maxCapacity: 800 },
    ]);
    const tracking = (direction: string): Record<string, unknown> => ({
      predefinedMetricSpecification: { predefinedMetricType: `DynamoDB${direction}CapacityUtilization` },
      targetValue: 60,
    });
    expect(recording.ofType(POLICY).map(({ inputs }) => inputs)).to.have.deep.members([
      {
        ...on("Read"),
        name: "read-utilization",
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: tracking("Read"),
      },
      {
        ...on("Write"),
        name: "write-utilization",
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: tracking("Write"),
      },
    ]);
  });

  it("scales only after it is there", async () => {
    const recording = await recordReports({ tables: { reports: { hashKey: hour, billing: provisioned } } });
    for (const target of recording.ofType(TARGET)) {
      expect(recording.dependencies(target)).to.include("reports-reports");
    }
  });

  it("is refused provisioned units together with secondary indexes", async () => {
    let failure: unknown;
    try {
      await recordReports({
        tables: {
          reports: {
            hashKey: hour,
            billing: provisioned,
            globalSecondaryIndexes: { "by-ts": { hashKey: ts } },
          },
        },
      });
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.include(
      'reports: table dev_reports has provisioned units and secondary indexes (by-ts). Set billing.mode to "onDemand" or take the indexes away.',
    );
  });
});

describe("how reports are guarded", () => {
  const guardedTypes = [TABLE, BUCKET, BUCKET_PARTS[3] ?? ""];

  for (const guardLevel of ["production", "development"] as const) {
    it(`is with every lock at level ${guardLevel}`, async () => {
      const recording = await recordReports({}, { guardLevel });
      expect(recording.one(TABLE).inputs["deletionProtectionEnabled"]).to.equal(true);
      for (const type of guardedTypes) {
        const { options } = recording.one(type);
        expect(options.protect, type).to.equal(true);
        expect(options.hooks.beforeDelete, type).to.have.length(1);
      }
    });
  }

  it("is with none at level disposable", async () => {
    const recording = await recordReports({}, { guardLevel: "disposable" });
    expect(recording.one(TABLE).inputs["deletionProtectionEnabled"]).to.equal(false);
    for (const type of guardedTypes) {
      const { options } = recording.one(type);
      expect(options.protect, type).to.equal(false);
      expect(options.hooks, type).to.deep.equal({});
    }
  });
});
