import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { statefulType } from "../../guard/catalogue/stateful-types";
import { refusalsOf } from "./support/refusals";
import { type LoggedCall, type Result, Walk } from "./support/walk";

const table = "aws:dynamodb/table:Table";
const queue = "aws:sqs/queue:Queue";
const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function plainUp(walk: Walk, ...args: string[]): Promise<Result> {
  return walk.pulumi("dev", "up", "--yes", "--skip-preview", ...args);
}

/** Of calls those that do something to what holds data. */
function ofData(calls: readonly LoggedCall[]): readonly string[] {
  return calls
    .filter(({ type }) => statefulType(type) !== undefined && statefulType(type)?.removable !== true)
    .map(({ method, type }) => `${method} ${type}`);
}

function setLevel(walk: Walk, level: string): void {
  walk.edit("dev", (settings) => {
    settings.set("guard", ["level"], level);
  });
}

describe("the guard without the gate", () => {
  const stood = Walk.create();
  before(async () => {
    stood.edit("dev", (settings) => {
      settings.keepOnly("reports", "messaging");
    });
    const result = await plainUp(stood, "--policy-pack", "policies");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
  });

  it("lets a first run through, with and without the pack, and finds nothing to change then", async () => {
    const result = await stood.pulumi("dev", "preview", "--expect-no-changes", "--policy-pack", "policies");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
  });

  describe("when data would live shorter", () => {
    let walk: Walk;
    before(() => {
      walk = stood.copy();
      walk.edit("dev", (settings) => {
        settings.set("reports", ["tables", "reports", "recoveryDays"], 3);
        settings.set("reports", ["bucket", "lifecycle", "expireAfterDays"], 20);
        settings.set("messaging", ["queues", "mail", "messageRetentionSeconds"], 3600);
      });
    });

    it("refuses before the cloud is called, in a run without preview and without the pack", async () => {
      const { result, calls } = await walk.watch(() => plainUp(walk, "--continue-on-error"));
      expect(calls).to.deep.equal([]);
      expect(result.exitCode).to.not.equal(0);
      expect(result.stdout).to.contain(
        "pointInTimeRecovery.recoveryPeriodInDays goes from 7 days to 3 days.",
      );
      expect(result.stdout).to.contain("messageRetentionSeconds goes from 345600 seconds to 3600 seconds.");
      expect(result.stdout).to.contain("Objects are deleted after 20 days instead of after 30 days.");
    });

    it("fails a plain preview", async () => {
      const result = await walk.pulumi("dev", "preview");
      expect(result.exitCode).to.not.equal(0);
      expect(result.stdout).to.contain('before hook "groundwork-guard" failed');
    });

    it("leaves a preview of groundwork to the gate, which tells all of it at once", async () => {
      const result = await walk.groundwork("preview", "dev", "--rehearse", "--json");
      expect(refusalsOf(result).map(({ type, rule }) => `${type} ${rule}`)).to.have.members([
        `${table} lowered-retention`,
        `${queue} lowered-retention`,
        `${lifecycle} shortened-lifecycle`,
      ]);
    });
  });

  describe("when protection and hooks were edited away in the state, and the tables are taken out", () => {
    let walk: Walk;
    before(async () => {
      walk = stood.copy();
      const file = path.join(walk.project, "state.json");
      await walk.pulumi("dev", "stack", "export", "--file", file);
      const state = JSON.parse(readFileSync(file, "utf8")) as {
        readonly deployment: { readonly resources: Record<string, unknown>[] };
      };
      for (const resource of state.deployment.resources) {
        delete resource["protect"];
        delete resource["resourceHooks"];
      }
      writeFileSync(file, JSON.stringify(state));
      expect((await walk.pulumi("dev", "stack", "import", "--file", file)).exitCode).to.equal(0);
      walk.edit("dev", (settings) => {
        settings.remove("reports");
      });
    });

    it("is refused by the program when it cannot be read what the last run left, and deletes nothing", async () => {
      const { result, calls } = await walk.watch(() =>
        walk.groundwork(
          ...["exec", "--rehearse", "--", "env", "GROUNDWORK_PULUMI=/no-such-pulumi", "pulumi", "up"],
          ...["--skip-preview", "--yes", "--stack", "dev", "--non-interactive"],
        ),
      );
      expect(calls.filter(({ method }) => method === "delete")).to.deep.equal([]);
      expect(result.exitCode).to.not.equal(0);
      expect(result.stdout)
        .to.contain("What the last run left could not be read")
        .and.contain("/no-such-pulumi");
    });

    it("refuses by the pack, which knows what the last run left, and deletes nothing", async () => {
      // The program would refuse before the pack is asked, but where a gate judges: make it believe so.
      const { result, calls } = await walk.watch(() =>
        walk.groundwork(
          ...["exec", "--rehearse", "--", "env", "GROUNDWORK_GATE=judges", "pulumi", "up", "--yes"],
          ...["--policy-pack", "policies", "--stack", "dev", "--non-interactive"],
        ),
      );
      expect(ofData(calls)).to.deep.equal([]);
      expect(result.exitCode).to.not.equal(0);
      expect(result.stdout).to.contain("guard/nothing-lost");
      expect(result.stdout).to.contain("DynamoDB table dev_reports (key hour, ts) was there in the last run");
    });

    it("takes no configuration of the pack, with which rules could be switched off", async () => {
      const file = path.join(walk.project, "pack.json");
      writeFileSync(file, JSON.stringify({ all: "disabled" }));
      const result = await walk.pulumi(
        "dev",
        ...["preview", "--policy-pack", "policies", "--policy-pack-config", file],
      );
      expect(result.exitCode).to.not.equal(0);
      expect(result.stdout + result.stderr).to.contain("does not support config");
    });
  });

  it("at disposable refuses a destroy that no update came before, also when it is tried again", async () => {
    const walk = stood.copy();
    setLevel(walk, "disposable");
    const destroy = (): Promise<Result> =>
      walk.pulumi("dev", "destroy", "--yes", "--skip-preview", "--run-program", "--continue-on-error");
    for (const attempt of ["first", "second"]) {
      const { result, calls } = await walk.watch(destroy);
      expect(ofData(calls), attempt).to.deep.equal([]);
      expect(result.exitCode, attempt).to.not.equal(0);
      expect(result.stdout, attempt).to.contain("The last run left it locked");
    }
    const lifted = await plainUp(walk);
    expect(lifted.exitCode, lifted.stdout).to.equal(0);
    const result = await destroy();
    expect(result.exitCode, result.stdout).to.equal(0);
    expect(walk.cloud()).to.deep.equal([]);
  });

  it("at disposable leaves no hook behind after `groundwork up`, so that a destroy needs no program", async () => {
    const walk = stood.copy();
    setLevel(walk, "disposable");
    await walk.done("up", "dev", "--rehearse", "--yes");
    const result = await walk.pulumi("dev", "destroy", "--yes", "--skip-preview");
    expect(result.exitCode, result.stdout).to.equal(0);
    expect(walk.cloud()).to.deep.equal([]);
  });
});
