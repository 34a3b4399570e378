import type { Draft } from "../draft";
import { parseBlock } from "../ip-blocks";
import { slotNumbers, type MetalWorkersSettings } from "../sections/metal-workers";
import { subnetsOf, workerTierOf } from "./network";
import { entriesOf, finding, repeated, type Rule } from "./rule";

/** The most machines of a pool; the old one had 60. */
const MOST_SLOTS = 200;

const slotsAreEachNamedOnce: Rule = function* ({ metalWorkers }) {
  const slots = namedSlots(metalWorkers);
  if (slots === undefined) {
    return;
  }
  for (const [index, slot] of entriesOf(metalWorkers?.slots)) {
    const [first = 0, last = 0] = typeof slot === "string" ? slot.split("-").map(Number) : [];
    if (first > last) {
      yield finding("metalWorkers", ["slots", index], {
        message: `${JSON.stringify(slot)} ends before it begins`,
        allowed: 'a range from the lower number to the higher, such as "0-22"',
      });
    }
  }
  const twice = [...new Set([...repeated(slots)].map(([, slot]) => slot))];
  if (twice.length > 0) {
    yield finding("metalWorkers", ["slots"], {
      message: `names ${twice.join(", ")} more than once`,
      allowed: "each number once",
    });
  }
  if (slots.length > MOST_SLOTS) {
    yield finding("metalWorkers", ["slots"], {
      message: `names ${slots.length} slots`,
      allowed: `${MOST_SLOTS} at most`,
    });
  }
};

const oneSource: Rule = function* ({ metalWorkers }) {
  if (metalWorkers?.source === undefined) {
    return;
  }
  const chosen = Object.keys(metalWorkers.source);
  if (chosen.length !== 1) {
    yield finding("metalWorkers", ["source"], {
      message: chosen.length === 0 ? "names none" : `names ${chosen.join(" and ")}`,
      allowed: "exactly one of equinix, ec2 and hosts",
    });
  }
};

const eachSlotHasItsHost: Rule = function* ({ metalWorkers }) {
  const hosts = metalWorkers?.source?.hosts;
  const slots = namedSlots(metalWorkers);
  if (hosts === undefined || slots === undefined) {
    return;
  }
  for (const slot of new Set(slots)) {
    if (!(String(slot) in hosts)) {
      yield finding("metalWorkers", ["source", "hosts", String(slot)], {
        message: "is missing, and slots names it",
        allowed: "a machine for each slot",
      });
    }
  }
  const places = new Map<string, string>();
  for (const [slot, host] of Object.entries(hosts)) {
    if (!slots.includes(Number(slot))) {
      yield finding("metalWorkers", ["source", "hosts", slot], {
        message: "is no slot that `slots` names",
        allowed: "machines of slots only",
        aboutKey: true,
      });
    }
    if (host?.address === undefined) {
      continue;
    }
    const place = `${host.address.toLowerCase()} ${host.port ?? metalWorkers?.ssh?.port ?? 22}`;
    const other = places.get(place);
    if (other !== undefined) {
      yield finding("metalWorkers", ["source", "hosts", slot, "address"], {
        message: `is the machine of slot ${other}`,
        allowed: "a machine of its own for each slot",
      });
    }
    places.set(place, slot);
  }
};

const newMachinesCanBeReached: Rule = function* (input) {
  const { metalWorkers, releases, declared } = input;
  const { source, ssh, slots } = metalWorkers ?? {};
  if (source === undefined || ssh === undefined) {
    return;
  }
  const makes = "equinix" in source ? "equinix" : "ec2" in source ? "ec2" : undefined;
  if (makes !== undefined && !("publicKey" in ssh)) {
    yield finding("metalWorkers", ["ssh", "publicKey"], {
      message: `is missing: machines of ${makes} would let nobody in`,
      allowed: "the public half of the secret workerSshKey",
    });
  }
  if (makes === "ec2") {
    if (!("amiId" in (source.ec2 ?? {})) && !("ubuntu" in (releases ?? {}))) {
      yield finding("metalWorkers", ["source", "ec2", "amiId"], {
        message: "nothing says what the machines run",
        allowed: "a release of Ubuntu: ubuntu in groundwork:releases; or an image of your own here",
      });
    }
    if (!("allowedCidrBlocks" in ssh)) {
      yield finding("metalWorkers", ["ssh", "allowedCidrBlocks"], {
        message: "is missing: nobody could reach the machines to build them",
        allowed: "the IPv4 blocks that this program is run from",
      });
    }
    yield* ec2Place(source.ec2, declared.has("network"), subnetsOf(input, workerTierOf(input, "public")));
  } else if ("allowedCidrBlocks" in ssh) {
    yield finding("metalWorkers", ["ssh", "allowedCidrBlocks"], {
      message: "only EC2 instances have a security group that it would go into",
      allowed: "nothing here",
      aboutKey: true,
    });
  }
  for (const [index, block] of repeated(ssh.allowedCidrBlocks)) {
    yield finding("metalWorkers", ["ssh", "allowedCidrBlocks", index], {
      message: `${JSON.stringify(block)} is listed twice`,
      allowed: "each block once",
    });
  }
  for (const [index, block] of entriesOf(ssh.allowedCidrBlocks)) {
    if (parseBlock(block)?.bitmask === 0) {
      yield finding("metalWorkers", ["ssh", "allowedCidrBlocks", index], {
        message: "lets everybody at SSH",
        allowed: "the blocks that this program is run from",
      });
    }
  }
  const named = namedSlots({ slots });
  for (const slot of Object.keys(ssh.hostKeys ?? {})) {
    if (makes === undefined || (named !== undefined && !named.includes(Number(slot)))) {
      yield finding("metalWorkers", ["ssh", "hostKeys", slot], {
        message:
          makes === undefined ? "the key of a host stands at source.hosts" : "is no slot that `slots` names",
        allowed: "keys of slots whose machine equinix or ec2 makes",
        aboutKey: true,
      });
    }
  }
};

function* ec2Place(
  ec2: Draft<NonNullable<MetalWorkersSettings["source"]["ec2"]>> | undefined,
  hasNetwork: boolean,
  publicSubnets: readonly unknown[] | undefined,
): ReturnType<Rule> {
  if (ec2 === undefined) {
    return;
  }
  const type = ec2.instanceType;
  if (type !== undefined && /^([a-z]+\d+g[a-z]*|a1|mac\d?[a-z0-9-]*)\./.test(type)) {
    yield finding("metalWorkers", ["source", "ec2", "instanceType"], {
      message: `${type} is no x86 machine that runs Ubuntu's packages of the steps`,
      allowed: "an x86 type",
    });
  }
  if ("vpcId" in ec2 !== "subnetIds" in ec2) {
    const missing = "vpcId" in ec2 ? "subnetIds" : "vpcId";
    yield finding("metalWorkers", ["source", "ec2", missing], {
      message: "is missing",
      allowed: "vpcId and subnetIds, or neither",
    });
  } else if (!("vpcId" in ec2) && !hasNetwork) {
    yield finding("metalWorkers", ["source", "ec2"], {
      message: "there is no groundwork:network for the machines to stand in",
      allowed: "a network section, or vpcId and subnetIds",
    });
  } else if (!("vpcId" in ec2) && publicSubnets?.length === 0) {
    yield finding("metalWorkers", ["source", "ec2"], {
      message: "the stack's network has no public subnets, and machines are reached from outside",
      allowed: "public subnets at groundwork:network, or vpcId and subnetIds of others",
    });
  }
}

export const metalWorkerRules: readonly Rule[] = [
  slotsAreEachNamedOnce,
  oneSource,
  eachSlotHasItsHost,
  newMachinesCanBeReached,
];

/** Undefined where something of the list is wrong by itself. */
function namedSlots(
  settings: Draft<Pick<MetalWorkersSettings, "slots">> | undefined,
): readonly number[] | undefined {
  const slots = settings?.slots;
  const known = [...entriesOf(slots)].map(([, slot]) => slot);
  return slots === undefined || known.length < slots.length ? undefined : slotNumbers(known);
}
