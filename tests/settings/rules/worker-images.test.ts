import { expect } from "chai";
import { changed, existingNetwork, problemsOf, settingsOf, type Config } from "../support";

const right: Config = {
  amazonLinuxRelease: "2023.9.20251117.1",
  count: 2,
  scheduler: {
    apiAddress: "https://scheduler.example.com",
    host: "scheduler.example.com",
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
  },
  workerKey: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker-key-a1B2c3" },
};

function config(
  imageBuild: Config,
  more: Config = {},
  others: Readonly<Record<string, Config | undefined>> = {},
): Config {
  return changed({ ...others, "groundwork:workerGroups": { build: { ...right, ...more, imageBuild } } });
}

function problems(...args: Parameters<typeof config>): readonly (readonly [string, string, string])[] {
  return problemsOf(config(...args)).map(({ path, message, allowed }) => [
    path.replace("groundwork:workerGroups.build.", ""),
    message,
    allowed ?? "",
  ]);
}

describe("settings: images of a worker group", () => {
  it("need nothing said", () => {
    expect(settingsOf(config({})).sections.workerGroups?.["build"]?.imageBuild).to.deep.equal({
      volumeSize: 8,
      testTimeoutMinutes: 60,
      keep: 3,
    });
  });

  it("may be built by themselves, by the clocks of a place", () => {
    expect(problems({ schedule: { cron: "0 3 ? * sun *", timeZone: "Europe/Paris" } })).to.deep.equal([]);
  });

  for (const [title, imageBuild, path] of [
    ["a schedule with two days", { schedule: { cron: "0 3 1 * sun *" } }, "imageBuild.schedule.cron"],
    ["a schedule in Unix cron's form", { schedule: { cron: "0 3 * * 0" } }, "imageBuild.schedule.cron"],
    [
      "a time zone that there is not",
      { schedule: { cron: "0 3 ? * sun *", timeZone: "Europe/Paree" } },
      "imageBuild.schedule.timeZone",
    ],
    ["tests shorter than Image Builder allows", { testTimeoutMinutes: 30 }, "imageBuild.testTimeoutMinutes"],
    ["an image smaller than Amazon Linux", { volumeSize: 4 }, "imageBuild.volumeSize"],
    ["to keep none", { keep: 0 }, "imageBuild.keep"],
  ] as const) {
    it(`refuse ${title}`, () => {
      expect(problems(imageBuild).map(([at]) => at)).to.deep.equal([path]);
    });
  }

  it("fit on the disks of their machines", () => {
    expect(problems({ volumeSize: 21 })).to.deep.equal([
      [
        "imageBuild.volumeSize",
        "an image of 21 GiB does not fit on machines whose rootVolumeSize is 20 GiB",
        "at most 20, or a larger rootVolumeSize",
      ],
    ]);
    expect(problems({ volumeSize: 21 }, { rootVolumeSize: 21 })).to.deep.equal([]);
  });

  it("are built on the architecture that they start on", () => {
    expect(problems({ instanceType: "c7g.large" })).to.deep.equal([
      [
        "imageBuild.instanceType",
        '"c7g.large" is arm64, and instanceType "c5d.2xlarge" is x86_64',
        "a type that is x86_64: an image starts on the architecture that it was built on",
      ],
    ]);
    expect(problems({ instanceType: "c7i.large" })).to.deep.equal([]);
  });

  it("are built where there is a way out, which Image Builder's machines have by no address of their own", () => {
    const network = { ...existingNetwork(), privateSubnetIds: [] };
    const others = { "groundwork:network": network };
    const own = problemsOf(config({}, { subnets: "public" }, others)).filter(({ path }) =>
      path.endsWith(".imageBuild"),
    );
    expect(own.map(({ message }) => message)).to.deep.equal([
      "EC2 Image Builder gives its machines no public address, and the stack's network has no private subnets with a NAT gateway",
    ]);
    const told = problemsOf(config({ subnetId: "subnet-0123456789abcdef0" }, { subnets: "public" }, others));
    expect(told.filter(({ path }) => path.includes("imageBuild"))).to.deep.equal([]);
  });
});
