import { expect } from "chai";
import { imageAction } from "../../../operations/images/image";
import { pauses } from "../../../operations/images/clients";
import { configurationOf, versionOf, type GroupTemplate } from "../../../operations/images/group-template";
import { judgeImages, useText, type FoundImage, type Use } from "../../../operations/images/judge-images";

const day = 86_400_000;
const machine: Use = { kind: "machine", what: "i-1" };

function image(id: string, age: number, changes: Partial<FoundImage> = {}): FoundImage {
  return {
    id,
    name: id,
    created: 1_000 * day - age * day,
    state: "available",
    architecture: "x86_64",
    size: 8,
    snapshots: [`snap-${id}`],
    uses: [],
    ...changes,
  };
}

describe("images of a worker group", () => {
  const verdicts = (images: readonly FoundImage[], keep: number): Record<string, string> =>
    Object.fromEntries(
      judgeImages(images, keep).map(({ image: { id }, verdict }) => [
        id,
        `${verdict.remove ? "remove" : "keep"}: ${verdict.why}`,
      ]),
    );

  it("are kept as far as they are the newest that work, or in use; whatever their order", () => {
    const images = [
      image("old", 9),
      image("newest", 1),
      image("used", 8, { uses: [machine] }),
      image("second", 2),
    ];
    expect(verdicts(images, 2)).to.deep.equal({
      newest: "keep: among the newest 2",
      second: "keep: among the newest 2",
      used: "keep: i-1",
      old: "remove: not in use, and 2 newer are kept",
    });
  });

  it("take their place among the newest also when they are in use", () => {
    const images = [image("a", 1, { uses: [machine] }), image("b", 2), image("c", 3)];
    expect(verdicts(images, 2)).to.include({ b: "keep: among the newest 2" });
    expect(verdicts(images, 1)).to.include({ b: "remove: not in use, and 1 newer are kept" });
  });

  it("take nobody's place while they are made or when they are broken", () => {
    const images = [
      image("broken", 1, { state: "failed" }),
      image("made", 0, { state: "pending" }),
      image("good", 2),
    ];
    expect(verdicts(images, 1)).to.deep.equal({
      made: "keep: it is pending",
      broken: "remove: it is failed: no machine can start from it",
      good: "keep: among the newest 1",
    });
  });

  it("stay although broken while something says that it needs them", () => {
    const deployed: Use = { kind: "deployed", what: "/groundwork/dev/workers/build/image" };
    expect(verdicts([image("a", 1, { state: "failed", uses: [deployed] })], 1)).to.deep.equal({
      a: "keep: deployed",
    });
  });

  it("say in one line what needs them", () => {
    const template: Use = { kind: "template", what: "version 3 of lt-1, which dev-worker has" };
    expect(useText([machine, template, { kind: "machine", what: "i-2" }])).to.equal(
      "version 3 of lt-1, which dev-worker has, 2 machines",
    );
  });
});

describe("groundwork image", () => {
  for (const [title, word, options, message] of [
    [
      "an action that it has not",
      "remove",
      {},
      '"remove" does not say what to do. Allowed: build, deploy, list or clean. Nothing was touched.',
    ],
    [
      "an image for anything but deploy",
      "clean",
      { image: "ami-0123456789abcdef0" },
      "--image goes with deploy. Nothing was touched.",
    ],
    [
      "a number to keep for anything but clean",
      "list",
      { keep: 2, dryRun: true },
      "--keep goes with clean; --dry-run goes with clean. Nothing was touched.",
    ],
    [
      "what is no image's id",
      "deploy",
      { image: "latest" },
      "--image latest: an image's id is ami- and 8 or 17 hexadecimal digits. Nothing was touched.",
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => imageAction(word, options)).to.throw(message);
    });
  }

  it("looks often at first, and later every quarter of a minute", () => {
    const seen: number[] = [];
    for (const seconds of pauses()) {
      if (seen.push(seconds) === 8) {
        break;
      }
    }
    expect(seen).to.deep.equal([0.5, 1, 2, 4, 8, 15, 15, 15]);
  });
});

describe("what a group is brought to", () => {
  const group = { AutoScalingGroupName: "g", MinSize: 1, MaxSize: 3, DesiredCapacity: 2 };
  const from = (more: object): GroupTemplate =>
    ({ group: { ...group, ...more }, templateId: "lt-1", version: "3", imageId: "ami-1" }) as GroupTemplate;

  it("is a version of its template", () => {
    const wanted = configurationOf(from({ LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "3" } }), "4");
    expect(wanted).to.deep.equal({ LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "4" } });
    expect(versionOf(wanted)).to.equal("4");
  });

  it("leaves everything else of a mix of types as it is", () => {
    const wanted = configurationOf(
      from({
        MixedInstancesPolicy: {
          InstancesDistribution: { OnDemandBaseCapacity: 1 },
          LaunchTemplate: {
            LaunchTemplateSpecification: {
              LaunchTemplateId: "lt-1",
              LaunchTemplateName: "x",
              Version: "3",
            },
            Overrides: [{ InstanceType: "c7i.large" }],
          },
        },
      }),
      "4",
    );
    expect(wanted).to.deep.equal({
      MixedInstancesPolicy: {
        InstancesDistribution: { OnDemandBaseCapacity: 1 },
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateId: "lt-1", Version: "4" },
          Overrides: [{ InstanceType: "c7i.large" }],
        },
      },
    });
    expect(versionOf(wanted)).to.equal("4");
  });
});
