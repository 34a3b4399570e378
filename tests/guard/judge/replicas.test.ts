import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Refusal, Step } from "../../../guard/step";
import { DATABASE, deletion, replacement, same, state, update, urn } from "../steps";

const source = { engine: "postgres", identifier: "users", engineVersion: "16.11", deletionProtection: true };
const replica = {
  engine: "postgres",
  identifier: "users-r",
  replicateSourceDb: "users",
  deletionProtection: true,
  skipFinalSnapshot: true,
};

const judged = (...steps: Step[]): readonly Refusal[] => judgeSteps(steps, { level: "production" });
const standing = (version: string, name = "r"): Step => {
  const has = state(replica, { outputs: { ...replica, engineVersionActual: version } });
  return { ...same(DATABASE, has, has), urn: urn(DATABASE, name) };
};

describe("a database with read replicas", () => {
  const upgrade = (version: string): Step =>
    update(DATABASE, source, { ...source, engineVersion: version, allowMajorVersionUpgrade: true });

  it("goes to a minor version after they have it, and to a major one with them", () => {
    const [refusal, ...others] = judged(upgrade("16.13"), standing("16.13"), standing("16.11", "slow"));
    expect(others).to.deep.equal([]);
    expect(refusal).to.include({ rule: "replicas-behind", why: "By the last state slow is older." });
    expect(refusal?.safeWay).to.match(
      /^Set engineVersion: "16\.13" at each of groundwork:database\.replicas first/,
    );
    expect(judged(upgrade("16.13"), standing("16.13"), standing("16.14", "ahead"))).to.deep.equal([]);
    expect(judged(upgrade("17.9"), standing("16.11"))).to.deep.equal([]);
    expect(judged(upgrade("16"), standing("16.11"))).to.deep.equal([]);
  });

  it("does not wait for others' replicas", () => {
    const others = { ...replica, replicateSourceDb: "billing", engineVersionActual: "16.11" };
    const step = same(DATABASE, state(others), state(others));
    expect(judged(upgrade("16.13"), { ...step, urn: urn(DATABASE, "other") })).to.deep.equal([]);
  });
});

describe("a read replica", () => {
  it("is locked as a database is, in words that do not call it one", () => {
    const [refusal, ...others] = judged(deletion(DATABASE, state(replica)));
    expect(others).to.deep.equal([]);
    expect(refusal).to.include({ rule: "protected", copyFirst: "See that nothing reads from it any more." });
    expect(refusal?.loses).to.equal(
      "RDS read replica users-r (id id-1, postgres) would be deleted, and with it the address that its readers connect to; the data stays with its source.",
    );
    const [again] = judged(replacement(DATABASE, ["availabilityZone"], state(replica), state(replica)));
    expect(again?.loses).to.match(/would be deleted and created again: gone would be the address/);
  });

  it("takes the groups of its log along, so that one approval is for all", () => {
    const component = "groundwork:database:Replica";
    const logs = "aws:cloudwatch/logGroup:LogGroup";
    const going = deletion(component, state({}, { id: null, protect: false, provider: undefined }));
    const group = state(
      { name: "/aws/rds/instance/users-r/postgresql", retentionInDays: 90 },
      { protect: false },
    );
    const refused = judged(deletion(DATABASE, state(replica)), going, {
      ...deletion(logs, group),
      parent: urn(component),
    });
    expect(refused.map(({ type, rule }) => [type, rule])).to.deep.equal([[DATABASE, "protected"]]);
    expect(
      judged({ ...deletion(logs, group), parent: urn(component) }).map(({ rule }) => rule),
    ).to.deep.equal(["lowered-retention"]);
  });

  it("is a database like any other once somebody has promoted it beside the program", () => {
    const promoted = state(replica, { outputs: { ...replica, replicateSourceDb: "" } });
    const [refusal] = judged(deletion(DATABASE, promoted));
    expect(refusal?.rule).to.equal("deletes-data");
    expect(refusal?.loses).to.match(/and with it every database in it and its automated backups\.$/);
  });
});
