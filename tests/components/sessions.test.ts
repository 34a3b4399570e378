import { expect } from "chai";
import { Sessions } from "../../components/sessions/sessions";
import { sessionsSettings } from "../../settings/sections/sessions";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const DOCUMENT = "aws:ssm/document:Document";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";

function recordSessions(settings: Record<string, unknown> = {}): Promise<Recording<Sessions>> {
  return record(
    () =>
      new Sessions("sessions", {
        context: stackContext(),
        settings: sessionsSettings.parse(settings),
        regions: ["eu-west-1", "us-west-2"],
      }),
  );
}

const inputsOf = (recording: Recording, name: string): Record<string, unknown> =>
  (JSON.parse(String(recording.one(DOCUMENT, name).inputs["content"])) as { inputs: Record<string, unknown> })
    .inputs;

describe("sessions", () => {
  it("have a document and a log in each region with machines, of one name in all of them", async () => {
    const recording = await recordSessions();
    expect(recording.ofType(DOCUMENT).map(({ inputs }) => [inputs["region"], inputs["name"]])).to.deep.equal([
      ["eu-west-1", "groundwork-dev-session"],
      ["us-west-2", "groundwork-dev-session"],
    ]);
    expect(
      recording
        .ofType(LOGS)
        .map(({ inputs }) => [inputs["region"], inputs["name"], inputs["retentionInDays"]]),
    ).to.deep.equal([
      ["eu-west-1", "/groundwork/dev/sessions", 365],
      ["us-west-2", "/groundwork/dev/sessions", 365],
    ]);
    expect(recording.dependencies(recording.one(DOCUMENT, "sessions"))).to.include("sessions");
  });

  it("are logged while they run, end when idle for 20 minutes, and after 12 hours", async () => {
    expect(inputsOf(await recordSessions(), "sessions")).to.deep.equal({
      s3BucketName: "",
      s3KeyPrefix: "",
      s3EncryptionEnabled: false,
      cloudWatchLogGroupName: "/groundwork/dev/sessions",
      cloudWatchEncryptionEnabled: false,
      cloudWatchStreamingEnabled: true,
      idleSessionTimeout: "20",
      maxSessionDuration: "720",
      kmsKeyId: "",
      runAsEnabled: false,
      runAsDefaultUser: "",
      shellProfile: { linux: "", windows: "" },
    });
  });

  it("are as the settings say, with a key for the log where that key is", async () => {
    const key = "arn:aws:kms:eu-west-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
    const recording = await recordSessions({
      idleMinutes: 5,
      longestMinutes: 60,
      logRetentionDays: 30,
      logKmsKeyArn: key,
      runAs: "ec2-user",
    });
    expect(inputsOf(recording, "sessions")).to.include({
      idleSessionTimeout: "5",
      maxSessionDuration: "60",
      cloudWatchEncryptionEnabled: true,
      runAsEnabled: true,
      runAsDefaultUser: "ec2-user",
    });
    expect(inputsOf(recording, "sessions-us-west-2")).to.include({ cloudWatchEncryptionEnabled: false });
    expect(recording.ofType(LOGS).map(({ inputs }) => inputs["kmsKeyId"])).to.have.members([key, undefined]);
  });
});
