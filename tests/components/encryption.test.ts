import { expect } from "chai";
import { AccessLogs } from "../../components/access-logs/access-logs";
import { Encryption } from "../../components/encryption/encryption";
import { Fleets } from "../../components/fleets/fleets";
import { Messaging } from "../../components/messaging/messaging";
import { Reports } from "../../components/reports/reports";
import { Sessions } from "../../components/sessions/sessions";
import { keyServesGroups } from "../../rehearsal/catalogue/entries/aws/key-use";
import { accessLogsSettings } from "../../settings/sections/access-logs";
import { encryptionSettings } from "../../settings/sections/encryption";
import { fleetsSettings } from "../../settings/sections/fleets";
import { messagingSettings } from "../../settings/sections/messaging";
import { reportsSettings } from "../../settings/sections/reports";
import { sessionsSettings } from "../../settings/sections/sessions";
import { ACCOUNT, REGION } from "../support/cloud";
import { fourRoles } from "../support/fleet-settings";
import { invokes } from "../support/invokes";
import { recordStack, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const KEY = "aws:kms/key:Key";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const theirs = "arn:aws:kms:eu-west-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
const context = (): ReturnType<typeof stackContext> => stackContext({ guardLevel: "production" });

function recordEncrypted(
  settings: Record<string, unknown>,
  sessions: Record<string, unknown> = {},
): Promise<Recording<Record<string, unknown>>> {
  const own = context();
  const subnets = ["subnet-a", "subnet-b"];
  return recordStack(
    () => {
      const encryption = new Encryption("encryption", {
        context: own,
        settings: encryptionSettings.parse(settings),
        except: ["access-logs"],
      });
      new AccessLogs("access-logs", {
        context: own,
        settings: accessLogsSettings.parse({ bucket: "example-logs" }),
        buckets: [],
      });
      new Reports("reports", {
        context: own,
        settings: reportsSettings.parse({ bucket: { name: "example-reports" } }),
      });
      new Messaging("messaging", {
        context: own,
        settings: messagingSettings.parse({ queues: { mail: {} } }),
      });
      new Sessions("sessions", {
        context: own,
        settings: sessionsSettings.parse(sessions),
        regions: ["eu-west-1", "us-west-2"],
      });
      new Fleets("fleets", {
        context: own,
        settings: fleetsSettings.parse({
          git: {
            ...fourRoles()["git"],
            ingress: [],
            volumes: {
              old: { size: 10, mountPoint: "/srv/old" },
              own: { size: 10, mountPoint: "/srv/own", ownKey: settings["disks"] === "own" },
            },
          },
        }),
        diskKey: encryption.diskKey(),
        tags: {},
        network: {
          vpcId: "vpc-1",
          publicSubnetIds: subnets,
          privateSubnetIds: subnets,
          workerSubnetIds: subnets,
          publicWorkerSubnetIds: subnets,
          availabilityZones: ["eu-west-1a", "eu-west-1b"],
        },
      });
      return {};
    },
    { invokes },
  );
}

/** What each thing is encrypted with, by its name. */
function keysIn(recording: Recording<Record<string, unknown>>): Record<string, unknown> {
  const of = (type: string, key: (inputs: Record<string, unknown>) => unknown): [string, unknown][] =>
    recording.ofType(type).map(({ name, inputs }) => [`${type.split(":")[2] ?? ""} ${name}`, key(inputs)]);
  const byDefault = (inputs: Record<string, unknown>): unknown =>
    (inputs["rules"] as { applyServerSideEncryptionByDefault: unknown }[])[0]
      ?.applyServerSideEncryptionByDefault;
  return Object.fromEntries([
    ...of("aws:cloudwatch/logGroup:LogGroup", ({ kmsKeyId }) => kmsKeyId),
    ...of(ENCRYPTION, byDefault),
    ...of("aws:sqs/queue:Queue", ({ kmsMasterKeyId, sqsManagedSseEnabled }) => [
      kmsMasterKeyId,
      sqsManagedSseEnabled,
    ]),
    ...of("aws:dynamodb/table:Table", ({ serverSideEncryption }) => serverSideEncryption),
    ...of("aws:ebs/volume:Volume", ({ kmsKeyId }) => kmsKeyId),
    ...of(
      "aws:ec2/launchTemplate:LaunchTemplate",
      ({ blockDeviceMappings }) => (blockDeviceMappings as { ebs: { kmsKeyId?: string } }[])[0]?.ebs.kmsKeyId,
    ),
  ]);
}

describe("keys of a stack's own", () => {
  it("are none unless somebody asks, and AWS's own encrypt", async () => {
    const recording = await recordEncrypted({});
    expect(recording.ofType(KEY)).to.deep.equal([]);
    expect(keysIn(recording)).to.deep.equal({
      "LogGroup sessions": undefined,
      "LogGroup sessions-us-west-2": undefined,
      [`${ENCRYPTION.split(":")[2] ?? ""} access-logs`]: { sseAlgorithm: "AES256" },
      [`${ENCRYPTION.split(":")[2] ?? ""} reports-bucket`]: { sseAlgorithm: "AES256" },
      "Queue messaging-mail": [undefined, true],
      "Queue messaging-mail-dead": [undefined, true],
      "Table reports-reports": undefined,
      "Volume fleets-git-old": undefined,
      "Volume fleets-git-own": undefined,
      "LaunchTemplate fleets-git": undefined,
    });
  });

  it("encrypt all of their kind, one for each kind and region, but for the bucket of access logs", async () => {
    const all = { logs: "own", buckets: "own", queues: "own", disks: "own", tables: "own" };
    const recording = await recordEncrypted(all);
    // As mocks make it: in the provider's region.
    const arn = (name: string): string =>
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/${recording.idOf(recording.one(KEY, name))}`;
    expect(recording.ofType(KEY).map(({ name }) => name)).to.have.members([
      "encryption-buckets",
      "encryption-disks",
      "encryption-logs",
      "encryption-logs-us-west-2",
      "encryption-queues",
      "encryption-tables",
    ]);
    expect(keysIn(recording)).to.deep.equal({
      "LogGroup sessions": arn("encryption-logs"),
      "LogGroup sessions-us-west-2": arn("encryption-logs-us-west-2"),
      [`${ENCRYPTION.split(":")[2] ?? ""} access-logs`]: { sseAlgorithm: "AES256" },
      [`${ENCRYPTION.split(":")[2] ?? ""} reports-bucket`]: {
        sseAlgorithm: "aws:kms",
        kmsMasterKeyId: arn("encryption-buckets"),
      },
      "Queue messaging-mail": [arn("encryption-queues"), undefined],
      "Queue messaging-mail-dead": [arn("encryption-queues"), undefined],
      "Table reports-reports": { enabled: true, kmsKeyArn: arn("encryption-tables") },
      // Another key is another volume, so that each says for itself.
      "Volume fleets-git-old": undefined,
      "Volume fleets-git-own": arn("encryption-disks"),
      "LaunchTemplate fleets-git": arn("encryption-disks"),
    });
  });

  it("are kept as the data is, rotated, and let in CloudWatch Logs, or who of the account comes through the service", async () => {
    const recording = await recordEncrypted({ logs: "own", disks: "own" });
    const users = (name: string): unknown => {
      const { inputs, options } = recording.one(KEY, name);
      expect(inputs).to.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
      expect(options).to.include({ protect: true, retainOnDelete: true });
      const policy = JSON.parse(String(inputs["policy"])) as { Statement: Record<string, unknown>[] };
      const { Condition, Principal } = policy.Statement[1] ?? {};
      return { Condition, Principal };
    };
    const { accountId: account } = context();
    expect(users("encryption-logs-us-west-2")).to.deep.equal({
      Principal: { Service: "logs.us-west-2.amazonaws.com" },
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-west-2:${account}:log-group:*` },
      },
    });
    expect(users("encryption-disks")).to.deep.equal({
      Principal: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": account, "kms:ViaService": "ec2.eu-west-1.amazonaws.com" },
      },
    });
    const policy = String(recording.one(KEY, "encryption-disks").inputs["policy"]);
    expect(keyServesGroups(policy, { account, region: "eu-west-1" })).to.equal(true);
    expect(keyServesGroups(policy, { account: "999999999999", region: "eu-west-1" })).to.equal(false);
    expect(keyServesGroups(policy, { account, region: "us-west-2" })).to.equal(false);
  });

  it("of others are used in the stack's region alone, and stand behind one that a setting names", async () => {
    const other = theirs.replace("1b2c3d4e", "2b2c3d4e");
    const recording = await recordEncrypted({ logs: theirs });
    expect(recording.ofType(KEY)).to.deep.equal([]);
    expect(keysIn(recording)).to.include({
      "LogGroup sessions": theirs,
      "LogGroup sessions-us-west-2": undefined,
    });
    expect(keysIn(await recordEncrypted({ logs: theirs }, { logKmsKeyArn: other }))).to.include({
      "LogGroup sessions": other,
    });
  });
});
