import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Queue } from "@pulumi/aws/sqs/queue";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Monitor } from "../../../components/guard/engine-requests";
import { GuardWatch } from "../../../components/guard/watch";
import { guarded } from "../../../components/guard/guarded";
import type { StackContext } from "../../../settings/stack-context";
import { recordStack } from "../../support/mocks";

const queueType = "aws:sqs/queue:Queue";
const lifecycleType = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::groundwork::${type}::${name}`;
}

function contextOf(): StackContext {
  return {
    project: "groundwork",
    stack: "dev",
    accountId: "111111111111",
    region: "eu-west-1",
    guardLevel: "development",
    backend: {
      lastState: () => ({ resources: [] }),
      lastStateLater: () => Promise.resolve({ resources: [] }),
      unfinished: () => Promise.resolve(new Map()),
    },
  };
}

const without = (name: string, type: string, holds: string, what: string): string =>
  `${urnOf(type, name)} holds ${holds}, and the program registers it without ${what}. Make it with the options of guarded() in ` +
  "components/guard/guarded.ts, and let no transformation take them off.";

/** What the watch says at the end of a preview of a program, which registers through the real SDK. */
async function saidOf(program: (context: StackContext) => void): Promise<readonly string[]> {
  const said: string[] = [];
  let end = (): void => undefined;
  await recordStack(
    () => {
      const context = contextOf();
      new GuardWatch(context, {
        monitor: pulumi.runtime.getMonitor() as unknown as Monitor,
        atEnd: (listener) => (end = listener),
        fail: (message) => said.push(message),
      }).start();
      program(context);
      return {};
    },
    { preview: true },
  );
  end();
  return said;
}

const stripped = (opts: pulumi.ResourceOptions): pulumi.ResourceOptions => ({
  ...opts,
  protect: false,
  hooks: {},
});
const strip: pulumi.ResourceTransformation = ({ props, opts }) => ({ props, opts: stripped(opts) });

describe("the watch of what a program asks of the engine", () => {
  it("has nothing against what guarded() made, and what needs none of it", async () => {
    const said = await saidOf((context) => {
      new Queue("one", {}, guarded(queueType, context));
      new BucketLifecycleConfiguration("rules", { bucket: "b" }, guarded(lifecycleType, context));
      new LogGroup("log");
    });
    expect(said).to.deep.equal([]);
  });

  it("refuses what has lost it on the way, wherever that was done, in one message for all of a preview", async () => {
    const inQueue = "every message in it";
    const all = "protect and the guard's hook";
    const byStack = await saidOf((context) => {
      pulumi.runtime.registerStackTransformation(strip);
      new Queue("one", {}, guarded(queueType, context));
      new Queue("two", {}, guarded(queueType, context));
      new Queue("three", {}, { ...guarded(queueType, context), hooks: {} });
    });
    expect(byStack).to.deep.equal([
      ["one", "two", "three"].map((name) => without(name, queueType, inQueue, all)).join("\n"),
    ]);
    const byItself = await saidOf((context) => {
      new Queue("one", {}, guarded(queueType, context, { transformations: [strip] }));
    });
    expect(byItself).to.deep.equal([without("one", queueType, inQueue, all)]);
    const byHand = await saidOf((context) => {
      new Queue("one", {}, { ...guarded(queueType, context), hooks: {} });
      new Queue("two", {}, { ...guarded(queueType, context), protect: false });
    });
    expect(byHand).to.deep.equal([
      `${without("one", queueType, inQueue, "the guard's hook")}\n${without("two", queueType, inQueue, "protect")}`,
    ]);
  });

  it("refuses rules of expiry that no hook judges", async () => {
    const said = await saidOf(() => {
      new BucketLifecycleConfiguration("rules", { bucket: "b" });
    });
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/::rules holds .*registers it without the guard's hook\./);
  });
});
