import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { startRehearsal, type Rehearsal } from "../../rehearsal";
import { documentOf, Walk, type CloudResource } from "./support/walk";

const account = "482913067251";
const day = 86_400_000;
const url = (name: string): string => `https://sqs.eu-west-1.amazonaws.com/${account}/${name}`;

/** A walk on which nothing stands but the queues that the stack declares. */
async function withQueues(): Promise<Walk> {
  const walk = Walk.create();
  walk.edit("dev", (settings) => {
    settings.keepOnly("messaging", "state");
  });
  await walk.done("rehearse", "dev");
  return walk;
}

/** What the application does, with the same SDK, between the commands of people. */
async function asTheApplication<T>(walk: Walk, act: (client: SQSClient) => Promise<T>): Promise<T> {
  const rehearsal: Rehearsal = await startRehearsal({ directory: walk.rehearsal, accountId: account });
  const environment = rehearsal.environment;
  const client = new SQSClient({
    region: "eu-west-1",
    endpoint: environment.AWS_ENDPOINT_URL ?? "",
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    },
  });
  try {
    return await act(client);
  } finally {
    client.destroy();
    await rehearsal.stop();
  }
}

async function createQueue(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl: made = "" } = await client.send(new CreateQueueCommand({ QueueName: name }));
  return made;
}

/** As if everything that the application did had been done so much earlier. */
function letPass(walk: Walk, milliseconds: number): void {
  const folder = path.join(walk.rehearsal, "cloud");
  const earlier = (at: string): string => new Date(Date.parse(at) - milliseconds).toISOString();
  for (const file of readdirSync(folder)) {
    const place = path.join(folder, file);
    const record = JSON.parse(readFileSync(place, "utf8")) as CloudResource & { createdAt: string };
    const { sums } = record.inputs as { readonly sums?: Readonly<Record<string, number>> };
    const changed = {
      ...record,
      createdAt: earlier(record.createdAt),
      ...(sums && {
        inputs: {
          ...record.inputs,
          sums: Object.fromEntries(Object.entries(sums).map(([at, sum]) => [earlier(at), sum])),
        },
      }),
    };
    writeFileSync(place, JSON.stringify(changed));
  }
}

function queuesOf(walk: Walk): readonly string[] {
  return walk
    .cloud()
    .filter(({ type }) => type === "aws:sqs/queue:Queue")
    .map(({ id }) => id.split("/").at(-1) ?? "")
    .sort();
}

const declared = ["dev_mail", "dev_mail_dead", "dev_usage.fifo", "dev_usage_dead.fifo"];

describe("groundwork queues clean", () => {
  let base: Walk;
  before(async function () {
    this.timeout(300_000);
    base = await withQueues();
    await asTheApplication(base, async (client) => {
      await createQueue(client, "dev_control_control-app-old");
      const full = await createQueue(client, "dev_control_control-app-full");
      await client.send(new SendMessageCommand({ QueueUrl: full, MessageBody: "somebody will want this" }));
      const used = await createQueue(client, "dev_control_probe-ann-7");
      await client.send(new SendMessageCommand({ QueueUrl: used, MessageBody: "done with" }));
      const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: used }));
      await client.send(
        new DeleteMessageCommand({ QueueUrl: used, ReceiptHandle: message?.ReceiptHandle ?? "" }),
      );
      await createQueue(client, "dev_control_probe-bob-8");
      await createQueue(client, "dev_elsewhere");
    });
    letPass(base, 9 * day);
    await asTheApplication(base, async (client) => {
      await createQueue(client, "dev_control_control-app-new");
      // A consumer that asks in vain is a consumer.
      await client.send(new ReceiveMessageCommand({ QueueUrl: url("dev_control_probe-bob-8") }));
    });
  });

  it("lists what the application has made, with age, messages and last use, and what would go", async () => {
    const walk = base.copy();
    const result = await walk.done("queues", "dev", "clean", "--rehearse", "--dry-run", "--json");
    const { queues, prefix, removed } = documentOf(result) as {
      queues: Record<string, unknown>[];
      prefix: string;
      removed: string[];
    };
    expect(prefix).to.equal("dev_control_");
    expect(removed).to.deep.equal([]);
    expect(
      queues.map(({ name, messages, abandoned, result: done, why }) => [
        name,
        messages,
        abandoned,
        done,
        why,
      ]),
    ).to.deep.equal([
      ["dev_control_control-app-full", 1, false, "kept", "it holds 1 message"],
      ["dev_control_control-app-new", 0, false, "kept", "it is less than 1 h old"],
      ["dev_control_control-app-old", 0, true, "kept", "not used in the last 14 d"],
      ["dev_control_probe-ann-7", 0, true, "kept", queues[3]?.["why"]],
      ["dev_control_probe-bob-8", 0, false, "kept", "it was used less than 1 h ago"],
    ]);
    expect(queues[3]?.["why"]).to.match(/^not used for 8 d \d+ h$|^not used for 9 d$/);
    expect(queues[2]?.["lastUse"]).to.equal(null);
    expect(queuesOf(walk)).to.include("dev_control_control-app-old");
  });

  it("removes the abandoned ones only, in either order of the words, and finds nothing the second time", async () => {
    const walk = base.copy();
    const { stdout } = await walk.done("queues", "clean", "dev", "--rehearse", "--yes");
    expect(stdout).to.contain("Removed 2 queues.");
    const kept = [
      "dev_control_control-app-full",
      "dev_control_control-app-new",
      "dev_control_probe-bob-8",
      "dev_elsewhere",
      ...declared,
    ].sort();
    expect(queuesOf(walk)).to.deep.equal(kept);
    const deleted = walk
      .changes()
      .filter(({ method, type }) => method === "delete" && type === "aws:sqs/queue:Queue");
    expect(deleted.map(({ id, ok }) => [id, ok])).to.have.deep.members([
      [url("dev_control_control-app-old"), true],
      [url("dev_control_probe-ann-7"), true],
    ]);
    const again = await walk.done("queues", "clean", "dev", "--rehearse", "--yes");
    expect(again.stdout).to.contain("Nothing to remove: no queue has been idle for 7 d.");
    expect(queuesOf(walk)).to.deep.equal(kept);
  });

  it("removes what holds messages only when told, and the messages with it", async () => {
    const walk = base.copy();
    await walk.done("queues", "dev", "clean", "--rehearse", "--yes", "--with-messages");
    expect(queuesOf(walk)).to.not.include("dev_control_control-app-full");
    expect(walk.cloud().filter(({ type }) => type === "aws:sqs/message:Message")).to.deep.equal([]);
  });

  it("counts by the limit that is given", async () => {
    const walk = base.copy();
    const { stdout } = await walk.done("queues", "dev", "clean", "--rehearse", "--yes", "--idle", "2w");
    expect(stdout).to.contain("Nothing to remove: no queue has been idle for 14 d.");
  });

  it("asks before it removes: without a terminal and --yes nothing is touched", async () => {
    const walk = base.copy();
    const before = queuesOf(walk);
    const { exitCode, stderr } = await walk.groundwork("queues", "dev", "clean", "--rehearse");
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain("Remove 2 queues (rehearsal of account 482913067251, eu-west-1)?");
    expect(queuesOf(walk)).to.deep.equal(before);
  });

  it("refuses credentials of another account before it looks at anything", async () => {
    const walk = base.copy();
    const before = queuesOf(walk);
    const { exitCode, stderr } = await walk.groundwork(
      ...["queues", "dev", "clean", "--rehearse", "--yes", "--account", "111122223333"],
    );
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain("The AWS credentials are of account 111122223333; dev lives in 482913067251");
    expect(queuesOf(walk)).to.deep.equal(before);
  });

  it("keeps everything, and fails, when CloudWatch does not tell of any queue's use", async () => {
    const walk = base.copy();
    const before = queuesOf(walk);
    const { exitCode, stderr, stdout } = await walk.groundwork(
      ...["queues", "dev", "clean", "--rehearse", "--yes", "--with-messages"],
      ...["--faults", faultsFile(walk, { type: "aws:cloudwatch:GetMetricData", method: "invoke" }, "error")],
    );
    expect(stdout).to.contain("unknown");
    expect(stderr).to.contain(
      "The last use of none of the queues could be read (CloudWatch: InternalFailure",
    );
    expect(exitCode).to.equal(1);
    expect(queuesOf(walk)).to.deep.equal(before);
  });

  it("asks again when it is throttled", async () => {
    const walk = base.copy();
    const { stdout } = await walk.done(
      ...["queues", "dev", "clean", "--rehearse", "--yes"],
      ...["--faults", faultsFile(walk, { type: "aws:sqs:ListQueues", method: "invoke" }, "throttle", 2)],
    );
    expect(stdout).to.contain("Removed 2 queues.");
  });

  it("says which queue could not be removed, removes the others, and fails", async () => {
    const walk = base.copy();
    const { exitCode, stderr, stdout } = await walk.groundwork(
      ...["queues", "dev", "clean", "--rehearse", "--yes"],
      ...[
        "--faults",
        faultsFile(walk, { type: "aws:sqs/queue:Queue", name: "*-old", method: "delete" }, "error", 20),
      ],
    );
    expect(stderr).to.contain("Not removed: dev_control_control-app-old: InternalFailure");
    expect(stdout).to.contain("Removed 1 queue.");
    expect(exitCode).to.equal(1);
    expect(queuesOf(walk))
      .to.include("dev_control_control-app-old")
      .and.not.include("dev_control_probe-ann-7");
  });

  it("leaves a queue that somebody has begun to use since it was listed", async () => {
    const walk = base.copy();
    const running = walk.begin(
      ...["queues", "dev", "clean", "--rehearse", "--yes"],
      ...[
        "--faults",
        faultsFile(walk, { type: "aws:sqs/queue:Queue", name: "*-old", method: "delete" }, "slow", 1, 8),
      ],
    );
    // Once the first one has been looked at again, its deletion is on its way, and the second one's turn has not come.
    await until(
      () => calls(walk, "aws:cloudwatch:GetMetricData") >= calls(base, "aws:cloudwatch:GetMetricData") + 2,
    );
    await asTheApplication(walk, (client) =>
      client.send(new ReceiveMessageCommand({ QueueUrl: url("dev_control_probe-ann-7") })),
    );
    const { exitCode, stdout } = await running.result;
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain("Removed 1 queue.");
    expect(stdout).to.contain(
      "Left, since it is in use by now: dev_control_probe-ann-7 (it was used less than 1 h ago)",
    );
    expect(queuesOf(walk))
      .to.include("dev_control_probe-ann-7")
      .and.not.include("dev_control_control-app-old");
  });

  it("is refused for words that are neither, and for limits that CloudWatch cannot tell", async () => {
    const wrong = await base.groundwork("queues", "dev", "purge", "--rehearse");
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.contain("one of the two is the stack, the other what to do: clean");
    const idle = await base.groundwork("queues", "dev", "clean", "--rehearse", "--idle", "1h");
    expect(idle.exitCode).to.equal(2);
    expect(idle.stderr).to.contain("--idle 1h: a number of hours, days or weeks");
  });
});

function calls(walk: Walk, type: string): number {
  const log = readFileSync(path.join(walk.rehearsal, "log.jsonl"), "utf8").trim().split("\n");
  return log.filter((line) => (JSON.parse(line) as { type: string }).type === type).length;
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function faultsFile(
  walk: Walk,
  match: Readonly<Record<string, string>>,
  fault: string,
  times = 100,
  seconds = 0,
): string {
  const file = path.join(walk.rehearsal, "faults.yaml");
  expect(existsSync(file)).to.equal(false);
  writeFileSync(
    file,
    JSON.stringify([{ match, fault, times, seconds, ...(fault !== "slow" && { message: "out of order" }) }]),
  );
  return file;
}

describe("the rehearsal's queues", () => {
  it("are the same for the application and for the program", async function () {
    this.timeout(300_000);
    const walk = await withQueues();
    await asTheApplication(walk, async (client) => {
      const { Attributes: attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url("dev_mail"), AttributeNames: ["All"] }),
      );
      expect(attributes).to.include({
        QueueArn: `arn:aws:sqs:eu-west-1:${account}:dev_mail`,
        VisibilityTimeout: "60",
        ApproximateNumberOfMessages: "0",
      });
      await client.send(new SendMessageCommand({ QueueUrl: url("dev_mail"), MessageBody: "hello" }));
    });
    const { stdout } = await walk.done("preview", "dev", "--rehearse", "--json");
    expect((JSON.parse(stdout) as { changes: unknown[] }).changes).to.deep.equal([]);
  });
});
