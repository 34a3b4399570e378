import { putInCloud } from "../guard-catalogue/cloud-edits";
import type { Walk } from "../engine/support/walk";

const key = "arn:aws:kms:eu-west-1:482913067251:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
const ofDatabase = {
  ...{
    allocatedStorage: 20,
    backupRetentionPeriod: 35,
    dbName: "users",
    engine: "postgres",
    username: "groundwork",
  },
  ...{
    engineVersion: "16.13",
    engineVersionActual: "16.13",
    kmsKeyId: key,
    storageEncrypted: true,
    storageType: "gp3",
  },
  ...{ identifier: "groundwork-dev-users", resourceId: "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  latestRestorableTime: "2026-11-01T00:00:00.000Z",
};

/** What settings may name and others have made: the values of `values.ts`, and the examples of the schema. */
const made = [
  {
    type: "aws:route53/zone:Zone",
    id: "Z0123456789ABCDEFGHIJ",
    inputs: { name: "weave.works" },
    outputs: { name: "weave.works", zoneId: "Z0123456789ABCDEFGHIJ", nameServers: ["ns-1.awsdns-99.com"] },
  },
  { type: "aws:ec2/vpc:Vpc", id: "vpc-0a1b2c3d4e5f60718", inputs: { cidrBlock: "10.90.0.0/16" } },
  ...["a", "b", "c", "d"].map((letter, index) => ({
    type: "aws:ec2/subnet:Subnet",
    id: `subnet-0000000000000000${letter}`,
    inputs: { vpcId: "vpc-0a1b2c3d4e5f60718", cidrBlock: `10.90.${index}.0/24` },
    outputs: { vpcId: "vpc-0a1b2c3d4e5f60718", availabilityZone: `eu-west-1${index % 2 === 0 ? "a" : "b"}` },
  })),
  {
    type: "aws:ec2/subnet:Subnet",
    id: "subnet-0a1b2c3d4e5f60718",
    inputs: { vpcId: "vpc-0a1b2c3d4e5f60718", cidrBlock: "10.90.9.0/24" },
    outputs: { vpcId: "vpc-0a1b2c3d4e5f60718", availabilityZone: "eu-west-1a" },
  },
  { type: "aws:ec2/securityGroup:SecurityGroup", id: "sg-0a1b2c3d4e5f60718", inputs: { name: "others" } },
  ...["frontend/api-token", "frontend/other"].flatMap((name) => {
    const arn = `arn:aws:secretsmanager:eu-west-1:482913067251:secret:${name}-a1B2c3`;
    return [
      { type: "aws:secretsmanager/secret:Secret", id: arn, inputs: { name }, outputs: { arn, name } },
      {
        type: "aws:secretsmanager/secretVersion:SecretVersion",
        id: `${arn}|1`,
        inputs: { secretId: arn },
        outputs: { arn, secretId: arn, secretString: JSON.stringify({ value: name, token: name }) },
      },
    ];
  }),
  { type: "aws:ec2/keyPair:KeyPair", id: "bastion", inputs: { keyName: "bastion" } },
  {
    type: "aws:ebs/snapshot:Snapshot",
    id: "snap-0a1b2c3d4e5f60718",
    inputs: {},
    outputs: { volumeSize: 20 },
  },
  {
    type: "aws:kms/key:Key",
    id: "1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a",
    inputs: {},
    outputs: { arn: key, keyId: key.split("/")[1] },
  },
  ...["groundwork-dev-users-final", "groundwork-dev-users-monday"].map((name, index) => ({
    type: "aws:rds/snapshot:Snapshot",
    id: name,
    createdAt: "2026-11-21T00:00:00.000Z",
    inputs: { dbInstanceIdentifier: "groundwork-dev-users", dbSnapshotIdentifier: name },
    // The backups of an instance that is gone are with its last snapshot.
    outputs: { ...ofDatabase, ...(index === 0 && { keptBackups: ofDatabase }) },
  })),
];

/** Puts it into the cloud of a stack that is yet to be stood up. */
export function putOthers(walk: Walk): void {
  for (const record of made) putInCloud(walk, `others-${record.id.replaceAll("/", "-")}`, record);
}
