import { expect } from "chai";
import { queueStays } from "../../guard/life/queue-policy";
import { refused } from "./support/refusals";
import { standing } from "./support/standing";
import { documentOf, type LoggedCall, type Result, type Settings, type Walk } from "./support/walk";

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

  it("after the locks are lifted goes from the outside in, goes on from wherever it breaks off, and leaves nothing in the cloud but the final snapshot and the keys", async () => {
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

    // As a person has it: what a run that broke off has deleted is seen before the next one.
    walk.reads = true;
    const record = "aws:route53/record:Record";
    const pointing = walk.cloud().filter(({ type, inputs }) => type === record && "aliases" in inputs);
    const before = walk.changes().length;
    const brokenAt = async (type: string, fault: string): Promise<Result> => {
      const faults = walk.faults({ match: { type, method: "delete" }, fault, times: 99 });
      const broken = await walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--faults", faults);
      expect(broken.exitCode, broken.stdout + broken.stderr).to.equal(1);
      expect(broken.stderr).to.contain("`./groundwork destroy dev --rehearse` again continues from here.");
      return broken;
    };
    const first = await brokenAt("kubernetes:apps/v1:Deployment", "timeout");
    expect(first.stdout).to.match(
      /Kept: the final snapshot groundwork-dev-users-final\S* of aws:rds:Instance database\. .* About \$\d+\.\d\d a month\./,
    );
    for (const key of ["database-key", "cluster-secrets"]) {
      expect(first.stdout).to.match(
        new RegExp(
          `Kept: aws:kms:Key ${key} \\([-\\w]+\\), for \\d+ days\\. .* Until \\d{4}-\\d\\d-\\d\\d\\. It costs nothing\\.`,
        ),
      );
    }
    await brokenAt(database, "timeout-after-done");
    await brokenAt("aws:ec2/subnet:Subnet", "timeout");
    const last = await walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--json");
    expect(last.exitCode, last.stdout + last.stderr).to.equal(0);
    expect(walk.cloud().map(({ type }) => type)).to.deep.equal(["aws:rds/snapshot:Snapshot"]);
    // KMS deletes no key at once; the snapshot can be read as long as the database's is there.
    expect(walk.pendingDeletion().map(({ type }) => type)).to.deep.equal([
      "aws:kms/key:PendingDeletion",
      "aws:kms/key:PendingDeletion",
    ]);
    // The snapshot and both keys, by their tags.
    const { left, kept } = documentOf(last).remains as { readonly left: unknown[]; readonly kept: string[] };
    expect(left).to.deep.equal([]);
    expect(kept.map((arn) => arn.split(":")[2]).sort()).to.deep.equal(["kms", "kms", "rds"]);

    // The database's deletion was done, and its answer lost.
    const deleted = walk
      .changes()
      .slice(before)
      .filter(({ method, ok, type }) => method === "delete" && (ok || type === database));
    // Records that prove a certificate go with it, later.
    const counts = ({ type, id }: LoggedCall): boolean =>
      type !== record || pointing.some((one) => one.id === id);
    const at = (type: string): number[] => {
      const found = deleted.flatMap((call, index) => (call.type === type && counts(call) ? [index] : []));
      expect(found, type).to.not.deep.equal([]);
      return found;
    };
    for (const [earlier, later] of [
      [record, "kubernetes:core/v1:Service"],
      ["kubernetes:apps/v1:Deployment", database],
      ["kubernetes:apps/v1:Deployment", "aws:dynamodb/table:Table"],
      ["kubernetes:apps/v1:Deployment", "aws:sqs/queue:Queue"],
      ["kubernetes:core/v1:Namespace", "aws:eks/nodeGroup:NodeGroup"],
      ["aws:eks/nodeGroup:NodeGroup", "aws:eks/cluster:Cluster"],
      [database, "aws:ec2/subnet:Subnet"],
      ["aws:eks/cluster:Cluster", "aws:ec2/subnet:Subnet"],
      ["aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc"],
    ] as const) {
      expect(Math.max(...at(earlier)), `${earlier} before ${later}`).to.be.lessThan(Math.min(...at(later)));
    }
  });

  it("of a stack that is not up has nothing to do", async () => {
    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(result.stdout).to.contain("nothing to destroy");
  });
});
