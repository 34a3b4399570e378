import { Queue } from "@pulumi/aws/sqs/queue";
import { Instance } from "@pulumi/aws/rds/instance";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { guarded, registerGuard } from "../../../components/guard/guarded";
import type { StackContext } from "../../../settings/stack-context";
import type { GuardLevel } from "../../../guard/level";
import { record, type Recording } from "../../support/mocks";

function contextOf(guardLevel: GuardLevel): StackContext {
  return { project: "groundwork", stack: "dev", accountId: "111111111111", region: "eu-west-1", guardLevel };
}

function recordQueue(level: GuardLevel, opts?: pulumi.CustomResourceOptions): Promise<Recording> {
  return record(() => {
    const context = contextOf(level);
    new Queue("one", {}, guarded("aws:sqs/queue:Queue", context, opts));
    new Queue("two", {}, guarded("aws:sqs/queue:Queue", context));
  });
}

describe("guarded()", () => {
  for (const level of ["production", "development"] as const) {
    it(`protects at guard level ${level} and refuses deletions and changes by one hook for all`, async () => {
      const recording = await recordQueue(level);
      for (const queue of recording.ofType("aws:sqs/queue:Queue")) {
        expect(queue.options.protect).to.equal(true);
        expect(queue.options.hooks).to.deep.equal({
          beforeDelete: ["groundwork-guard"],
          beforeUpdate: ["groundwork-guard"],
        });
      }
      expect([...recording.hooks.keys()]).to.deep.equal(["groundwork-guard"]);
      expect(recording.hooks.get("groundwork-guard")?.opts).to.deep.equal({ onDryRun: true });
    });
  }

  it("leaves options as they are at guard level disposable, but registers the hook", async () => {
    const recording = await recordQueue("disposable", { ignoreChanges: ["tags"] });
    const queue = recording.one("aws:sqs/queue:Queue", "one");
    expect(queue.options).to.deep.include({ protect: false, hooks: {}, ignoreChanges: ["tags"] });
    expect([...recording.hooks.keys()]).to.deep.equal(["groundwork-guard"]);
  });

  it("keeps what the component asked for, and takes no `protect: false`", async () => {
    const recording = await recordQueue("production", {
      protect: false,
      retainOnDelete: true,
      ignoreChanges: ["tags"],
    });
    expect(recording.one("aws:sqs/queue:Queue", "one").options).to.deep.include({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["tags"],
    });
  });

  it("refuses a type that the guard does not know", () => {
    expect(() => guarded("aws:ec2/subnet:Subnet", contextOf("production"))).to.throw(
      "guarded: aws:ec2/subnet:Subnet is not in the guard's table of what holds data. Add it in guard/catalogue/, or " +
        "make the resource without guarded().",
    );
  });

  it("registers the hook for a stack that has nothing to guard any more", async () => {
    const recording = await record(() => registerGuard(contextOf("production")));
    expect([...recording.hooks.keys()]).to.deep.equal(["groundwork-guard"]);
  });

  describe("'s hook", () => {
    async function deleteDatabase(
      level: GuardLevel,
      oldInputs: Record<string, unknown>,
      { preview = false, name = "users" } = {},
    ): Promise<string | undefined> {
      const recording = await record(
        () => {
          new Instance(
            "users",
            { instanceClass: "db.t4g.medium" },
            guarded("aws:rds/instance:Instance", contextOf(level)),
          );
        },
        { preview },
      );
      const hook = recording.hooks.get("groundwork-guard");
      try {
        await hook?.callback({
          urn: `urn:pulumi:dev::groundwork::aws:rds/instance:Instance::${name}`,
          id: "db-7QK",
          name,
          type: "aws:rds/instance:Instance",
          oldInputs,
          oldOutputs: oldInputs,
        });
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    }

    it("leaves a preview's refusal to the engine where the program still protects the resource, and only there", async () => {
      const old = { identifier: "users", deletionProtection: true };
      expect(await deleteDatabase("production", old, { preview: true })).to.equal(undefined);
      const cases = [
        ["production", { preview: false }],
        ["production", { preview: true, name: "gone-from-the-program" }],
        ["disposable", { preview: true }],
      ] as const;
      for (const [level, run] of cases) {
        expect(await deleteDatabase(level, old, run)).to.match(
          /^RDS instance users \(id db-7QK\) would be deleted/,
        );
      }
    });

    it("refuses to delete, and says what would be lost and what to do", async () => {
      expect(
        await deleteDatabase("production", { identifier: "groundwork-dev-users", engine: "postgres" }),
      ).to.equal(
        "RDS instance groundwork-dev-users (id db-7QK, postgres) would be deleted, and with it every database in it and " +
          "its automated backups. Keep it in the settings. To give up this one thing, and keep every other lock: approve it for " +
          "a while (`./groundwork guard dev explain` prints the call). The next `./groundwork up dev` takes its locks off and " +
          "destroys nothing; the one after that may make this change. Take a snapshot with `aws rds create-db-snapshot` first " +
          "and see that it is `available`.",
      );
    });

    it("refuses at guard level disposable as long as the cloud's lock is on", async () => {
      const message = await deleteDatabase("disposable", { identifier: "users", deletionProtection: true });
      expect(message).to.match(
        /^RDS instance users \(id db-7QK\) would be deleted, .* Put it back, run `\.\/groundwork up dev` once/,
      );
      expect(await deleteDatabase("disposable", { identifier: "users", deletionProtection: false })).to.equal(
        undefined,
      );
    });
  });
});
