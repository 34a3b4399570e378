import { Table } from "@pulumi/aws/dynamodb/table";
import { Cluster } from "@pulumi/aws/eks/cluster";
import { UserPool } from "@pulumi/aws/cognito/userPool";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { Queue } from "@pulumi/aws/sqs/queue";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { guarded, registerGuard } from "../../../components/guard/guarded";
import type { StackContext } from "../../../settings/stack-context";
import type { Approval } from "../../../guard/approvals/approval";
import type { LastState, StateResource } from "../../../guard/memory/last-state";
import { record, recordStack, type Recording, type RecordOptions } from "../../support/mocks";

const queueType = "aws:sqs/queue:Queue";
const tableType = "aws:dynamodb/table:Table";
const bucketType = "aws:s3/bucket:Bucket";
const lifecycleType = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function contextOf(over: Partial<StackContext> = {}): StackContext {
  return {
    project: "groundwork",
    stack: "dev",
    accountId: "111111111111",
    region: "eu-west-1",
    guardLevel: "development",
    ...over,
  };
}

function backendOf(
  last: LastState,
  unfinished: ReadonlyMap<string, number> = new Map(),
): Partial<StackContext> {
  return {
    backend: {
      lastState: () => last,
      lastStateLater: () => Promise.resolve(last),
      unfinished: () => Promise.resolve(unfinished),
    },
  };
}

function urnOf(type: string, name: string, parents = ""): string {
  return `urn:pulumi:dev::groundwork::${parents}${type}::${name}`;
}

interface Happening {
  readonly type: string;
  readonly name?: string;
  readonly id?: string;
  readonly oldInputs?: Record<string, unknown>;
  readonly newInputs?: Record<string, unknown>;
}

/** What the hook of a run says of what is about to happen; undefined where it lets it pass. */
async function said(recording: Recording, about: Happening): Promise<string | undefined> {
  const { type, name = "one", id = "the-id", oldInputs, newInputs } = about;
  try {
    await recording.hooks.get("groundwork-guard")?.callback({
      urn: urnOf(type, name),
      id: oldInputs === undefined ? "" : id,
      name,
      type,
      oldInputs,
      newInputs,
      oldOutputs: oldInputs,
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function recordQueue(context: StackContext, options: RecordOptions = {}): Promise<Recording> {
  return record(() => {
    new Queue("one", {}, guarded(queueType, context));
  }, options);
}

const shorter = {
  type: queueType,
  oldInputs: { messageRetentionSeconds: 345600 },
  newInputs: { messageRetentionSeconds: 3600 },
};

describe("the hook before changes", () => {
  it("refuses what lets data live shorter, and says which change does", async () => {
    expect(await said(await recordQueue(contextOf()), shorter)).to.equal(
      "SQS queue one (id the-id): Messages older than that are deleted, also those that wait now. messageRetentionSeconds " +
        "goes from 345600 seconds to 3600 seconds. Take the change back. If it is meant: approve it for this one thing, for a " +
        "while (`./groundwork guard dev explain` prints the call), and run `./groundwork up dev`.",
    );
  });

  it("lets pass what does not, and what is approved for exactly this thing", async () => {
    const longer = { ...shorter, newInputs: { messageRetentionSeconds: 1209600 } };
    expect(await said(await recordQueue(contextOf()), longer)).to.equal(undefined);
    const approval: Approval = {
      urn: urnOf(queueType, "one"),
      id: "the-id",
      operation: "loosen",
      phase: "destroy",
    };
    const approved = await recordQueue(contextOf({ approvals: [approval] }));
    expect(await said(approved, shorter)).to.equal(undefined);
    expect(await said(approved, { ...shorter, id: "another-id" })).to.match(/^SQS queue one/);
  });

  it("fails a preview too, unless the gate judges it; a run never", async () => {
    const preview = { preview: true };
    expect(await said(await recordQueue(contextOf(), preview), shorter)).to.match(/^SQS queue/);
    expect(await said(await recordQueue(contextOf({ isGated: true }), preview), shorter)).to.equal(undefined);
    expect(await said(await recordQueue(contextOf({ isGated: true })), shorter)).to.match(/^SQS queue/);
  });

  it("refuses a value that is not known yet", async () => {
    const newInputs = { messageRetentionSeconds: pulumi.unknown };
    expect(
      await said(await recordQueue(contextOf(), { preview: true }), { ...shorter, newInputs }),
    ).to.contain("messageRetentionSeconds is not known before the run");
  });

  it("has nothing against a secret that stays, and tells none that changes", async () => {
    const recording = await recordQueue(contextOf());
    const secret = (key: string): Record<string, unknown> => ({ kmsMasterKeyId: pulumi.secret(key) });
    const kept = { type: queueType, oldInputs: secret("key-a"), newInputs: secret("key-a") };
    expect(await said(recording, kept)).to.equal(undefined);
    const changed = await said(recording, { ...kept, newInputs: secret("key-b") });
    expect(changed).to.contain("kmsMasterKeyId is not known");
    expect(changed).to.not.match(/key-[ab]/);
  });

  it("is bound to what may be removed too, which is not protected", async () => {
    const recording = await record(() => {
      new BucketLifecycleConfiguration(
        "one",
        { bucket: "reports", rules: [] },
        guarded(lifecycleType, contextOf()),
      );
    });
    const { options } = recording.one(lifecycleType);
    expect(options.protect).to.equal(false);
    expect(options.hooks).to.deep.equal({
      beforeCreate: ["groundwork-guard"],
      beforeUpdate: ["groundwork-guard"],
    });
  });

  describe("when rules of expiry are new", () => {
    const rules = [{ id: "expiry", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } }];
    const lifecycle = { type: lifecycleType, newInputs: { bucket: "reports", rules } };
    const recordBucket = (context: StackContext): Promise<Recording> =>
      record(() => {
        new Bucket("one", { bucket: "reports" }, guarded(bucketType, context));
      });

    it("lets them pass for a bucket that this run makes", async () => {
      const recording = await recordBucket(contextOf());
      expect(await said(recording, { type: bucketType, newInputs: { bucket: "reports" } })).to.equal(
        undefined,
      );
      expect(await said(recording, lifecycle)).to.equal(undefined);
    });

    it("refuses them for a bucket that was there, unless a run that broke off has made it and it is young", async () => {
      expect(await said(await recordBucket(contextOf()), lifecycle)).to.contain(
        "rules is new, and reports exists already",
      );
      const young = contextOf(backendOf({ resources: [] }, new Map([["reports", 2]])));
      expect(await said(await recordBucket(young), lifecycle)).to.equal(undefined);
      const old = contextOf(backendOf({ resources: [] }, new Map([["reports", 31]])));
      expect(await said(await recordBucket(old), lifecycle)).to.contain("exists already");
    });
  });
});

describe("the hook of what is beside a store", () => {
  const policyType = "aws:sqs/queuePolicy:QueuePolicy";
  const url = "https://sqs.eu-west-1.amazonaws.com/111111111111/mail";
  const statement = (effect: string, action: string): string =>
    JSON.stringify({ Statement: [{ Effect: effect, Principal: "*", Action: action }] });
  const mail: StateResource = {
    urn: urnOf(queueType, "mail"),
    type: queueType,
    custom: true,
    id: url,
    protect: true,
    inputs: { name: "mail", policy: statement("Deny", "sqs:*Queue") },
  };
  const context = contextOf(backendOf({ resources: [mail] }));
  const recordPolicy = (opts: pulumi.CustomResourceOptions = {}): Promise<Recording> =>
    record(() => {
      new QueuePolicy("one", { queueUrl: url, policy: "{}" }, guarded(policyType, context, opts));
    });

  it("judges its making by what the last run left of the store", async () => {
    const recording = await recordPolicy();
    expect(recording.one(policyType).options).to.deep.include({
      protect: false,
      hooks: { beforeCreate: ["groundwork-guard"], beforeUpdate: ["groundwork-guard"] },
    });
    const making = (policy: string, queueUrl = url): Happening => ({
      type: policyType,
      newInputs: { queueUrl, policy },
    });
    expect(await said(recording, making(statement("Allow", "sqs:SendMessage")))).to.contain(
      "would lose the cloud's own lock",
    );
    expect(await said(await recordPolicy(), making(statement("Deny", "sqs:*Queue")))).to.equal(undefined);
    const ofAnother = making(statement("Allow", "sqs:SendMessage"), "https://another");
    expect(await said(await recordPolicy(), ofAnother)).to.equal(undefined);
  });

  it("comes to it also where the program registers it without guarded()", async () => {
    const recording = await recordStack(() => {
      registerGuard(context);
      new QueuePolicy("one", { queueUrl: url, policy: "{}" });
      new QueuePolicy("two", { queueUrl: url, policy: "{}" }, guarded(policyType, context));
      return {};
    });
    for (const { options } of recording.ofType(policyType)) {
      expect(options.hooks).to.deep.equal({
        beforeCreate: ["groundwork-guard"],
        beforeUpdate: ["groundwork-guard"],
      });
    }
  });
});

describe("an approval to delete or replace", () => {
  const parentType = "groundwork:reports:Reports";
  class Reports extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
      super(parentType, name, {}, opts);
    }
  }

  function recordTables(operation: Approval["operation"]): Promise<Recording> {
    const approvals: Approval[] = [
      { urn: urnOf(tableType, "one", `${parentType}$`), id: "dev_one", operation, phase: "unlock" },
    ];
    const context = contextOf({ approvals });
    return record(() => {
      const parent = new Reports("reports");
      const props = { attributes: [], hashKey: "hour", deletionProtectionEnabled: true };
      new Table("one", props, guarded(tableType, context, { parent }));
      new Table("two", props, guarded(tableType, context, { parent }));
      new Table("one-beside", props, guarded(tableType, context));
    });
  }

  for (const operation of ["delete", "replace"] as const) {
    it(`takes protection and the cloud's locks off exactly that resource, and keeps its hook (${operation})`, async () => {
      const recording = await recordTables(operation);
      const one = recording.one(tableType, "one");
      expect(one.options.protect).to.equal(false);
      expect(one.inputs["deletionProtectionEnabled"]).to.equal(false);
      expect(one.options.hooks.beforeDelete).to.deep.equal(["groundwork-guard"]);
      for (const name of ["two", "one-beside"]) {
        const other = recording.one(tableType, name);
        expect(other.options.protect, name).to.equal(true);
        expect(other.inputs["deletionProtectionEnabled"], name).to.equal(true);
      }
    });
  }

  it("of another kind takes off nothing", async () => {
    const one = (await recordTables("loosen")).one(tableType, "one");
    expect(one.options.protect).to.equal(true);
    expect(one.inputs["deletionProtectionEnabled"]).to.equal(true);
  });

  it("does not reach a resource of the same name under another parent", async () => {
    const urn = urnOf(tableType, "one", "groundwork:other:Other$");
    const context = contextOf({ approvals: [{ urn, id: "dev_one", operation: "delete", phase: "unlock" }] });
    const recording = await record(() => {
      new Table("one", { attributes: [] }, guarded(tableType, context, { parent: new Reports("reports") }));
    });
    expect(recording.one(tableType).options.protect).to.equal(true);
  });

  it("knows the off value of locks that are words, and sets it where a lock is a promise or on by itself", async () => {
    const poolType = "aws:cognito/userPool:UserPool";
    const clusterType = "aws:eks/cluster:Cluster";
    const approvals = [poolType, clusterType].map((type): Approval => ({
      urn: urnOf(type, "one"),
      id: "x",
      operation: "delete",
      phase: "destroy",
    }));
    const context = contextOf({ approvals });
    const recording = await record(() => {
      new UserPool("one", { deletionProtection: Promise.resolve("ACTIVE") }, guarded(poolType, context));
      new Cluster("one", { roleArn: "role", vpcConfig: { subnetIds: [] } }, guarded(clusterType, context));
    });
    expect(recording.one(poolType).inputs["deletionProtection"]).to.equal("INACTIVE");
    expect(recording.one(clusterType).inputs["deletionProtection"]).to.equal(false);
  });
});

describe("at guard level disposable", () => {
  const left: StateResource = { urn: urnOf(queueType, "one"), type: queueType, id: "the-id" };
  const hooked = { ...left, resourceHooks: { BeforeDelete: ["groundwork-guard"] } };
  const gone = { type: queueType, oldInputs: { name: "one" } };
  const run = (last: LastState, over: Partial<StackContext> = {}): Promise<Recording> =>
    recordQueue(contextOf({ guardLevel: "disposable", ...backendOf(last), ...over }));

  for (const [what, last, reason] of [
    ["protected", { resources: [{ ...left, protect: true }] }, "protect is true"],
    [
      "protected under another name",
      { resources: [{ ...left, urn: urnOf(queueType, "earlier"), protect: true }] },
      "protect is true",
    ],
    [
      "with protection taken off by a destroy that was refused",
      { resources: [hooked], isSettled: false },
      "its protection was not taken off by an update",
    ],
    ["in a state that cannot be read", { problem: "no such backend" }, "no such backend"],
  ] as const) {
    it(`keeps the hook on what was left ${what}, and refuses to delete it in this run`, async () => {
      const recording = await run(last);
      expect(recording.one(queueType).options.hooks).to.deep.equal({ beforeDelete: ["groundwork-guard"] });
      expect(recording.one(queueType).options.protect).to.equal(false);
      const message = await said(recording, gone);
      expect(message).to.contain("would be deleted");
      expect(message).to.contain(reason);
    });
  }

  for (const [what, last] of [
    ["free", { resources: [left] }],
    ["free by an update that got to its end", { resources: [hooked], isSettled: true }],
    [
      "free, and another one locked",
      { resources: [left, { ...left, urn: urnOf(queueType, "two"), id: "2", protect: true }] },
    ],
  ] as const) {
    it(`drops the hook from what was left ${what}, and lets it go`, async () => {
      const recording = await run(last);
      expect(recording.one(queueType).options.hooks).to.deep.equal({});
      expect(await said(recording, gone)).to.equal(undefined);
    });
  }

  it("asks nothing where the gate judges, or at the other levels", async () => {
    const backend = {
      lastState: (): LastState => {
        throw new Error("asked");
      },
      lastStateLater: (): Promise<LastState> => Promise.reject(new Error("asked")),
      unfinished: () => Promise.resolve(new Map<string, number>()),
    };
    const gated = await recordQueue(contextOf({ guardLevel: "disposable", isGated: true, backend }));
    expect(gated.one(queueType).options.hooks).to.deep.equal({});
    await recordQueue(contextOf({ backend }));
  });
});
