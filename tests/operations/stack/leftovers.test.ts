import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { AwsClientConfig } from "../../../operations/engine/aws-clients";
import { notEmptyOrLocked } from "../../../operations/stack/contents";
import { takenSnapshots } from "../../../operations/stack/taken-snapshots";
import { inTheNetwork } from "../../../operations/stack/network-leftovers";
import type { Leftover } from "../../../operations/stack/leftover";
import type { PlannedStep } from "../../../operations/plan/plan";
import type { OpenStack } from "../../../operations/plan/workspace";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";

type Values = Readonly<Record<string, unknown>>;

const account = "111122223333";
const vpc = "aws:ec2/vpc:Vpc";
const subnet = "aws:ec2/subnet:Subnet";
const group = "aws:ec2/securityGroup:SecurityGroup";
const inVpc = { vpcId: "vpc-1" };
const inSubnet = { subnetId: "subnet-1" };
const balancerArn = `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer`;

/** All that the stack has in its network. */
const own: readonly (readonly [type: string, id: string, values: Values])[] = [
  [vpc, "vpc-1", { defaultSecurityGroupId: "sg-default" }],
  [subnet, "subnet-1", inVpc],
  [group, "sg-1", { ...inVpc, name: "database" }],
  ["aws:ec2/internetGateway:InternetGateway", "igw-1", inVpc],
  ["aws:ec2/natGateway:NatGateway", "nat-1", inSubnet],
  ["aws:ec2/routeTable:RouteTable", "rtb-1", inVpc],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-1", { ...inVpc, subnetIds: ["subnet-1"] }],
  [
    "aws:eks/cluster:Cluster",
    "dev-cluster",
    {
      name: "dev-cluster",
      vpcConfig: { ...inVpc, subnetIds: ["subnet-1"], clusterSecurityGroupId: "sg-cluster" },
    },
  ],
  ["aws:rds/subnetGroup:SubnetGroup", "main", { subnetIds: ["subnet-1"] }],
  ["aws:rds/instance:Instance", "db-1", { dbSubnetGroupName: "main", vpcSecurityGroupIds: ["sg-1"] }],
  [
    "aws:lb/loadBalancer:LoadBalancer",
    `${balancerArn}/app/api/1`,
    { name: "api", arn: `${balancerArn}/app/api/1`, subnets: ["subnet-1"] },
  ],
  ["aws:autoscaling/group:Group", "dev-dns", { name: "dev-dns" }],
];

/** What the stack's own groups and services have made there. */
const madeByOwn: typeof own = [
  ["aws:ec2/instance:Instance", "i-1", { ...inSubnet, tags: { "aws:autoscaling:groupName": "dev-dns" } }],
  [group, "sg-eks", { ...inVpc, name: "eks-cluster-sg-dev-cluster-49b05da3b9" }],
  [group, "sg-k8s", { ...inVpc, name: "k8s-elb-a1", tags: { "kubernetes.io/cluster/dev-cluster": "owned" } }],
  ["aws:elb/loadBalancer:LoadBalancer", "a1", { name: "a1", subnets: ["subnet-1"] }],
];

describe("what others have in a stack's network", () => {
  let directory: string;
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-network-"));
    mkdirSync(path.join(directory, "cloud"), { recursive: true });
    rehearsal = await startRehearsal({ directory, accountId: account });
  });
  afterEach(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  function put(things: typeof own): void {
    things.forEach(([type, id, values]) => {
      const record = { type, id, inputs: values, outputs: values, scope: `${account}/eu-west-1` };
      const file = `${type}-${id}`.replaceAll(/\W/g, "-");
      writeFileSync(path.join(directory, "cloud", `${file}.json`), JSON.stringify(record));
    });
  }

  const found = (gone: typeof own): Promise<readonly Leftover[]> =>
    asked(gone, (stack, steps, config) => inTheNetwork(stack, steps, ["a1"], config));

  async function asked(
    gone: typeof own,
    ask: (
      stack: OpenStack,
      steps: readonly PlannedStep[],
      config: AwsClientConfig,
    ) => Promise<readonly Leftover[]>,
  ): Promise<readonly Leftover[]> {
    const served = rehearsal.environment;
    const steps = gone.map(([type, id, outputs]) => ({
      ...{ type, op: "delete", name: id, urn: `urn:pulumi:dev::groundwork::${type}::${id}` },
      old: { id, inputs: outputs, outputs },
    })) as readonly unknown[] as readonly PlannedStep[];
    const stack = {
      name: "dev",
      call: (verb: string) => `./groundwork ${verb} dev`,
      settings: { context: { region: "eu-west-1" } },
    } as unknown as OpenStack;
    return ask(stack, steps, {
      region: "eu-west-1",
      maxAttempts: 1,
      endpoint: served.AWS_ENDPOINT_URL ?? "",
      credentials: { accessKeyId: served.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: "rehearsal" },
    });
  }

  it("is nothing that the stack has made there, by itself or by its cluster and its groups", async () => {
    put([...own, ...madeByOwn]);
    expect(await found(own)).to.deep.equal([]);
  });

  it("is each thing that keeps a subnet, a group or the VPC, once, with the line that removes it", async () => {
    put([
      ...own,
      [
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "vpce-2",
        {
          ...inVpc,
          vpcEndpointType: "Interface",
          subnetIds: ["subnet-1"],
          serviceName: "com.amazonaws.eu-west-1.guardduty-data",
        },
      ],
      [group, "sg-2", { ...inVpc, name: "GuardDutyManagedSecurityGroup-vpc-1" }],
      // Called as the stack's own group is.
      [
        "aws:lambda/function:Function",
        "database",
        { name: "database", vpcConfig: { subnetIds: ["subnet-1"] } },
      ],
      ["aws:lambda/function:Function", "resize", { name: "resize", vpcConfig: { subnetIds: ["subnet-1"] } }],
      ["aws:ec2/instance:Instance", "i-2", inSubnet],
      ["aws:ec2/networkInterface:NetworkInterface", "eni-2", inSubnet],
      ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "pcx-2", { vpcId: "vpc-9", peerVpcId: "vpc-1" }],
      ["aws:ec2/vpnGateway:VpnGateway", "vgw-2", inVpc],
      ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "eigw-2", inVpc],
      ["aws:ec2transitgateway/vpcAttachment:VpcAttachment", "tgw-attach-2", inVpc],
      ["aws:ec2/natGateway:NatGateway", "nat-2", inSubnet],
      [subnet, "subnet-2", { ...inVpc, tags: { "kubernetes.io/cluster/dev-cluster": "shared" } }],
      [subnet, "subnet-9", { vpcId: "vpc-9" }],
      ["aws:efs/mountTarget:MountTarget", "fsmt-0a1b", { ...inSubnet, fileSystemId: "fs-1" }],
      [
        "aws:lb/loadBalancer:LoadBalancer",
        `${balancerArn}/app/shop/2`,
        { name: "shop", arn: `${balancerArn}/app/shop/2`, subnets: ["subnet-1", "subnet-2"] },
      ],
    ]);
    const leftovers = await found(own);
    const told = leftovers.map(({ kind, id }) => (kind.includes("EFS") ? kind : `${kind} ${id ?? ""}`));
    expect(told).to.have.members([
      "network interface (EFS mount target for fs-1 (fsmt-0a1b))",
      "VPC endpoint (com.amazonaws.eu-west-1.guardduty-data) vpce-2",
      "security group (GuardDutyManagedSecurityGroup-vpc-1) sg-2",
      "Lambda function resize",
      "Lambda function database",
      "machine i-2",
      "network interface eni-2",
      "peering pcx-2",
      "VPN gateway vgw-2",
      "egress-only internet gateway eigw-2",
      "attachment of a transit gateway tgw-attach-2",
      "NAT gateway nat-2",
      "subnet subnet-2",
      "load balancer shop",
    ]);
    const lines = leftovers.map(({ remove }) => remove);
    expect(lines).to.include("aws ec2 delete-vpc-endpoints --region eu-west-1 --vpc-endpoint-ids vpce-2");
    expect(lines).to.include("aws efs delete-mount-target --region eu-west-1 --mount-target-id fsmt-0a1b");
    expect(lines).to.include(
      "aws ec2 detach-vpn-gateway --region eu-west-1 --vpc-id vpc-1 --vpn-gateway-id vgw-2",
    );
  });

  it("is in a VPC that stays only what stands in the stack's own groups", async () => {
    put([
      ...own,
      ["aws:ec2/networkInterface:NetworkInterface", "eni-2", { ...inSubnet, securityGroups: ["sg-1"] }],
      ["aws:ec2/networkInterface:NetworkInterface", "eni-3", { ...inSubnet, securityGroups: ["sg-9"] }],
      ["aws:ec2/instance:Instance", "i-2", { ...inSubnet, vpcSecurityGroupIds: ["sg-1"] }],
      ["aws:ec2/instance:Instance", "i-3", { ...inSubnet, vpcSecurityGroupIds: ["sg-9"] }],
    ]);
    const leftovers = await found(own.filter(([type]) => type === group || type.startsWith("aws:rds/")));
    expect(leftovers.map(({ id }) => id)).to.have.members(["eni-2", "i-2"]);
  });

  it("is a last snapshot of which the name is taken, of instances and of clusters of all kinds, and no other", async () => {
    put([
      ["aws:rds/snapshot:Snapshot", "users-final", { dbSnapshotIdentifier: "users-final" }],
      [
        "aws:rds/clusterSnapshot:ClusterSnapshot",
        "docs-final",
        { dbClusterSnapshotIdentifier: "docs-final" },
      ],
    ]);
    const database = (
      type: string,
      finalSnapshotIdentifier: string,
      skipFinalSnapshot = false,
    ): (typeof own)[0] => [
      type,
      `${finalSnapshotIdentifier}-of`,
      { finalSnapshotIdentifier, skipFinalSnapshot },
    ];
    const leftovers = await asked(
      [
        database("aws:rds/instance:Instance", "users-final"),
        database("aws:rds/instance:Instance", "free-final"),
        database("aws:rds/instance:Instance", "users-final", true),
        database("aws:docdb/cluster:Cluster", "docs-final"),
        database("aws:rds/cluster:Cluster", "users-final"),
      ],
      takenSnapshots,
    );
    expect(leftovers.map(({ kind, id }) => [kind, id])).to.deep.equal([
      ["final snapshot", "users-final"],
      ["final snapshot", "docs-final"],
    ]);
    expect(leftovers.map(({ remove }) => remove.split("needs that copy: ")[1])).to.deep.equal([
      "aws rds delete-db-snapshot --region eu-west-1 --db-snapshot-identifier users-final",
      "aws rds delete-db-cluster-snapshot --region eu-west-1 --db-cluster-snapshot-identifier docs-final",
    ]);
  });

  it("is what AWS keeps for what is in it, or for a lock: buckets with versions, zones with records of others, protected databases", async () => {
    const zone = "Z0123456789";
    const record = (name: string, type: string): (typeof own)[0] => [
      "aws:route53/record:Record",
      `${zone}_${name}_${type}`,
      { zoneId: zone, name, fqdn: name, type, records: ["192.0.2.1"] },
    ];
    const bucket = (name: string, forceDestroy = false): (typeof own)[0] => [
      "aws:s3/bucket:Bucket",
      name,
      { bucket: name, forceDestroy },
    ];
    const ofStack = [
      ["aws:route53/zone:Zone", zone, { name: "dev.example.com" }],
      record("app.dev.example.com", "A"),
      record("*.dev.example.com", "A"),
      bucket("dev-full"),
      bucket("dev-empty"),
      bucket("dev-forced", true),
      ["aws:rds/instance:Instance", "db-1", { deletionProtection: true }],
      ["aws:dynamodb/table:Table", "reports", { deletionProtectionEnabled: false }],
    ] as const satisfies typeof own;
    put([
      ...ofStack,
      record("theirs.dev.example.com", "CNAME"),
      ...["dev-full", "dev-forced"].map((name): (typeof own)[0] => [
        "aws:s3/bucketObject:BucketObject",
        `${name}/report.csv`,
        { bucket: name, key: "report.csv" },
      ]),
    ]);
    const leftovers = await asked(ofStack, (_stack, steps, config) => notEmptyOrLocked(steps, config));
    expect(leftovers.map(({ kind, id }) => [kind, id])).to.deep.equal([
      ["aws:rds:Instance locked in the cloud (deletionProtection)", "db-1"],
      [`record in zone ${zone}`, "theirs.dev.example.com. CNAME"],
      ["bucket with objects", "dev-full"],
    ]);
    expect(leftovers[1]?.remove).to.equal(
      `aws route53 change-resource-record-sets --hosted-zone-id ${zone} --change-batch '${JSON.stringify({
        Changes: [
          {
            Action: "DELETE",
            ResourceRecordSet: {
              Name: "theirs.dev.example.com.",
              Type: "CNAME",
              TTL: 300,
              ResourceRecords: [{ Value: "192.0.2.1" }],
            },
          },
        ],
      })}'`,
    );
  });
});
