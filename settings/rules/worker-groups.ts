import { architectureOf, hasLocalDisks } from "../instance-types";
import { overlap, parseBlock } from "../ip-blocks";
import { chosenRelease } from "./releases";
import { leavesThroughNat, subnetsOf, workerTierOf } from "./network";
import { finding, repeated, type Rule } from "./rule";
import { secretName } from "./static-services";
import { eachGroup, isMixed, isOnDemandOnly } from "./worker-input";

/** Tags that the program itself finds its machines by. */
const ownTags = ["Name", "subnets", "worker-group", "project", "environment", "managed-by"];

/** Variables of the worker that are the program's business, and what is to be set instead. */
const ownVariables: Readonly<Record<string, string>> = {
  CONCOURSE_NAME: "nothing: a worker is called as its instance",
  CONCOURSE_TAG: "workerTags",
  CONCOURSE_TEAM: "team",
  CONCOURSE_TSA_HOST: "scheduler.host and scheduler.port",
  CONCOURSE_TSA_PUBLIC_KEY: "scheduler.publicKey",
  CONCOURSE_TSA_WORKER_PRIVATE_KEY: "workerKey",
  CONCOURSE_WORK_DIR: "dataVolume, where the worker's folder is",
  CONCOURSE_HEALTHCHECK_BIND_IP: "nothing: the machine asks its worker at 127.0.0.1, and nobody else has to",
  CONCOURSE_CONNECTION_DRAIN_TIMEOUT: "drainTimeoutSeconds",
  // Its row is deleted at the first heartbeat that is missed, while it still drains.
  CONCOURSE_EPHEMERAL: "nothing: a worker that goes is retired, and then forgotten",
};

/** Who gives containers their addresses, by the variable that says which. */
const containerNetworks = ["CONCOURSE_CONTAINERD_NETWORK_POOL", "CONCOURSE_GARDEN_NETWORK_POOL"];

/** Levels at which the worker does not write that it is registered. Source: lager's levels, and worker/beacon.go of Concourse. */
const quietLevels = ["error", "fatal"];

/** What gp3 gives without being asked. */
const GP3_IOPS = 3000;
const DATA_VOLUME_SIZE = 130;

const workersHaveANetwork: Rule = function* ({ declared }) {
  if (declared.has("workerGroups") && !declared.has("network")) {
    yield finding("workerGroups", [], {
      message: "there is no network to place the workers in",
      allowed: "a section groundwork:network, of a VPC of its own or of one that exists",
    });
  }
};

const workersReachTheScheduler: Rule = eachGroup(function* ({ group, input, at }) {
  const { subnets } = group;
  if (subnets === undefined) {
    return;
  }
  const tier = workerTierOf(input, subnets);
  if (subnetsOf(input, tier)?.length === 0) {
    yield at(["subnets"], {
      message: `the stack's network has no ${subnets} subnets for the workers`,
      allowed: `${subnets} subnets at groundwork:network, or "public" or "private", whichever there are`,
    });
  } else if (leavesThroughNat(tier) && input.newNetwork?.natGateways === "none") {
    yield at(["subnets"], {
      message: `the ${tier} subnets reach nothing outside (natGateways is none), so no worker could reach its scheduler`,
      allowed: '"public" (no port is opened by it), or NAT gateways at groundwork:network',
    });
  }
});

const typesGoTogether: Rule = eachGroup(function* ({ group, at }) {
  const { instanceType, overrides } = group;
  const wanted = instanceType === undefined ? undefined : architectureOf(instanceType);
  for (const [index, type] of (overrides ?? []).entries()) {
    const found = type === undefined ? undefined : architectureOf(type);
    if (wanted !== undefined && found !== undefined && found !== wanted) {
      yield at(["overrides", index], {
        message: `${JSON.stringify(type)} is ${found}, and instanceType ${JSON.stringify(instanceType)} is ${wanted}`,
        allowed: "types of one architecture: the machines have one image",
      });
    }
  }
  for (const [index, type] of repeated([instanceType, ...(overrides ?? [])])) {
    yield at(["overrides", index - 1], {
      message: `${JSON.stringify(type)} stands there already`,
      allowed: "each type once, instanceType counted",
    });
  }
});

const purchaseSettingsHaveAnEffect: Rule = eachGroup(function* ({ group, at }) {
  const { maxSize, onDemandBase, onDemandPercentage, overrides } = group;
  if ("overrides" in group && overrides === undefined) {
    return;
  }
  for (const key of ["onDemandBase", "onDemandPercentage"] as const) {
    if (key in group && !isMixed(group)) {
      yield at([key], {
        message:
          "stands there without overrides: only a mixed instances group has it, and it would be ignored",
        allowed: "overrides (further instance types) beside it, or profile spot or ondemand for all machines",
      });
    }
  }
  const onDemandOnly = isOnDemandOnly(group);
  if (isMixed(group) && onDemandBase !== undefined && onDemandBase > 0) {
    if (onDemandOnly === true) {
      yield at(["onDemandBase"], {
        message: "would be ignored: all machines are on demand",
        allowed: "profile spot, or an onDemandPercentage below 100, beside it",
      });
    } else if (maxSize !== undefined && onDemandBase > maxSize) {
      yield at(["onDemandBase"], {
        message: `found ${onDemandBase}, with maxSize ${maxSize}: no machine would ever be spot`,
        allowed: `${maxSize} at most`,
      });
    }
  }
  if ("spotMaxPrice" in group && onDemandOnly === true) {
    yield at(["spotMaxPrice"], {
      message: "would be ignored: all machines are on demand",
      allowed:
        onDemandPercentage === undefined
          ? "profile spot beside it"
          : "an onDemandPercentage below 100 beside it",
    });
  }
  if (group.capacityRebalance === true && onDemandOnly === true) {
    yield at(["capacityRebalance"], {
      message: "true, and all machines are on demand: there is nothing to rebalance",
      allowed: "false, or leave the key out",
    });
  }
});

const localDisksExist: Rule = eachGroup(function* ({ group, at }) {
  if (group.dataVolume?.kind !== "local") {
    return;
  }
  const allowed =
    "types with NVMe disks of their own, such as c5d, m6gd or i4i; or dataVolume.kind ebs or root";
  const without = (type: string | undefined): type is string => type !== undefined && !hasLocalDisks(type);
  if (without(group.instanceType)) {
    yield at(["dataVolume", "kind"], {
      message: `"local", and ${group.instanceType} has no disks of its own`,
      allowed,
    });
  }
  for (const [index, type] of (group.overrides ?? []).entries()) {
    if (without(type)) {
      yield at(["overrides", index], {
        message: `${type} has no disks of its own, and dataVolume.kind is local`,
        allowed,
      });
    }
  }
});

const dataVolumeIsOne: Rule = eachGroup(function* ({ group, at }) {
  const { dataVolume } = group;
  if (dataVolume?.kind === undefined) {
    return;
  }
  if (dataVolume.kind !== "ebs") {
    for (const key of ["size", "iops", "throughput"] as const) {
      if (key in dataVolume) {
        yield at(["dataVolume", key], {
          message: `would be ignored: kind is ${dataVolume.kind}`,
          allowed: "only with kind ebs; a root disk has its size at rootVolumeSize",
        });
      }
    }
    return;
  }
  const size = "size" in dataVolume ? dataVolume.size : DATA_VOLUME_SIZE;
  const iops = "iops" in dataVolume ? dataVolume.iops : GP3_IOPS;
  if (
    size !== undefined &&
    dataVolume.iops !== undefined &&
    dataVolume.iops > Math.max(GP3_IOPS, size * 500)
  ) {
    yield at(["dataVolume", "iops"], {
      message: `found ${dataVolume.iops} for ${size} GiB`,
      allowed: `${Math.max(GP3_IOPS, size * 500)} at most: 500 for each GiB`,
    });
  }
  if (iops !== undefined && dataVolume.throughput !== undefined && dataVolume.throughput > iops / 4) {
    yield at(["dataVolume", "throughput"], {
      message: `found ${dataVolume.throughput}, with ${iops} operations a second`,
      allowed: `${Math.floor(iops / 4)} at most: a quarter of them`,
    });
  }
});

const workerImageIsChosen: Rule = eachGroup(function* ({ group, input, at }) {
  yield* chosenRelease(input, group, "workerAmiId", at);
  const ignored = ["amazonLinuxRelease", "imageBuild"].filter((other) => other in group);
  if ("workerAmiId" in group && ignored.length > 0) {
    yield at(["workerAmiId"], {
      message: `stands beside ${ignored.join(" and ")}, which would be ignored`,
      allowed: "workerAmiId alone, or without it amazonLinuxRelease, with imageBuild where images are wanted",
    });
  }
});

const sshIsWhole: Rule = eachGroup(function* ({ group, at }) {
  if ("bastionSgAllow" in group !== "keyPairName" in group) {
    const [there, missing] =
      "bastionSgAllow" in group ? ["bastionSgAllow", "keyPairName"] : ["keyPairName", "bastionSgAllow"];
    yield at([missing], {
      message: `is missing, and ${there} is there`,
      allowed: "both, for SSH from the bastion, or neither: shells go through Session Manager",
    });
  }
});

const workerEnvironmentIsPlain: Rule = eachGroup(function* ({ group, at }) {
  for (const name of Object.keys(group.environment ?? {})) {
    if (secretName.test(name)) {
      yield at(["environment", name], {
        message:
          "sounds like a secret, and everything at environment stands in clear in the machine's user data",
        allowed:
          "no secret: the worker's key has a setting of its own (workerKey), which the machine fetches",
        aboutKey: true,
      });
    } else if (name in ownVariables) {
      yield at(["environment", name], {
        message: "is set by the program",
        allowed: ownVariables[name] ?? "",
        aboutKey: true,
      });
    } else if (!name.startsWith("CONCOURSE_")) {
      yield at(["environment", name], {
        message: "is no variable of the worker",
        allowed: "names that begin with CONCOURSE_",
        aboutKey: true,
      });
    }
  }
});

const registrationCanBeSeen: Rule = eachGroup(function* ({ group, at }) {
  const level = group.environment?.["CONCOURSE_LOG_LEVEL"];
  if (level !== undefined && quietLevels.includes(level) && !("registrationToken" in group)) {
    yield at(["environment", "CONCOURSE_LOG_LEVEL"], {
      message: `${JSON.stringify(level)} hides that the worker is registered, which it says at level info: every boot would count as failed`,
      allowed: "debug or info; or a registrationToken beside it, with which the scheduler is asked",
    });
  }
});

const containersReachTheNetwork: Rule = eachGroup(function* ({ group, input, at }) {
  const vpc = parseBlock(input.newNetwork?.cidrBlock);
  for (const name of containerNetworks) {
    const text = group.environment?.[name];
    const block = parseBlock(text);
    if (text !== undefined && block === undefined) {
      yield at(["environment", name], {
        message: `${JSON.stringify(text)} is no block of addresses`,
        allowed: "an IPv4 block such as 10.80.0.0/16",
      });
    } else if (block !== undefined && vpc !== undefined && overlap(block, vpc)) {
      yield at(["environment", name], {
        message: `${text} shares addresses with the VPC's ${vpc.toString()}, which jobs could not reach`,
        allowed: "a block outside; or nothing: a machine chooses one outside all blocks of its VPC",
      });
    }
  }
});

const tokensGoOverTls: Rule = eachGroup(function* ({ group, at }) {
  if ("registrationToken" in group && group.scheduler?.apiAddress?.startsWith("http://") === true) {
    yield at(["registrationToken"], {
      message: `would be sent in clear to ${group.scheduler.apiAddress}`,
      allowed: "an apiAddress that begins with https://, or no registrationToken",
    });
  }
});

const checksumsHaveAVersion: Rule = eachGroup(function* ({ group, at }) {
  if ("workerSha256" in group && !("workerVersion" in group)) {
    yield at(["workerVersion"], {
      message: "is missing, and workerSha256 is there: a checksum is of one version",
      allowed: "both, or neither",
    });
  }
});

/** The worker runs as root, and whoever gives the scheduler's answer would choose which. */
const productionRunsNoUnknownBinary: Rule = eachGroup(function* ({ group, input, at }) {
  const { instanceType, workerSha256 } = group;
  if (input.guardLevel !== "production" || "workerAmiId" in group || instanceType === undefined) {
    return;
  }
  const architecture = architectureOf(instanceType) === "arm64" ? "arm64" : "amd64";
  if (!("workerSha256" in group) || (workerSha256 !== undefined && !(architecture in workerSha256))) {
    yield at(["workerSha256"], {
      message: `no checksum for ${architecture} at guard level production: what the machines run as root would be told from nothing but the file beside the download`,
      allowed: `workerVersion, and workerSha256 with ${architecture}: sha256sum of the release, looked at once; or workerAmiId`,
    });
  }
});

const workerTopicsAreReachable: Rule = eachGroup(function* ({ group, input, at }) {
  const topics = group.alarmTopicArns ?? [];
  for (const [index, arn] of repeated(topics)) {
    yield at(["alarmTopicArns", index], {
      message: `${JSON.stringify(arn)} is listed twice`,
      allowed: "each topic once",
    });
  }
  for (const [index, arn] of topics.entries()) {
    if (arn !== undefined && input.region !== undefined && arn.split(":")[3] !== input.region) {
      yield at(["alarmTopicArns", index], {
        message: `${JSON.stringify(arn)} is not in ${input.region}`,
        allowed: "a topic in aws:region: CloudWatch alarms notify no other",
      });
    }
  }
});

const workerTagsAreNotTheProgramsOwn: Rule = eachGroup(function* ({ group, at }) {
  for (const key of Object.keys(group.tags ?? {})) {
    if (ownTags.includes(key) || /^aws:/i.test(key)) {
      yield at(["tags", key], {
        message: "is a tag that the program or AWS sets",
        allowed: `other tags than ${ownTags.join(", ")}`,
        aboutKey: true,
      });
    }
  }
});

export const workerGroupRules: readonly Rule[] = [
  workersHaveANetwork,
  workersReachTheScheduler,
  typesGoTogether,
  purchaseSettingsHaveAnEffect,
  localDisksExist,
  dataVolumeIsOne,
  workerImageIsChosen,
  sshIsWhole,
  workerEnvironmentIsPlain,
  registrationCanBeSeen,
  containersReachTheNetwork,
  tokensGoOverTls,
  checksumsHaveAVersion,
  productionRunsNoUnknownBinary,
  workerTopicsAreReachable,
  workerTagsAreNotTheProgramsOwn,
];
