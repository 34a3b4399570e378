import { expect } from "chai";
import type { ImageClients, ImageGroup } from "../../../operations/images/clients";
import { buildImage } from "../../../operations/images/build";
import { deployImage, planDeployment, type Deploying } from "../../../operations/images/deploy";
import { followRefresh } from "../../../operations/images/refresh";

const group: ImageGroup = {
  key: "build",
  autoScalingGroup: "groundwork-dev-worker-build",
  tags: { "worker-group": "build" },
  parameter: "/groundwork/dev/workers/build/image",
  pipeline: "groundwork-dev-worker-build",
};

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}
type Answer = (input: Record<string, unknown>) => unknown;

/** AWS as far as a test has answers; the last one of a call goes on for good. What was asked is kept. */
class Aws {
  readonly calls: string[] = [];
  constructor(private readonly answers: Readonly<Record<string, readonly (object | Answer)[]>>) {}

  private readonly client = {
    send: ({ constructor, input }: Sent): Promise<unknown> => {
      const name = constructor.name.replace(/Command$/, "");
      const before = this.calls.filter((call) => call === name).length;
      this.calls.push(name);
      const known = this.answers[name] ?? [];
      const answer = known[Math.min(before, known.length - 1)];
      return answer === undefined
        ? Promise.reject(new Error(`nobody answers ${name}`))
        : Promise.resolve(typeof answer === "function" ? (answer as Answer)(input) : answer);
    },
  };
  readonly clients = {
    autoscaling: this.client,
    ec2: this.client,
    imagebuilder: this.client,
    ssm: this.client,
  } as unknown as ImageClients;
}

const gone = (): never => {
  throw Object.assign(new Error("Parameter not found."), { name: "ParameterNotFound" });
};
const running = {
  AutoScalingGroups: [
    {
      AutoScalingGroupName: group.autoScalingGroup,
      LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "1" },
      DesiredCapacity: 2,
      Instances: [],
    },
  ],
};
const images: Record<string, string> = { "1": "ami-old", "2": "ami-new" };
const versions: Answer = ({ Versions: asked, LaunchTemplateId: id }) => ({
  LaunchTemplateVersions:
    id === undefined
      ? []
      : (asked as string[]).map((version) => ({
          LaunchTemplateId: id,
          VersionNumber: Number(version),
          LaunchTemplateData: { ImageId: images[version] },
        })),
});
const common = {
  DescribeAutoScalingGroups: [running],
  DescribeLaunchTemplateVersions: [versions],
  DescribeImages: [
    {
      Images: ["ami-old", "ami-new"].map((id, index) => ({
        ImageId: id,
        State: "available",
        CreationDate: `2026-01-0${index + 1}T00:00:00.000Z`,
        Tags: [{ Key: "worker-group", Value: "build" }],
      })),
    },
  ],
  DescribeInstances: [{}],
  GetParameter: [gone],
};

function deploying(aws: Aws, notes: string[] = [], signal = new AbortController().signal): Deploying {
  return {
    clients: aws.clients,
    group,
    preferences: {},
    signal,
    note: (line) => notes.push(line),
    call: "./groundwork image dev build deploy",
    standUp: "./groundwork up dev",
  };
}

async function refusal(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "it was done",
    (error: unknown) => String((error as Error).message),
  );
}

describe("a deployment", () => {
  const refresh = (status: string, version = "2"): object => ({
    InstanceRefreshes: [
      {
        InstanceRefreshId: "r-1",
        Status: status,
        DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: version } },
      },
    ],
  });

  it("takes the newest image that works", async () => {
    const aws = new Aws({ ...common, DescribeInstanceRefreshes: [refresh("Successful")] });
    const plan = await planDeployment(deploying(aws), undefined);
    expect([plan.action, plan.image.id, plan.from.imageId]).to.deep.equal(["roll", "ami-new", "ami-old"]);
  });

  it("that was broken off is gone on with: no second refresh, and the parameter at its end", async () => {
    const aws = new Aws({
      ...common,
      DescribeInstanceRefreshes: [refresh("InProgress"), refresh("Successful")],
      ModifyLaunchTemplate: [{}],
      PutParameter: [{}],
    });
    const plan = await planDeployment(deploying(aws), undefined);
    expect([plan.action, plan.refresh]).to.deep.equal(["follow", { id: "r-1", version: "2" }]);
    await deployImage(deploying(aws), plan);
    expect(aws.calls).to.not.include("StartInstanceRefresh");
    expect(aws.calls).to.not.include("CreateLaunchTemplateVersion");
    expect(aws.calls.slice(-2)).to.deep.equal(["ModifyLaunchTemplate", "PutParameter"]);
  });

  it("waits its turn while something else replaces machines", async () => {
    const aws = new Aws({ ...common, DescribeInstanceRefreshes: [refresh("InProgress", "1")] });
    expect(await refusal(planDeployment(deploying(aws), undefined))).to.contain(
      "groundwork-dev-worker-build is replacing machines already (instance refresh r-1, InProgress).",
    );
  });

  it("refuses an image that is not the group's", async () => {
    const aws = new Aws({ ...common, DescribeInstanceRefreshes: [{}] });
    expect(await refusal(planDeployment(deploying(aws), "ami-other"))).to.contain(
      "ami-other is no image of the worker group build",
    );
  });

  it("drops its template version when no refresh can be started", async () => {
    const aws = new Aws({
      ...common,
      DescribeInstanceRefreshes: [{}],
      CreateLaunchTemplateVersion: [{ LaunchTemplateVersion: { VersionNumber: 2 } }],
      DeleteLaunchTemplateVersions: [{}],
    });
    const plan = await planDeployment(deploying(aws), undefined);
    expect(await refusal(deployImage(deploying(aws), plan))).to.equal("nobody answers StartInstanceRefresh");
    expect(aws.calls.at(-1)).to.equal("DeleteLaunchTemplateVersions");
    expect(aws.calls).to.not.include("PutParameter");
  });

  it("that nobody waits for says how it is gone on with", async () => {
    const stop = new AbortController();
    stop.abort();
    const aws = new Aws({ ...common, DescribeInstanceRefreshes: [refresh("InProgress")] });
    const plan = await planDeployment(deploying(aws), undefined);
    expect(await refusal(deployImage(deploying(aws, [], stop.signal), plan))).to.contain(
      "Run `./groundwork image dev build deploy` again: it continues from here",
    );
  });

  it("keeps the template version when Auto Scaling could not go back either", async () => {
    const aws = new Aws({
      ...common,
      DescribeInstanceRefreshes: [refresh("InProgress"), refresh("RollbackFailed")],
      DescribeScalingActivities: [{ Activities: [] }],
    });
    const plan = await planDeployment(deploying(aws), undefined);
    expect(await refusal(deployImage(deploying(aws), plan))).to.contain(
      "ami-new was not deployed to build: RollbackFailed",
    );
    expect(aws.calls).to.not.include("DeleteLaunchTemplateVersions");
  });
});

describe("a refresh that is followed", () => {
  it("tells its steps, and why it went back", async () => {
    const one = (Status: string, more: object = {}): object => ({ InstanceRefreshes: [{ Status, ...more }] });
    const aws = new Aws({
      DescribeInstanceRefreshes: [
        one("InProgress", { PercentageComplete: 50, InstancesToUpdate: 1 }),
        one("RollbackInProgress", { StatusReason: "An alarm went off." }),
        one("RollbackSuccessful"),
      ],
    });
    const notes: string[] = [];
    const { signal } = new AbortController();
    const ended = await followRefresh(
      { clients: aws.clients, group: "g", signal, note: (line) => notes.push(line) },
      "r-1",
    );
    expect(ended).to.include({ status: "RollbackSuccessful", reason: "An alarm went off." });
    expect(notes.map((line) => line.replace(/ \(.*\)$/, ""))).to.deep.equal([
      "  replacing machines, 50 %, 1 machine left",
      "  being rolled back",
    ]);
  });
});

describe("a build that is followed", () => {
  it("ends with Image Builder's reason when it fails", async () => {
    const state = (status: string, reason?: string): object => ({ image: { state: { status, reason } } });
    const aws = new Aws({
      StartImagePipelineExecution: [{ imageBuildVersionArn: "arn:image/1" }],
      GetImage: [state("BUILDING"), state("FAILED", "SSM execution failed")],
    });
    const failure = await refusal(
      buildImage(
        {
          clients: aws.clients,
          group,
          region: "eu-west-1",
          signal: new AbortController().signal,
          note: () => undefined,
        },
        "arn:pipeline",
      ),
    );
    expect(failure).to.match(/not built: failed after .*, while installing: SSM execution failed\n/);
    expect(failure).to.contain("log group /aws/imagebuilder/groundwork-dev-worker-build");
  });
});
