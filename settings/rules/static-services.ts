import type { Draft } from "../draft";
import type { Finding, Path } from "../problem";
import { mapsPorts, type StaticServiceSettings } from "../sections/static-services";
import { chosenRelease } from "./releases";
import { finding, repeated, type Rule, type RuleInput, type Verdict } from "./rule";

/** Names of variables that a password or a key hides behind. */
export const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|PRIVATE_KEY|API_KEY|ACCESS_KEY|CREDENTIALS?)$/i;

/** Tags that the program itself finds its machines and addresses by. */
const ownTags = ["Name", "service", "slot", "project", "environment", "managed-by"];

const digestIsNoTag: Rule = eachService(function* ({ service, at }) {
  if (service.imageTag?.endsWith(":latest") === true) {
    yield at(["imageTag"], {
      message: `${JSON.stringify(service.imageTag)} does not name a version`,
      allowed:
        "a tag that stays with its image; what runs is the digest, and the tag tells people what that is",
    });
  }
});

const machineImageIsChosen: Rule = eachService(function* ({ service, regions, input, at }) {
  const { amazonLinuxRelease, amiIds } = service;
  yield* chosenRelease(input, service, "amiIds", at);
  if (amazonLinuxRelease !== undefined && amiIds !== undefined) {
    yield at(["amiIds"], {
      message: "stands beside amazonLinuxRelease",
      allowed: "one of the two",
    });
  }
  for (const region of regions) {
    if (amiIds !== undefined && !(region in amiIds)) {
      yield at(["amiIds"], {
        message: `has no image for ${region}`,
        allowed: "an image for each region that the service runs in",
      });
    }
  }
});

const copiesShareNoPorts: Rule = eachService(function* ({ service, at }) {
  const copies = service.serviceCopiesPerInstance ?? 1;
  if (copies > 1 && mapsPorts(service)) {
    yield at(["serviceCopiesPerInstance"], {
      message: `${copies} copies on a machine whose ports are mapped: only one of them can have a port`,
      allowed: "1 with runtimePortMap; more machines (instances) for more copies",
    });
  }
});

const healthIsAskedWhereItCanBe: Rule = eachService(function* ({ service, at }) {
  const { http, tcp, steadySeconds, timeoutSeconds } = service.healthCheck ?? {};
  const mapped = Object.keys(service.runtimePortMap?.tcp ?? {});
  for (const [name, check] of [
    ["http", http],
    ["tcp", tcp],
  ] as const) {
    if (
      check?.port !== undefined &&
      service.runtimePortMap !== undefined &&
      !mapped.includes(String(check.port))
    ) {
      yield at(["healthCheck", name, "port"], {
        message: `${check.port} is not mapped`,
        allowed: `a port of runtimePortMap.tcp${mapped.length > 0 ? `: ${mapped.join(", ")}` : ", which is empty"}`,
      });
    }
  }
  if (steadySeconds !== undefined && timeoutSeconds !== undefined && steadySeconds >= timeoutSeconds) {
    yield at(["healthCheck", "steadySeconds"], {
      message: `found ${steadySeconds}, with timeoutSeconds ${timeoutSeconds}: no machine could become healthy in time`,
      allowed: `less than ${timeoutSeconds}`,
    });
  }
});

const logTargetIsWhole: Rule = eachService(function* ({ service, at }) {
  if ("logHost" in service !== "logPort" in service) {
    const [there, missing] = "logHost" in service ? ["logHost", "logPort"] : ["logPort", "logHost"];
    yield at([missing], {
      message: `is missing, and ${there} is there`,
      allowed: "both, for syslog over TLS, or neither, for CloudWatch",
    });
  }
});

const secretsAreNoPlainValues: Rule = eachService(function* ({ service, at }) {
  for (const name of Object.keys(service.environment ?? {})) {
    if (name in (service.secrets ?? {})) {
      yield at(["secrets", name], {
        message: "stands at environment, too",
        allowed: "a name once",
        aboutKey: true,
      });
    } else if (secretName.test(name)) {
      yield at(["environment", name], {
        message:
          "sounds like a secret, and everything at environment stands in clear in the machine's user data",
        allowed: "at `secrets`, with the ARN of where the value is kept; another name if it is no secret",
        aboutKey: true,
      });
    }
  }
});

const regionsAreWhole: Rule = eachService(function* ({ service, regions, input, at }) {
  if ("regions" in service && service.regions !== undefined && regions.length === 0) {
    yield at(["regions"], {
      message: "found an empty mapping",
      allowed: "one region or more; leave the key out for aws:region",
    });
  }
  if (regions.length > 1 && (service.securityGroups ?? []).length > 0) {
    yield at(["securityGroups"], {
      message: `${regions.length} regions, and a security group belongs to one`,
      allowed: "securityGroups at each of `regions`",
    });
  }
  for (const region of regions) {
    const place = service.regions?.[region] ?? {};
    if ("vpcId" in place !== "subnetIds" in place) {
      const missing = "vpcId" in place ? "subnetIds" : "vpcId";
      yield at(["regions", region, missing], {
        message: "is missing",
        allowed: "vpcId and subnetIds, or neither",
      });
    }
    const ownNetwork = !("vpcId" in place) && !usesTheStacksNetwork(input, region);
    const fromTop = regions.length === 1 && (service.securityGroups ?? []).length > 0;
    if (ownNetwork && ((place.securityGroups ?? []).length > 0 || fromTop)) {
      yield at(fromTop ? ["securityGroups"] : ["regions", region, "securityGroups"], {
        message: `names groups of another VPC: that of ${region} is the static services' own`,
        allowed: "none, or vpcId and subnetIds of the VPC that they belong to",
      });
    }
  }
});

const machinesReachTheInternet: Rule = eachService(function* ({ service, regions, input, at }) {
  const ported = mapsPorts(service);
  if (ported && service.subnets === "private") {
    yield at(["subnets"], {
      message: '"private", with a port map: nobody outside would reach the ports',
      allowed: '"public", which is the default with a port map',
    });
    return;
  }
  const { region, newNetwork, existingNetwork } = input;
  const inStacksNetwork =
    region !== undefined &&
    regions.includes(region) &&
    usesTheStacksNetwork(input, region) &&
    !("vpcId" in (service.regions?.[region] ?? {}));
  if (!inStacksNetwork) {
    return;
  }
  const wanted = service.subnets ?? (ported ? "public" : "private");
  const [there, key] =
    wanted === "public"
      ? ([newNetwork?.publicSubnets ?? existingNetwork?.publicSubnetIds, "public"] as const)
      : ([newNetwork?.privateSubnets ?? existingNetwork?.privateSubnetIds, "private"] as const);
  if (there?.length === 0) {
    yield at(["subnets"], {
      message: `the stack's network has no ${key} subnets for its machines`,
      allowed: `${key} subnets at groundwork:network${ported ? "" : ', or "public" or "private", whichever there are'}`,
    });
  } else if (wanted === "private" && newNetwork?.natGateways === "none") {
    yield at(["subnets"], {
      message:
        "the private subnets reach nothing outside (natGateways is none), so no machine could fetch its image",
      allowed: '"public" (no port is opened by it), or NAT gateways at groundwork:network',
    });
  }
});

const tagsAreNotTheProgramsOwn: Rule = eachService(function* ({ service, at }) {
  for (const key of Object.keys(service.tags ?? {})) {
    if (ownTags.includes(key) || /^aws:/i.test(key)) {
      yield at(["tags", key], {
        message: "is a tag that the program or AWS sets",
        allowed: `other tags than ${ownTags.join(", ")}; nameTag and serviceTag have settings of their own`,
        aboutKey: true,
      });
    }
  }
});

/** Machines find their address by this tag: with the same they would take each other's. */
const serviceTagsAreDistinct: Rule = function* (input) {
  const services = servicesOf(input);
  const tags = services.map(([key, service]) => service.serviceTag ?? key);
  for (const [index, tag] of repeated(tags)) {
    const [key = ""] = services[index] ?? [];
    yield finding("staticServices", [key, "serviceTag"], {
      message: `${JSON.stringify(tag)} is another service's`,
      allowed: "a tag of its own for each service: machines find their address by it",
    });
  }
};

export const staticServiceRules: readonly Rule[] = [
  digestIsNoTag,
  machineImageIsChosen,
  copiesShareNoPorts,
  healthIsAskedWhereItCanBe,
  logTargetIsWhole,
  secretsAreNoPlainValues,
  regionsAreWhole,
  machinesReachTheInternet,
  tagsAreNotTheProgramsOwn,
  serviceTagsAreDistinct,
];

interface ServiceInput {
  readonly service: Draft<StaticServiceSettings>;
  /** Where it runs; empty where that cannot be told. */
  readonly regions: readonly string[];
  readonly input: RuleInput;
  readonly at: (path: Path, verdict: Verdict) => Finding;
}

function eachService(judge: (service: ServiceInput) => Iterable<Finding>): Rule {
  return function* (input) {
    for (const [key, service] of servicesOf(input)) {
      const chosen = service.regions === undefined ? undefined : Object.keys(service.regions);
      const home = "regions" in service || input.region === undefined ? [] : [input.region];
      yield* judge({
        service,
        regions: chosen ?? home,
        input,
        at: (path, verdict) => finding("staticServices", [key, ...path], verdict),
      });
    }
  };
}

function servicesOf({
  staticServices,
}: RuleInput): readonly (readonly [string, Draft<StaticServiceSettings>])[] {
  return Object.entries(staticServices ?? {}).flatMap(([key, service]) =>
    service === undefined ? [] : [[key, service] as const],
  );
}

function usesTheStacksNetwork({ declared, region: home }: RuleInput, region: string): boolean {
  return region === home && declared.has("network");
}
