import { expect } from "chai";
import { sizeOf } from "../../../settings/instance-types";
import { metalSection, sources } from "../../engine/support/metal-stack";
import { changed, problemsOf, type Config } from "../support";

const said = (changes: Readonly<Record<string, Config>>, path: string): readonly (readonly string[])[] =>
  problemsOf(changed(changes))
    .filter((problem) => problem.path.startsWith(path))
    .map((problem) => [problem.path.slice(path.length), problem.message, problem.allowed]);

function metal(ec2: Config, worker: Config): readonly (readonly string[])[] {
  const section = metalSection([0], { ec2: { ...sources.ec2().ec2, ...ec2 } });
  const whole = { ...section, worker: { ...(section["worker"] as Config), ...worker } };
  return said({ "groundwork:metalWorkers": whole }, "groundwork:metalWorkers.source.ec2.");
}

describe("settings: machines and what runs on them", () => {
  it("tell a machine's size by its name, or not at all", () => {
    const sizes = {
      "m7i.2xlarge": { vcpus: 8, memoryGib: 32 },
      "c6a.large": { vcpus: 2, memoryGib: 4 },
      "r8i-flex.large": { vcpus: 2, memoryGib: 16 },
      "m7g.medium": { vcpus: 1, memoryGib: 4 },
      "c7i.48xlarge": { vcpus: 192, memoryGib: 384 },
      "t3.nano": { vcpus: 2, memoryGib: 0.5 },
      "t4g.small": { vcpus: 2, memoryGib: 2 },
      "t3.xlarge": { vcpus: 4, memoryGib: 16 },
      "t2.micro": { vcpus: 1, memoryGib: 1 },
    };
    for (const [type, size] of Object.entries(sizes)) {
      expect(sizeOf(type), type).to.deep.equal(size);
    }
    for (const type of [
      "m7i.metal-24xl",
      "c5.metal",
      "g5.xlarge",
      "m3.large",
      "u-6tb1.112xlarge",
      "nonsense",
    ]) {
      expect(sizeOf(type), type).to.equal(undefined);
    }
  });

  it("have room for the tasks that run on a metal machine at a time", () => {
    expect(metal({ instanceType: "m7i.2xlarge" }, { capacity: 8 })).to.deep.equal([]);
    expect(metal({ instanceType: "t3.small" }, { capacity: 1 })).to.deep.equal([
      [
        "instanceType",
        "t3.small has 2 vCPU and 2 GiB: too little for 1 task at a time (worker.capacity)",
        "1 vCPU and 4 GiB or more, or a lower worker.capacity",
      ],
    ]);
    expect(metal({ instanceType: "m7i.large" }, { capacity: 3 })).to.deep.equal([
      [
        "instanceType",
        "m7i.large has 2 vCPU and 8 GiB: too little for 3 tasks at a time (worker.capacity)",
        "3 vCPU and 8 GiB or more, or a lower worker.capacity",
      ],
    ]);
    // Nobody here knows how much bare metal has, and it is never too little.
    expect(metal({ instanceType: "m7i.metal-24xl" }, { capacity: 12 })).to.deep.equal([]);
  });

  it("have a disk on which a metal worker takes tasks at all", () => {
    expect(metal({ rootVolumeSize: 78 }, { capacity: 4 })).to.deep.equal([]);
    expect(metal({ rootVolumeSize: 77 }, { capacity: 4 })).to.deep.equal([
      [
        "rootVolumeSize",
        "77 GiB are too few for 4 tasks at a time (worker.capacity) and worker.diskThreshold 30: the worker would take none",
        "78 or more",
      ],
    ]);
  });

  it("hold more pods than a cluster's own add-ons", () => {
    const nodes = (...instanceTypes: readonly string[]): readonly (readonly string[])[] =>
      said(
        {
          "groundwork:cluster": {
            nodeGroups: { default: { instanceTypes, minSize: 2, desiredSize: 2, maxSize: 4 } },
          },
        },
        "groundwork:cluster.nodeGroups.default.",
      );
    expect(nodes("t3.small", "t3a.small")).to.deep.equal([]);
    expect(nodes("t3.small", "t3.micro")).to.deep.equal([
      [
        "instanceTypes[1]",
        "t3.micro has 1 GiB, and EKS lets no more than 4 pods on it: its own add-ons are as many",
        "2 GiB or more, such as t3.small",
      ],
    ]);
  });

  it("hold a build beside a worker", () => {
    const group = (more: Config): readonly (readonly string[])[] =>
      said({ "groundwork:workerGroups": { build: more } }, "groundwork:workerGroups.build.").filter(
        ([path = ""]) => /^(instanceType|overrides)/.test(path),
      );
    expect(group({ instanceType: "t3.small", overrides: ["t3.nano"] })).to.deep.equal([
      ["overrides[0]", "t3.nano has 0.5 GiB: a worker and one build do not fit", "2 GiB or more"],
    ]);
  });
});
