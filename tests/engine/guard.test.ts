import { expect } from "chai";
import { queueStays } from "../../guard/life/queue-policy";
import { refused } from "./support/refusals";
import { standing } from "./support/standing";
import { documentOf, type Settings, type Walk } from "./support/walk";

const database = "aws:rds/instance:Instance";

for (const [what, change, op] of [
  [
    "would replace the database",
    (settings: Settings) => {
      settings.set("database", ["masterUsername"], "somebody");
    },
    "replace",
  ],
  [
    "leaves the database out",
    (settings: Settings) => {
      settings.remove("database");
    },
    "delete",
  ],
] as const) {
  describe(`a stack file that ${what}`, () => {
    let walk: Walk;
    before(async () => {
      walk = await standing("stores");
      walk.edit("dev", change);
    });

    for (const command of [
      ["preview", "dev"],
      ["up", "dev", "--yes"],
      ["rehearse", "dev"],
    ]) {
      it(`is refused by ${command.join(" ")}, which says what would be lost and the safe way`, async () => {
        const refusals = (await refused(walk, ...command)).filter(({ type }) => type === database);
        expect(refusals).to.have.length(1);
        const [refusal] = refusals;
        expect(refusal?.why).to.equal(
          op === "replace"
            ? "It is replaced because username cannot be changed in place."
            : "It is no longer in the program or its settings, or the whole stack is being destroyed.",
        );
        expect(refusal?.op).to.equal(op);
        expect(refusal?.rule).to.equal(op === "replace" ? "replaces-data" : "deletes-data");
        expect(refusal?.id).to.match(/^db-/);
        expect(refusal?.urn).to.match(/::database$/);
        expect(refusal?.loses).to.contain("groundwork-dev-database");
        expect(refusal?.safeWay)
          .to.contain("`./groundwork guard dev explain --rehearse`")
          .and.not.contain("disposable");
      });
    }

    it("is refused by plain `pulumi up` too, which deletes nothing", async () => {
      const { result, calls } = await walk.watch(() => walk.pulumi("dev", "up", "--yes"));
      expect(result.exitCode).to.not.equal(0);
      expect(calls.filter(({ method }) => method === "delete")).to.deep.equal([]);
    });
  });
}

describe("destroy", () => {
  let walk: Walk;
  before(async () => {
    walk = await standing("dev");
  });

  it("is refused while the guard holds data, and names everything that it would lose", async () => {
    const refusals = await refused(walk, "destroy", "dev", "--yes");
    expect(refusals.map(({ type }) => type)).to.include.members([
      database,
      "aws:dynamodb/table:Table",
      "aws:s3/bucket:Bucket",
      "aws:sqs/queue:Queue",
    ]);
    expect(new Set(refusals.map(({ op }) => op))).to.deep.equal(new Set(["delete"]));
  });

  it("is refused in the run that sets the level to disposable: it takes one to lift the locks, and another", async () => {
    walk.edit("dev", (settings) => {
      settings.set("guard", ["level"], "disposable");
    });
    const refusals = await refused(walk, "destroy", "dev", "--yes");
    expect(refusals.filter(({ type }) => type === database).map(({ rule }) => rule)).to.deep.equal([
      "still-locked",
    ]);
  });

  it("after the locks are lifted leaves nothing in the cloud but the final snapshot and its key", async () => {
    const lifted = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(lifted.exitCode, lifted.stdout + lifted.stderr).to.equal(0);
    expect(documentOf(lifted).summary).to.include({ create: 0, replace: 0, delete: 0 });
    const unlocks = documentOf(lifted).unlocks as { readonly type: string; readonly lifts: string[] }[];
    const liftsOf = (type: string): unknown[] => [
      ...new Set(unlocks.filter((one) => one.type === type).map(({ lifts }) => lifts.join(", "))),
    ];
    expect(liftsOf(database)).to.deep.equal(["protect, deletionProtection"]);
    expect(liftsOf("aws:dynamodb/table:Table")).to.deep.equal(["protect, deletionProtectionEnabled"]);
    expect(liftsOf("aws:eks/cluster:Cluster")).to.deep.equal(["protect, deletionProtection"]);
    expect(liftsOf("aws:sqs/queue:Queue")).to.deep.equal([`protect, policy: ${queueStays.on}`]);
    expect(liftsOf("aws:kms/key:Key")).to.deep.equal(["protect"]);

    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(result.stdout).to.contain("Kept: the final snapshot groundwork-dev-users-final");
    expect(result.stdout).to.match(/Kept: aws:kms:Key database-key \([-\w]+\), for \d+ days\./);
    expect(result.stdout).to.contain("dev is down");
    expect(walk.cloud().map(({ type }) => type)).to.deep.equal(["aws:rds/snapshot:Snapshot"]);
    expect(result.stdout).to.match(/Kept: aws:kms:Key cluster-secrets \([-\w]+\), for \d+ days\./);
    // KMS deletes no key at once; the snapshot can be read as long as the database's is there.
    expect(walk.pendingDeletion().map(({ type }) => type)).to.deep.equal([
      "aws:kms/key:PendingDeletion",
      "aws:kms/key:PendingDeletion",
    ]);
  });

  it("of a stack that is not up has nothing to do", async () => {
    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(result.stdout).to.contain("nothing to destroy");
  });
});
