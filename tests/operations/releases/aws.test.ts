import { EC2Client, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { ReleasesApi } from "../../../operations/releases/aws-api";
import { containerAnswer } from "../../../operations/releases/registry";
import { Moto, motoAccount, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";

describeWith("what AWS says of releases, asked at moto", motoPart, (python) => {
  let moto: Moto;
  let api: ReleasesApi;

  before(async () => {
    moto = await Moto.start(python());
    api = new ReleasesApi(() => Promise.resolve(moto.config));
  });
  after(async () => {
    await moto.stop();
  });

  it("finds images by a name with stars and by their id, and none where there is none", async () => {
    const client = new EC2Client(moto.config);
    const names = [
      "al2023-ami-2023.9.20251117.1-kernel-6.1-arm64",
      "al2023-ami-2023.12.20261021.0-kernel-6.1-arm64",
    ];
    for (const name of [...names, "something else"]) {
      await client.send(
        new RegisterImageCommand({ Name: name, Architecture: "arm64", RootDeviceName: "/dev/xvda" }),
      );
    }
    client.destroy();
    const found = await api.publicImages("eu-west-1", motoAccount, "al2023-ami-2023.*-kernel-6.1-arm64");
    expect(found.map(({ name }) => name).sort()).to.deep.equal([...names].sort());
    expect((await api.image("eu-west-1", found[0]?.id ?? ""))?.name).to.equal(found[0]?.name);
    expect(await api.image("eu-west-1", "ami-0123456789abcdef0")).to.equal(undefined);
  });

  it("reads a parameter, and finds none", async () => {
    const client = new SSMClient(moto.config);
    await client.send(new PutParameterCommand({ Name: "/groundwork/dev/x", Type: "String", Value: "v1" }));
    client.destroy();
    expect(await api.parameter("/groundwork/dev/x")).to.equal("v1");
    expect(await api.parameter("/groundwork/dev/y")).to.equal(undefined);
  });

  it("asks ECR for a tag's digest, and says where there is no such image or repository", async () => {
    const client = new ECRClient(moto.config);
    await client.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: {},
      layers: [],
    });
    const { image } = await client.send(
      new PutImageCommand({ repositoryName: "app", imageTag: "1.0", imageManifest }),
    );
    client.destroy();
    const imageDigest = image?.imageId?.imageDigest ?? "";
    const name = `${motoAccount}.dkr.ecr.eu-west-1.amazonaws.com/app`;
    const today = new Date().toISOString().slice(0, 10);
    const answer = (tag: string, digest: string): ReturnType<typeof containerAnswer> =>
      containerAnswer(`${name}:${tag}`, `${name}:${tag}@${digest}`, { ask: undefined, api });
    expect(await answer("1.0", imageDigest)).to.deep.equal({ published: today });
    const other = `sha256:${"a".repeat(64)}`;
    expect(await answer("1.0", other)).to.deep.equal({
      next: `${name}:1.0@${imageDigest}`,
      withdrawn: `${name.replace("/app", "")} has no such digest of app any more`,
    });
    const gone = {
      withdrawn: `${name.replace("/app", "")} has no such digest of apps any more`,
      note: `${name.replace("/app", "")} has no tag 1.0`,
    };
    expect(await containerAnswer(`${name}s:1.0`, imageDigest, { ask: undefined, api })).to.deep.equal(gone);
  });
});
