import { expect } from "chai";
import { refusal, rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

const type = "aws:sqs/queue:Queue";
const arn = "arn:aws:sqs:eu-west-1:111122223333:mail";
const denied = `not authorized to perform: sqs:deletequeue on resource: ${arn} with an explicit deny in a resource-based policy`;

const policy = (...statements: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Resource: arn, ...statement })),
  });
const stays = { Effect: "Deny", Principal: "*", Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"] };

describe("rehearsal: a queue whose policy denies its deletion", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  it("stays until the denial is taken off, which is not denied", async () => {
    const queue = await aws.create(type, "mail", { name: "mail", policy: policy(stays) });
    expect(await refusal(aws.delete(queue)))
      .to.contain("AccessDenied")
      .and.to.contain(denied);
    expect(aws.records(type)).to.have.length(1);
    const owner = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sqs:*" };
    const free = await aws.update(queue, { name: "mail", policy: policy(owner) });
    await aws.delete(free);
    expect(aws.records(type)).to.deep.equal([]);
  });

  it("is the cloud's policy, not the one of the state: what somebody has put on since holds too", async () => {
    const queue = await aws.create(type, "mail", { name: "mail" });
    await aws.update(queue, { name: "mail", policy: policy({ ...stays, Action: "SQS:*" }) });
    expect(await refusal(aws.delete(queue))).to.contain(denied);
  });

  it("goes where only some are denied, or only sometimes, or something else", async () => {
    for (const [name, statement] of [
      ["some", { ...stays, Principal: { AWS: "arn:aws:iam::111122223333:user/ann" } }],
      ["sometimes", { ...stays, Condition: { Bool: { "aws:SecureTransport": "false" } } }],
      ["purge", { ...stays, Action: "sqs:PurgeQueue" }],
    ] as const) {
      await aws.delete(await aws.create(type, name, { name, policy: policy(statement) }));
    }
    expect(aws.records(type)).to.deep.equal([]);
  });
});
