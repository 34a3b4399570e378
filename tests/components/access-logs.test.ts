import { expect } from "chai";
import { AccessLogs } from "../../components/access-logs/access-logs";
import { Reports } from "../../components/reports/reports";
import type { GuardLevel } from "../../guard/level";
import { accessLogsSettings } from "../../settings/sections/access-logs";
import { reportsSettings } from "../../settings/sections/reports";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const BUCKET = "aws:s3/bucket:Bucket";
const ACCOUNT = stackContext().accountId;

function recordLogs(
  settings: Record<string, unknown> = {},
  guardLevel: GuardLevel = "production",
): Promise<Recording<AccessLogs>> {
  const parsed = accessLogsSettings.parse({ bucket: "example-logs", ...settings });
  return record(
    () =>
      new AccessLogs("access-logs", {
        context: stackContext({ guardLevel }),
        settings: parsed,
        buckets: ["example-reports"],
      }),
  );
}

describe("the bucket of access logs", () => {
  it("goes with what is in it at guard level disposable alone", async () => {
    for (const [guardLevel, forceDestroy] of [
      ["production", false],
      ["development", false],
      ["disposable", true],
    ] as const) {
      expect((await recordLogs({}, guardLevel)).one(BUCKET).inputs).to.include({
        bucket: "example-logs",
        forceDestroy,
      });
    }
  });

  it("keeps logs for a year unless told otherwise, under S3's own keys: load balancers write to no other", async () => {
    const rules = async (settings: Record<string, unknown>): Promise<unknown> => {
      const { inputs } = (await recordLogs(settings)).one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      );
      return (inputs["rules"] as Record<string, unknown>[]).at(-1)?.["expiration"];
    };
    expect(await rules({})).to.deep.equal({ days: 365 });
    expect(await rules({ retentionDays: 30 })).to.deep.equal({ days: 30 });
    const { inputs } = (await recordLogs()).one(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(inputs["rules"]).to.deep.include({
      applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
      blockedEncryptionTypes: ["SSE-C"],
    });
  });

  it("lets each service write where the account's own logs lie, and nowhere else", async () => {
    const { inputs } = (await recordLogs()).one("aws:s3/bucketPolicy:BucketPolicy");
    const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: Record<string, unknown>[] };
    const ours = { "aws:SourceAccount": ACCOUNT };
    const delivered = { "aws:SourceArn": `arn:aws:logs:eu-west-1:${ACCOUNT}:*` };
    expect(
      Statement.filter(({ Effect }) => Effect === "Allow").map(
        ({ Action, Principal, Resource, Condition }) => [
          (Principal as { Service: string }).Service,
          Action,
          Resource,
          Condition,
        ],
      ),
    ).to.deep.equal([
      [
        "logdelivery.elasticloadbalancing.amazonaws.com",
        ["s3:PutObject"],
        [`arn:aws:s3:::example-logs/load-balancers/AWSLogs/${ACCOUNT}/*`],
        undefined,
      ],
      [
        "delivery.logs.amazonaws.com",
        ["s3:PutObject"],
        [`arn:aws:s3:::example-logs/load-balancers/AWSLogs/${ACCOUNT}/*`],
        {
          StringEquals: { ...ours, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: delivered,
        },
      ],
      [
        "delivery.logs.amazonaws.com",
        ["s3:GetBucketAcl"],
        ["arn:aws:s3:::example-logs"],
        { StringEquals: ours, ArnLike: delivered },
      ],
      [
        "logging.s3.amazonaws.com",
        ["s3:PutObject"],
        ["arn:aws:s3:::example-logs/buckets/example-reports/*"],
        { StringEquals: ours, ArnLike: { "aws:SourceArn": "arn:aws:s3:::example-reports" } },
      ],
    ]);
  });

  it("is left to others where they made it", async () => {
    const recording = await recordLogs({ existing: true });
    expect(recording.resources.filter(({ type }) => type.startsWith("aws:"))).to.deep.equal([]);
    expect(recording.result.logs).to.deep.equal({ name: "example-logs", ready: [] });
  });

  it("has the accesses of the reports bucket, once it lets S3 write", async () => {
    const context = stackContext();
    const recording = await record(() => {
      const { logs } = new AccessLogs("access-logs", {
        context,
        settings: accessLogsSettings.parse({ bucket: "example-logs" }),
        buckets: ["example-reports"],
      });
      const settings = reportsSettings.parse({ bucket: { name: "example-reports" } });
      return new Reports("reports", { context, settings, logs });
    });
    const logging = recording.one("aws:s3/bucketLogging:BucketLogging");
    expect(logging.inputs).to.deep.equal({
      bucket: "example-reports",
      targetBucket: "example-logs",
      targetPrefix: "buckets/example-reports/",
    });
    expect(recording.dependencies(logging)).to.include.members(["access-logs", "reports-bucket"]);
  });
});
