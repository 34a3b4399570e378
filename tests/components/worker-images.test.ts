import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { bootFile, type MachineFile } from "../../components/machines/user-data";
import { buildDocuments, type ImageContent } from "../../components/worker-images/build-document";
import { contentVersion } from "../../components/worker-images/content-version";
import { deployedImage } from "../../components/worker-images/image-parameter";
import { workerImageContent } from "../../components/worker-images/worker-image-content";
import { WorkerImagePipeline } from "../../components/worker-images/worker-image-pipeline";
import { METRICS_AGENT, WORKER_DOWNLOAD } from "../../components/worker-groups/worker-data";
import { checkNoWildcards } from "../../guard/rules/iam-document";
import { imageBuildSettings } from "../../settings/sections/worker-images";
import { invokes } from "../support/invokes";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";
import * as pulumi from "@pulumi/pulumi";

const COMPONENT = "aws:imagebuilder/component:Component";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";
const PIPELINE = "aws:imagebuilder/imagePipeline:ImagePipeline";
const INFRASTRUCTURE = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration";
const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";

const install = {
  schedulerApi: "https://scheduler.example.com",
  worker: WORKER_DOWNLOAD,
  filesystem: "btrfs" as const,
  localDisks: false,
  logs: true,
  metrics: METRICS_AGENT,
  packages: [],
};
const content = workerImageContent(install);
const context = stackContext({ guardLevel: "development" });
const own = {
  project: context.project,
  environment: context.stack,
  "managed-by": "groundwork",
  "worker-group": "build",
};

function recordPipeline(
  settings: Record<string, unknown> = {},
  more: { content?: ImageContent; parentImageId?: string } = {},
): Promise<Recording<WorkerImagePipeline>> {
  return record(
    () =>
      new WorkerImagePipeline("images", {
        context,
        group: "build",
        settings: imageBuildSettings.parse(settings),
        tags: { team: "platform", "worker-group": "of somebody" },
        parentImageId: "ami-0123456789abcdef0",
        architecture: "x86_64",
        content,
        vpcId: "vpc-1",
        subnetId: "subnet-1",
        ...more,
      }),
    { invokes },
  );
}

const versions = (recording: Recording<unknown>): Record<string, unknown> =>
  Object.fromEntries(
    [...recording.ofType(COMPONENT), ...recording.ofType(RECIPE)].map(({ name, inputs }) => [
      name,
      inputs["version"],
    ]),
  );

describe("the images of a worker group", () => {
  it("are built on a machine that nobody reaches and that says its metadata for a token only", async () => {
    const recording = await recordPipeline();
    const { inputs } = recording.one(INFRASTRUCTURE);
    expect(inputs).to.deep.include({
      instanceTypes: ["t3.medium"],
      instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      subnetId: "subnet-1",
      terminateInstanceOnFailure: true,
      resourceTags: { team: "platform", ...own },
    });
    expect(inputs).to.not.have.any.keys("keyPair", "name");
    expect(recording.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).to.deep.equal([]);
    const policy = recording.one("aws:iam/rolePolicy:RolePolicy");
    expect(checkNoWildcards(policy.inputs["policy"], "policy")).to.deep.equal([]);
    expect(policy.inputs["policy"]).to.not.match(/GetParameter|GetSecretValue/);
  });

  it("have the group's tags, by which they are found, and a pipeline of a known name", async () => {
    const recording = await recordPipeline();
    const [first] = recording.one(DISTRIBUTION).inputs["distributions"] as Record<string, unknown>[];
    const name = `${context.project}-${context.stack}-worker-build`;
    expect(first).to.deep.equal({
      region: context.region,
      amiDistributionConfiguration: {
        name: `${name} {{ imagebuilder:buildDate }}`,
        description: `Worker group build of ${context.project}-${context.stack}`,
        amiTags: { team: "platform", ...own, Name: name },
      },
    });
    const { inputs } = recording.one(PIPELINE);
    expect(inputs).to.include({ name, enhancedImageMetadataEnabled: false, status: "ENABLED" });
    expect(inputs["imageTestsConfiguration"]).to.deep.equal({ imageTestsEnabled: true, timeoutMinutes: 60 });
    expect(inputs).to.not.have.property("schedule");
  });

  it("are built at their time, of the place that is named", async () => {
    const recording = await recordPipeline({
      schedule: { cron: "0 3 ? * sun *", timeZone: "Europe/Paris" },
    });
    expect(recording.one(PIPELINE).inputs["schedule"]).to.deep.equal({
      scheduleExpression: "cron(0 3 ? * sun *)",
      timezone: "Europe/Paris",
      pipelineExecutionStartCondition: "EXPRESSION_MATCH_ONLY",
    });
  });

  it("have versions that change with their content and with nothing else", async () => {
    const before = versions(await recordPipeline());
    expect(Object.values(before).every((version) => /^1\.0\.\d{1,10}$/.test(String(version)))).to.equal(true);
    expect(versions(await recordPipeline({ keep: 9, testTimeoutMinutes: 90 }))).to.deep.equal(before);
    const parent = versions(await recordPipeline({}, { parentImageId: "ami-0fedcba9876543210" }));
    expect(parent).to.deep.equal({ ...before, images: parent["images"] });
    expect(parent["images"]).to.not.equal(before["images"]);
    const other = versions(
      await recordPipeline({}, { content: workerImageContent({ ...install, packages: ["git"] }) }),
    );
    expect(other).to.deep.equal({
      ...before,
      images: other["images"],
      "images-files-1": other["images-files-1"],
    });
    expect(other["images-files-1"]).to.not.equal(before["images-files-1"]);
  });

  it("come up beside those before them, as Image Builder deletes nothing that is needed", async () => {
    const recording = await recordPipeline();
    for (const resource of [...recording.ofType(COMPONENT), recording.one(RECIPE)]) {
      expect(resource.options.deleteBeforeReplace, resource.name).to.equal(false);
    }
  });
});

describe("the documents that make an image", () => {
  const commandsOf = (data: string): readonly string[] => {
    const document = parse(data) as {
      schemaVersion: number;
      phases: { name: string; steps: { action: string; inputs: { commands: string[] } }[] }[];
    };
    expect(document.schemaVersion).to.equal(1);
    return document.phases.flatMap(({ steps }) => steps.flatMap(({ inputs }) => inputs.commands));
  };

  it("write every file as it is, with its permissions, in a shell", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-image-"));
    try {
      const files: readonly MachineFile[] = [
        ...content.files,
        { path: "/etc/groundwork/braces", permissions: "0640", content: "{{ build.x }} 'é' \"$HOME\"\n" },
      ];
      const [first] = buildDocuments("x", { ...content, files });
      const script = commandsOf(first?.data ?? "")
        .join("\n")
        .replace(/ (\/(?:etc|opt)\/)/g, ` ${directory}$1`);
      execFileSync("bash", ["-c", script]);
      for (const file of files) {
        const at = path.join(directory, file.path);
        expect(readFileSync(at, "utf8"), file.path).to.equal(file.content);
        expect((statSync(at).mode & 0o777).toString(8), file.path).to.equal(file.permissions.slice(1));
      }
      expect(first?.data).to.not.contain("{{");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("install when all files are there, and test in a phase of its own", () => {
    const documents = buildDocuments("x", content);
    expect(documents.map(({ suffix }) => suffix)).to.deep.equal(["files-1", "install", "check"]);
    expect(documents.map(({ data }) => /- name: (build|test)$/m.exec(data)?.[1])).to.deep.equal([
      "build",
      "build",
      "test",
    ]);
    expect(commandsOf(documents[1]?.data ?? "")).to.deep.equal([
      "set -euo pipefail",
      "/opt/groundwork/worker/install.sh",
    ]);
  });

  const noise = (bytes: number, name: string): MachineFile => ({
    path: `/opt/${name}`,
    permissions: "0644",
    // What does not compress: a digest of its own place.
    content: Array.from({ length: bytes / 10 }, (_, index) =>
      contentVersion(name, String(index)).slice(-9),
    ).join("\n"),
  });

  it("are as many as the files need, none longer than Image Builder takes", () => {
    const files = ["a", "b", "c", "d"].map((name) => noise(12_000, name));
    const documents = buildDocuments("x", { ...content, files });
    expect(documents.length).to.be.greaterThan(3);
    expect(documents.every(({ data }) => data.length <= 16_000)).to.equal(true);
    expect(documents.filter(({ suffix }) => suffix.startsWith("files-"))).to.have.length(
      documents.length - 2,
    );
  });

  it("refuse a file that fits into none, and more files than fit into a recipe", () => {
    const large = { ...content, files: [noise(60_000, "large")] };
    expect(() => buildDocuments("worker group build", large)).to.throw(
      /^worker group build: the component files-1 of its image has \d+ characters, and Image Builder takes 16000\./,
    );
    const many = { ...content, files: Array.from({ length: 24 }, (_, index) => noise(18_000, `f${index}`)) };
    expect(() => buildDocuments("worker group build", many)).to.throw(
      /and a recipe takes 20\. Put fewer files in it\./,
    );
  });

  it("hold the same scripts that machines without an image run", () => {
    const names = content.files.map((file) => file.path);
    expect(names).to.include("/opt/groundwork/worker/install.sh");
    expect(content.files).to.deep.include(bootFile("worker/install.sh"));
  });
});

describe("the image that was deployed", () => {
  class Parent extends pulumi.ComponentResource {
    readonly image: pulumi.Output<string | undefined>;
    constructor() {
      super("test:index:Parent", "parent");
      this.image = deployedImage(context, "build", this);
      this.registerOutputs();
    }
  }
  const ask = async (names: readonly string[], values: readonly string[]): Promise<unknown> => {
    let image: unknown = "not asked";
    let isSecret: unknown;
    await record(
      () => {
        const parent = new Parent();
        isSecret = pulumi.isSecret(parent.image);
        parent.image.apply((found) => (image = found));
      },
      {
        preview: true,
        invokes: {
          "aws:ssm/getParametersByPath:getParametersByPath": (inputs) => {
            expect(inputs).to.deep.include({ path: `/${context.project}/${context.stack}/workers/build` });
            return { ...inputs, names: [...names], values: [...values] };
          },
        },
      },
    );
    expect(await isSecret).to.equal(false);
    return image;
  };

  it("is what the parameter says, known in a preview and no secret", async () => {
    const path = `/${context.project}/${context.stack}/workers/build`;
    expect(await ask([`${path}/other`, `${path}/image`], ["x", "ami-0123456789abcdef0"])).to.equal(
      "ami-0123456789abcdef0",
    );
  });

  it("is none when nothing was deployed", async () => {
    expect(await ask([], [])).to.equal(undefined);
  });
});
