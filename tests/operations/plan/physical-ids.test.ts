import { expect } from "chai";
import { importExample, physicalIds } from "../../../operations/plan/physical-ids";

const place = { accountId: "111122223333", region: "eu-west-1" };
const ids = (type: string, inputs: Readonly<Record<string, unknown>>): readonly string[] =>
  physicalIds(type, inputs, place);

describe("ids that follow from what something is made of", () => {
  it("are its name, where the cloud knows it by that", () => {
    expect(ids("aws:rds/instance:Instance", { identifier: "groundwork-dev" })).to.deep.equal([
      "groundwork-dev",
    ]);
    expect(ids("aws:iam/role:Role", { name: "web-1234567" })).to.deep.equal(["web-1234567"]);
    expect(ids("aws:s3/bucketVersioning:BucketVersioning", { bucket: "reports" })).to.deep.equal(["reports"]);
  });

  it("are put together, where the documentation of the type says so", () => {
    expect(ids("aws:sqs/queue:Queue", { name: "dev_mail" })).to.deep.equal([
      "https://sqs.eu-west-1.amazonaws.com/111122223333/dev_mail",
    ]);
    expect(ids("aws:iam/policy:Policy", { name: "p", path: "/users/" })).to.deep.equal([
      "arn:aws:iam::111122223333:policy/users/p",
    ]);
    expect(
      ids("aws:ec2/route:Route", { routeTableId: "rtb-1", destinationIpv6CidrBlock: "::/0" }),
    ).to.deep.equal(["rtb-1_::/0"]);
  });

  it("have their region with them, where that is not the provider's", () => {
    expect(ids("aws:cloudwatch/logGroup:LogGroup", { name: "g", region: "us-west-2" })).to.deep.equal([
      "g@us-west-2",
    ]);
    expect(ids("aws:cloudwatch/logGroup:LogGroup", { name: "g", region: "eu-west-1" })).to.deep.equal(["g"]);
  });

  it("are an object's namespace and name, or both readings where it has no namespace", () => {
    expect(ids("kubernetes:core/v1:ConfigMap", { metadata: { name: "a", namespace: "b" } })).to.deep.equal([
      "b/a",
    ]);
    expect(ids("kubernetes:core/v1:Namespace", { metadata: { name: "a" } })).to.deep.equal([
      "a",
      "default/a",
    ]);
  });

  it("are the paths of what the state's own storage consists of, in the subscription that the settings name", () => {
    const azure = { ...place, subscriptionId: "s" };
    const within = { resourceGroupName: "g", accountName: "a" };
    for (const [type, inputs, id] of [
      ["resources:ResourceGroup", { resourceGroupName: "g" }, "/subscriptions/s/resourceGroups/g"],
      [
        "storage:BlobContainer",
        { ...within, containerName: "state" },
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/state",
      ],
      [
        "storage:ManagementPolicy",
        { ...within, managementPolicyName: "default" },
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/managementPolicies/default",
      ],
      [
        "authorization:ManagementLockByScope",
        { scope: "/subscriptions/s/resourceGroups/g", lockName: "l" },
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Authorization/locks/l",
      ],
    ] as const) {
      expect(physicalIds(`azure-native:${type}`, inputs, azure), type).to.deep.equal([id]);
    }
    expect(ids("azure-native:resources:ResourceGroup", { resourceGroupName: "g" })).to.deep.equal([]);
  });

  it("are none where the cloud gives its own, where a part is not known, and in other clouds", () => {
    for (const [type, inputs] of [
      ["aws:ec2/securityGroup:SecurityGroup", { name: "database-1234567" }],
      ["aws:kms/key:Key", {}],
      ["aws:lb/loadBalancer:LoadBalancer", { name: "alb" }],
      ["aws:route53/zone:Zone", { name: "example.com" }],
      ["aws:eks/addon:Addon", { clusterName: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", addonName: "vpc-cni" }],
      ["azure-native:storage:StorageAccount", { accountName: "a" }],
      ["azure-native:sql:Database", { databaseName: "a" }],
    ] as const) {
      expect(ids(type, inputs), type).to.deep.equal([]);
    }
  });

  it("look as the documentation of a type has them", () => {
    expect(importExample("aws:ec2/securityGroup:SecurityGroup")).to.equal("sg-903004f8");
    expect(importExample("aws:autoscaling/notification:Notification")).to.equal(undefined);
    expect(importExample("aws:../../secret:X")).to.equal(undefined);
  });
});
