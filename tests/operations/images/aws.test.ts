import {
  CreateLaunchTemplateCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  RegisterImageCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  closeClients,
  imageClients,
  type ImageClients,
  type ImageGroup,
} from "../../../operations/images/clients";
import { imageOf, versionWithImage, type GroupTemplate } from "../../../operations/images/group-template";
import { deployedImageOf, findImages, findLeftSnapshots } from "../../../operations/images/inventory";
import { removeImage } from "../../../operations/images/remove";
import { Moto, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";

const tags = {
  project: "groundwork",
  environment: "dev",
  "managed-by": "groundwork",
  "worker-group": "build",
};
const group: ImageGroup = {
  key: "build",
  autoScalingGroup: "groundwork-dev-worker-build",
  tags,
  parameter: "/groundwork/dev/workers/build/image",
  pipeline: "groundwork-dev-worker-build",
};

describeWith("images of a worker group in EC2 and Systems Manager", motoPart, (python) => {
  let moto: Moto;
  let clients: ImageClients;
  let ec2: EC2Client;

  before(async () => {
    moto = await Moto.start(python());
    clients = imageClients(moto.config);
    ec2 = new EC2Client(moto.config);
  });
  after(async () => {
    ec2.destroy();
    closeClients(clients);
    await moto.stop();
  });

  const snapshot = async (): Promise<string> => {
    const { VolumeId: volume } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 8 }),
    );
    return (await ec2.send(new CreateSnapshotCommand({ VolumeId: volume }))).SnapshotId ?? "";
  };
  const register = async (name: string, tagged: Readonly<Record<string, string>>): Promise<string> => {
    const { ImageId: id = "" } = await ec2.send(
      new RegisterImageCommand({
        Name: name,
        Architecture: "x86_64",
        RootDeviceName: "/dev/xvda",
        BlockDeviceMappings: [
          { DeviceName: "/dev/xvda", Ebs: { SnapshotId: await snapshot(), VolumeSize: 8 } },
        ],
      }),
    );
    await ec2.send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: Object.entries(tagged).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return id;
  };
  const there = async (): Promise<readonly string[]> =>
    ((await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images ?? []).map(
      ({ ImageId: id = "" }) => id,
    );
  const snapshots = async (): Promise<readonly string[]> =>
    ((await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))).Snapshots ?? []).map(
      ({ SnapshotId: id = "" }) => id,
    );

  it("are those with all tags of the group, and say what needs them", async () => {
    expect(await deployedImageOf(clients, group)).to.equal(undefined);
    const deployed = await register("deployed", tags);
    const running = await register("running", tags);
    const inTemplate = await register("in a template", tags);
    const idle = await register("idle", tags);
    await register("of another stack", { ...tags, environment: "prod" });
    await register("of nobody", {});
    const ssm = new SSMClient(moto.config);
    await ssm.send(new PutParameterCommand({ Name: group.parameter, Value: deployed, Type: "String" }));
    ssm.destroy();
    const { Instances: [machine] = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: running, MinCount: 1, MaxCount: 1 }),
    );
    const { LaunchTemplate: template } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "other",
        LaunchTemplateData: { ImageId: inTemplate },
      }),
    );
    const found = new Map((await findImages(clients, group)).map((image) => [image.id, image]));
    expect([...found.keys()].sort()).to.deep.equal([deployed, idle, inTemplate, running].sort());
    expect(found.get(deployed)?.uses).to.deep.equal([{ kind: "deployed", what: group.parameter }]);
    expect(found.get(running)?.uses).to.deep.equal([{ kind: "machine", what: machine?.InstanceId }]);
    expect(found.get(inTemplate)?.uses).to.deep.equal([
      { kind: "template", what: `version 1 of ${template?.LaunchTemplateId}` },
    ]);
    expect(found.get(idle)?.uses).to.deep.equal([]);
  });

  it("go with their snapshots, and only when nothing needs them by then", async () => {
    const [used, idle] = ["running", "idle"].map(async (name) =>
      (await findImages(clients, group)).find((image) => image.name === name),
    );
    const [inUse, unused] = [await used, await idle];
    if (inUse === undefined || unused === undefined) {
      throw new Error("the images of the test before are not there");
    }
    const count = (await snapshots()).length;
    // As it was before somebody started a machine from it.
    expect(await removeImage(clients, group, { ...inUse, uses: [] })).to.include({ result: "kept" });
    expect(await there()).to.include(inUse.id);
    expect(await removeImage(clients, group, unused)).to.deep.equal({ result: "removed", why: "", left: [] });
    expect(await there()).to.not.include(unused.id);
    expect(await snapshots()).to.have.length(count - 1);
    expect(await snapshots()).to.not.include(unused.snapshots[0]);
  });

  it("leave snapshots that are found again when a clean-up was broken off between the two", async () => {
    const left = await snapshot();
    const kept = await snapshot();
    const [image = ""] = await there();
    for (const [id, of] of [
      [left, "ami-0123456789abcdef0"],
      [kept, image],
    ] as const) {
      const Tags = Object.entries({ ...tags, "groundwork:image": of }).map(([Key, Value]) => ({
        Key,
        Value,
      }));
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
    }
    expect(await findLeftSnapshots(clients, group)).to.deep.equal([left]);
  });

  it("come into a version of the template more, made from the one that runs", async () => {
    const { LaunchTemplate: template } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "build",
        LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "c5d.2xlarge" },
      }),
    );
    const templateId = template?.LaunchTemplateId ?? "";
    const from: GroupTemplate = {
      group: {} as never,
      templateId,
      version: "1",
      imageId: "ami-0123456789abcdef0",
    };
    expect(await versionWithImage(clients, from, "ami-0fedcba9876543210")).to.equal("2");
    expect(await imageOf(clients, templateId, "2")).to.equal("ami-0fedcba9876543210");
    expect(await imageOf(clients, templateId, "1")).to.equal("ami-0123456789abcdef0");
    expect(await imageOf(clients, templateId, "3")).to.equal(undefined);
  });
});
