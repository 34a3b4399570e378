import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { AwsClientConfig } from "../../operations/engine/aws-clients";
import { startRehearsal, type Rehearsal } from "../../rehearsal";

const account = "111122223333";

describe("the rehearsal's AWS API", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  let config: AwsClientConfig;
  let sqs: SQSClient;

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-api-"));
    rehearsal = await startRehearsal({
      directory,
      accountId: account,
      faults: [{ match: { type: "aws:sqs:GetQueueUrl", method: "invoke" }, fault: "throttle" }],
    });
    const { AWS_ENDPOINT_URL: endpoint = "", AWS_ACCESS_KEY_ID: accessKeyId = "" } = rehearsal.environment;
    config = {
      region: "eu-west-1",
      maxAttempts: 3,
      endpoint,
      credentials: { accessKeyId, secretAccessKey: "rehearsal" },
    };
    sqs = new SQSClient(config);
  });
  afterEach(async () => {
    sqs.destroy();
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const create = async (name: string): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? "";
  const refusal = async (act: Promise<unknown>): Promise<string> => {
    const error = await act.then(
      () => new Error("it was done"),
      (reason: unknown) => reason as Error,
    );
    return `${error.name}: ${error.message}`;
  };
  const files = (type: string): readonly string[] =>
    readdirSync(path.join(directory, "cloud")).filter((file) => file.startsWith(type));

  it("makes queues that lie in the cloud as the program's do, with a line in the log, and lists them by pages", async () => {
    for (const name of ["dev_control_c", "dev_control_a", "dev_control_b", "other"]) await create(name);
    expect(files("aws.sqs.Queue.")).to.have.length(4);
    const pages: (readonly string[])[] = [];
    let token: string | undefined;
    do {
      const page = await sqs.send(
        new ListQueuesCommand({ QueueNamePrefix: "dev_control_", MaxResults: 2, NextToken: token }),
      );
      pages.push((page.QueueUrls ?? []).map((url) => url.split("/").at(-1) ?? ""));
      token = page.NextToken;
    } while (token !== undefined);
    expect(pages).to.deep.equal([["dev_control_a", "dev_control_b"], ["dev_control_c"]]);
    const [first] = readFileSync(path.join(directory, "log.jsonl"), "utf8").split("\n");
    expect(JSON.parse(first ?? "")).to.deep.include({
      method: "create",
      type: "aws:sqs/queue:Queue",
      id: `https://sqs.eu-west-1.amazonaws.com/${account}/dev_control_c`,
      ok: true,
    });
  });

  it("keeps a queue whose policy denies its deletion", async () => {
    const Statement = [{ Effect: "Deny", Principal: "*", Action: "sqs:DeleteQueue", Resource: "*" }];
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "kept", Attributes: { Policy: JSON.stringify({ Statement }) } }),
    );
    expect(await refusal(sqs.send(new DeleteQueueCommand({ QueueUrl }))))
      .to.contain("AccessDenied")
      .and.to.contain("with an explicit deny in a resource-based policy");
    expect(files("aws.sqs.Queue.")).to.have.length(1);
  });

  it("keeps messages until they are deleted, and hides those that somebody has received", async () => {
    const QueueUrl = await create("q");
    const counts = async (): Promise<readonly (string | undefined)[]> => {
      const { Attributes: all = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      return [
        all["ApproximateNumberOfMessages"],
        all["ApproximateNumberOfMessagesNotVisible"],
        all["ApproximateNumberOfMessagesDelayed"],
      ];
    };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 900 }));
    expect(await counts()).to.deep.equal(["1", "0", "1"]);
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(message?.Body).to.equal("one");
    expect(await counts()).to.deep.equal(["0", "1", "1"]);
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).to.equal(undefined);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle ?? "" }));
    expect(await counts()).to.deep.equal(["0", "0", "1"]);
  });

  it("counts what is done with a queue, by the hour, as CloudWatch tells it", async () => {
    const QueueUrl = await create("q");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "two" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const names = [
      "NumberOfMessagesSent",
      "NumberOfMessagesReceived",
      "NumberOfEmptyReceives",
      "NumberOfMessagesDeleted",
    ];
    const cloudwatch = new CloudWatchClient(config);
    const { MetricDataResults: results = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 7_200_000),
        EndTime: new Date(Date.now() + 60_000),
        MetricDataQueries: names.map((MetricName, i) => ({
          Id: `m${i}`,
          MetricStat: {
            Metric: { Namespace: "AWS/SQS", MetricName, Dimensions: [{ Name: "QueueName", Value: "q" }] },
            Period: 86_400,
            Stat: "Sum",
          },
        })),
      }),
    );
    cloudwatch.destroy();
    const sums = results.map(({ Values: values = [] }) => values.reduce((a, b) => a + b, 0));
    expect(sums).to.deep.equal([2, 2, 1, 0]);
  });

  it("refuses in SQS's words what is not there, is somebody else's, or was there a moment ago", async () => {
    const QueueUrl = await create("q");
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    expect(files("aws.sqs.Queue.")).to.deep.equal([]);
    expect(await refusal(sqs.send(new DeleteQueueCommand({ QueueUrl })))).to.equal(
      "QueueDoesNotExist: The specified queue does not exist.",
    );
    expect(await refusal(create("q"))).to.match(/^QueueDeletedRecently: You must wait 60 seconds/);
    expect(
      await refusal(
        sqs.send(new ListQueueTagsCommand({ QueueUrl: QueueUrl.replace(account, "444455556666") })),
      ),
    ).to.match(/^AccessDenied: /);
    expect(await refusal(create("not a name"))).to.match(
      /^InvalidParameterValue: Can only include alphanumeric/,
    );
    await create("r");
    expect(
      await refusal(
        sqs.send(new CreateQueueCommand({ QueueName: "r", Attributes: { VisibilityTimeout: "31" } })),
      ),
    ).to.match(/^QueueNameExists: /);
    expect(
      await refusal(
        sqs.send(new CreateQueueCommand({ QueueName: "s", Attributes: { VisibilityTimeout: "43201" } })),
      ),
    ).to.match(/^InvalidAttributeValue: /);
  });

  it("takes the same queue twice for one, and lets its messages go with it", async () => {
    const QueueUrl = await create("q");
    expect(await create("q")).to.equal(QueueUrl);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    expect(readdirSync(path.join(directory, "cloud"))).to.deep.equal([]);
  });

  it("plays faults, and the SDK asks again", async () => {
    const QueueUrl = await create("q");
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "q" }))).QueueUrl).to.equal(QueueUrl);
    const log = readFileSync(path.join(directory, "log.jsonl"), "utf8").trim().split("\n");
    const asked = log.map((line) => JSON.parse(line) as { type: string; ok: boolean });
    expect(asked.filter(({ type }) => type === "aws:sqs:GetQueueUrl").map(({ ok }) => ok)).to.deep.equal([
      false,
      true,
    ]);
  });

  it("tells whose credentials these are: the rehearsal's, and those of users that exist in the cloud", async () => {
    const identity = async (accessKeyId: string): Promise<string | undefined> => {
      const credentials = { accessKeyId, secretAccessKey: "any" };
      const sts = new STSClient({ ...config, credentials });
      try {
        return (await sts.send(new GetCallerIdentityCommand({}))).Account;
      } finally {
        sts.destroy();
      }
    };
    expect(await identity("AKIAREHEARSALXXXXXXX")).to.equal(account);
    expect(await refusal(identity("AKIANOBODY"))).to.match(/^InvalidClientTokenId: /);
    writeFileSync(
      path.join(directory, "cloud", "key.json"),
      JSON.stringify({
        type: "aws:iam/accessKey:AccessKey",
        id: "AKIAANN",
        inputs: {},
        scope: "444455556666",
      }),
    );
    expect(await identity("AKIAANN")).to.equal("444455556666");
  });

  it("says what it does not serve", async () => {
    const QueueUrl = await create("q");
    expect(
      await refusal(
        sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: "x", VisibilityTimeout: 1 })),
      ),
    ).to.equal("UnknownOperationException: The rehearsal does not serve AmazonSQS.ChangeMessageVisibility.");
  });
});
