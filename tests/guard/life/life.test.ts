import { expect } from "chai";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { judgeSteps } from "../../../guard/judge/judge";
import { shortening } from "../../../guard/life/life";
import { quantity } from "../../../guard/quantity";
import type { ResourceState } from "../../../guard/step";
import { BUCKET, create, DATABASE, QUEUE, TABLE, UNKNOWN_TEXT, update } from "../steps";

type Inputs = Readonly<Record<string, unknown>>;

function rules(type: string, before: Inputs, after: Inputs): string[] {
  return judgeSteps([update(type, before, after)], { level: "production" }).map(({ rule }) => rule);
}

function why(type: string, before: Inputs, after: Inputs): string | undefined {
  return judgeSteps([update(type, before, after)], { level: "production" })[0]?.why;
}

describe("what lets data live shorter", () => {
  describe("an older version", () => {
    const versions = (before: unknown, after: unknown): string[] =>
      rules(DATABASE, { engineVersion: before }, { engineVersion: after });

    it("is refused, number by number", () => {
      expect(versions("16.8", "16.7")).to.deep.equal(["downgrades"]);
      expect(versions("16.10", "16.9")).to.deep.equal(["downgrades"]);
      expect(versions("16.1", "15.12")).to.deep.equal(["downgrades"]);
      expect(versions("17", "16.8")).to.deep.equal(["downgrades"]);
      expect(why(DATABASE, { engineVersion: "16.8" }, { engineVersion: "15.4" })).to.equal(
        "engineVersion goes from 16.8 to 15.4. If nobody here lowered it, the cloud has raised it by itself, as it does when the " +
          "support of a version ends.",
      );
    });

    it("is none where the rest is left to the cloud", () => {
      expect(versions("16.8", "16")).to.deep.equal([]);
      expect(versions("16", "16.8")).to.deep.equal([]);
      expect(versions("8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.08.0")).to.deep.equal([]);
      expect(versions(undefined, "16.8")).to.deep.equal([]);
    });

    it("has no order across products", () => {
      const search = (before: string, after: string): string[] =>
        rules("aws:opensearch/domain:Domain", { engineVersion: before }, { engineVersion: after });
      expect(search("Elasticsearch_7.10", "OpenSearch_1.3")).to.deep.equal([]);
      expect(search("OpenSearch_2.11", "OpenSearch_2.9")).to.deep.equal(["downgrades"]);
    });
  });

  it("is a copy in another region that goes, and no new one", () => {
    const [here, there] = [{ regionName: "eu-west-1" }, { regionName: "us-east-1" }];
    expect(rules(TABLE, { replicas: [here, there] }, { replicas: [here] })).to.deep.equal(["removes-part"]);
    expect(rules(TABLE, { replicas: [here] }, {})).to.deep.equal(["removes-part"]);
    expect(rules(TABLE, { replicas: [here] }, { replicas: [there, here] })).to.deep.equal([]);
    expect(why(TABLE, { replicas: [here, there] }, { replicas: [here] })).to.equal(
      "replicas no longer has us-east-1.",
    );
    const secret = "aws:secretsmanager/secret:Secret";
    expect(rules(secret, { replicas: [{ region: "eu-west-1" }] }, { replicas: [] })).to.deep.equal([
      "removes-part",
    ]);
  });

  it("is a rule of a backup plan that goes or keeps shorter, for ever included", () => {
    const plan = (...days: readonly (number | undefined)[]): Inputs => ({
      rules: days.map((deleteAfter, i) => ({ ruleName: `rule-${i}`, lifecycle: { deleteAfter } })),
    });
    const type = "aws:backup/plan:Plan";
    expect(rules(type, plan(35, 90), plan(35))).to.deep.equal(["removes-part"]);
    expect(rules(type, plan(35), plan(34))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, plan(undefined), plan(3650))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, plan(35), plan(undefined))).to.deep.equal([]);
    expect(rules(type, plan(35), plan(36, 7))).to.deep.equal([]);
    expect(why(type, plan(35), plan(34))).to.equal("rule-0 of rules keeps 34 instead of 35.");
  });

  it("is a schedule of snapshots that goes or keeps fewer", () => {
    const type = "aws:dlm/lifecyclePolicy:LifecyclePolicy";
    const policy = (retainRule: Inputs): Inputs => ({
      policyDetails: { schedules: [{ name: "daily", retainRule }] },
    });
    expect(rules(type, policy({ count: 14 }), policy({ count: 7 }))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, policy({ count: 14 }), { policyDetails: { schedules: [] } })).to.deep.equal([
      "removes-part",
    ]);
    const [weeks, days] = [
      { interval: 2, intervalUnit: "WEEKS" },
      { interval: 13, intervalUnit: "DAYS" },
    ];
    expect(rules(type, policy(weeks), policy(days))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, policy(days), policy(weeks))).to.deep.equal([]);
    expect(rules(type, { state: "ENABLED" }, { state: "DISABLED" })).to.deep.equal(["loosened"]);
  });

  it("is another key, or none, and no first one, also where that is known only in the run", () => {
    const encryption =
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const under = (kmsMasterKeyId?: string): Inputs => ({
      rules: [
        {
          applyServerSideEncryptionByDefault:
            kmsMasterKeyId === undefined
              ? { sseAlgorithm: "AES256" }
              : { sseAlgorithm: "aws:kms", kmsMasterKeyId },
        },
      ],
    });
    expect(rules(encryption, under(), under(UNKNOWN_TEXT))).to.deep.equal([]);
    expect(rules(encryption, under("one"), under(UNKNOWN_TEXT))).to.deep.equal(["unknown-value"]);
    expect(rules(encryption, under("one"), under("two"))).to.deep.equal(["exchanged"]);
    expect(rules(encryption, under("one"), under())).to.deep.equal(["exchanged"]);
    expect(rules(QUEUE, {}, { kmsMasterKeyId: UNKNOWN_TEXT })).to.deep.equal([]);
    expect(rules(QUEUE, { kmsMasterKeyId: "one" }, { kmsMasterKeyId: UNKNOWN_TEXT })).to.deep.equal([
      "unknown-value",
    ]);
  });

  it("is a bucket's replication that stops", () => {
    const type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    const to = (status: string): Inputs => ({
      rules: [{ status, destination: { bucket: "arn:aws:s3:::copies" } }],
    });
    expect(rules(type, to("Enabled"), to("Disabled"))).to.deep.equal(["removes-part"]);
    expect(rules(type, to("Disabled"), to("Enabled"))).to.deep.equal([]);
  });

  it("is a shorter lock on a bucket's objects, in days or years, or a weaker one", () => {
    const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
    const lock = (defaultRetention: Inputs): Inputs => ({ rule: { defaultRetention } });
    expect(rules(type, lock({ years: 1 }), lock({ days: 364 }))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, lock({ days: 365 }), lock({ years: 1 }))).to.deep.equal([]);
    expect(rules(type, lock({ days: 30 }), {})).to.deep.equal(["lowered-retention"]);
    expect(
      rules(type, lock({ days: 1, mode: "COMPLIANCE" }), lock({ days: 1, mode: "GOVERNANCE" })),
    ).to.deep.equal(["loosened"]);
  });

  it("is another key for a bucket, and no first key", () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const under = (kmsMasterKeyId?: string): Inputs => ({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId } }],
    });
    expect(rules(type, under("one"), under("two"))).to.deep.equal(["exchanged"]);
    expect(rules(type, under("one"), under())).to.deep.equal(["exchanged"]);
    expect(rules(type, under(), under("one"))).to.deep.equal([]);
    expect(
      rules(type, under("one"), {
        rules: [{ ...(under("one")["rules"] as Inputs[])[0], bucketKeyEnabled: true }],
      }),
    ).to.deep.equal([]);
    const inline = (key: string): Inputs => ({
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key } },
      },
    });
    expect(rules(BUCKET, inline("one"), inline("two"))).to.deep.equal(["exchanged"]);
  });

  it("is another attribute by which items end, and not that none do any more", () => {
    const ttl = (enabled: boolean, attributeName: string): Inputs => ({ ttl: { enabled, attributeName } });
    expect(rules(TABLE, ttl(true, "ends"), ttl(true, "made"))).to.deep.equal(["exchanged"]);
    expect(rules(TABLE, ttl(true, "ends"), {})).to.deep.equal([]);
    expect(rules(TABLE, {}, ttl(true, "ends"))).to.deep.equal(["loosened"]);
    expect(rules(TABLE, { streamEnabled: true }, {})).to.deep.equal(["loosened"]);
    expect(rules(TABLE, {}, { streamEnabled: true })).to.deep.equal([]);
  });

  it("is a time where there was none: rows, archives, snapshots", () => {
    const rows = "aws:keyspaces/table:Table";
    expect(rules(rows, {}, { defaultTimeToLive: 3600 })).to.deep.equal(["lowered-retention"]);
    expect(rules(rows, { defaultTimeToLive: 0 }, { defaultTimeToLive: 3600 })).to.deep.equal([
      "lowered-retention",
    ]);
    expect(rules(rows, { defaultTimeToLive: 3600 }, { defaultTimeToLive: 0 })).to.deep.equal([]);
    const archive = "aws:cloudwatch/eventArchive:EventArchive";
    expect(rules(archive, {}, { retentionDays: 30 })).to.deep.equal(["lowered-retention"]);
    expect(rules(archive, { retentionDays: 30 }, { retentionDays: 0 })).to.deep.equal([]);
    const warehouse = "aws:redshift/cluster:Cluster";
    const kept = "manualSnapshotRetentionPeriod";
    expect(rules(warehouse, { [kept]: -1 }, { [kept]: 30 })).to.deep.equal(["lowered-retention"]);
    expect(rules(warehouse, {}, { [kept]: 30 })).to.deep.equal(["lowered-retention"]);
    expect(rules(warehouse, { [kept]: 30 }, { [kept]: -1 })).to.deep.equal([]);
    expect(rules(warehouse, { [kept]: 30 }, {})).to.deep.equal([]);
    const key = "aws:kms/externalKey:ExternalKey";
    expect(rules(key, {}, { validTo: "2027-01-01T00:00:00Z" })).to.deep.equal(["lowered-retention"]);
  });

  it("is an image that goes sooner, untagged ones too, unless the repository is new", () => {
    const type = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
    const policy = (countNumber: number, countType = "imageCountMoreThan", tagStatus = "any"): Inputs => ({
      repository: "app",
      policy: JSON.stringify({
        rules: [
          { rulePriority: 1, selection: { tagStatus, countType, countNumber }, action: { type: "expire" } },
        ],
      }),
    });
    expect(rules(type, policy(100), policy(50))).to.deep.equal(["shortened-lifecycle"]);
    expect(rules(type, policy(100), policy(100, "sinceImagePushed"))).to.deep.equal(["shortened-lifecycle"]);
    expect(rules(type, policy(100), policy(100, "imageCountMoreThan", "untagged"))).to.deep.equal([
      "shortened-lifecycle",
    ]);
    expect(rules(type, policy(100), policy(101))).to.deep.equal([]);
    const first = create(type, policy(100));
    const judged = (steps: Parameters<typeof judgeSteps>[0]): string[] =>
      judgeSteps(steps, { level: "production" }).map(({ rule }) => rule);
    expect(judged([first])).to.deep.equal(["shortened-lifecycle"]);
    expect(judged([create("aws:ecr/repository:Repository", { name: "app" }), first])).to.deep.equal([]);
    expect(judged([create("aws:ecr/repository:Repository", { name: "other" }), first])).to.deep.equal([
      "shortened-lifecycle",
    ]);
  });

  it("is a storage account with fewer copies", () => {
    const type = "azure-native:storage:StorageAccount";
    const sku = (name: string): Inputs => ({ sku: { name } });
    expect(rules(type, sku("Standard_RAGZRS"), sku("Standard_ZRS"))).to.deep.equal(["removes-part"]);
    expect(rules(type, sku("Standard_GRS"), sku("Standard_LRS"))).to.deep.equal(["removes-part"]);
    expect(rules(type, sku("Standard_ZRS"), sku("Standard_LRS"))).to.deep.equal(["removes-part"]);
    expect(rules(type, sku("Standard_LRS"), sku("Standard_RAGRS"))).to.deep.equal([]);
    expect(rules(type, sku("Standard_RAGRS"), sku("Standard_GRS"))).to.deep.equal([]);
  });

  it("is a retention that is set where Timestream's own, of 73,000 days, was", () => {
    const type = "aws:timestreamwrite/table:Table";
    const kept = (days: number): Inputs => ({
      retentionProperties: { magneticStoreRetentionPeriodInDays: days, memoryStoreRetentionPeriodInHours: 6 },
    });
    expect(rules(type, {}, kept(365))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, {}, kept(73_000))).to.deep.equal([]);
    expect(rules(type, kept(365), {})).to.deep.equal([]);
  });

  it("is a legal hold that ends, and no second one", () => {
    const type = "azure-native:storage:BlobContainerLegalHold";
    expect(rules(type, { tags: ["case1", "case2"] }, { tags: ["case2"] })).to.deep.equal(["removes-part"]);
    expect(rules(type, { tags: ["case1"] }, { tags: ["case1", "case2"] })).to.deep.equal([]);
  });

  it("is a setting back of blobs that is switched off, or that goes less far back", () => {
    const type = "azure-native:storage:BlobServiceProperties";
    const restore = (enabled: boolean, days: number): Inputs => ({ restorePolicy: { enabled, days } });
    expect(rules(type, restore(true, 29), restore(false, 29))).to.deep.equal(["loosened"]);
    expect(rules(type, restore(true, 29), {})).to.deep.equal(["loosened", "lowered-retention"]);
    expect(rules(type, restore(true, 29), restore(true, 7))).to.deep.equal(["lowered-retention"]);
    expect(rules(type, {}, restore(true, 7))).to.deep.equal([]);
  });

  it("is a storage class that no longer encrypts disks, or lets them go with their claims", () => {
    const type = "kubernetes:storage.k8s.io/v1:StorageClass";
    const made = { parameters: { type: "gp3", encrypted: "true" }, reclaimPolicy: "Retain" };
    expect(rules(type, made, { ...made, parameters: { type: "gp3" } })).to.deep.equal(["loosened"]);
    expect(rules(type, made, { ...made, parameters: { encrypted: "false" } })).to.deep.equal(["loosened"]);
    expect(rules(type, made, { ...made, reclaimPolicy: "Delete" })).to.deep.equal(["loosened"]);
    expect(rules(type, made, { ...made, parameters: { type: "io2", encrypted: "true" } })).to.deep.equal([]);
    expect(rules(type, { parameters: { type: "pd-ssd" } }, { parameters: { type: "pd" } })).to.deep.equal([]);
  });

  it("is storage that has grown by itself and no longer may, and says what there is", () => {
    const state = (inputs: Inputs, outputs: Inputs = inputs): ResourceState => ({
      id: "db-1",
      protect: true,
      inputs,
      outputs,
    });
    const judged = (was: ResourceState, is: Inputs): readonly unknown[] =>
      (statefulType(DATABASE)?.life ?? [])
        .flatMap((property) => shortening(property, was, state(is)) ?? [])
        .map(({ rule, standing }) => [rule, standing]);
    const grown = state({ allocatedStorage: 20, maxAllocatedStorage: 100 }, { allocatedStorage: 45 });
    const shrinks = ["shrinks", { property: "allocatedStorage", value: 45 }];
    expect(judged(grown, { allocatedStorage: 20, maxAllocatedStorage: 90 })).to.deep.equal([]);
    expect(judged(grown, { allocatedStorage: 30, maxAllocatedStorage: 100 })).to.deep.equal([]);
    expect(judged(grown, { allocatedStorage: 20 })).to.deep.equal([shrinks]);
    expect(judged(grown, { allocatedStorage: 20, maxAllocatedStorage: 20 })).to.deep.equal([shrinks]);
    expect(judged(grown, { allocatedStorage: 45 })).to.deep.equal([]);
    expect(judged(state({ engineVersion: "16.13" }), { engineVersion: "16.8" })).to.deep.equal([
      ["downgrades", { property: "engineVersion", value: "16.13" }],
    ]);
    expect(judged(state({ backupRetentionPeriod: 14 }), { backupRetentionPeriod: 7 })).to.deep.equal([
      ["lowered-retention", { property: "backupRetentionPeriod", value: 14 }],
    ]);
  });

  it("is not what a step that changes nothing in the cloud leaves as the cloud has it", () => {
    const step = {
      ...update(DATABASE, { allocatedStorage: 45, engineVersion: "16.13" }, { allocatedStorage: 20 }),
      op: "same" as const,
    };
    expect(judgeSteps([step], { level: "production" })).to.deep.equal([]);
  });

  it("is another name of a database, and encryption of Azure that goes, neither of which is what it looks like", () => {
    expect(rules(DATABASE, { identifier: "a" }, { identifier: "b" })).to.deep.equal(["exchanged"]);
    const account = (requireInfrastructureEncryption: boolean): Inputs => ({
      encryption: { requireInfrastructureEncryption },
    });
    const type = "azure-native:storage:StorageAccount";
    expect(rules(type, account(true), account(false))).to.deep.equal(["loosened"]);
    expect(rules(type, account(false), account(true))).to.deep.equal([]);
  });

  it("is a claim or a persistent volume that shrinks, in whatever unit", () => {
    const claim = "kubernetes:core/v1:PersistentVolumeClaim";
    const size = (storage: string): Inputs => ({ spec: { resources: { requests: { storage } } } });
    expect(rules(claim, size("10Gi"), size("9Gi"))).to.deep.equal(["shrinks"]);
    expect(rules(claim, size("1Ti"), size("1000Gi"))).to.deep.equal(["shrinks"]);
    expect(rules(claim, size("10Gi"), size("10240Mi"))).to.deep.equal([]);
    expect(rules(claim, size("10Gi"), size("11Gi"))).to.deep.equal([]);
    expect(why(claim, size("10Gi"), size("9Gi"))).to.equal(
      "spec.resources.requests.storage goes from 10 GiB to 9 GiB.",
    );
    expect(quantity("512Mi")).to.equal(0.5);
    expect(quantity("1e9")).to.be.closeTo(0.931, 0.001);
    expect(quantity("ten")).to.equal(undefined);
  });
});
