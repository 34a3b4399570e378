import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { type CloudResource, documentOf, type LoggedCall, type Result, Walk } from "./support/walk";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const IMAGE = "aws:ec2/ami:Ami";
const SNAPSHOT = "aws:ebs/snapshot:Snapshot";
const PARAMETER = "aws:ssm/parameter:Parameter";
const COMPONENT = "aws:imagebuilder/component:Component";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";
const PIPELINE = "aws:imagebuilder/imagePipeline:ImagePipeline";

const group = {
  amazonLinuxRelease: "2023.9.20251117.1",
  count: 2,
  scheduler: {
    apiAddress: "https://scheduler.example.com",
    host: "scheduler.example.com",
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
  },
  workerKey: { arn: "arn:aws:secretsmanager:eu-west-1:482913067251:secret:worker-key-a1B2c3" },
};

const config = {
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": ["482913067251"],
  "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
  "groundwork:guard": { level: "disposable" },
  "groundwork:network": {
    cidrBlock: "10.10.0.0/16",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    publicSubnets: ["10.10.0.0/22", "10.10.4.0/22"],
    privateSubnets: ["10.10.64.0/19", "10.10.96.0/19"],
    databaseSubnets: [],
    natGateways: "single",
  },
  "groundwork:workerGroups": {
    // One that starts from a template, and one that starts from a mix.
    build: { ...group, imageBuild: {} },
    pool: { ...group, overrides: ["c5.2xlarge"], dataVolume: { kind: "ebs" }, imageBuild: {} },
  },
};

function walkWithWorkers(): Walk {
  const walk = Walk.create();
  writeFileSync(path.join(walk.project, "Pulumi.dev.yaml"), stringify({ config }));
  return walk;
}

describe("images of worker groups, through the engine", () => {
  const walk = walkWithWorkers();

  const image = (name: string, action: string, ...more: string[]): Promise<Result> =>
    walk.groundwork("image", "dev", name, action, "--rehearse", "--json", ...more);
  const done = async (name: string, action: string, ...more: string[]): Promise<Record<string, unknown>> => {
    const result = await image(name, action, ...more);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    return documentOf(result);
  };
  const of = (type: string): readonly CloudResource[] => walk.cloud().filter((one) => one.type === type);
  const named = (type: string, name: string): CloudResource | undefined =>
    of(type).find((one) => one.name === name);
  const parameter = (name: string): unknown =>
    of(PARAMETER).find(({ id }) => id === `/groundwork/dev/workers/${name}/image`)?.outputs["value"];
  const changesOf = async (action: () => Promise<unknown>): Promise<readonly LoggedCall[]> => {
    const before = walk.changes().length;
    await action();
    return walk.changes().slice(before);
  };
  const faulty = (match: Record<string, string>, fault: Record<string, unknown>): string => {
    const file = path.join(walk.rehearsal, "faults.yaml");
    writeFileSync(file, stringify([{ match, ...fault }]));
    return file;
  };

  before(() => walk.done("rehearse", "dev"));

  it("are built by a pipeline that comes up with its group, and tagged as its group's", async () => {
    expect(await done("build", "list")).to.deep.equal({ stack: "dev", group: "build", images: [] });
    const built = await done("build", "build");
    const [made] = of(IMAGE);
    expect(built).to.include({ stack: "dev", group: "build", image: made?.id });
    expect(made?.outputs["tags"]).to.include({
      project: "groundwork",
      environment: "dev",
      "managed-by": "groundwork",
      "worker-group": "build",
    });
  });

  it("are deployed by a refresh that can be taken back, and then written down: the program has nothing left to do", async () => {
    const template = named(TEMPLATE, "worker-groups-build");
    const before = template?.outputs["imageId"];
    const [made] = of(IMAGE);
    const calls = await changesOf(async () => {
      expect(await done("build", "deploy", "--yes")).to.deep.equal({
        stack: "dev",
        group: "build",
        image: made?.id,
        before,
        result: "deployed",
      });
    });
    const kinds = calls.map(({ method, type }) => `${method} ${type.split(":").at(-1) ?? ""}`);
    expect(kinds[0]).to.equal("create LaunchTemplateVersion");
    expect(kinds.slice(-2)).to.deep.equal(["update LaunchTemplate", "create Parameter"]);
    expect(parameter("build")).to.equal(made?.id);
    const group = named(GROUP, "worker-groups-build");
    expect(group?.outputs["launchTemplate"]).to.deep.include({ id: template?.id, version: "2" });
    const machines = of("aws:ec2/instance:Instance").filter(({ name }) => name === "worker-groups-build");
    expect(machines.map(({ inputs }) => inputs["ami"])).to.deep.equal([made?.id, made?.id]);
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(await done("build", "deploy", "--yes")).to.include({ result: "nothing to do" });
  });

  it("are deployed to a mix of types alike", async () => {
    const built = await done("pool", "build");
    expect(await done("pool", "deploy", "--yes")).to.include({ image: built["image"], result: "deployed" });
    const policy = named(GROUP, "worker-groups-pool")?.outputs["mixedInstancesPolicy"] as {
      launchTemplate: { launchTemplateSpecification: object; overrides: readonly object[] };
    };
    expect(policy.launchTemplate.launchTemplateSpecification).to.include({ version: "2" });
    expect(policy.launchTemplate.overrides).to.have.length(2);
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
  });

  it("that machines do not come up with are taken back, and nothing says that they were deployed", async () => {
    const running = parameter("build");
    const built = await done("build", "build");
    const faults = faulty(
      { type: "aws:ec2/instance:Instance", method: "create" },
      { fault: "unhealthy", message: "the worker did not register" },
    );
    const result = await image("build", "deploy", "--yes", "--faults", faults);
    expect(result.exitCode).to.equal(1);
    expect(result.stdout + result.stderr).to.contain(`${String(built["image"])} was not deployed to build`);
    expect(result.stdout + result.stderr).to.contain("the worker did not register");
    expect(result.stdout + result.stderr).to.contain(`The group is back on ${String(running)}`);
    expect(parameter("build")).to.equal(running);
    expect(named(TEMPLATE, "worker-groups-build")?.outputs).to.include({
      imageId: running,
      latestVersion: 2,
    });
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
  });

  it("that do not pass their tests never become images, and the reason is told", async () => {
    const before = of(IMAGE).length;
    const faults = faulty(
      { type: "aws:imagebuilder/image:Image", method: "create" },
      { fault: "unhealthy", message: "the image lacks: the package git" },
    );
    const result = await image("build", "build", "--faults", faults);
    expect(result.exitCode).to.equal(1);
    expect(result.stdout + result.stderr).to.match(
      /The image of build was not built: failed after .*: the image lacks: the package git/,
    );
    expect(of(IMAGE)).to.have.length(before);
  });

  it("are cleaned up with their snapshots: the newest and all in use stay, and without a yes everything", async () => {
    const running = parameter("build");
    const newest = (await done("build", "build"))["image"];
    const gone = of(IMAGE).find(
      ({ id, outputs }) =>
        id !== running &&
        id !== newest &&
        (outputs["tags"] as Record<string, string>)["worker-group"] === "build",
    );
    const before = { images: of(IMAGE).length, snapshots: of(SNAPSHOT).length };
    const dry = await done("build", "clean", "--keep", "1", "--dry-run");
    const wanted = (dry["images"] as { id: string; remove: boolean }[]).filter(({ remove }) => remove);
    expect(wanted.map(({ id }) => id)).to.deep.equal([gone?.id]);
    const unasked = await image("build", "clean", "--keep", "1");
    expect(unasked.exitCode).to.equal(2);
    expect({ images: of(IMAGE).length, snapshots: of(SNAPSHOT).length }).to.deep.equal(before);

    const calls = await changesOf(() => done("build", "clean", "--keep", "1", "--yes"));
    expect(calls.map(({ method, type }) => `${method} ${type.split(":").at(-1) ?? ""}`)).to.deep.equal([
      "update Tag",
      "delete Ami",
      "delete Snapshot",
      "delete Image",
    ]);
    expect(
      of(IMAGE)
        .map(({ id }) => id)
        .sort(),
    ).to.not.include(gone?.id);
    expect({ images: of(IMAGE).length, snapshots: of(SNAPSHOT).length }).to.deep.equal({
      images: before.images - 1,
      snapshots: before.snapshots - 1,
    });
  });

  it("get another recipe with other contents: beside the old, which goes when the pipeline has turned", async () => {
    walk.edit("dev", (settings) => settings.set("workerGroups", ["build", "packages"], ["git"]));
    const calls = await changesOf(() => walk.done("up", "dev", "--rehearse", "--yes"));
    const ofImages = calls.filter(({ type }) => [COMPONENT, RECIPE, PIPELINE].includes(type));
    expect(ofImages.map(({ method, type }) => `${method} ${type.split(":").at(-1) ?? ""}`)).to.deep.equal([
      "create Component",
      "create ImageRecipe",
      "update ImagePipeline",
      "delete ImageRecipe",
      "delete Component",
    ]);
    expect(ofImages.every(({ ok }) => ok)).to.equal(true);
  });
});
