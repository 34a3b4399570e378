import { expect } from "chai";
import { Reports } from "../../components/reports/reports";
import type { GuardLevel } from "../../guard/level";
import { reportsSettings } from "../../settings/sections/reports";
import { isAllowed } from "../support/iam";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const BUCKET = "aws:s3/bucket:Bucket";

const BUCKET_PARTS = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
];

function recordReports(
  settings: Record<string, unknown> = {},
  { guardLevel = "development", preview = false }: { guardLevel?: GuardLevel; preview?: boolean } = {},
): Promise<Recording<Reports>> {
  const parsed = reportsSettings.parse({ bucket: { name: "example-dev-reports" }, ...settings });
  return record(() => new Reports("reports", { context: stackContext({ guardLevel }), settings: parsed }), {
    preview,
  });
}

describe("the reports bucket", () => {
  it("has the name of the settings, and is never deleted with what is in it", async () => {
    for (const guardLevel of ["production", "development", "disposable"] as const) {
      expect((await recordReports({}, { guardLevel })).one(BUCKET).inputs).to.deep.equal({
        bucket: "example-dev-reports",
        forceDestroy: false,
        tags: { Name: "example-dev-reports" },
      });
    }
  });

  it("is closed to the public in all four ways", async () => {
    const { inputs } = (await recordReports()).one(BUCKET_PARTS[0] ?? "");
    expect(inputs).to.deep.equal({
      bucket: "example-dev-reports",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it("has versions, encryption and one owner", async () => {
    const recording = await recordReports();
    const inputs = (index: number): unknown => recording.one(BUCKET_PARTS[index] ?? "").inputs;
    expect(inputs(1)).to.deep.equal({
      bucket: "example-dev-reports",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    expect(inputs(2)).to.deep.equal({
      bucket: "example-dev-reports",
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    });
    expect(inputs(3)).to.deep.equal({
      bucket: "example-dev-reports",
      versioningConfiguration: { status: "Enabled" },
    });
  });

  it("is configured one thing after the other, the closing first", async () => {
    const recording = await recordReports();
    const order = BUCKET_PARTS.map((type) => recording.one(type));
    order.slice(1).forEach((part, index) => {
      expect(part.options.dependencies, part.type).to.include(order[index]?.urn);
    });
  });

  it("keeps old versions for 90 days and half uploads for 7, and expires nothing else, by default", async () => {
    const { inputs } = (await recordReports()).one(BUCKET_PARTS[4] ?? "");
    expect(inputs["rules"]).to.deep.equal([
      {
        id: "abandoned-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      {
        id: "noncurrent-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        expiration: { expiredObjectDeleteMarker: true },
      },
    ]);
  });

  it("moves and expires objects when the settings say so", async () => {
    const { inputs } = (
      await recordReports({
        bucket: {
          name: "example-dev-reports",
          lifecycle: { infrequentAccessAfterDays: 30, expireAfterDays: 365, noncurrentVersionDays: 14 },
        },
      })
    ).one(BUCKET_PARTS[4] ?? "");
    expect((inputs["rules"] as unknown[]).slice(1)).to.deep.equal([
      {
        id: "noncurrent-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 14 },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: "infrequent-access",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
      },
      { id: "expiry", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } },
    ]);
  });

  it("refuses plain HTTP and old TLS even to who may do everything, by a policy known in the preview", async () => {
    const { inputs } = (await recordReports({}, { preview: true })).one(BUCKET_PARTS[5] ?? "");
    const policy = String(inputs["policy"]);
    const get = (context: Record<string, string>): Promise<boolean> =>
      isAllowed({
        principal: "arn:aws:iam::111122223333:user/admin",
        policies: [
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
          }),
        ],
        action: "s3:GetObject",
        resource: "arn:aws:s3:::example-dev-reports/2016/report",
        resourcePolicy: policy,
        context,
      });
    expect(await get({ "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" })).to.equal(true);
    expect(await get({ "aws:SecureTransport": "true", "s3:TlsVersion": "1.2" })).to.equal(true);
    expect(await get({ "aws:SecureTransport": "true", "s3:TlsVersion": "1.1" })).to.equal(false);
    expect(await get({ "aws:SecureTransport": "false" })).to.equal(false);
  });
});
