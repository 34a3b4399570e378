import { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import type { LastState } from "../../guard/memory/last-state";
import type { PolicyContext } from "../../policies/context";
import { takeNoConfiguration } from "../../policies/no-configuration";
import { nothingLost } from "../../policies/rules/guard/nothing-lost";
import { contextOf, stackViolations, UNKNOWN } from "./harness";
import { described } from "./table";

const type = "aws:sqs/queue:Queue";
const queue = {
  urn: `urn:pulumi:dev::groundwork::${type}::mail`,
  type,
  custom: true,
  id: "https://sqs/mail",
};
const last: LastState = { resources: [queue] };

function withLast(state: LastState, over: Partial<PolicyContext> = {}): PolicyContext {
  return { ...contextOf(), lastState: () => Promise.resolve(state), ...over };
}

// What it judges is not among what it is shown, so that its examples are made by hand.
described.add(nothingLost.name);

describe("guard/nothing-lost", () => {
  it("refuses a stack that has lost what the last run left, and passes one that has it", async () => {
    const [[message, about] = []] = await stackViolations(nothingLost, [], withLast(last));
    expect(message).to.match(/^SQS queue mail \(id https:\/\/sqs\/mail\) was there in the last run/);
    expect(about).to.equal("mail");
    const there = [{ type, name: "mail", props: {} }];
    expect(await stackViolations(nothingLost, there, withLast(last))).to.deep.equal([]);
  });

  it("takes an id that is not known yet for none", async () => {
    const made = [{ type, name: "post", props: { id: UNKNOWN } }];
    expect(await stackViolations(nothingLost, made, withLast(last))).to.have.length(1);
    const moved = [{ type, name: "post", props: { id: queue.id } }];
    expect(await stackViolations(nothingLost, moved, withLast(last))).to.deep.equal([]);
  });

  it("passes a stack that was never up, and a disposable one without asking", async () => {
    expect(await stackViolations(nothingLost, [], withLast({ resources: [] }))).to.deep.equal([]);
    const asked = { ...contextOf("disposable"), lastState: () => Promise.reject(new Error("asked")) };
    expect(await stackViolations(nothingLost, [], asked)).to.deep.equal([]);
  });

  it("misses nothing that holds no data", async () => {
    const subnet = { ...queue, type: "aws:ec2/subnet:Subnet" };
    expect(await stackViolations(nothingLost, [], withLast({ resources: [subnet] }))).to.deep.equal([]);
  });

  it("refuses what cannot be read, with what to do", async () => {
    const [[message] = []] = await stackViolations(nothingLost, [], withLast({ problem: "no pulumi" }));
    expect(message).to.contain("(`pulumi stack export`: no pulumi)").and.contain("on the PATH");
  });
});

describe("the policy pack's configuration", () => {
  it("is not taken, so that nobody can switch rules off by it", () => {
    const call = { responseSerialize: (info: AnalyzerInfo) => Buffer.from(info.serializeBinary()) };
    takeNoConfiguration(call);
    const info = new AnalyzerInfo();
    info.setSupportsconfig(true);
    const read = AnalyzerInfo.deserializeBinary(call.responseSerialize(info));
    expect(read.getSupportsconfig()).to.equal(false);
  });
});
