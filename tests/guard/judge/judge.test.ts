import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { statefulTypes } from "../../../guard/catalogue/stateful-types";
import type { Refusal, Step } from "../../../guard/step";
import type { GuardLevel } from "../../../guard/level";
import {
  BUCKET,
  create,
  DATABASE,
  deletion,
  LIFECYCLE,
  provider,
  providerStep,
  QUEUE,
  replacement,
  same,
  state,
  TABLE,
  UNKNOWN_NUMBER,
  UNKNOWN_SWITCH,
  UNKNOWN_TEXT,
  update,
  urn,
} from "../steps";

/** Locks that are a part of a document have tests of their own. */
const withSwitches = statefulTypes
  .map(({ type, locks }) => ({ type, locks: locks.filter((lock) => !("holds" in lock)) }))
  .filter(({ locks }) => locks.length > 0);

const guarded: readonly GuardLevel[] = ["production", "development"];

function judge(steps: readonly Step[], level: GuardLevel = "production"): Refusal[] {
  return judgeSteps(steps, { level });
}

function rules(steps: readonly Step[], level: GuardLevel = "production"): string[] {
  return judge(steps, level).map((refusal) => refusal.rule);
}

/** The only refusal of a plan. */
function only(steps: readonly Step[], level: GuardLevel = "production"): Refusal {
  const refusals = judge(steps, level);
  expect(refusals).to.have.lengthOf(1);
  return refusals[0] as Refusal;
}

describe("the guard's judgement of a plan", () => {
  it("says nothing of what is somebody else's and only read, whatever became of it", () => {
    const had = {
      engineVersion: "15.4",
      storageEncrypted: true,
      allocatedStorage: 100,
      version: "1.31",
      provider: 1,
    };
    const has = { engineVersion: "17.1", allocatedStorage: 20, version: "1.34", backupRetentionPeriod: 0 };
    for (const { type } of statefulTypes) {
      for (const level of [...guarded, "disposable"] as const) {
        const others = { protect: false };
        const read: Step = {
          ...update(type, had, has),
          op: "read",
          old: state(had, others),
          new: state(has, others),
        };
        expect(rules([read], level), `${type} at ${level}`).to.deep.equal([]);
        const gone: Step = {
          urn: urn(type),
          type,
          op: "read",
          old: state(had, others),
          replaceKeys: [],
          changedKeys: [],
        };
        expect(rules([gone], level), `${type} given up at ${level}`).to.deep.equal([]);
      }
    }
  });

  it("keeps what is the stack's own from being only read from now on: it would lose its protection", () => {
    for (const type of [
      "aws:rds/instance:Instance",
      "aws:ebs/volume:Volume",
      "aws:dynamodb/table:Table",
      "aws:s3/bucket:Bucket",
    ]) {
      const read: Step = { ...update(type, {}, {}), op: "read", new: state({}, { protect: false }) };
      expect(rules([read], "production"), type).to.include("removes-protection");
    }
  });

  it("keeps the key of a cluster's secrets, which EKS neither takes away nor exchanges, and lets a cluster get one", () => {
    const cluster = "aws:eks/cluster:Cluster";
    const keyed = (keyArn?: string): Readonly<Record<string, unknown>> => ({
      deletionProtection: true,
      ...(keyArn !== undefined && { encryptionConfig: { provider: { keyArn }, resources: ["secrets"] } }),
    });
    expect(rules([update(cluster, keyed("a"), keyed("b"))])).to.deep.equal(["exchanged"]);
    expect(rules([update(cluster, keyed("a"), keyed())])).to.deep.equal(["exchanged"]);
    expect(
      rules([replacement(cluster, ["encryptionConfig"], state(keyed("a")), state(keyed()))]),
    ).to.deep.equal(["replaces-data"]);
    expect(rules([update(cluster, keyed(), keyed("a"))])).to.deep.equal([]);
  });

  describe("of removals", () => {
    for (const { type, removable, keepsHistory } of statefulTypes) {
      // What keeps a history has a sentence of its own.
      if (keepsHistory === true) continue;
      it(removable ? `lets a ${type} go` : `refuses to delete or replace a ${type} at guarded levels`, () => {
        const old = state({}, { protect: removable !== true });
        const plan = [deletion(type, old), { ...replacement(type, ["name"], old), urn: urn(type, "other") }];
        for (const level of guarded) {
          expect(rules(plan, level)).to.deep.equal(removable ? [] : ["deletes-data", "replaces-data"]);
        }
      });
    }

    it("refuses to remove a log while what it is of stays, as it refuses to shorten what it keeps", () => {
      const type = "aws:cloudwatch/logGroup:LogGroup";
      const owner = "urn:pulumi:prod::groundwork::groundwork:database:Database::database";
      const old = state({ name: "/log", retentionInDays: 365 }, { id: "/log", protect: false });
      const step = { ...deletion(type, old), parent: owner };
      const renamed = { ...replacement(type, ["name"], old), parent: owner };
      for (const level of guarded) {
        expect(rules([step], level)).to.deep.equal(["lowered-retention"]);
        expect(rules([renamed], level)).to.deep.equal(["lowered-retention"]);
      }
      const { loses, why } = only([step]);
      expect(loses).to.contain("would be deleted, and with it every event in it.");
      expect(why).to.contain("What it is the log of stays.");
      const gone = { ...deletion("groundwork:database:Database", { ...old, id: null }), urn: owner };
      expect(rules([step, gone])).to.deep.equal([]);
      expect(rules([step], "disposable")).to.deep.equal([]);
      const approval = { urn: step.urn, id: "/log", operation: "loosen", phase: "destroy" } as const;
      expect(judgeSteps([step], { level: "production", approvals: [approval] })).to.deep.equal([]);
    });

    it("says what would be lost, why, and what to do instead", () => {
      const old = state(
        { identifier: "groundwork-prod-users", engine: "postgres", allocatedStorage: 200 },
        {
          id: "db-7QK",
          outputs: {
            identifier: "groundwork-prod-users",
            engine: "postgres",
            engineVersion: "16.8",
            allocatedStorage: 250,
          },
        },
      );
      expect(judge([deletion(DATABASE, old)])).to.deep.equal([
        {
          urn: urn(DATABASE),
          id: "db-7QK",
          type: DATABASE,
          op: "delete",
          rule: "deletes-data",
          loses:
            "RDS instance groundwork-prod-users (id db-7QK, postgres, 16.8, 250 GiB) would be deleted, and with it " +
            "every database in it and its automated backups.",
          why: "It is no longer in the program or its settings, or the whole stack is being destroyed.",
          safeWay:
            "Keep it in the settings. To give up this one thing, and keep every other lock: approve it for a while " +
            "(`./groundwork guard dev explain` prints the call). The next `./groundwork up dev` takes its locks off and destroys " +
            "nothing; the one after that may make this change. Take a snapshot with `aws rds create-db-snapshot` first and see " +
            "that it is `available`.",
          copyFirst:
            "Take a snapshot with `aws rds create-db-snapshot` first and see that it is `available`.",
        },
      ]);
    });

    it("names the properties that force a replacement", () => {
      const refusal = only([replacement(DATABASE, ["engine", "kmsKeyId", "dbName"])]);
      expect(refusal.why).to.equal(
        "It is replaced because engine, kmsKeyId and dbName cannot be changed in place.",
      );
      expect(refusal.loses).to.equal(
        "RDS instance thing (id id-1) would be deleted and created again, empty: gone would be every database in it and its automated backups.",
      );
      expect(refusal.safeWay).to.match(
        /^Take the change back, or build a second one beside it and move the data\. /,
      );
    });

    it("counts a replacement by a move to another provider", () => {
      const elsewhere = state({}, { provider: `${urn("pulumi:providers:aws", "other")}::77` });
      expect(only([replacement(QUEUE, [], state(), elsewhere)]).why).to.equal(
        "It is replaced because it moves to another provider, which may be another account or region.",
      );
      expect(only([replacement(QUEUE, ["provider", "name"])]).why).to.equal(
        "It is replaced because name cannot be changed in place, and it moves to another provider, which may be another account or region.",
      );
    });

    it("says so where the engine gives no reason for a replacement", () => {
      const stopped: Step = { ...replacement(QUEUE, []), new: undefined };
      expect(only([stopped]).why).to.equal(only([replacement(QUEUE, [])]).why);
      expect(only([stopped]).why).to.equal(
        "It is replaced; the engine does not name the property that causes it.",
      );
    });

    it("points at aliases where one of the same type and name is made in the same run", () => {
      for (const old of [state(), state({ name: "dev_reports" })]) {
        const refusal = only([deletion(TABLE, old), create(TABLE, { name: "dev_reports" }, "renamed")]);
        expect(refusal.safeWay).to.match(
          /^If it was only renamed or moved in the program to urn:pulumi:dev::groundwork::aws:dynamodb\/table:Table::renamed, give that one `aliases` there: then nothing is deleted\. To give up this one thing/,
        );
      }
      expect(only([deletion(TABLE), create(QUEUE)]).safeWay).to.not.contain("aliases");
    });

    it("says that one with another name in the cloud is another one, which no alias makes the same", () => {
      const refusal = only([
        deletion(TABLE, state({ name: "dev_reports" })),
        create(TABLE, { name: "dev_reports2" }, "renamed"),
      ]);
      expect(refusal.safeWay).to.match(
        /^urn:pulumi:dev::groundwork::aws:dynamodb\/table:Table::renamed would be another one, and empty: its name is dev_reports2 and not dev_reports\. Take the new name back, or make it beside this one and move the data\. To give up/,
      );
      expect(refusal.safeWay).to.not.contain("aliases");
    });

    it("advises the level disposable for no single thing", () => {
      for (const { type } of statefulTypes) {
        const plan = [deletion(type), { ...replacement(type, ["name"]), urn: urn(type, "other") }];
        for (const { safeWay } of judge(plan)) {
          expect(safeWay).to.contain("`./groundwork guard dev explain`").and.not.contain("disposable");
        }
      }
    });

    it("refuses to forget what would stay in the cloud unguarded", () => {
      const refusal = only([deletion("aws:kms/key:Key", state({}, { retainOnDelete: true }))]);
      expect(refusal.rule).to.equal("abandons-data");
      expect(refusal.loses).to.equal(
        "KMS key thing (id id-1) would stay in the cloud, but nothing would manage, guard or find it any more.",
      );
      expect(refusal.why).to.contain("It has retainOnDelete");
    });

    it("does not care about what holds no data and is not protected", () => {
      const old = state({}, { protect: false });
      const plan = [
        deletion("aws:ec2/routeTable:RouteTable", old),
        replacement("aws:ec2/subnet:Subnet", ["cidrBlock"], old),
        deletion("aws:ec2/instance:Instance", old),
        deletion("random:index/randomId:RandomId", old),
        deletion("kubernetes:apps/v1:Deployment", old),
      ];
      expect(judge(plan)).to.deep.equal([]);
    });

    it("refuses to delete or replace what holds no data and is protected, by the program or by hand", () => {
      const address = state({}, { outputs: { publicIp: "198.51.100.7" } });
      for (const level of guarded) {
        expect(only([deletion("aws:ec2/eip:Eip", address)], level)).to.deep.include({
          rule: "protected",
          loses:
            "elastic IP address 198.51.100.7 (id id-1) would be deleted, and with it the address itself, which somebody else may " +
            "have a moment later, whoever still calls it.",
          why: "It is no longer in the program or its settings, or the whole stack is being destroyed. It is protected.",
          safeWay:
            "Keep it in the settings. To give up this one thing, and keep every other lock: approve it for a while " +
            "(`./groundwork guard dev explain` prints the call). The next `./groundwork up dev` takes its locks off and destroys " +
            "nothing; the one after that may make this change.",
        });
        expect(only([replacement("aws:iam/role:Role", ["path"])], level)).to.deep.include({
          rule: "protected",
          loses:
            "aws:iam:Role thing (id id-1) would be deleted and created again: gone would be whatever it is protected for.",
        });
      }
      expect(rules([deletion("aws:ec2/eip:Eip")], "disposable")).to.deep.equal(["still-locked"]);
    });

    it("refuses it still where only an approval that is over has taken its protection off", () => {
      const plan = [deletion("aws:ec2/eip:Eip", state({}, { protect: false }))];
      const over = (id: string, level: GuardLevel = "production"): string[] =>
        judgeSteps(plan, { level, unlocked: [{ urn: urn("aws:ec2/eip:Eip"), id }] }).map(({ rule }) => rule);
      expect(over("id-1")).to.deep.equal(["protected"]);
      expect(over("id-2")).to.deep.equal([]);
      expect(over("id-1", "disposable")).to.deep.equal([]);
    });

    it("refuses to delete what it does not know and looks like data", () => {
      const refusal = only([deletion("aws:novelty/database:Database", state({ name: "n" }))]);
      expect(refusal.rule).to.equal("deletes-data");
      expect(refusal.loses).to.equal(
        "aws novelty Database n (id id-1) would be deleted, and with it whatever it holds (the guard does not know this type; by its name or its properties it may hold data).",
      );
      expect(refusal.safeWay).to.contain(
        "add the type to the harmless ones in guard/catalogue/stateful-types.ts",
      );
    });

    it("refuses to delete what nobody has looked at and has the properties of what holds data", () => {
      const removal = (type: string, inputs: object, outputs: object = {}): string[] =>
        rules([deletion(type, state({ ...inputs }, { protect: false, outputs: { ...outputs } }))]);
      expect(removal("novelty:index/thing:Thing", { backupRetentionPeriod: 7 })).to.deep.equal([
        "deletes-data",
      ]);
      expect(removal("novelty:index/thing:Thing", {}, { deletionProtection: false })).to.deep.equal([
        "deletes-data",
      ]);
      const machine = "aws:ec2/instance:Instance";
      expect(removal(machine, { ebsBlockDevices: [{ volumeSize: 500 }] })).to.deep.equal(["deletes-data"]);
      for (const [type, inputs] of [
        ["novelty:index/thing:Thing", { name: "n", retries: 3 }],
        ["aws:lb/loadBalancer:LoadBalancer", { enableDeletionProtection: false }],
        ["aws:iam/user:User", { forceDestroy: true }],
        [machine, { rootBlockDevice: { volumeSize: 8 } }],
        [machine, { ebsBlockDevices: [{ volumeSize: 500, deleteOnTermination: false }] }],
      ] as const) {
        expect(removal(type, inputs), JSON.stringify(inputs)).to.deep.equal([]);
      }
    });

    it("takes no component for data, whatever it is called", () => {
      const component = state({}, { id: null, provider: "", protect: false });
      expect(judge([deletion("groundwork:database:Database", component)])).to.deep.equal([]);
      expect(judge([deletion("somebody:index:Database", component)])).to.deep.equal([]);
      expect(rules([deletion("somebody:index:Database")])).to.deep.equal(["deletes-data"]);
    });
  });

  describe("at guard level disposable", () => {
    const free = state({ deletionProtection: false }, { protect: false });

    it("lets go what the last run left without protection and without locks", () => {
      expect(
        judge([deletion(DATABASE, free), replacement(QUEUE, ["name"], free)], "disposable"),
      ).to.deep.equal([]);
    });

    it("refuses what the last run left protected", () => {
      const refusal = only([deletion(QUEUE, state({}, { protect: true }))], "disposable");
      expect(refusal.rule).to.equal("still-locked");
      expect(refusal.why).to.contain("The last run left it locked: protect is true.");
      expect(refusal.safeWay).to.equal(
        "Put it back, run `./groundwork up dev` once at this guard level, which lifts the locks and destroys nothing, " +
          "and make this change in the run after that.",
      );
    });

    for (const { type, locks } of withSwitches) {
      it(`refuses a ${type} whose locks in the cloud are on, or not known to be off`, () => {
        for (const { path, on, absent } of locks) {
          const off = on === true ? false : "OFF";
          const left = (value: unknown): string[] =>
            rules([deletion(type, state({ [path]: value }, { protect: false }))], "disposable");
          expect(left(on)).to.deep.equal(["still-locked"]);
          expect(left(UNKNOWN_SWITCH)).to.deep.equal(["still-locked"]);
          expect(left(off)).to.deep.equal([]);
          expect(rules([deletion(type, state({}, { protect: false }))], "disposable")).to.deep.equal(
            absent === "on" ? ["still-locked"] : [],
          );
        }
      });
    }

    it("believes the cloud where it says that a lock is on", () => {
      const drifted = state(
        { deletionProtection: false },
        { protect: false, outputs: { deletionProtection: true } },
      );
      expect(only([deletion(DATABASE, drifted)], "disposable").why).to.contain("deletionProtection is true");
    });

    it("sees through a run that takes protection off before it deletes", () => {
      // What `destroy --run-program` plans: the program's new registration first, then the deletion of what it left.
      const before = state({ deletionProtection: false }, { protect: true });
      const lifted = state({ deletionProtection: false }, { protect: false });
      const plan = [same(QUEUE, before, lifted), deletion(QUEUE, lifted)];
      expect(rules(plan, "disposable")).to.deep.equal(["still-locked"]);
      expect(rules([same(QUEUE, lifted, lifted), deletion(QUEUE, lifted)], "disposable")).to.deep.equal([]);
    });

    it("judges each physical resource under a URN by its own state", () => {
      const plan = [
        deletion(QUEUE, free),
        { ...deletion(QUEUE, state({}, { id: "id-2" })), urn: urn(QUEUE) },
      ];
      expect(judge(plan, "disposable").map(({ id, rule }) => [id, rule])).to.deep.equal([
        ["id-2", "still-locked"],
      ]);
    });

    it("refuses what shows no state of the last run", () => {
      const blind: Step = { urn: urn(QUEUE), type: QUEUE, op: "delete", replaceKeys: [], changedKeys: [] };
      expect(only([blind], "disposable").why).to.contain("its state before the run is not known");
    });

    it("lets every change in place pass", () => {
      const plan = [
        update(
          DATABASE,
          { deletionProtection: true, backupRetentionPeriod: 7 },
          { deletionProtection: false, backupRetentionPeriod: 0 },
        ),
        same(QUEUE, state(), state({}, { protect: false })),
      ];
      expect(judge(plan, "disposable")).to.deep.equal([]);
    });
  });

  describe("of changes in place", () => {
    it("refuses the loss of protection, also where nothing else changes", () => {
      const refusal = only([
        same(QUEUE, state({ name: "dev_mail" }), state({ name: "dev_mail" }, { protect: false })),
      ]);
      expect(refusal).to.deep.include({
        rule: "removes-protection",
        op: "same",
        loses:
          "SQS queue dev_mail (id id-1) would stand unprotected: the next run could delete it, and with it every message in it.",
        why: "protect goes from true to false.",
      });
      expect(
        judge([same(QUEUE, state({}, { protect: false }), state({}, { protect: false }))]),
      ).to.deep.equal([]);
    });

    for (const { type, locks } of withSwitches) {
      it(`refuses to take the lock off a ${type}`, () => {
        for (const { path, on, absent } of locks) {
          const off = on === true ? false : "OFF";
          expect(rules([update(type, { [path]: on }, { [path]: off })])).to.deep.equal(["removes-lock"]);
          expect(rules([update(type, { [path]: on }, { [path]: UNKNOWN_SWITCH })])).to.deep.equal([
            "removes-lock",
          ]);
          expect(rules([update(type, { [path]: on }, {})])).to.deep.equal(
            absent === "on" ? [] : ["removes-lock"],
          );
          expect(rules([update(type, { [path]: on }, { [path]: on })])).to.deep.equal([]);
          expect(rules([update(type, { [path]: off }, { [path]: on })])).to.deep.equal([]);
        }
      });
    }

    for (const { type, finalCopy } of statefulTypes) {
      if (finalCopy === undefined) {
        continue;
      }
      const { skip, name, unless } = finalCopy;
      it(`refuses to take its last copy from a ${type}`, () => {
        const good = { ...(skip && { [skip]: false }), ...(name && { [name]: "final" }) };
        expect(rules([update(type, good, good)])).to.deep.equal([]);
        if (skip !== undefined) {
          expect(rules([update(type, good, { ...good, [skip]: true })])).to.deep.equal([
            "removes-final-copy",
          ]);
          expect(rules([update(type, good, { ...good, [skip]: UNKNOWN_SWITCH })])).to.deep.equal([
            "removes-final-copy",
          ]);
        }
        if (name !== undefined) {
          expect(rules([update(type, good, { ...good, [name]: undefined })])).to.deep.equal([
            "removes-final-copy",
          ]);
          expect(rules([update(type, good, { ...good, [name]: UNKNOWN_TEXT })])).to.deep.equal([
            "removes-final-copy",
          ]);
          expect(rules([update(type, good, { ...good, [name]: "another" })])).to.deep.equal([]);
        }
        if (unless !== undefined && skip !== undefined) {
          expect(rules([update(type, good, { ...good, [skip]: true, [unless]: "source" })])).to.deep.equal(
            [],
          );
        }
      });
    }

    for (const { type, forced } of statefulTypes) {
      if (forced === undefined) {
        continue;
      }
      it(`refuses to let a ${type} be deleted with its contents`, () => {
        expect(rules([update(type, {}, { [forced]: true })])).to.deep.equal(["forces-deletion"]);
        expect(rules([update(type, {}, { [forced]: UNKNOWN_SWITCH })])).to.deep.equal(["forces-deletion"]);
        expect(rules([update(type, { [forced]: true }, { [forced]: true })])).to.deep.equal([]);
        expect(rules([update(type, { [forced]: true }, {})])).to.deep.equal([]);
      });
    }

    for (const { type, life } of statefulTypes) {
      for (const property of life) {
        const { path } = property;
        const at = (value: unknown): Record<string, unknown> => nested(path, value);
        const after = (before: unknown, wanted: unknown): string[] =>
          rules([update(type, at(before), at(wanted))]);
        // What is no plain value has its own tests: life.test.ts, lifecycle.test.ts.
        if ("part" in property || property.kind === "parts" || path === "policy" || /Exclusive$/.test(type)) {
          continue;
        }
        switch (property.kind) {
          case "switch":
            it(`refuses to loosen ${path} of a ${type}`, () => {
              const unsafe = typeof property.safe === "boolean" ? !property.safe : "Other";
              expect(after(property.safe, unsafe)).to.deep.equal(["loosened"]);
              // Once for each property that is in what is unknown.
              expect([...new Set(after(property.safe, UNKNOWN_TEXT))]).to.deep.equal(["unknown-value"]);
              expect(after(property.safe, undefined)).to.deep.equal(
                property.absent === property.safe ? [] : ["loosened"],
              );
              expect(after(unsafe, property.safe)).to.deep.equal([]);
              expect(after(unsafe, unsafe)).to.deep.equal([]);
            });
            break;
          case "least":
            it(`refuses to lower ${path} of a ${type}`, () => {
              expect(after(90, 89)).to.deep.equal(["lowered-retention"]);
              expect(after(90, UNKNOWN_NUMBER)).to.deep.equal(["unknown-value"]);
              expect(after(90, 90)).to.deep.equal([]);
              expect(after(90, 91)).to.deep.equal([]);
              expect(after(undefined, undefined)).to.deep.equal([]);
              expect(after(99_999_999, undefined)).to.deep.equal(
                property.absent === Infinity ? [] : ["lowered-retention"],
              );
            });
            break;
          case "kept":
            it(`refuses to exchange ${path} of a ${type}`, () => {
              expect(after("one", "two")).to.deep.equal(["exchanged"]);
              expect(after("one", undefined)).to.deep.equal(property.mayGo === true ? [] : ["exchanged"]);
              expect(after("one", UNKNOWN_TEXT)).to.deep.equal(["unknown-value"]);
              expect(after("one", "one")).to.deep.equal([]);
              expect(after(undefined, "one")).to.deep.equal([]);
            });
            break;
          case "capacity":
            it(`refuses to make ${path} of a ${type} smaller`, () => {
              expect(after(100, 99)).to.deep.equal(["shrinks"]);
              expect(after(100, UNKNOWN_NUMBER)).to.deep.equal(["unknown-value"]);
              expect(after(100, 100)).to.deep.equal([]);
              expect(after(100, 101)).to.deep.equal([]);
              expect(after(100, undefined)).to.deep.equal([]);
            });
            break;
          case "version":
            it(`refuses an older ${path} of a ${type}`, () => {
              expect(after("16.8", "16.7")).to.deep.equal(["downgrades"]);
              expect(after("16.8", UNKNOWN_TEXT)).to.deep.equal(["unknown-value"]);
              expect(after("16.8", "16.8")).to.deep.equal([]);
              expect(after("16.8", "16.10")).to.deep.equal([]);
              expect(after("16.8", undefined)).to.deep.equal([]);
            });
            break;
          case "expiry":
            it(`refuses rules in ${path} of a ${type} that let objects die earlier`, () => {
              // As S3 says it, and as Azure does.
              const azure = { actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 0 } } } };
              const rule = (days: number): unknown => {
                azure.actions.baseBlob.delete.daysAfterModificationGreaterThan = days;
                return [{ status: "Enabled", expiration: { days }, definition: structuredClone(azure) }];
              };
              expect(after(rule(30), rule(29))).to.deep.equal(["shortened-lifecycle"]);
              expect(after(undefined, rule(30))).to.deep.equal(["shortened-lifecycle"]);
              expect(after(rule(30), UNKNOWN_TEXT)).to.deep.equal(["unknown-value"]);
              expect(after(rule(30), rule(31))).to.deep.equal([]);
              expect(after(rule(30), [])).to.deep.equal([]);
            });
            break;
        }
      }
    }

    it("says from what to what a number goes, and what becomes of the data", () => {
      const refusal = only([
        update(
          DATABASE,
          { identifier: "users", backupRetentionPeriod: 30 },
          { identifier: "users", backupRetentionPeriod: 3 },
        ),
      ]);
      expect(refusal).to.deep.include({
        rule: "lowered-retention",
        loses:
          "RDS instance users (id id-1): Automated backups older than that are deleted at once; zero deletes all of them.",
        why: "backupRetentionPeriod goes from 30 days to 3 days.",
        safeWay:
          "Take the change back. If it is meant: approve it for this one thing, for a while " +
          "(`./groundwork guard dev explain` prints the call), and run `./groundwork up dev`.",
      });
    });

    it("compares with what the cloud took where the program had said nothing", () => {
      const before = state({}, { outputs: { backupRetentionPeriod: 14 } });
      const plan: Step = { ...update(DATABASE, {}, { backupRetentionPeriod: 10 }), old: before };
      expect(only([plan]).why).to.equal("backupRetentionPeriod goes from 14 days to 10 days.");
      const untouched: Step = { ...update(DATABASE, {}, { tags: {} }), old: before };
      expect(judge([untouched])).to.deep.equal([]);
    });

    it("takes a default for what the program leaves out", () => {
      expect(only([update(QUEUE, {}, { messageRetentionSeconds: 86_400 })]).why).to.equal(
        "messageRetentionSeconds becomes 86400 seconds.",
      );
      expect(judge([update(QUEUE, {}, { messageRetentionSeconds: 345_600 })])).to.deep.equal([]);
    });

    it("looks at the target of a redrive policy and not at its counts", () => {
      const policy = (target: string, maxReceiveCount: number): Record<string, unknown> => ({
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount }),
      });
      expect(judge([update(QUEUE, policy("arn:dead", 5), policy("arn:dead", 3))])).to.deep.equal([]);
      expect(only([update(QUEUE, policy("arn:dead", 5), policy("arn:other", 5))])).to.deep.include({
        rule: "exchanged",
        why: "redrivePolicy changes.",
      });
      expect(rules([update(QUEUE, policy("arn:dead", 5), {})])).to.deep.equal(["exchanged"]);
    });

    it("passes changes that shorten nothing", () => {
      const plan = [
        update(
          DATABASE,
          { instanceClass: "db.t4g.medium", allocatedStorage: 20, backupRetentionPeriod: 7, tags: {} },
          {
            instanceClass: "db.r7g.large",
            allocatedStorage: 200,
            backupRetentionPeriod: 14,
            tags: { team: "a" },
          },
        ),
        update(TABLE, { readCapacity: 100 }, { readCapacity: UNKNOWN_NUMBER }),
        create(DATABASE, { kmsKeyId: UNKNOWN_TEXT, deletionProtection: true }),
        create(BUCKET, { bucket: "b" }),
      ];
      expect(judge(plan)).to.deep.equal([]);
    });
  });

  describe("of new lifecycle rules", () => {
    const expiring = { bucket: "reports", rules: [{ status: "Enabled", expiration: { days: 30 } }] };

    it("refuses rules that expire what is in a bucket that exists", () => {
      expect(only([create(LIFECYCLE, expiring)])).to.deep.include({
        rule: "shortened-lifecycle",
        loses: "lifecycle of an S3 bucket reports: A new rule deletes objects after 30 days.",
        why: "rules is new, and reports exists already.",
      });
    });

    it("passes them with the bucket that they are for", () => {
      expect(judge([create(BUCKET, { bucket: "reports" }), create(LIFECYCLE, expiring)])).to.deep.equal([]);
      expect(judge([create(LIFECYCLE, { ...expiring, bucket: UNKNOWN_TEXT })])).to.deep.equal([]);
      expect(rules([create(BUCKET, { bucket: "another" }), create(LIFECYCLE, expiring)])).to.deep.equal([
        "shortened-lifecycle",
      ]);
    });

    it("passes them for a bucket of a run that broke off, as long as nothing in it can be old enough", () => {
      const judged = (age: number | undefined, rulesOf: unknown = expiring.rules): readonly string[] =>
        judgeSteps([create(LIFECYCLE, { ...expiring, rules: rulesOf })], {
          level: "production",
          unfinished: new Map(age === undefined ? [] : [["reports", age]]),
        }).map(({ rule }) => rule);
      const refused = ["shortened-lifecycle"];
      expect(judged(0.01)).to.deep.equal([]);
      expect(judged(29.9)).to.deep.equal([]);
      expect(judged(30)).to.deep.equal(refused);
      expect(judged(undefined)).to.deep.equal(refused);
      const dated = [{ status: "Enabled", expiration: { date: "2031-01-01" } }];
      expect(judged(0.01, dated), "a day comes for every object, however young").to.deep.equal(refused);
      expect(judged(0.01, UNKNOWN_TEXT)).to.deep.equal(refused);
    });

    it("passes rules that keep old versions for as long as the level asks", () => {
      const keeping = (noncurrentDays: number): Record<string, unknown> => ({
        bucket: "reports",
        rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays } }],
      });
      expect(judge([create(LIFECYCLE, keeping(30))])).to.deep.equal([]);
      expect(judge([create(LIFECYCLE, keeping(7))], "development")).to.deep.equal([]);
      expect(only([create(LIFECYCLE, keeping(29))]).loses).to.equal(
        "lifecycle of an S3 bucket reports: A new rule deletes overwritten and deleted versions after 29 days.",
      );
      expect(rules([create(LIFECYCLE, { bucket: "reports", rules: UNKNOWN_TEXT })])).to.deep.equal([
        "shortened-lifecycle",
      ]);
    });

    it("passes rules that expire nothing", () => {
      const rulesOf = [{ status: "Enabled", transitions: [{ days: 30, storageClass: "STANDARD_IA" }] }];
      expect(judge([create(LIFECYCLE, { bucket: "reports", rules: rulesOf })])).to.deep.equal([]);
    });
  });

  describe("of providers", () => {
    const here = { region: "eu-west-1", allowedAccountIds: '["111111111111"]' };
    const inItsCare = same(TABLE, state({ name: "reports" }), state({ name: "reports" }));

    it("refuses to look for data in another region or account", () => {
      expect(only([providerStep(here, { ...here, region: "us-east-1" }), inItsCare])).to.deep.include({
        rule: "moved-provider",
        type: "pulumi:providers:aws",
        loses:
          "1 resource that holds data would be looked for in another account or region, not found there, and created again, empty: thing.",
        why: "region of the provider changes.",
      });
      const both = { region: "us-east-1", allowedAccountIds: '["222222222222"]' };
      expect(only([providerStep(here, both), inItsCare]).why).to.equal(
        "region and allowedAccountIds of the provider change.",
      );
      expect(rules([providerStep(here, { ...here, region: UNKNOWN_TEXT }), inItsCare])).to.deep.equal([
        "moved-provider",
      ]);
    });

    it("does not send data from one cluster to another where the cluster was deleted outside: its objects went along", () => {
      const kubernetes = "pulumi:providers:kubernetes";
      const of = (id: string): Step => ({
        ...providerStep({ clusterIdentifier: "one" }, { clusterIdentifier: id }),
        ...{ type: kubernetes, urn: urn(kubernetes) },
      });
      const held = { provider: `${urn(kubernetes)}::1` };
      const namespace = same("kubernetes:core/v1:Namespace", state({}, held), state({}, held));
      const gone = create("aws:eks/cluster:Cluster", { name: "one" });
      const moved = (steps: readonly Step[]): string =>
        judge(steps).find(({ rule }) => rule === "moved-provider")?.safeWay ?? "";
      expect(moved([of(UNKNOWN_TEXT), namespace, gone]))
        .to.contain(
          "with PULUMI_K8S_DELETE_UNREACHABLE=true in the environment `./groundwork exec -- pulumi refresh --stack ",
        )
        .and.to.not.contain("second stack");
      expect(moved([of("two"), namespace])).to.contain("make a second stack there");
    });

    it("passes other changes of a provider, and lists that are only written otherwise", () => {
      const after = {
        ...here,
        allowedAccountIds: '[ "111111111111" ]',
        defaultTags: '{"tags":{"team":"a"}}',
      };
      expect(judge([providerStep(here, after), inItsCare])).to.deep.equal([]);
    });

    it("refuses to leave behind what holds no data, which it would not find either", () => {
      const role = same("aws:iam/role:Role", state({}), state({}));
      for (const level of ["development", "disposable"] as const) {
        expect(only([providerStep(here, { ...here, region: "us-east-1" }), role], level)).to.deep.include({
          rule: "moved-provider",
          loses:
            "1 resource would be looked for in another account or region and not found there; the run would end half way, and they " +
            "would stay where they are, known to no stack.",
        });
      }
    });

    it("passes a move with nothing in its care", () => {
      const away = { ...here, region: "us-east-1" };
      const other = { ...inItsCare, old: state({}, { provider: `${urn("pulumi:providers:aws", "b")}::1` }) };
      expect(judge([providerStep(here, away), other])).to.deep.equal([]);
      const going = deletion("aws:iam/role:Role", state({}, { protect: false, provider }));
      expect(judge([providerStep(here, away), going])).to.deep.equal([]);
      expect(rules([providerStep(here, away), inItsCare], "disposable")).to.deep.equal(["moved-provider"]);
    });
  });

  it("refuses an operation that it does not know", () => {
    const odd = { ...deletion("aws:ec2/subnet:Subnet"), op: "teleport" as Step["op"] };
    expect(only([odd])).to.deep.include({
      rule: "unknown-operation",
      why: 'The engine plans "teleport" here, which the guard does not know.',
    });
    expect(rules([odd], "disposable")).to.deep.equal(["unknown-operation"]);
  });

  it("refuses to go on when a refresh does not find what holds data", () => {
    const gone: Step = { ...deletion(TABLE, state({ name: "reports" })), op: "refresh" };
    expect(only([gone])).to.deep.include({
      rule: "missing-in-cloud",
      loses:
        "DynamoDB table reports (id id-1) is not in the cloud any more, and the next run would make a new one that is empty.",
    });
    expect(judge([gone], "disposable")).to.deep.equal([]);
    expect(judge([{ ...gone, new: state() }])).to.deep.equal([]);
  });

  it("takes what a refresh has seen and the same plan makes anew for not found", () => {
    const refreshed: Step = { ...deletion(TABLE, state({ name: "reports" })), op: "refresh", new: state() };
    const anew: Step = { ...refreshed, op: "create", old: undefined };
    expect(rules([refreshed, anew])).to.deep.equal(["missing-in-cloud"]);
    expect(rules([refreshed, { ...anew, urn: `${anew.urn}-other` }])).to.deep.equal([]);
  });
});

function nested(path: string, value: unknown): Record<string, unknown> {
  const [first = "", ...rest] = path.split(".");
  return { [first]: rest.length === 0 ? value : nested(rest.join("."), value) };
}
