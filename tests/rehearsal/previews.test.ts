import { expect } from "chai";
import { unknown } from "../../rehearsal/interpreter/values";
import { rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

describe("a preview of the rehearsal", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const cluster = {
    name: "main",
    roleArn: unknown,
    vpcConfig: { endpointPrivateAccess: true, subnetIds: [unknown, unknown] },
    accessConfig: { authenticationMode: "API" },
  };

  it("knows nothing that only creation brings, inside a block either, and all that was given", () => {
    const outputs = aws.previewCreate("aws:eks/cluster:Cluster", "main", cluster);
    expect(outputs).to.include({ name: "main", roleArn: unknown, endpoint: unknown, arn: unknown });
    expect(outputs["vpcConfig"]).to.deep.include({
      endpointPrivateAccess: true,
      subnetIds: [unknown, unknown],
      clusterSecurityGroupId: unknown,
      vpcId: unknown,
    });
    expect(outputs["accessConfig"]).to.deep.equal({ authenticationMode: "API" });
    // A block that nobody gave is unknown as a whole.
    expect(outputs["kubernetesNetworkConfig"]).to.equal(unknown);
    expect(outputs).to.not.have.property("id");
  });

  it("of an update knows what was, but for what the cloud would set anew", async () => {
    const template = await aws.create("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
      name: "nodes",
      instanceType: "m7i.large",
      updateDefaultVersion: true,
    });
    const changed = aws.previewUpdate(template, {
      name: "nodes",
      instanceType: "m7i.xlarge",
      updateDefaultVersion: true,
    });
    expect(changed).to.include({
      instanceType: "m7i.xlarge",
      arn: template.outputs["arn"],
      latestVersion: unknown,
      defaultVersion: unknown,
    });
    expect(aws.previewUpdate(template, template.inputs)).to.deep.equal(template.outputs);
  });

  it("draws nothing: what is created afterwards is the same as without it", async () => {
    const [looked, seeded] = [rehearsedAws({ seed: "one" }), rehearsedAws({ seed: "one" })];
    try {
      looked.previewCreate("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
      const ids = await Promise.all(
        [looked, seeded].map(
          async (cloud) => (await cloud.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" })).id,
        ),
      );
      expect(ids[0]).to.equal(ids[1]);
    } finally {
      looked.remove();
      seeded.remove();
    }
  });
});
