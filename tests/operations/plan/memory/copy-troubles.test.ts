import { RDSClient } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { copyMakerOf } from "../../../../operations/plan/memory/copies";
import { permissionHint, type CopyMaker } from "../../../../operations/plan/memory/copy";

const type = "aws:rds/cluster:Cluster";
const resource = {
  urn: `urn:pulumi:dev::groundwork::${type}::users`,
  type,
  custom: true,
  id: "dev-users",
  outputs: { clusterIdentifier: "dev-users", clusterResourceId: "cluster-1" },
};
const config = { region: "eu-west-1", maxAttempts: 1 };

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** RDS, as far as a cluster and its snapshot are concerned; an error is what the service answers with. */
describe("a copy that does not go as it should", () => {
  let maker: CopyMaker;
  let answers: Readonly<Record<string, unknown>>;
  let asked: string[];
  const cluster = {
    DBClusterIdentifier: "dev-users",
    DbClusterResourceId: "cluster-1",
    Engine: "aurora-postgresql",
    Status: "available",
    StorageEncrypted: true,
  };
  const snapshot = { ...cluster, StorageEncrypted: true };
  const answer = (status = "available", ofSnapshot: Readonly<Record<string, unknown>> = snapshot) => ({
    DescribeDBClustersCommand: { DBClusters: [{ ...cluster, Status: status }] },
    CreateDBClusterSnapshotCommand: {},
    DescribeDBClusterSnapshotsCommand: { DBClusterSnapshots: [ofSnapshot] },
  });
  const take = (): Promise<unknown> =>
    maker
      .take({
        config,
        resource,
        name: "groundwork-dev-users-1",
        tags: {},
        say: () => undefined,
        signal: new AbortController().signal,
      })
      .then(
        (copy) => copy,
        (error: unknown) => String(error),
      );
  before(() => {
    const found = copyMakerOf(type);
    if (found === undefined) throw new Error("Nobody copies clusters.");
    maker = found;
    // Over what every client inherits.
    Object.defineProperty(RDSClient.prototype, "send", {
      configurable: true,
      value: (command: object): Promise<unknown> => {
        const { name } = command.constructor;
        asked.push(name);
        const given = answers[name];
        return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
      },
    });
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => {
    Reflect.deleteProperty(RDSClient.prototype, "send");
  });

  it("is the one that an attempt without an answer has begun", async () => {
    answers = {
      ...answer(),
      CreateDBClusterSnapshotCommand: named("DBClusterSnapshotAlreadyExistsFault"),
    };
    expect(await take()).to.include({ kind: "RDS cluster snapshot", id: "groundwork-dev-users-1" });
  });

  it("is not waited for where only a person can help", async () => {
    for (const status of ["stopped", "inaccessible-encryption-credentials", "incompatible-parameters"]) {
      answers = answer(status);
      expect(await take()).to.contain(`dev-users is ${status}`);
      expect(asked).to.not.include("CreateDBClusterSnapshotCommand");
    }
    answers = answer("available", { ...snapshot, Status: "failed" });
    expect(await take()).to.contain("its status is failed");
  });

  it("is none when it is not encrypted, or is of another cluster that had the name", async () => {
    for (const [wrong, says] of [
      [{ StorageEncrypted: false }, "encryption is false in place of true"],
      [{ DbClusterResourceId: "cluster-0" }, "resource id is cluster-0 in place of cluster-1"],
    ] as const) {
      answers = answer("available", { ...snapshot, ...wrong });
      expect(await take()).to.contain(says);
    }
    const copy = { kind: "RDS cluster snapshot", id: "groundwork-dev-users-1" };
    expect(await maker.flaw(config, copy, resource)).to.contain("cluster-0 in place of cluster-1");
    answers = answer();
    expect(await maker.flaw(config, copy, resource)).to.equal(undefined);
  });

  it("that is not allowed says what to allow, and another one does not", () => {
    for (const name of ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]) {
      expect(permissionHint(named(name), maker)).to.match(/^ It takes .*rds:CreateDBClusterSnapshot/);
    }
    expect(permissionHint(named("Throttling"), maker)).to.equal("");
    for (const other of ["aws:rds/instance:Instance", "aws:dynamodb/table:Table", "aws:ebs/volume:Volume"]) {
      expect(copyMakerOf(other)?.permissions, other).to.not.be.empty;
    }
  });
});
