import { putInCloud } from "../guard-catalogue/cloud-edits";
import type { Walk } from "../engine/support/walk";

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
];

/** Puts it into the cloud of a stack that is yet to be stood up. */
export function putOthers(walk: Walk): void {
  for (const record of made) putInCloud(walk, `others-${record.id.replaceAll("/", "-")}`, record);
}
