import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretAccessKey } from "../../rehearsal/catalogue/entries/aws/iam";
import { Random } from "../../rehearsal/interpreter/random";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const allow = (action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });

describe("rehearsal: IAM, S3, SQS and the like", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const user = (name: string, inputs = {}): Promise<Made> =>
    aws.create("aws:iam/user:User", name, { name, ...inputs });
  const key = (name: string): Promise<Made> =>
    aws.create("aws:iam/accessKey:AccessKey", "key", { user: name });

  it("knows users by their names, and their keys by what AWS calls them", async () => {
    const made = await user("writer", { path: "/apps/" });
    expect(made.id).to.equal("writer");
    expect(made.outputs["arn"]).to.equal("arn:aws:iam::111122223333:user/apps/writer");
    expect(made.outputs["uniqueId"]).to.match(/^AIDA[A-Z2-7]{17}$/);
    const first = await key("writer");
    expect(first.id).to.match(/^AKIA[A-Z2-7]{16}$/);
    expect(first.outputs["secret"]).to.match(/^[A-Za-z0-9+/]{40}$/);
  });

  it("puts a slash and a plus into the secret of the first key, and of some of the others", () => {
    const secrets = Array.from({ length: 200 }, (_, existing) =>
      secretAccessKey(new Random(String(existing)), existing),
    );
    for (const [index, secret] of secrets.entries()) {
      expect(secret).to.match(/^[A-Za-z0-9+/]{40}$/);
      if (index % 4 === 0) expect(secret).to.match(/\/.*\+/);
    }
    expect(secrets.filter((secret) => !/[+/]/.test(secret))).to.have.length.greaterThan(20);
  });

  it("gives a user two keys and no third, and keeps the user while there is one", async () => {
    const made = await user("writer");
    const keys = [await key("writer"), await key("writer")];
    expect(await refusal(key("writer"))).to.include(
      "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
    );
    expect(await refusal(aws.delete(made))).to.include("StatusCode: 409, RequestID: ");
    expect(await refusal(aws.delete(made))).to.include(
      "DeleteConflict: Cannot delete entity, must delete access keys first.",
    );
    for (const each of keys) await aws.delete(each);
    await aws.delete(made);
    expect(aws.records()).to.deep.equal([]);
  });

  it("deactivates a key, and takes that back when nothing is said of it any more", async () => {
    await user("writer");
    const made = await key("writer");
    const off = await aws.update(made, { user: "writer", status: "Inactive" });
    const on = await aws.update(off, { user: "writer" });
    expect([made, off, on].map(({ id, outputs }) => [id, outputs["status"]])).to.deep.equal([
      [made.id, "Active"],
      [made.id, "Inactive"],
      [made.id, "Active"],
    ]);
  });

  it("takes a user's keys and policies along when told to force it", async () => {
    const made = await user("writer", { forceDestroy: true });
    await key("writer");
    await aws.delete(made);
    expect(aws.records()).to.deep.equal([]);
  });

  it("takes a key for a log group that lets CloudWatch Logs of the region use it, for that group", async () => {
    const allowed = async (pattern: string, service = "logs.eu-west-1.amazonaws.com"): Promise<string> => {
      const Statement = [
        {
          Effect: "Allow",
          Principal: { Service: service },
          Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
          Resource: "*",
          Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": pattern } },
        },
      ];
      const policy = JSON.stringify({ Version: "2012-10-17", Statement });
      const { outputs } = await aws.create("aws:kms/key:Key", "k", { policy });
      return refusal(
        aws
          .create("aws:cloudwatch/logGroup:LogGroup", "g", { name: "/a", kmsKeyId: outputs["arn"] ?? "" })
          .then((made) => aws.delete(made))
          .then(() => Promise.reject(new Error("taken"))),
      );
    };
    const group = "arn:aws:logs:eu-west-1:111122223333:log-group:*";
    expect(await allowed(group)).to.equal("taken");
    const refused =
      "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:111122223333:log-group:/a'";
    expect(await allowed("arn:aws:logs:eu-west-1:111122223333:log-group:/b")).to.contain(refused);
    expect(await allowed(group, "logs.us-west-2.amazonaws.com")).to.contain(refused);
  });

  it("refuses policies that are no JSON, lack something, or are too long in sum", async () => {
    await user("writer");
    const inline = (name: string, policy: string): Promise<Made> =>
      aws.create("aws:iam/userPolicy:UserPolicy", name, { name, user: "writer", policy });
    expect(await refusal(inline("a", "{"))).to.include("MalformedPolicyDocument: Syntax errors in policy.");
    const noResource = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*" }] });
    expect(await refusal(inline("b", noResource))).to.include("Policy statement must contain resources.");
    const long = (size: number): string => allow(`s3:${"x".repeat(size)}`);
    const made = await inline("c", long(1500));
    expect(made.id).to.equal("writer:c");
    expect(await refusal(inline("d", long(1500)))).to.include(
      "LimitExceeded: Maximum policy size of 2048 bytes exceeded for user writer",
    );
    const trust = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }] });
    expect(await refusal(aws.create("aws:iam/role:Role", "r", { assumeRolePolicy: trust }))).to.include(
      "Missing required field Principal",
    );
  });

  it("keeps a policy that is attached, and believes in AWS's own", async () => {
    const made = await user("writer");
    const policy = await aws.create("aws:iam/policy:Policy", "p", {
      name: "p",
      policy: allow("s3:GetObject"),
    });
    expect(policy.id).to.equal("arn:aws:iam::111122223333:policy/p");
    const attach = (name: string, policyArn: string): Promise<Made> =>
      aws.create("aws:iam/userPolicyAttachment:UserPolicyAttachment", name, { user: made.id, policyArn });
    await attach("own", policy.id);
    await attach("theirs", "arn:aws:iam::aws:policy/ReadOnlyAccess");
    expect(await refusal(attach("none", "arn:aws:iam::111122223333:policy/none"))).to.include("NoSuchEntity");
    expect(await refusal(aws.delete(policy))).to.include("Cannot delete a policy attached to entities.");
  });

  it("gives buckets one name space for everybody", async () => {
    const bucket = (provider: RehearsedProvider<unknown>, name: string): Promise<Made> =>
      provider.create("aws:s3/bucket:Bucket", "b", { bucket: name });
    const made = await bucket(aws, "weaveworks-dev-reports");
    expect(made.outputs).to.include({
      arn: "arn:aws:s3:::weaveworks-dev-reports",
      bucketRegionalDomainName: "weaveworks-dev-reports.s3.eu-west-1.amazonaws.com",
      hostedZoneId: "Z1BKCTXD74EZPE",
    });
    expect(await refusal(bucket(aws, "weaveworks-dev-reports"))).to.include("BucketAlreadyOwnedByYou");
    writeFileSync(
      join(aws.directory, "cloud", "somebody-elses.json"),
      JSON.stringify({ type: "aws:s3/bucket:Bucket", id: "taken", scope: "999999999999/us-east-1" }),
    );
    expect(await refusal(bucket(aws, "taken"))).to.include(
      "BucketAlreadyExists: The requested bucket name is not available.",
    );
    expect(await refusal(bucket(aws, "Not_A_Bucket"))).to.include("InvalidBucketName");
  });

  it("keeps a bucket with objects in it, those that somebody put there by hand included", async () => {
    const made = await aws.create("aws:s3/bucket:Bucket", "b", { bucket: "reports" });
    writeFileSync(
      join(aws.directory, "cloud", "report.json"),
      JSON.stringify({
        type: "aws:s3/bucketObject:BucketObject",
        id: "reports/a",
        inputs: { bucket: "reports", key: "a" },
      }),
    );
    expect(await refusal(aws.delete(made))).to.include(
      "BucketNotEmpty: The bucket you tried to delete is not empty.",
    );
    const forced = await aws.update(made, { bucket: "reports", forceDestroy: true });
    await aws.delete(forced);
    expect(aws.records()).to.deep.equal([]);
  });

  it("knows queues by their URLs, wants a dead-letter queue to be there, and bounds to be kept", async () => {
    const queue = (name: string, inputs = {}): Promise<Made> =>
      aws.create("aws:sqs/queue:Queue", name, { name, ...inputs });
    const dead = await queue("dead");
    expect(dead.id).to.equal("https://sqs.eu-west-1.amazonaws.com/111122223333/dead");
    expect(dead.outputs).to.include({ url: dead.id, arn: "arn:aws:sqs:eu-west-1:111122223333:dead" });
    const redrive = (deadLetterTargetArn: unknown): string =>
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
    await queue("work", { redrivePolicy: redrive(dead.outputs["arn"]) });
    expect(
      await refusal(queue("lost", { redrivePolicy: redrive("arn:aws:sqs:eu-west-1:111122223333:none") })),
    ).to.include("Reason: Dead letter target does not exist.");
    expect(await refusal(queue("slow", { visibilityTimeoutSeconds: 43_201 }))).to.include(
      "Invalid value for the parameter VisibilityTimeout. Reason: Must be between 0 and 43200.",
    );
    expect(await refusal(queue("plain", { fifoQueue: true }))).to.include("invalid queue name: plain");
  });

  it("schedules a key for deletion rather than deleting it", async () => {
    const made = await aws.create("aws:kms/key:Key", "k", { deletionWindowInDays: 7 });
    expect(made.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await aws.delete(made);
    expect(aws.records("aws:kms/key:Key")).to.deep.equal([]);
    expect(aws.records("aws:kms/key:PendingDeletion")[0]?.id).to.equal(made.id);
  });

  it("keeps a zone with records in it, and one record of a name and type", async () => {
    const zone = await aws.create("aws:route53/zone:Zone", "z", { name: "dev.example.com" });
    expect(zone.id).to.match(/^Z[A-Z0-9]{20}$/);
    expect(zone.outputs["nameServers"]).to.have.length(4);
    const record = { zoneId: zone.id, name: "frontend", type: "CNAME", ttl: 60, records: ["a.example.com"] };
    const made = await aws.create("aws:route53/record:Record", "r", record);
    expect(made.outputs["fqdn"]).to.equal("frontend.dev.example.com");
    expect(await refusal(aws.create("aws:route53/record:Record", "again", record))).to.include(
      "but it already exists",
    );
    expect(await refusal(aws.delete(zone))).to.include("HostedZoneNotEmpty");
  });
});
