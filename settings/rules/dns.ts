import { valueFormats } from "../dns-values";
import { pathText } from "../problem";
import { longestName } from "../sections/dns";
import { aliasesAreOfWhatServes } from "./dns-targets";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

type Path = readonly (string | number)[];

/** A name of the zone, and where it is given. */
interface Entry {
  readonly name: string;
  readonly type: string;
  readonly path: Path;
  /** Whether the name is the key at the path. */
  readonly isKey: boolean;
}

function entriesIn({ dns, ...input }: RuleInput): readonly Entry[] {
  const keyed = (section: "aliases" | "cnames", type: string): Entry[] =>
    Object.keys(dns?.[section] ?? {}).map((name) => ({ name, type, path: [section, name], isKey: true }));
  // The alias that is there when nothing is said of aliases.
  const byDefault: Entry[] =
    dns !== undefined && !("aliases" in dns) && balanced(input).includes("frontend")
      ? [{ name: "frontend", type: "A", path: ["aliases", "frontend"], isKey: true }]
      : [];
  const records = [...entriesOf(dns?.records)].flatMap(([index, { name, type }]): Entry[] =>
    name === undefined || type === undefined
      ? []
      : [{ name, type, path: ["records", index, "name"], isKey: false }],
  );
  return [...keyed("aliases", "A"), ...byDefault, ...keyed("cnames", "CNAME"), ...records];
}

/** Keys of workloads with a load balancer. */
function balanced({ workloads }: Pick<RuleInput, "workloads">): readonly string[] {
  return Object.entries(workloads ?? {})
    .filter(([, workload]) => workload !== undefined && "loadBalancer" in workload)
    .map(([key]) => key);
}

/** Whether a workload is there and wrong in itself: that is told where it stands, and nothing follows from it here. */
function isWrong({ workloads, declared }: RuleInput, key: string): boolean {
  return workloads === undefined
    ? declared.has("workloads")
    : key in workloads && workloads[key] === undefined;
}

/** "an A", "a TXT": as the letters are read out. */
function withArticle(type: string): string {
  return `${/^[AMNS]/.test(type) ? "an" : "a"} ${type}`;
}

const namesFitTheZone: Rule = function* (input) {
  const domain = input.dns?.domain;
  for (const { name, path, isKey } of entriesIn(input)) {
    if (domain === undefined || name === "@") {
      continue;
    }
    if (name === domain || name.endsWith(`.${domain}`)) {
      const relative = name === domain ? "@" : name.slice(0, -domain.length - 1);
      yield finding("dns", path, {
        message: `${JSON.stringify(name)} is a whole name: it would become ${name}.${domain}`,
        allowed: "a name relative to the zone",
        suggestion: `Write ${relative}.`,
        aboutKey: isKey,
      });
    } else if (`${name}.${domain}`.length > longestName) {
      yield finding("dns", path, {
        message: `the whole name has ${name.length + 1 + domain.length} characters`,
        allowed: `up to ${longestName} with the zone's name`,
        aboutKey: isKey,
      });
    }
  }
};

const namesDoNotCollide: Rule = function* (input) {
  const entries = entriesIn(input);
  for (const [index, entry] of entries.entries()) {
    const { name, type, path, isKey } = entry;
    const earlier = entries.slice(0, index).filter((other) => other.name === name);
    const same = earlier.find((other) => other.type === type);
    const exclusive = earlier.find((other) => other.type === "CNAME" || type === "CNAME");
    const clash = same ?? exclusive;
    if (clash === undefined) {
      continue;
    }
    const place = pathText("groundwork:dns", clash.path);
    yield finding("dns", path, {
      message: same
        ? `${JSON.stringify(name)} has ${withArticle(type)} record already, at ${place}`
        : `${JSON.stringify(name)} has a record already, at ${place}`,
      allowed: same
        ? "each name and type once; several values stand in one record"
        : "a name that has nothing else: a CNAME stands alone (RFC 1034, 3.6.2)",
      aboutKey: isKey,
    });
  }
};

const apexIsLeftToTheZone: Rule = function* ({ dns }) {
  for (const [index, { name, type }] of entriesOf(dns?.records)) {
    if (name === "@" && (type === "CNAME" || type === "NS" || type === "DS")) {
      yield finding("dns", ["records", index, "type"], {
        message: {
          CNAME: "the zone's own name cannot be a CNAME: it has NS and SOA records",
          NS: "the zone's own NS records are made by Route 53, and must be those that the zone above delegates to",
          DS: "a DS record of the zone stands in the zone above",
        }[type],
        allowed: "another type, or another name",
      });
    }
  }
};

const delegatedNamesAreLeftAlone: Rule = function* (input) {
  const entries = entriesIn(input);
  const cuts = entries.filter(({ type, name }) => type === "NS" && name !== "@");
  for (const { name, path } of cuts) {
    if (name.startsWith("*")) {
      yield finding("dns", path, {
        message: "NS records cannot be of a wildcard",
        allowed: "a name without *: Route 53 takes no other",
      });
    }
  }
  for (const { name, type, path, isKey } of entries) {
    const cut = cuts.find(
      (other) => name.endsWith(`.${other.name}`) || (name === other.name && type !== "NS" && type !== "DS"),
    );
    if (cut !== undefined) {
      yield finding("dns", path, {
        message: `${JSON.stringify(name)} lies in ${JSON.stringify(cut.name)}, which ${pathText("groundwork:dns", cut.path.slice(0, -1))} hands to other servers: nobody would see it`,
        allowed: "a name outside it, or a record on those servers",
        aboutKey: isKey,
      });
    }
  }
};

const valuesFitTheirType: Rule = function* ({ dns }) {
  for (const [index, { type, values }] of entriesOf(dns?.records)) {
    if (type === undefined) {
      continue;
    }
    const { allowed, fits } = valueFormats[type];
    for (const [at, value] of entriesOf(values)) {
      if (!fits(value)) {
        yield finding("dns", ["records", index, "values", at], {
          message: `${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)} is no value of ${withArticle(type)} record`,
          allowed,
        });
      }
    }
    for (const [at, value] of repeated(values)) {
      yield finding("dns", ["records", index, "values", at], {
        message: `${JSON.stringify(value)} is listed twice`,
        allowed: "each value once",
      });
    }
    if (type === "CNAME" && (values?.length ?? 0) > 1) {
      yield finding("dns", ["records", index, "values"], {
        message: `a CNAME stands for one name, and has ${values?.length ?? 0}`,
        allowed: "one value",
      });
    }
  }
};

const parentIsAbove: Rule = function* (input) {
  const { dns } = input;
  const { domain, parentDomain, parentZoneId, publicNames = {} } = dns ?? {};
  const hasParent = dns !== undefined && "parentZoneId" in dns;
  if (parentDomain !== undefined && !hasParent) {
    yield finding("dns", ["parentDomain"], {
      message: "there is no parentZoneId, so nothing is done in that zone",
      allowed: "together with parentZoneId",
    });
  }
  if (parentDomain !== undefined && domain !== undefined && !domain.endsWith(`.${parentDomain}`)) {
    yield finding("dns", ["parentDomain"], {
      message: `${JSON.stringify(domain)} does not lie below ${JSON.stringify(parentDomain)}`,
      allowed: "a domain that `domain` ends with",
    });
  }
  if (parentZoneId !== undefined && parentDomain === undefined && domain?.split(".").length === 2) {
    yield finding("dns", ["parentZoneId"], {
      message: `${JSON.stringify(domain)} lies below a top-level domain, whose zone is the registry's`,
      allowed: "no parentZoneId: give the output nameServers to the registrar",
    });
  }
  const above = parentDomain ?? domain?.split(".").slice(1).join(".");
  const known = new Set(entriesIn(input).map(({ name }) => name));
  if (isWrong(input, "frontend")) {
    known.add("frontend");
  }
  for (const [name, target] of Object.entries(publicNames)) {
    const at: Path = ["publicNames", name];
    if (!hasParent) {
      yield finding("dns", at, {
        message: "there is no parentZoneId, so the program cannot make it",
        allowed: "together with parentZoneId; otherwise make the CNAME by hand in the zone above",
      });
    }
    if (domain === undefined || above === undefined) {
      continue;
    }
    if (!name.endsWith(`.${above}`) || name === domain || name.endsWith(`.${domain}`)) {
      yield finding("dns", at, {
        message: `${JSON.stringify(name)} does not lie in ${above} beside ${domain}`,
        allowed: `a full name that ends with .${above}, outside ${domain}`,
        aboutKey: true,
      });
    }
    if (target !== undefined && !known.has(target)) {
      yield finding("dns", at, {
        message: `the zone has no name ${JSON.stringify(target)}`,
        allowed: `a name of aliases, cnames or records: ${
          [...known]
            .filter((each) => each !== "@")
            .sort()
            .join(", ") || "there is none"
        }`,
      });
    }
  }
};

const privateZonesHaveANetwork: Rule = function* ({ declared, dns }) {
  const [first] = Object.keys(dns?.privateZones ?? {});
  if (first !== undefined && !declared.has("network")) {
    yield finding("dns", ["privateZones", first], {
      message: "there is no network that would see it",
      allowed: "together with groundwork:network",
    });
  }
};

/** RDS has names, and no zone that an alias could stand for. */
const databaseNameIsACname: Rule = function* ({ dns }) {
  const { aliases = {} } = dns ?? {};
  for (const [index, { name, type }] of entriesOf(dns?.records)) {
    // Two A records are told as such.
    if (name !== undefined && type !== "A" && aliases[name] === "database") {
      yield finding("dns", ["records", index, "name"], {
        message: `${JSON.stringify(name)} is the database's name, which is a CNAME and stands alone`,
        allowed: "another name",
      });
    }
  }
  if (aliases["@"] === "database") {
    yield finding("dns", ["aliases", "@"], {
      message: "the zone's own name cannot be a CNAME, which the database's name has to be",
      allowed: "another name, such as db",
    });
  }
};

const nobodyDelegatesToPrivateZones: Rule = function* ({ dns }) {
  for (const [domain, zone] of Object.entries(dns?.privateZones ?? {})) {
    for (const [index, { type }] of entriesOf(zone?.records)) {
      if (type === "NS" || type === "DS") {
        yield finding("dns", ["privateZones", domain, "records", index, "type"], {
          message: `a private zone has no ${type} records: nobody delegates to it, and it hands on nothing`,
          allowed: "another type",
        });
      }
    }
  }
};

/** What holds of the public zone holds of each private one. */
const privateZonesAreZones: Rule = function* (input) {
  for (const [domain, zone] of Object.entries(input.dns?.privateZones ?? {})) {
    const { aliases = {}, records } = zone ?? {};
    const dns = { domain, aliases, ...(records !== undefined && { records }) };
    const place = ["privateZones", domain] as const;
    for (const rule of [
      aliasesAreOfWhatServes,
      databaseNameIsACname,
      namesFitTheZone,
      namesDoNotCollide,
      apexIsLeftToTheZone,
      valuesFitTheirType,
    ]) {
      for (const { message, path, ...rest } of rule({ ...input, dns })) {
        const here = pathText("groundwork:dns", place);
        const placed = message.replace("groundwork:dns", here);
        yield { ...rest, message: placed, path: [...place, ...path] };
      }
    }
  }
};

export const dnsRules: readonly Rule[] = [
  privateZonesHaveANetwork,
  databaseNameIsACname,
  nobodyDelegatesToPrivateZones,
  privateZonesAreZones,
  aliasesAreOfWhatServes,
  namesFitTheZone,
  namesDoNotCollide,
  apexIsLeftToTheZone,
  delegatedNamesAreLeftAlone,
  valuesFitTheirType,
  parentIsAbove,
];
