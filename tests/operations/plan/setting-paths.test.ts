import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { Refusal, Step } from "../../../guard/step";
import { settingOf, standingSetting, withSettings } from "../../../operations/plan/setting-paths";
import { sectionNames } from "../../../settings/schema";

const urnOf = (component: string, type: string, name: string): string =>
  `urn:pulumi:dev::groundwork::${component}$${type}::${name}`;
const database = urnOf("groundwork:database:Database", "aws:rds/instance:Instance", "database");
const table = urnOf("groundwork:reports:Reports", "aws:dynamodb/table:Table", "reports-sessions");
const dead = urnOf("groundwork:messaging:Messaging", "aws:sqs/queue:Queue", "messaging-mail-dead");

describe("the setting that a resource is made of", () => {
  it("is the key under which a person finds it", () => {
    expect(settingOf(database, ["engineVersion"])).to.equal("groundwork:database.engineVersion");
    expect(settingOf(database, ["backupRetentionPeriod"])).to.equal(
      "groundwork:database.backupRetentionDays",
    );
    expect(settingOf(table, ["pointInTimeRecovery.recoveryPeriodInDays"])).to.equal(
      "groundwork:reports.tables.sessions.recoveryDays",
    );
    expect(settingOf(dead)).to.equal("groundwork:messaging.queues.mail");
  });

  it("is the whole thing where no single key is meant, and the section where not even that is known", () => {
    expect(settingOf(database)).to.equal("groundwork:database");
    expect(settingOf(database, ["engineVersion", "allocatedStorage"])).to.equal("groundwork:database");
    expect(settingOf(database, ["kmsKeyId"])).to.equal("groundwork:database");
    expect(settingOf(urnOf("groundwork:database:Database", "aws:kms/key:Key", "database-key"))).to.equal(
      "groundwork:database",
    );
    const volume = "groundwork:fleets:Fleets$groundwork:fleets:Fleet";
    expect(settingOf(urnOf(volume, "aws:ebs/volume:Volume", "fleets-git-data"))).to.equal(
      "groundwork:fleets",
    );
    const machine = urnOf("groundwork:metal-workers:MetalWorkers", "equinix:metal/device:Device", "m");
    expect(settingOf(machine)).to.equal("groundwork:metalWorkers");
  });

  it("is not made up for what no section makes", () => {
    expect(settingOf("urn:pulumi:dev::groundwork::aws:sqs/queue:Queue::queue")).to.equal(undefined);
    expect(settingOf(urnOf("groundwork:parts:Part", "aws:sqs/queue:Queue", "queue"))).to.equal(undefined);
  });

  it("is known for the components that there are, but for those that several sections share", () => {
    const components = path.join(__dirname, "..", "..", "..", "components");
    const modules = readdirSync(components, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(path.join(components, file), "utf8").matchAll(/super\(\s*"groundwork:([\w-]+):/g),
      ])
      .map(([, module = ""]) => module);
    const unknown = [...new Set(modules)].filter(
      (module) => settingOf(urnOf(`groundwork:${module}:X`, "aws:iam/role:Role", "x")) === undefined,
    );
    expect(sectionNames.length).to.be.greaterThan(0);
    // The namespace that workloads and mail are in, and the images of worker groups.
    expect(unknown.sort()).to.deep.equal(["kubernetes", "workerImages"]);
  });

  it("comes to a refusal with the value that there is, and the call that writes it, where a setting says just that", () => {
    const cluster = urnOf("groundwork:cluster:Cluster", "aws:eks/cluster:Cluster", "cluster");
    const refusal = (urn: string, property: string, value: string | number): Refusal => ({
      ...{ urn, id: "it", type: "", op: "update", rule: "downgrades", loses: "", why: "", safeWay: "Back." },
      standing: { property, value },
    });
    const told = (one: Refusal): readonly unknown[] => {
      const [first] = withSettings([one], []);
      return [first?.setting, first?.safeWay];
    };
    expect(told(refusal(cluster, "version", "1.35"))).to.deep.equal([
      "groundwork:cluster.version",
      'Where nobody here meant it: set groundwork:cluster.version to "1.35"; `./groundwork adopt dev` writes it. Back.',
    ]);
    expect(told(refusal(database, "allocatedStorage", 45))[0]).to.equal(
      "groundwork:database.allocatedStorage",
    );
    expect(standingSetting(refusal(database, "kmsKeyId", "key"))).to.equal(undefined);
    expect(standingSetting(refusal(dead, "messageRetentionSeconds", 60))).to.equal(undefined);
    expect(standingSetting(refusal(table, "pointInTimeRecovery.recoveryPeriodInDays", 35))).to.deep.equal({
      path: ["groundwork:reports", "tables", "sessions", "recoveryDays"],
      value: 35,
    });
  });

  it("comes to a refusal from what changes", () => {
    const base: Step = {
      urn: database,
      type: "aws:rds/instance:Instance",
      op: "update",
      replaceKeys: [],
      changedKeys: [],
    };
    const refusal = {
      urn: database,
      id: "db-1",
      type: base.type,
      op: "update",
      rule: "shrinks",
      loses: "",
      why: "",
      safeWay: "",
    } as const;
    expect(withSettings([refusal], [{ ...base, changedKeys: ["allocatedStorage"] }])).to.deep.equal([
      { ...refusal, setting: "groundwork:database.allocatedStorage" },
    ]);
    const replaced = {
      ...base,
      op: "replace",
      replaceKeys: ["username"],
      changedKeys: ["username", "tags"],
    } as const;
    expect(withSettings([{ ...refusal, op: "replace" }], [replaced])[0]?.setting).to.equal(
      "groundwork:database.masterUsername",
    );
    expect(
      withSettings([{ ...refusal, op: "delete" }], [{ ...base, op: "delete", replaceKeys: ["username"] }])[0]
        ?.setting,
    ).to.equal("groundwork:database");
  });
});
