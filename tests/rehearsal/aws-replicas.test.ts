import { expect } from "chai";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";
import type { Values } from "../../rehearsal/interpreter/values";

const instanceType = "aws:rds/instance:Instance";

const small: Values = {
  identifier: "users",
  instanceClass: "db.t4g.small",
  engine: "postgres",
  engineVersion: "16.11",
  allocatedStorage: 20,
  dbName: "users",
  username: "someone",
  manageMasterUserPassword: true,
  backupRetentionPeriod: 7,
  skipFinalSnapshot: true,
};
const follower: Values = {
  identifier: "users-r",
  instanceClass: "db.t4g.small",
  replicateSourceDb: "users",
  skipFinalSnapshot: true,
};

describe("rehearsal: read replicas of RDS", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const source = (inputs: Values = {}): Promise<Made> =>
    aws.create(instanceType, "users", { ...small, ...inputs });
  const replica = (inputs: Values = {}): Promise<Made> =>
    aws.create(instanceType, "r", { ...follower, ...inputs });

  it("have what their source has, but no backups, no secret and an address of their own", async () => {
    const { outputs } = await source();
    const made = await replica();
    expect(made.outputs).to.include({
      engine: "postgres",
      engineVersionActual: "16.11",
      allocatedStorage: 20,
      dbName: "users",
      kmsKeyId: outputs["kmsKeyId"] ?? null,
      backupRetentionPeriod: 0,
    });
    expect(made.outputs["masterUserSecrets"]).to.deep.equal([]);
    expect(made.outputs["address"])
      .to.match(/^users-r\./)
      .and.not.to.equal(outputs["address"]);
  });

  it("cannot be made of nothing, of what has no backups, with a group of subnets, or with names of their own", async () => {
    expect(await refusal(replica())).to.include("DBInstance users not found.");
    const made = await source({ backupRetentionPeriod: 0 });
    expect(await refusal(replica())).to.include(
      "Automated backups are not enabled for this database instance.",
    );
    await aws.update(made, small);
    expect(await refusal(replica({ dbSubnetGroupName: "default" }))).to.include(
      "DbSubnetGroupName should not be specified for read replicas that are created in the same region as the master",
    );
    for (const name of ["dbName", "username"]) {
      expect(await refusal(replica({ [name]: "other" }))).to.include(`conflicts with ${name}`);
    }
    const standing = await replica();
    expect(standing.outputs["replicateSourceDb"]).to.equal("users");
    expect(await refusal(aws.update(made, { ...small, backupRetentionPeriod: 0 }))).to.include(
      "Backups cannot be disabled",
    );
  });

  it("go to a minor version before their source, and to a major one along with it and not by themselves", async () => {
    const made = await source();
    const first = await replica();
    expect(await refusal(aws.update(made, { ...small, engineVersion: "16.13" }))).to.include(
      "One or more of the DB Instance's read replicas need to be upgraded: users-r",
    );
    const newer = await aws.update(first, { ...follower, engineVersion: "16.13" });
    expect(newer.outputs["engineVersionActual"]).to.equal("16.13");
    const minor = await aws.update(made, { ...small, engineVersion: "16.13" });
    const major = { engineVersion: "17.9", allowMajorVersionUpgrade: true };
    expect(await refusal(aws.update(newer, { ...follower, ...major }))).to.include(
      "Read replicas cannot be upgraded to another major version.",
    );
    await aws.update(minor, { ...small, ...major });
    expect((await aws.read(newer))?.outputs["engineVersionActual"]).to.equal("17.9");
  });

  it("leave no last snapshot, and stand by themselves once their source is gone", async () => {
    const made = await source();
    const named = await replica({ skipFinalSnapshot: false, finalSnapshotIdentifier: "users-r-final" });
    expect(await refusal(aws.delete(named))).to.include(
      "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance",
    );
    await aws.delete(made);
    expect((await aws.read(named))?.outputs).not.to.have.property("replicateSourceDb");
    await aws.delete(named);
    expect(aws.records("aws:rds/snapshot:Snapshot")).to.have.length(1);
  });
});
