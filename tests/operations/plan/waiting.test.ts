import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { AwsTarget } from "../../../operations/engine/aws-clients";
import type { Drift, DriftedProperty } from "../../../operations/plan/drift";
import { printDrift, type Knowledge } from "../../../operations/plan/drift-report";
import type { PlannedStep } from "../../../operations/plan/plan";
import { onlyWaits, withWaiting } from "../../../operations/plan/waiting";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { FakeTerminal } from "../../support/fake-terminal";
import { stackContext } from "../../support/settings";

const type = "aws:rds/instance:Instance";
const urn = `urn:pulumi:dev::groundwork::${type}::database`;

describe("what waits for RDS's maintenance window", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-waiting-"));
    mkdirSync(path.join(directory, "cloud"));
    const database = {
      ...{ type, id: "db-ABC", inputs: {} },
      outputs: {
        identifier: "groundwork-dev-database",
        resourceId: "db-ABC",
        maintenanceWindow: "sun:03:30-sun:05:00",
        pendingModifiedValues: { DBInstanceClass: "db.r7g.xlarge", MultiAZ: true },
      },
    };
    writeFileSync(path.join(directory, "cloud", "database.json"), JSON.stringify(database));
    rehearsal = await startRehearsal({ directory, accountId: "111122223333" });
  });
  after(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const stack = (environment: Readonly<Record<string, string>> = rehearsal.environment): AwsTarget =>
    ({
      name: "dev",
      settings: { context: stackContext({ accountId: "111122223333" }) },
      session: { environment },
    }) as unknown as AwsTarget;
  const note = "if the last run set it, it is pending until the maintenance window";
  const moved = (...properties: readonly DriftedProperty[]): Drift => ({
    moved: [{ urn, type, name: "database", id: "db-ABC", isGone: false, properties, willBe: "put back" }],
    byDesign: [],
  });
  const itsClass = {
    path: "instanceClass",
    from: "db.r7g.xlarge",
    to: "db.r7g.large",
    willBe: "put back",
    note,
  } as const;
  const known = (drift: Drift): Knowledge => ({ isRead: true, at: "2026-12-01T12:00:00Z", drift });
  const resend = (wanted: string, paths: readonly string[] = ["instanceClass"]): PlannedStep =>
    ({
      ...{
        urn,
        type,
        name: "database",
        op: "update",
        parent: "",
        replaceKeys: [],
        changedKeys: paths,
        paths,
        restated: [],
      },
      ...{ old: undefined, new: { inputs: { instanceClass: wanted }, outputs: {} } },
    }) as unknown as PlannedStep;

  it("is told with the window, apart from what has moved", async () => {
    const drift = await withWaiting(stack(), moved(itsClass));
    expect(drift.moved.map(({ properties, willBe }) => [willBe, properties])).to.deep.equal([
      ["waits", [{ ...itsClass, willBe: "waits", note: "until sun:03:30-sun:05:00 UTC" }]],
    ]);
    const fake = new FakeTerminal();
    printDrift(known(drift), fake.output());
    expect(fake.out).to.equal(
      [
        "",
        "Set by a run, and not there yet (1 resource)",
        "  ~ waits  aws:rds:Instance  database: set, and waits for RDS's maintenance window",
        "      instanceClass  db.r7g.xlarge → db.r7g.large  until sun:03:30-sun:05:00 UTC",
        "",
      ].join("\n"),
    );
  });

  it("is not what somebody else has set, nor what RDS has not been told", async () => {
    const other = { ...itsClass, from: "db.r7g.2xlarge" };
    expect(await withWaiting(stack(), moved(other))).to.deep.equal(moved(other));
    const storage = { path: "allocatedStorage", from: 500, to: 400, willBe: "put back", note } as const;
    const both = await withWaiting(stack(), moved(itsClass, storage));
    expect(
      both.moved.map(({ properties, willBe }) => [willBe, properties.map((one) => one.willBe)]),
    ).to.deep.equal([["put back", ["waits", "put back"]]]);
  });

  it("stays a note where RDS cannot be asked, and is not asked where nothing may wait", async () => {
    const closed = stack({ ...rehearsal.environment, AWS_ACCESS_KEY_ID: "AKIANOBODY" });
    expect(await withWaiting(closed, moved(itsClass))).to.deep.equal(moved(itsClass));
    const plain = { ...itsClass, note: undefined };
    expect(await withWaiting(closed, moved(plain))).to.deep.equal(moved(plain));
  });

  it("is all of a plan only where that wants just what RDS has been told", async () => {
    const cloud = known(await withWaiting(stack(), moved(itsClass)));
    const says = (...outcome: readonly PlannedStep[]): boolean => onlyWaits({ outcome }, cloud);
    expect(says(resend("db.r7g.xlarge"))).to.equal(true);
    expect(says(resend("db.r7g.2xlarge"))).to.equal(false);
    expect(says(resend("db.r7g.xlarge", ["instanceClass", "iops"]))).to.equal(false);
    expect(says(resend("db.r7g.xlarge"), { ...resend("x"), urn: `${urn}2`, op: "create" })).to.equal(false);
    expect(says()).to.equal(false);
    expect(onlyWaits({ outcome: [resend("db.r7g.xlarge")] }, { isRead: false, from: undefined })).to.equal(
      false,
    );
  });
});
