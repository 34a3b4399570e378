import { architectureOf } from "../instance-types";
import { subnetsOf, workerTierOf } from "./network";
import type { Rule } from "./rule";
import { eachGroup } from "./worker-input";

const imageFitsRootDisk: Rule = eachGroup(function* ({ group, at }) {
  const image = group.imageBuild?.volumeSize;
  const root = group.rootVolumeSize;
  if (image !== undefined && root !== undefined && image > root) {
    yield at(["imageBuild", "volumeSize"], {
      message: `an image of ${image} GiB does not fit on machines whose rootVolumeSize is ${root} GiB`,
      allowed: `at most ${root}, or a larger rootVolumeSize`,
    });
  }
});

const imageIsBuiltOnItsArchitecture: Rule = eachGroup(function* ({ group, at }) {
  const { imageBuild, instanceType } = group;
  const builder = imageBuild?.instanceType;
  if (builder === undefined || instanceType === undefined) {
    return;
  }
  const wanted = architectureOf(instanceType);
  const found = architectureOf(builder);
  if (wanted !== undefined && found !== undefined && wanted !== found) {
    yield at(["imageBuild", "instanceType"], {
      message: `${JSON.stringify(builder)} is ${found}, and instanceType ${JSON.stringify(instanceType)} is ${wanted}`,
      allowed: `a type that is ${wanted}: an image starts on the architecture that it was built on`,
    });
  }
});

const imageIsBuiltWithAWayOut: Rule = eachGroup(function* ({ group, input, at }) {
  const { imageBuild } = group;
  if (imageBuild === undefined || "subnetId" in imageBuild) {
    return;
  }
  const subnets = subnetsOf(input, workerTierOf(input, "private"));
  if (subnets?.length === 0 || input.newNetwork?.natGateways === "none") {
    yield at(["imageBuild"], {
      message:
        "EC2 Image Builder gives its machines no public address, and the stack's network has no private subnets with a NAT gateway",
      allowed:
        "private subnets and NAT gateways at groundwork:network, or a subnetId here of a subnet that gives public addresses",
    });
  }
});

export const workerImageRules: readonly Rule[] = [
  imageFitsRootDisk,
  imageIsBuiltOnItsArchitecture,
  imageIsBuiltWithAWayOut,
];
