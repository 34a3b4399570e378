import { workerPlaces } from "../../components/network/worker-places";
import { expect } from "chai";
import { Fleets } from "../../components/fleets/fleets";
import { StaticServices } from "../../components/static-services/static-services";
import { WorkerGroups } from "../../components/worker-groups/worker-groups";
import { fleetsSettings } from "../../settings/sections/fleets";
import { staticServicesSettings } from "../../settings/sections/static-services";
import { workerGroupsSettings } from "../../settings/sections/worker-groups";
import { invokes } from "../support/invokes";
import { record } from "../support/mocks";
import { stackContext } from "../support/settings";

const subnets = {
  vpcId: "vpc-1",
  publicSubnetIds: ["subnet-public"],
  privateSubnetIds: ["subnet-private"],
  workerSubnetIds: [],
  publicWorkerSubnetIds: [],
  databaseSubnetIds: [],
  natAddresses: [],
};
const network = { ...subnets, availabilityZones: ["eu-west-1a"], workerPlaces: workerPlaces(subnets) };

/** Names of the images that the three kinds of machines are asked for, each with what it says of its own release. */
async function imagesAsked(own: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const asked: string[] = [];
  const context = stackContext({ releases: { amazonLinux: "2023.12.20261021.0" } });
  const rest = { context, tags: {}, network };
  await record(
    () => [
      new Fleets("fleets", {
        ...rest,
        settings: fleetsSettings.parse({ api: { instanceTypes: ["t4g.small"], ...own } }),
      }),
      new StaticServices("static-services", {
        ...rest,
        settings: staticServicesSettings.parse({
          dns: { imageTag: "a:1", imageHash: "0".repeat(64), instanceType: "c7i.large", ...own },
        }),
      }),
      new WorkerGroups("worker-groups", {
        ...rest,
        settings: workerGroupsSettings.parse({
          build: {
            count: 1,
            instanceType: "c7g.large",
            scheduler: {
              apiAddress: "https://scheduler.example.com",
              host: "scheduler.example.com",
              publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
            },
            workerKey: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker-key-a1B2c3" },
            ...own,
          },
        }),
      }),
    ],
    {
      invokes: {
        ...invokes,
        "aws:ec2/getAmi:getAmi": ({ filters }) => {
          asked.push(
            ...(filters as readonly { readonly values: readonly string[] }[]).flatMap(({ values }) => values),
          );
          return { id: "ami-0123456789abcdef0" };
        },
      },
    },
  );
  return asked.sort();
}

describe("the release of Amazon Linux", () => {
  it("is that of the stack for fleets, static services and worker groups alike", async () => {
    expect(await imagesAsked({})).to.deep.equal([
      "al2023-ami-2023.12.20261021.0-kernel-6.1-arm64",
      "al2023-ami-2023.12.20261021.0-kernel-6.1-arm64",
      "al2023-ami-2023.12.20261021.0-kernel-6.1-x86_64",
    ]);
  });

  it("is a machine's own where it names one", async () => {
    expect(await imagesAsked({ amazonLinuxRelease: "2023.9.20251117.1" })).to.deep.equal([
      "al2023-ami-2023.9.20251117.1-kernel-6.1-arm64",
      "al2023-ami-2023.9.20251117.1-kernel-6.1-arm64",
      "al2023-ami-2023.9.20251117.1-kernel-6.1-x86_64",
    ]);
  });
});
