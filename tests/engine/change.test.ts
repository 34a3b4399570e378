import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { standing } from "./support/standing";
import type { Walk } from "./support/walk";
import { documentOf } from "./support/walk";

interface Change {
  readonly type: string;
  readonly op: string;
  readonly id: string | null;
  readonly keys: readonly string[];
  readonly setting: unknown;
  readonly diff: unknown;
  readonly verdict: unknown;
}

const changesOf = (document: Record<string, unknown>): readonly Change[] => document.changes as Change[];

describe("a changed setting", () => {
  describe("that changes something in place", () => {
    let walk: Walk;
    before(async () => {
      walk = await standing("stores");
      walk.edit("dev", (settings) => {
        settings.set("database", ["backupRetentionDays"], 6);
      });
    });

    it("is one update in the preview, with the property, and the preview touches nothing", async () => {
      const { calls } = await walk.watch(async () => {
        const file = path.join(walk.project, "comment.md");
        const result = await walk.groundwork("preview", "dev", "--rehearse", "--json", "--markdown", file);
        expect(result.exitCode, result.stderr).to.equal(0);
        const document = documentOf(result);
        expect(document.summary).to.include({ create: 0, update: 1, replace: 0, delete: 0 });
        const [change, ...more] = changesOf(document);
        expect(more).to.deep.equal([]);
        expect(change).to.include({ type: "aws:rds/instance:Instance", op: "update" });
        expect(change?.keys).to.deep.equal(["backupRetentionPeriod"]);
        expect(change?.id).to.match(/^db-/);
        // Of the setting that the last good run had otherwise, in the person's own file.
        const lines = readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8").split("\n");
        expect(change?.setting).to.deep.equal({
          path: "groundwork:database.backupRetentionDays",
          file: "Pulumi.dev.yaml",
          line: lines.findIndex((line) => line.includes("backupRetentionDays:")) + 1,
        });
        expect(change?.diff).to.deep.equal([
          { path: "backupRetentionPeriod", from: 4, to: 6, forcesReplacement: false },
        ]);
        expect(change?.verdict).to.deep.equal({ kind: "in place", words: "in place" });
        const comment = readFileSync(file, "utf8");
        expect(comment.split("\n")[0]).to.equal(
          "### `dev`: 1 change; nothing is lost, interrupted or replaced.",
        );
        expect(comment).to.contain("`./groundwork up dev --rehearse` makes these changes");
      });
      expect(calls).to.deep.equal([]);
    });

    it("is a finding where no changes are expected", async () => {
      const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
      expect(result.exitCode).to.equal(4);
    });

    it("is not made without an answer: nobody is there to give one", async () => {
      const { calls } = await walk.watch(async () => {
        const result = await walk.groundwork("up", "dev", "--rehearse");
        expect(result.exitCode).to.equal(2);
        expect(result.stderr).to.contain("--yes");
        expect(result.stderr).to.contain("Nothing was touched.");
      });
      expect(calls).to.deep.equal([]);
    });

    it("is made by up, by this one call and no other", async () => {
      const { calls } = await walk.watch(async () => {
        const result = await walk.groundwork("up", "dev", "--rehearse", "--yes");
        expect(result.exitCode, result.stderr).to.equal(0);
        expect(result.stderr).to.contain("updated aws:rds:Instance database");
        expect(result.stdout).to.contain("users              [secret]");
      });
      expect(calls.map(({ method, type, ok }) => [method, type, ok])).to.deep.equal([
        ["update", "aws:rds/instance:Instance", true],
      ]);
      const database = walk.cloud().find(({ type }) => type === "aws:rds/instance:Instance");
      expect(database?.outputs.backupRetentionPeriod).to.equal(6);
    });
  });

  it("that replaces something without data replaces it and what hangs on it", async () => {
    // With no load balancer in the subnet, which would keep it, as it does in AWS.
    const walk = await standing("stores");
    walk.edit("dev", (settings) => {
      settings.set("network", ["publicSubnets", "1"], "10.10.8.0/22");
    });
    let document: Record<string, unknown> = {};
    const { calls } = await walk.watch(async () => {
      const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
      expect(result.exitCode, result.stderr + result.stdout).to.equal(0);
      document = documentOf(result);
    });
    const subnet = changesOf(document).find(({ type }) => type === "aws:ec2/subnet:Subnet");
    expect(subnet).to.include({ op: "replace" });
    expect(subnet?.keys).to.contain("cidrBlock");
    expect(document.summary).to.include({ create: 0, delete: 0 });
    expect(document.result).to.equal("changed");
    const ofSubnets = calls.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    expect(ofSubnets.map(({ method }) => method)).to.have.members(["create", "delete"]);
    expect(ofSubnets.find(({ method }) => method === "delete")?.id).to.equal(subnet?.id);
    expect(calls.filter(({ ok }) => !ok)).to.deep.equal([]);
  });

  it("that takes a section without data away takes down what it made", async () => {
    const walk = await standing("stores");
    walk.edit("dev", (settings) => {
      settings.remove("users");
    });
    const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(result.exitCode, result.stderr + result.stdout).to.equal(0);
    expect(Object.keys(documentOf(result).outputs as object)).to.not.contain("users");
    expect(walk.cloud().filter(({ type }) => type.startsWith("aws:iam/user:"))).to.deep.equal([]);
    expect((await walk.groundwork("iam", "dev", "report_writer", "--rehearse")).exitCode).to.equal(2);
  });
});

describe("settings that are wrong", () => {
  it("are refused before anything is started, all at once, with exit code 2", async () => {
    const walk = await standing("stores");
    walk.edit("dev", (settings) => {
      settings.set("database", ["backupRetentionDay"], 6);
      settings.set("network", ["natGateways"], "lots");
    });
    for (const command of ["preview", "up", "destroy", "rehearse"]) {
      const { calls } = await walk.watch(async () => {
        const result = await walk.groundwork(command, "dev", "--rehearse", "--yes", "--json");
        expect(result.exitCode, command).to.equal(2);
        const { error } = documentOf(result) as { error: { message: string; problems: { path: string }[] } };
        expect(error.problems.map(({ path }) => path)).to.have.members([
          "groundwork:database.backupRetentionDay",
          "groundwork:network.natGateways",
        ]);
        expect(error.message).to.contain("backupRetentionDays");
      });
      expect(calls, command).to.deep.equal([]);
    }
  });
});
