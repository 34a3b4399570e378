import { expect } from "chai";
import type { Step } from "../../../guard/step";
import { judgeVersionDates, type VersionDates } from "../../../operations/plan/version-dates";

const database = "aws:rds/instance:Instance";
const cluster = "aws:eks/cluster:Cluster";
type Inputs = Readonly<Record<string, unknown>>;

function judged(
  type: string,
  op: Step["op"],
  was: Inputs | undefined,
  is: Inputs,
  day: string,
): VersionDates {
  const state = (inputs: Inputs): NonNullable<Step["old"]> => ({
    id: "it",
    protect: true,
    inputs,
    outputs: inputs,
  });
  const step: Step = {
    urn: `urn:pulumi:prod::groundwork::${type}::it`,
    type,
    op,
    ...(was && { old: state(was) }),
    new: state(is),
    replaceKeys: [],
    changedKeys: [],
  };
  return judgeVersionDates([step], new Date(`${day}T12:00:00Z`));
}

const postgres = (engineVersion: string): Inputs => ({ engine: "postgres", engineVersion });
const made = (version: string, day: string): VersionDates =>
  judged(database, "create", undefined, postgres(version), day);
const standing = (version: string, day: string): VersionDates =>
  judged(database, "same", postgres(version), postgres(version), day);
const said = ({ warnings }: VersionDates): string => warnings.map(({ message }) => message).join("\n");

describe("the days of versions", () => {
  it("refuse to make a database of a minor that RDS makes no more, from that day on, and name one that it makes", () => {
    expect(made("16.8", "2026-04-30").refusals).to.deep.equal([]);
    const [refusal, ...others] = made("16.8", "2026-05-01").refusals;
    expect(others).to.deep.equal([]);
    expect(refusal?.rule).to.equal("ended-version");
    expect(refusal?.loses).to.contain('"Cannot find version 16.8 for postgres"');
    expect(refusal?.why).to.equal("RDS makes no 16.8 from 2026-05-01 on; its support ends on 2026-05-31.");
    expect(refusal?.safeWay).to.contain('engineVersion to "16" (RDS chooses the minor) or "16.13"');
    for (const version of ["13.16", "14.19", "15.14", "16.1", "16.10", "17.6"]) {
      expect(made(version, "2026-11-30").refusals, version).to.have.length(1);
    }
    for (const version of ["13", "16", "13.23", "14.20", "15.15", "16.11", "16.13", "17.7", "18.1", "19.2"]) {
      expect(made(version, "2026-11-30").refusals, version).to.deep.equal([]);
    }
    expect(made("13", "2029-03-01").refusals).to.have.length(1);
  });

  it("let what stands at such a minor say so, with a warning, and let nothing go to one", () => {
    const at = standing("16.8", "2026-11-30");
    expect(at.refusals).to.deep.equal([]);
    expect(said(at)).to.equal(
      "PostgreSQL 16.8 left support on 2026-05-31: RDS upgrades it by itself, in a maintenance window of its own choosing. " +
        'Set groundwork:database engineVersion to "16.13" or a later one before.',
    );
    const changed = judged(
      database,
      "update",
      postgres("16.8"),
      { ...postgres("16.8"), multiAz: true },
      "2026-11-30",
    );
    expect(changed.refusals).to.deep.equal([]);
    const moved = judged(database, "update", postgres("16.4"), postgres("16.8"), "2026-11-30");
    expect(moved.refusals.map(({ loses }) => loses).join()).to.contain('"Cannot find upgrade path"');
  });

  it("leave it to the guard to refuse what goes back", () => {
    const back = judged(database, "update", postgres("16.13"), postgres("16.8"), "2026-11-30");
    expect(back.refusals).to.deep.equal([]);
  });

  it("warn ninety days before a major version leaves standard support, and after it", () => {
    expect(said(standing("14.22", "2026-11-29"))).to.equal("");
    expect(said(standing("14.22", "2026-11-30"))).to.contain(
      "PostgreSQL 14 leaves standard support on 2027-02-28: from then on RDS charges for Extended Support",
    );
    expect(said(standing("13", "2026-11-30"))).to.contain(
      "PostgreSQL 13 left standard support on 2026-02-28",
    );
    expect(said(standing("13", "2029-01-01"))).to.contain("leaves extended support on 2029-02-28");
    expect(said(standing("16", "2026-11-30"))).to.equal("");
  });

  it("have a jump to another major name its minor", () => {
    const jump = (version: string): VersionDates =>
      judged(database, "update", postgres("16.13"), postgres(version), "2026-11-30");
    expect(jump("17").refusals.map(({ why }) => why)).to.deep.equal([
      "engineVersion goes from 16.13 to 17, which names no minor.",
    ]);
    expect(jump("17.9").refusals).to.deep.equal([]);
    expect(jump("17.8").refusals.map(({ rule, why }) => [rule, why])).to.deep.equal([
      ["older-minor", "17.8 was released before 16.13."],
    ]);
    expect(jump("18.3").refusals).to.deep.equal([]);
    expect(jump("19.1").refusals).to.deep.equal([]);
    expect(jump("16").refusals).to.deep.equal([]);
  });

  it("say nothing of what is restored, of other engines, and of what goes", () => {
    const quiet: VersionDates = { refusals: [], warnings: [] };
    const day = "2026-11-30";
    const restored = { ...postgres("16.8"), snapshotIdentifier: "users-final" };
    expect(judged(database, "create", undefined, restored, day)).to.deep.equal(quiet);
    expect(
      judged(database, "create", undefined, { engine: "mysql", engineVersion: "5.7.1" }, day),
    ).to.deep.equal(quiet);
    expect(judged(database, "delete", postgres("16.8"), postgres("16.8"), day)).to.deep.equal(quiet);
  });

  it("refuse a cluster of a Kubernetes that EKS offers no more, and warn of one that nears its end", () => {
    const kubernetes = (version: string, supportType = "EXTENDED"): Inputs => ({
      version,
      upgradePolicy: { supportType },
    });
    const anew = (day: string): VersionDates => judged(cluster, "create", undefined, kubernetes("1.31"), day);
    expect(anew("2026-11-25").refusals).to.deep.equal([]);
    expect(anew("2026-11-26").refusals.map(({ why }) => why)).to.deep.equal([
      "Its extended support ended on 2026-11-26.",
    ]);
    const there = (version: string, day: string, supportType?: string): VersionDates =>
      judged(cluster, "same", kubernetes(version, supportType), kubernetes(version, supportType), day);
    expect(there("1.31", "2026-11-30").refusals).to.deep.equal([]);
    expect(said(there("1.31", "2026-11-30"))).to.contain("left extended support on 2026-11-26");
    expect(said(there("1.35", "2026-12-26"))).to.equal("");
    expect(said(there("1.35", "2026-12-27"))).to.contain(
      "Kubernetes 1.35 leaves standard support on 2027-03-27: from then on a cluster costs six times as much an hour",
    );
    expect(said(there("1.35", "2026-12-27", "STANDARD"))).to.contain(
      "EKS then upgrades the cluster by itself (supportType: STANDARD)",
    );
  });
});
