import { CreateTableCommand, DeleteBackupCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateVolumeCommand, DescribeSnapshotsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import type { CheckpointResource } from "../../../../operations/engine/engine-stack";
import { copyMakerOf, copyName } from "../../../../operations/plan/memory/copies";
import type { CopyOrder } from "../../../../operations/plan/memory/copy";
import { Moto, motoPart } from "../../../support/moto";
import { describeWith } from "../../../support/real-parts";

describeWith("copies of what is given up", motoPart, (python) => {
  let moto: Moto;
  before(async () => {
    moto = await Moto.start(python());
  });
  after(async () => {
    await moto.stop();
  });

  const order = (type: string, id: string, outputs: Record<string, unknown>): CopyOrder => {
    const urn = `urn:pulumi:dev::groundwork::${type}::users`;
    const resource: CheckpointResource = { urn, type, custom: true, id, outputs };
    return {
      config: moto.config,
      resource,
      name: copyName("dev", urn, new Date()),
      tags: { environment: "dev" },
      say: () => undefined,
      signal: new AbortController().signal,
    };
  };

  it("of a database instance is a snapshot of that very instance, and is missed when it is gone", async () => {
    const client = new RDSClient(moto.config);
    const { DBInstance: instance } = await client.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "dev-users",
        DBInstanceClass: "db.t4g.small",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "users",
        MasterUserPassword: "not-a-secret-1",
      }),
    );
    const type = "aws:rds/instance:Instance";
    const maker = copyMakerOf(type);
    const own = { identifier: "dev-users", resourceId: instance?.DbiResourceId };
    const wanted = order(type, "db-1", own);
    const copy = await maker?.take(wanted);
    if (copy === undefined || maker === undefined) throw new Error("No copy was taken.");
    expect(copy.kind).to.equal("RDS snapshot");
    expect(copy.id).to.equal(wanted.name);
    expect(copy.detail).to.contain("20 GiB");
    const { DBSnapshots: [snapshot] = [] } = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: copy.id }),
    );
    expect(snapshot?.TagList).to.deep.include({ Key: "environment", Value: "dev" });
    expect(await maker.flaw(moto.config, copy, wanted.resource)).to.equal(undefined);
    const another = { ...wanted.resource, outputs: { ...own, identifier: "dev-other" } };
    expect(await maker.flaw(moto.config, copy, another)).to.contain("dev-users in place of dev-other");
    await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: copy.id }));
    expect(await maker.flaw(moto.config, copy, wanted.resource)).to.contain("not there any more");
    let refused: unknown;
    await maker.take(order(type, "db-1", { ...own, resourceId: "db-ANOTHER" })).catch((error: unknown) => {
      refused = error;
    });
    expect(String(refused)).to.contain("db-ANOTHER in the state");
    client.destroy();
  });

  it("of a table is a backup of it", async () => {
    const client = new DynamoDBClient(moto.config);
    await client.send(
      new CreateTableCommand({
        TableName: "dev_reports",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "hour", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "hour", AttributeType: "S" }],
      }),
    );
    const type = "aws:dynamodb/table:Table";
    const maker = copyMakerOf(type);
    const wanted = order(type, "dev_reports", { name: "dev_reports" });
    const copy = await maker?.take(wanted);
    if (copy === undefined || maker === undefined) throw new Error("No copy was taken.");
    expect(copy.kind).to.equal("DynamoDB backup");
    expect(copy.id).to.match(/^arn:aws:dynamodb:.*:table\/dev_reports\/backup\//);
    expect(await maker.flaw(moto.config, copy, wanted.resource)).to.equal(undefined);
    await client.send(new DeleteBackupCommand({ BackupArn: copy.id }));
    expect(await maker.flaw(moto.config, copy, wanted.resource)).to.contain("not there any more");
    client.destroy();
  });

  it("of a volume is a snapshot of it, with its tags", async () => {
    const client = new EC2Client(moto.config);
    const { VolumeId: volume = "" } = await client.send(
      new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 8 }),
    );
    const type = "aws:ebs/volume:Volume";
    const maker = copyMakerOf(type);
    const wanted = order(type, volume, {});
    const copy = await maker?.take(wanted);
    if (copy === undefined || maker === undefined) throw new Error("No copy was taken.");
    expect(copy.detail).to.contain("8 GiB");
    const { Snapshots: [snapshot] = [] } = await client.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [copy.id] }),
    );
    expect(snapshot?.Tags).to.deep.include({ Key: "environment", Value: "dev" });
    expect(await maker.flaw(moto.config, copy, wanted.resource)).to.equal(undefined);
    const another = { ...wanted.resource, id: "vol-00000000" };
    expect(await maker.flaw(moto.config, copy, another)).to.contain(`is one of ${volume}`);
    expect(await maker.flaw(moto.config, { ...copy, id: "snap-00000000" }, wanted.resource)).to.contain(
      "not there any more",
    );
    client.destroy();
  });

  it("there is none of other types", () => {
    expect(copyMakerOf("aws:s3/bucket:Bucket")).to.equal(undefined);
  });
});
