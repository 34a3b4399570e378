import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { standing } from "./support/standing";
import { documentOf, Walk } from "./support/walk";

describe("credentials of another account", () => {
  it("are refused, and nothing is touched", async () => {
    const walk = Walk.stores();
    for (const command of [
      ["preview", "dev"],
      ["up", "dev", "--yes"],
    ]) {
      const result = await walk.groundwork(...command, "--rehearse", "--account", "999999999999");
      expect(result.exitCode, result.stdout).to.equal(1);
      expect(result.stderr).to.contain("999999999999");
      expect(result.stderr).to.contain("Nothing was touched.");
    }
    expect(walk.changes()).to.deep.equal([]);
  });
});

describe("two runs on one stack", () => {
  it("exclude each other: one of them changes it, the other is told who holds the lock", async () => {
    const walk = await standing("stores");
    walk.edit("dev", (settings) => {
      settings.set("database", ["backupRetentionDays"], 6);
    });
    const faults = path.join(walk.project, "slow.yaml");
    writeFileSync(
      faults,
      "- { match: { type: 'aws:rds/instance:Instance', method: update }, fault: slow, seconds: 30 }\n",
    );
    const slow = walk.process("up", "dev", "--rehearse", "--yes", "--faults", faults);
    await walk.untilLocked();
    const other = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect(other.exitCode, other.stdout + other.stderr).to.equal(1);
    expect(other.stderr).to.contain("Another run holds the lock of dev");
    const first = await slow;
    expect(first.exitCode, first.stdout + first.stderr).to.equal(0);
    expect(first.stderr, "progress while it waits").to.contain("still updating aws:rds:Instance database");
    const updates = walk.changes().filter(({ method }) => method === "update");
    expect(updates.map(({ type, ok }) => [type, ok])).to.deep.equal([["aws:rds/instance:Instance", true]]);
  });
});

describe("a change that is asked to stop", () => {
  it("ends in order: what was begun is recorded, the lock is gone, the next run goes on", async () => {
    const walk = await standing("stores");
    walk.edit("dev", (settings) => {
      settings.set("database", ["backupRetentionDays"], 6);
    });
    const faults = path.join(walk.project, "slow.yaml");
    writeFileSync(
      faults,
      "- { match: { type: 'aws:rds/instance:Instance', method: update }, fault: slow, seconds: 600 }\n",
    );
    const call = walk.begin("up", "dev", "--rehearse", "--yes", "--faults", faults);
    await walk.untilLocked();
    call.stop("SIGTERM");
    const stopped = await call.result;
    expect(stopped.exitCode, stopped.stdout + stopped.stderr).to.equal(1);
    expect(stopped.stderr).to.contain("`./groundwork up dev --rehearse` broke off, as it was asked to.");

    const again = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect(again.exitCode, again.stdout + again.stderr).to.equal(0);
    const database = walk.cloud().find(({ type }) => type === "aws:rds/instance:Instance");
    expect(database?.outputs.backupRetentionPeriod).to.equal(6);
  });
});

describe("a change that breaks off in the middle", () => {
  it("says at what, what is done and what is not; the same call goes on from there", async () => {
    const walk = Walk.stores();
    const faults = path.join(walk.project, "faults.yaml");
    writeFileSync(
      faults,
      "- { match: { type: 'aws:rds/instance:Instance', method: create }, fault: error, message: no capacity }\n",
    );
    const broken = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json", "--faults", faults);
    expect(broken.exitCode).to.equal(1);
    const { error } = documentOf(broken) as { error: { message: string } };
    expect(error.message).to.contain("`./groundwork up dev --rehearse` broke off.");
    expect(error.message).to.contain("no capacity");
    expect(error.message).to.match(/\nFailed \(1 resource\):\n {2}create aws:rds:Instance database\n/);
    expect(error.message).to.match(
      /\nDone and recorded in the state: \d+ resources; failed: 1; not done: \d+\. /,
    );

    const again = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(again.exitCode, again.stdout + again.stderr).to.equal(0);
    expect((documentOf(again).summary as Record<string, number>).create).to.be.lessThan(50);
    expect(walk.cloud().filter(({ type }) => type === "aws:rds/instance:Instance")).to.have.length(1);
  });

  const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
  const withoutItsRules = (walk: Walk): string => {
    const faults = path.join(walk.project, "faults.yaml");
    writeFileSync(
      faults,
      `- { match: { type: '${lifecycle}', method: create }, fault: error, message: not now, times: 100 }\n`,
    );
    return faults;
  };

  it("goes on between a bucket that it made and the rules that expire objects in it", async () => {
    const walk = Walk.stores();
    const broken = await walk.groundwork(
      "up",
      "dev",
      "--rehearse",
      "--yes",
      "--faults",
      withoutItsRules(walk),
    );
    expect(broken.exitCode).to.equal(1);
    expect(walk.cloud().filter(({ type }) => type === "aws:s3/bucket:Bucket")).to.have.length(1);
    expect(walk.cloud().filter(({ type }) => type === lifecycle)).to.deep.equal([]);
    const again = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(again.exitCode, again.stdout + again.stderr).to.equal(0);
    expect(walk.cloud().filter(({ type }) => type === lifecycle)).to.have.length(1);
  });

  it("is refused the same rules on a bucket that a run has completed without them", async () => {
    const walk = await standing("stores");
    // Taken away from outside, and missed by a refresh: the bucket stands without rules, as if it always had.
    const [rules] = walk.cloud().filter(({ type }) => type === lifecycle);
    expect(rules).not.to.equal(undefined);
    walk.forget(lifecycle);
    await walk.done(
      "exec",
      "--rehearse",
      "--",
      "pulumi",
      "refresh",
      "--stack",
      "dev",
      "--yes",
      "--skip-preview",
    );
    const refused = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(refused.exitCode, refused.stdout + refused.stderr).to.equal(3);
    const { refusals } = documentOf(refused) as { refusals: readonly { rule: string }[] };
    expect(refusals.map(({ rule }) => rule)).to.deep.equal(["shortened-lifecycle"]);
  });

  it("is not begun with a list of faults that cannot be read", async () => {
    const walk = Walk.stores();
    const faults = path.join(walk.project, "faults.yaml");
    writeFileSync(faults, "- { match: { type: x, method: crate }, fault: error }\n");
    const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faults);
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain("is not a list of faults");
    expect(result.stderr).to.contain('["match"]["method"]');
  });
});
