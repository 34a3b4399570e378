import { expect } from "chai";
import { floors } from "../../guard/floors";
import { statefulTypes } from "../../guard/catalogue/stateful-types";
import { judgeRules } from "../../guard/judge/verdict";
import { rules } from "../../policies/rules";
import { differences } from "../expected/differences";
import { guardSnapshot, readGuardSnapshot } from "../expected/guard";

const file = (content: unknown): Map<string, unknown> => new Map([["guard.json", content]]);

describe("what is guarded, and how hard", () => {
  it("is what tests/expected/guard.json says (npm run expected:update writes it anew, for a review to see)", () => {
    expect(differences(file(readGuardSnapshot()), file(guardSnapshot())).join("\n")).to.equal("");
  });

  const snapshot = guardSnapshot() as Snapshot;

  it("shows a rule that is gone, that looks at fewer types, later, or that only warns", () => {
    expect(Object.keys(snapshot.policies)).to.deep.equal(rules.map(({ name }) => name));
    expect(snapshot.gate).to.have.all.keys([...judgeRules]);
    expect(snapshot.policies["rds/encrypted"]).to.deep.include({
      types: ["aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster", "aws:rds/instance:Instance"],
      enforcement: { production: "mandatory", development: "mandatory", disposable: "mandatory" },
      asked: ["each resource"],
    });
    expect(snapshot.policies["guard/protected"]).to.deep.include({ exceptions: "none" });
    expect(snapshot.policies["s3/versioned"]).to.deep.include({ asked: ["the stack"] });
  });

  it("shows a type that is guarded by less, or counts as harmless, or is no longer guessed", () => {
    expect(Object.keys(snapshot.types)).to.have.lengthOf(statefulTypes.length);
    expect(snapshot.types["aws:rds/instance:Instance"]).to.include.keys("locks", "life", "finalCopy");
    expect(snapshot.types["aws:s3/bucketVersioning:BucketVersioning"]).to.include.keys("life");
    expect(snapshot.types["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"]).to.include({
      removable: true,
    });
    expect(snapshot.harmless).to.include({ "aws:ecs/cluster:Cluster": "not guarded" });
    expect(Object.keys(snapshot.guessed)).to.have.length.of.at.least(15);
  });

  it("shows floors, levels, what can be approved, and the hooks that resources name in their state", () => {
    expect(snapshot.floors).to.have.keys(Object.keys(floors));
    expect(snapshot.levels).to.deep.equal(["production", "development", "disposable"]);
    expect(snapshot.approvals).to.include.members(["delete", "replace"]);
    expect(snapshot.hooks.join("\n")).to.match(/: groundwork-guard$/m);
  });
});

interface Snapshot {
  readonly levels: readonly string[];
  readonly gate: object;
  readonly approvals: readonly string[];
  readonly hooks: readonly string[];
  readonly policies: Readonly<Record<string, unknown>>;
  readonly floors: object;
  readonly types: Readonly<Record<string, unknown>>;
  readonly harmless: object;
  readonly guessed: object;
}
