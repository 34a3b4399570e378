import { secretsIn } from "../../guard/rules/user-data";
import { architectureOf } from "../instance-types";
import { fleetBalancerRules } from "./fleet-balancers";
import { fleetRollRules } from "./fleet-rolls";
import { eachFleet, isSingleDraft } from "./fleet-rule";
import { fleetVolumeRules } from "./fleet-volumes";
import { chosenRelease } from "./releases";
import { leavesThroughNat, subnetsOf } from "./network";
import { entriesOf, finding, repeated, type Rule } from "./rule";
import { secretName } from "./static-services";

/** Tags that the program itself finds machines, volumes and addresses by. */
const ownTags = ["Name", "subnets", "role", "volume", "project", "environment", "managed-by"];

const fleetsHaveANetwork: Rule = function* ({ declared }) {
  if (declared.has("fleets") && !declared.has("network")) {
    yield finding("fleets", [], {
      message: "needs a network for its machines, and the stack has none",
      allowed: "groundwork:network beside it",
    });
  }
};

const imageIsChosen: Rule = eachFleet(function* ({ fleet, input, at }) {
  yield* chosenRelease(input, fleet, "amiId", at);
  if ("amazonLinuxRelease" in fleet && "amiId" in fleet) {
    yield at(["amiId"], { message: "stands beside amazonLinuxRelease", allowed: "one of the two" });
  }
});

const typesAreOfOneArchitecture: Rule = eachFleet(function* ({ fleet, at }) {
  const types = [...entriesOf(fleet.instanceTypes)];
  for (const [index, type] of repeated(fleet.instanceTypes)) {
    yield at(["instanceTypes", index], {
      message: `${JSON.stringify(type)} is listed twice`,
      allowed: "each type once",
    });
  }
  const [first] = types.flatMap(([, type]) => architectureOf(type) ?? []);
  for (const [index, type] of types) {
    const architecture = architectureOf(type);
    if (type.startsWith("mac")) {
      yield at(["instanceTypes", index], {
        message: `${JSON.stringify(type)} is a Mac, which runs no Linux`,
        allowed: "types that run Linux",
      });
    } else if (architecture !== undefined && first !== undefined && architecture !== first) {
      yield at(["instanceTypes", index], {
        message: `${JSON.stringify(type)} is ${architecture}, and the types before it are ${first}: one image does not run on both`,
        allowed: "types of one architecture",
      });
    }
  }
});

const numbersFit: Rule = eachFleet(function* ({ fleet, at }) {
  const { scaling } = fleet;
  if ("scaling" in fleet && "count" in fleet) {
    yield at(["count"], {
      message: "stands beside scaling, which decides how many machines there are",
      allowed: "one of the two",
    });
  }
  if (scaling?.min !== undefined && scaling.max !== undefined && scaling.min > scaling.max) {
    yield at(["scaling", "min"], {
      message: `${scaling.min} is more than max, ${scaling.max}`,
      allowed: `up to ${scaling.max}`,
    });
  }
  if (scaling !== undefined && !("cpuPercent" in scaling) && !("requestsPerMachinePerMinute" in scaling)) {
    yield at(["scaling"], {
      message: "does not say by what",
      allowed: "cpuPercent, requestsPerMachinePerMinute, or both",
    });
  }
  if (
    scaling !== undefined &&
    "requestsPerMachinePerMinute" in scaling &&
    !("http" in (fleet.loadBalancer ?? {}))
  ) {
    yield at(["scaling", "requestsPerMachinePerMinute"], {
      message: "counts requests of a load balancer, and there is no loadBalancer.http",
      allowed: "cpuPercent, or a loadBalancer with http",
    });
  }
});

const singlesAreAlone: Rule = eachFleet(function* ({ fleet, at }) {
  if (!isSingleDraft(fleet)) {
    return;
  }
  const what = fleet.address === true ? "an address" : "a volume";
  if (fleet.count !== undefined && fleet.count > 1) {
    yield at(["count"], {
      message: `${fleet.count} machines, and the role has ${what} that only one of them can have`,
      allowed: "1, or a role for each",
    });
  }
  if ("scaling" in fleet) {
    yield at(["scaling"], {
      message: `stands beside ${what} that only one machine can have`,
      allowed: "no scaling: such a role has one machine",
    });
  }
  if (Object.keys(fleet.volumes ?? {}).length > 0 && !("availabilityZone" in fleet)) {
    yield at(["availabilityZone"], {
      message: "is missing, and volumes are in one zone and cannot leave it",
      allowed: "the zone of the volumes",
    });
  }
});

const fleetsStandSomewhere: Rule = eachFleet(function* ({ fleet, input, at }) {
  const tier = fleet.subnets ?? (fleet.address === true ? "public" : "private");
  if (fleet.address === true && leavesThroughNat(tier)) {
    yield at(["subnets"], {
      message: `${JSON.stringify(tier)}, with an address: nobody would reach it, and nothing would get out`,
      allowed: '"public", which is the default with an address',
    });
    return;
  }
  const { newNetwork } = input;
  const subnets = subnetsOf(input, tier);
  if (subnets?.length === 0) {
    yield at(["subnets"], {
      message: `the stack's network has no ${tier} subnets for its machines`,
      allowed: `${tier} subnets at groundwork:network, or the other tier`,
    });
  } else if (leavesThroughNat(tier) && newNetwork?.natGateways === "none") {
    yield at(["subnets"], {
      message: `the ${tier} subnets reach nothing outside (natGateways is none), so no machine could install anything or speak with AWS`,
      allowed: '"public" (no port is opened by it), or NAT gateways at groundwork:network',
    });
  }
  const { availabilityZone } = fleet;
  const zones = newNetwork?.availabilityZones?.slice(0, subnets?.length);
  if (
    availabilityZone !== undefined &&
    zones !== undefined &&
    zones.length > 0 &&
    !zones.includes(availabilityZone)
  ) {
    yield at(["availabilityZone"], {
      message: `the stack's network has no ${tier} subnet in ${availabilityZone}`,
      allowed: `one of ${zones.join(", ")}`,
    });
  } else if (
    availabilityZone !== undefined &&
    input.region !== undefined &&
    availabilityZone.slice(0, -1) !== input.region
  ) {
    yield at(["availabilityZone"], {
      message: `${availabilityZone} is not in ${input.region}`,
      allowed: "a zone of aws:region",
    });
  }
});

const nothingSecretAtBoot: Rule = eachFleet(function* ({ fleet, at }) {
  const { environment = {}, files = {}, secrets = {}, setup, service, ready, stop } = fleet.boot ?? {};
  const advice =
    "at `secrets`, with the ARN of where the value is kept: setup and service have it in their environment";
  for (const name of Object.keys(environment)) {
    if (name in secrets) {
      yield at(["boot", "secrets", name], {
        message: "stands at environment, too",
        allowed: "a name once",
        aboutKey: true,
      });
    } else if (secretName.test(name)) {
      yield at(["boot", "environment", name], {
        message: "sounds like a secret, and everything here stands in clear in the machine's user data",
        allowed: `${advice}; another name if it is no secret`,
        aboutKey: true,
      });
    }
  }
  const texts: readonly (readonly [readonly (string | number)[], string | undefined])[] = [
    ...Object.entries(environment).map(([name, value]) => [["environment", name], value] as const),
    ...Object.entries(files).map(([name, file]) => [["files", name, "content"], file?.content] as const),
    ...[...entriesOf(setup)].map(([index, value]) => [["setup", index], value] as const),
    ...[...entriesOf(service)].map(([index, value]) => [["service", index], value] as const),
    [["ready"], ready],
    [["stop"], stop],
  ];
  for (const [path, text] of texts) {
    for (const what of secretsIn(text ?? "").slice(0, 1)) {
      yield at(["boot", ...path], {
        message: `holds ${what}, and everything here stands in clear in the machine's user data`,
        allowed: advice,
      });
    }
  }
});

const fleetTagsAreFree: Rule = eachFleet(function* ({ fleet, at }) {
  for (const key of Object.keys(fleet.tags ?? {})) {
    if (ownTags.includes(key) || /^aws:/i.test(key)) {
      yield at(["tags", key], {
        message: "is a tag that the program or AWS sets",
        allowed: `other tags than ${ownTags.join(", ")}`,
        aboutKey: true,
      });
    }
  }
});

/** What belongs to a role is called by its name and a word behind it: `api-http` is the load balancer's of `api`. */
const partsHaveNamesOfTheirOwn: Rule = function* ({ fleets = {} }) {
  const owners = new Map<string, string>();
  for (const [role, fleet] of Object.entries(fleets)) {
    const { http, tcp = [], udp = [] } = fleet?.loadBalancer ?? {};
    const groups = [
      role,
      ...(http === undefined ? [] : [`${role}-http`]),
      ...(tcp.length + udp.length === 0 ? [] : [`${role}-network`]),
    ];
    const volumes = Object.keys(fleet?.volumes ?? {}).map((name) => `volume ${role}-${name}`);
    for (const part of [...groups, ...volumes]) {
      const owner = owners.get(part);
      if (owner !== undefined) {
        yield finding("fleets", [role], {
          message: `${part} of this role and of ${JSON.stringify(owner)} would be called the same`,
          allowed: "a name that is not another role's with -http, -network or a volume's name behind it",
          aboutKey: true,
        });
      }
      owners.set(part, role);
    }
  }
};

export const fleetRules: readonly Rule[] = [
  fleetsHaveANetwork,
  imageIsChosen,
  typesAreOfOneArchitecture,
  numbersFit,
  singlesAreAlone,
  fleetsStandSomewhere,
  nothingSecretAtBoot,
  fleetTagsAreFree,
  partsHaveNamesOfTheirOwn,
  ...fleetVolumeRules,
  ...fleetRollRules,
  ...fleetBalancerRules,
];
