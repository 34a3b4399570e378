import { expect } from "chai";
import { Messaging } from "../../components/messaging/messaging";
import type { Approval } from "../../guard/approvals/approval";
import type { GuardLevel } from "../../guard/level";
import { messagingSettings } from "../../settings/sections/messaging";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const QUEUE = "aws:sqs/queue:Queue";

function recordMessaging(
  settings: Record<string, unknown>,
  {
    guardLevel = "development",
    preview = false,
    approvals,
  }: { guardLevel?: GuardLevel; preview?: boolean; approvals?: readonly Approval[] } = {},
): Promise<Recording<Messaging>> {
  const parsed = messagingSettings.parse(settings);
  return record(
    () => new Messaging("messaging", { context: stackContext({ guardLevel, approvals }), settings: parsed }),
    { preview },
  );
}

const arn = (queue: string): string => `arn:aws:sqs:eu-west-1:111122223333:${queue}`;

describe("a queue", () => {
  it("comes with its dead-letter queue, and nothing else", async () => {
    expect((await recordMessaging({ queues: { mail: {} } })).counts()).to.deep.equal({
      [QUEUE]: 2,
      "groundwork:messaging:Messaging": 1,
    });
  });

  it("is encrypted, polls long, and hands what fails five times to its dead-letter queue", async () => {
    const recording = await recordMessaging({ queues: { mail: {} } });
    const { redrivePolicy, policy, ...inputs } = recording.one(QUEUE, "messaging-mail").inputs;
    expect(policy).to.be.a("string");
    expect(inputs).to.deep.equal({
      name: "dev_mail",
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 345600,
      delaySeconds: 0,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      tags: { Name: "dev_mail" },
    });
    expect(JSON.parse(String(redrivePolicy))).to.deep.equal({
      deadLetterTargetArn: arn("dev_mail_dead"),
      maxReceiveCount: 5,
    });
  });

  it("has a dead-letter queue that keeps letters for 14 days and takes those of this one queue", async () => {
    const { redriveAllowPolicy, policy, ...inputs } = (await recordMessaging({ queues: { mail: {} } })).one(
      QUEUE,
      "messaging-mail-dead",
    ).inputs;
    expect(policy).to.be.a("string");
    expect(inputs).to.deep.equal({
      name: "dev_mail_dead",
      messageRetentionSeconds: 1209600,
      sqsManagedSseEnabled: true,
      tags: { Name: "dev_mail_dead" },
    });
    expect(JSON.parse(String(redriveAllowPolicy))).to.deep.equal({
      redrivePermission: "byQueue",
      sourceQueueArns: [arn("dev_mail")],
    });
  });

  it("denies everybody to delete and to empty it or its dead-letter queue, as long as it is guarded", async () => {
    const owner = (queue: string): Record<string, unknown> => ({
      Sid: "Owner",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: ["sqs:GetQueueAttributes"],
      Resource: [arn(queue)],
    });
    for (const guardLevel of ["production", "development", "disposable"] as const) {
      // In a preview too: what a policy says is known before anything exists.
      const recording = await recordMessaging({ queues: { mail: {} } }, { guardLevel, preview: true });
      for (const [name, queue] of [
        ["messaging-mail", "dev_mail"],
        ["messaging-mail-dead", "dev_mail_dead"],
      ] as const) {
        const stays = {
          Sid: "Stays",
          Effect: "Deny",
          Principal: "*",
          Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"],
          Resource: [arn(queue)],
        };
        expect(JSON.parse(String(recording.one(QUEUE, name).inputs["policy"])), guardLevel).to.deep.equal({
          Version: "2012-10-17",
          Statement: guardLevel === "disposable" ? [owner(queue)] : [owner(queue), stays],
        });
      }
    }
  });

  it("is denied nothing any more once its deletion is approved; the dead-letter queue still is", async () => {
    const sids = (recording: Recording<Messaging>, name: string): unknown =>
      (
        JSON.parse(String(recording.one(QUEUE, name).inputs["policy"])) as { Statement: { Sid: string }[] }
      ).Statement.map(({ Sid }) => Sid);
    const urn = `urn:pulumi:dev::groundwork::groundwork:messaging:Messaging$${QUEUE}::messaging-mail`;
    const recording = await recordMessaging(
      { queues: { mail: {} } },
      { approvals: [{ urn, id: "the-queue", operation: "delete", phase: "unlock" }] },
    );
    expect(sids(recording, "messaging-mail")).to.deep.equal(["Owner"]);
    expect(sids(recording, "messaging-mail-dead")).to.deep.equal(["Owner", "Stays"]);
  });

  it("names the dead-letter queue by the ARN that it gets, and waits for it", async () => {
    const recording = await recordMessaging({ queues: { mail: {} } });
    const queue = recording.one(QUEUE, "messaging-mail");
    const dead = recording.one(QUEUE, "messaging-mail-dead");
    expect(recording.dependencies(queue)).to.deep.equal(["messaging-mail-dead"]);
    expect(recording.idOf(dead)).to.equal("https://sqs.eu-west-1.amazonaws.com/111122223333/dev_mail_dead");
  });

  it("takes what the settings say", async () => {
    const { inputs } = (
      await recordMessaging({
        queues: {
          mail: {
            visibilityTimeoutSeconds: 120,
            messageRetentionSeconds: 86400,
            delaySeconds: 5,
            maxReceiveCount: 3,
          },
        },
      })
    ).one(QUEUE, "messaging-mail");
    expect(inputs).to.deep.include({
      visibilityTimeoutSeconds: 120,
      messageRetentionSeconds: 86400,
      delaySeconds: 5,
    });
    expect(JSON.parse(String(inputs["redrivePolicy"]))).to.have.property("maxReceiveCount", 3);
  });

  it("is FIFO with a FIFO dead-letter queue, both names ending as SQS demands", async () => {
    const recording = await recordMessaging({ queues: { orders: { fifo: true } } });
    const queue = recording.one(QUEUE, "messaging-orders").inputs;
    const dead = recording.one(QUEUE, "messaging-orders-dead").inputs;
    expect([queue["name"], queue["fifoQueue"]]).to.deep.equal(["dev_orders.fifo", true]);
    expect([dead["name"], dead["fifoQueue"]]).to.deep.equal(["dev_orders_dead.fifo", true]);
    expect(JSON.parse(String(queue["redrivePolicy"]))).to.have.property(
      "deadLetterTargetArn",
      arn("dev_orders_dead.fifo"),
    );
    expect(JSON.parse(String(dead["redriveAllowPolicy"]))).to.deep.include({
      sourceQueueArns: [arn("dev_orders.fifo")],
    });
  });
});

describe("messaging", () => {
  it("without declared queues is nothing but the prefix of the application's own", async () => {
    const recording = await recordMessaging({});
    expect(recording.counts()).to.deep.equal({ "groundwork:messaging:Messaging": 1 });
    expect(recording.outputsOf(recording.one("groundwork:messaging:Messaging"))).to.deep.equal({
      queueUrls: {},
      controlPrefix: "dev_control_",
    });
  });

  it("is known by its queues' URLs and the prefix of the settings", async () => {
    const recording = await recordMessaging({ queues: { mail: {} }, controlPrefix: "dev_ctl_" });
    expect(recording.outputsOf(recording.one("groundwork:messaging:Messaging"))).to.deep.equal({
      queueUrls: { mail: "https://sqs.eu-west-1.amazonaws.com/111122223333/dev_mail" },
      controlPrefix: "dev_ctl_",
    });
  });

  it("has documents that are known in the preview, before any queue exists", async () => {
    const recording = await recordMessaging({ queues: { mail: {} } }, { preview: true });
    expect(recording.one(QUEUE, "messaging-mail").inputs["redrivePolicy"]).to.be.a("string");
    expect(recording.one(QUEUE, "messaging-mail-dead").inputs["redriveAllowPolicy"]).to.be.a("string");
  });

  for (const guardLevel of ["production", "development"] as const) {
    it(`has every queue protected at level ${guardLevel}, the dead-letter queues too`, async () => {
      const recording = await recordMessaging({ queues: { mail: {} } }, { guardLevel });
      for (const { name, options } of recording.ofType(QUEUE)) {
        expect(options.protect, name).to.equal(true);
        expect(options.hooks.beforeDelete, name).to.have.length(1);
      }
    });
  }

  it("has no queue protected at level disposable", async () => {
    const recording = await recordMessaging({ queues: { mail: {} } }, { guardLevel: "disposable" });
    for (const { name, options } of recording.ofType(QUEUE)) {
      expect(options.protect, name).to.equal(false);
      expect(options.hooks, name).to.deep.equal({});
    }
  });
});
