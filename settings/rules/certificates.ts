import { pathText } from "../problem";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** Rules on certificates that the program makes, and on who has them. */

interface Use {
  readonly section: "fleets" | "workloads";
  readonly path: readonly string[];
  readonly certificate: string | undefined;
  readonly hasArn: boolean;
  /** Names of certificates and ARNs beside it. */
  readonly more: readonly (string | undefined)[];
  readonly hosts: readonly string[];
}

function usesIn({ fleets = {}, workloads = {} }: RuleInput): readonly Use[] {
  return [
    ...Object.entries(workloads).flatMap(([key, workload]): Use[] => {
      const balancer = workload?.loadBalancer;
      return balancer === undefined
        ? []
        : [
            {
              section: "workloads",
              path: [key, "loadBalancer"],
              certificate: balancer.certificate,
              hasArn: balancer.certificateArn !== undefined,
              more: [],
              hosts: [],
            },
          ];
    }),
    ...Object.entries(fleets).flatMap(([role, fleet]): Use[] => {
      const http = fleet?.loadBalancer?.http;
      return http === undefined
        ? []
        : [
            {
              section: "fleets",
              path: [role, "loadBalancer", "http"],
              certificate: http.certificate,
              hasArn: http.certificateArn !== undefined,
              more: http.moreCertificates ?? [],
              hosts: (http.hosts ?? []).filter((host) => host !== undefined),
            },
          ];
    }),
  ];
}

/** A name of a certificate in full, as far as the settings say it. */
function fullName(input: RuleInput, name: string): string {
  const { domain = "", publicNames = {} } = input.dns ?? {};
  return name === "@" ? domain : name in publicNames ? name : `${name}.${domain}`;
}

const certificatesAreThere: Rule = function* (input) {
  const certificates = input.dns?.certificates ?? {};
  const known = Object.keys(certificates);
  for (const { section, path, certificate, hasArn, hosts, more } of usesIn(input)) {
    if (input.dns === undefined && input.declared.has("dns")) {
      continue;
    }
    const at = [...path, "certificate"];
    if (certificate !== undefined && hasArn) {
      yield finding(section, at, {
        message: "there is a certificateArn besides",
        allowed: "one of the two",
      });
    }
    const further = [...entriesOf(more)].filter(([, one]) => !one.startsWith("arn:"));
    const named = [
      ...(certificate === undefined ? [] : [{ key: certificate, where: at }]),
      ...further.map(([index, key]) => ({ key, where: [...path, "moreCertificates", index] })),
    ];
    const absent = named.filter(({ key }) => !(key in certificates));
    for (const { key, where } of absent) {
      yield finding(section, where, {
        message: `there is no certificate ${JSON.stringify(key)}`,
        allowed:
          known.length === 0
            ? "a name of groundwork:dns.certificates; the stack has none"
            : `a name of groundwork:dns.certificates: ${known.join(", ")}`,
      });
    }
    // What is on a certificate of others, nobody here knows.
    if (certificate === undefined || absent.length > 0 || further.length < more.length) {
      continue;
    }
    const names = named.flatMap(({ key }) => certificates[key]?.names ?? [undefined]);
    const full = names.flatMap((name) => (name === undefined ? [] : [fullName(input, name)]));
    const missing = hosts.filter((host) => !full.some((name) => covers(name, host)));
    if (missing.length > 0 && !names.includes(undefined)) {
      yield finding(section, at, {
        message: `${named.length === 1 ? `the certificate ${JSON.stringify(certificate)} is` : "its certificates are"} not for ${missing.join(", ")}: clients would refuse it`,
        allowed: `a certificate with every name of hosts; ${named.length === 1 ? "this one has" : "these have"} ${full.join(", ")}`,
      });
    }
  }
};

const certificatesAreListedOnce: Rule = function* ({ fleets = {}, region }) {
  for (const [role, fleet] of Object.entries(fleets)) {
    const { certificate, certificateArn, moreCertificates } = fleet?.loadBalancer?.http ?? {};
    const path = [role, "loadBalancer", "http", "moreCertificates"];
    const [first] = [certificate, certificateArn].filter((one) => one !== undefined);
    if ((moreCertificates ?? []).length > 0 && first === undefined) {
      yield finding("fleets", path, {
        message: "stands without certificate or certificateArn, which clients get that name no host",
        allowed: "certificate or certificateArn besides",
      });
    }
    const listed = [first, ...(moreCertificates ?? [])];
    for (const [index, one] of repeated(listed)) {
      yield finding("fleets", [...path, index - 1], {
        message: `${JSON.stringify(one)} is there already`,
        allowed: "each certificate once",
      });
    }
    for (const [index, one] of entriesOf(moreCertificates)) {
      if (region !== undefined && one.startsWith("arn:") && one.split(":")[3] !== region) {
        yield finding("fleets", [...path, index], {
          message: `${JSON.stringify(one)} is not in ${region}`,
          allowed: "a certificate in aws:region: load balancers take no other",
        });
      }
    }
  }
};

/** A wildcard stands for one label (RFC 6125, 6.4.3). */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.replace(/^[^.]+\./, "") === name.slice(2));
}

/** Characters of a certificate's own name. Source: ACM API Reference, RequestCertificate, DomainName. */
const longestOwnName = 64;

const certificateNamesAreOurs: Rule = function* (input) {
  const { certificates = {}, domain, parentDomain, publicNames = {}, records } = input.dns ?? {};
  const above = parentDomain ?? domain?.split(".").slice(1).join(".");
  const cuts = [...entriesOf(records)].filter(([, { name, type }]) => type === "NS" && name !== "@");
  const seen = new Map<string, string>();
  for (const [key, certificate] of Object.entries(certificates)) {
    for (const [index, name] of entriesOf(certificate?.names)) {
      const path = ["certificates", key, "names", index];
      if (domain === undefined) {
        continue;
      }
      const full = fullName(input, name);
      const cut = cuts.find(([, record]) => !(name in publicNames) && liesIn(name, record.name));
      if (name === domain || name.endsWith(`.${domain}`)) {
        yield finding("dns", path, {
          message: `${JSON.stringify(name)} is a whole name: it would become ${name}.${domain}`,
          allowed: "a name relative to the zone, or a full name of publicNames",
          suggestion: `Write ${name === domain ? "@" : name.slice(0, -domain.length - 1)}.`,
        });
      } else if (above !== undefined && name.endsWith(`.${above}`) && !(name in publicNames)) {
        yield finding("dns", path, {
          message: `${JSON.stringify(name)} lies in another zone, where the program makes no records`,
          allowed: "a name of this zone, or a full name of publicNames",
        });
      } else if (cut !== undefined) {
        yield finding("dns", path, {
          message: `${JSON.stringify(name)} lies in ${JSON.stringify(cut[1].name)}, which ${pathText("groundwork:dns", ["records", cut[0]])} hands to other servers: nobody would find its proof`,
          allowed: "a name outside it",
        });
      } else if (name.includes("_")) {
        yield finding("dns", path, {
          message: `${JSON.stringify(name)} has an underscore, and certificates are for hosts`,
          allowed: "a name of letters, digits and hyphens",
        });
      } else if (index === 0 && full.length > longestOwnName) {
        yield finding("dns", path, {
          message: `${full} has ${full.length} characters, and is the certificate's own name`,
          allowed: `up to ${longestOwnName} for the first name; those after it may be longer`,
        });
      }
      const other = seen.get(full);
      if (other !== undefined) {
        yield finding("dns", path, {
          message: `${full} is on a certificate already, at ${other}`,
          allowed: "each name once: its load balancers share one certificate",
        });
      }
      seen.set(full, pathText("groundwork:dns", path));
    }
  }
};

/** Whether a name of the zone is another or below it; a wildcard is below what it is of. */
function liesIn(name: string, other: string | undefined): boolean {
  return other !== undefined && `.${name}`.endsWith(`.${other}`);
}

/** Who may issue, as ACM asks (ACM, "Certification Authority Authorization (CAA) problems"). */
const amazonsNames: ReadonlySet<string> = new Set([
  "amazon.com",
  "amazontrust.com",
  "awstrust.com",
  "amazonaws.com",
]);

/** The nearest records at a name or above it decide, and no others (RFC 8659, 3). */
const amazonMayIssue: Rule = function* ({ dns }) {
  const records = [...entriesOf(dns?.records)].filter(([, { type }]) => type === "CAA");
  const deciding = (name: string): string =>
    records
      .flatMap(([, record]) => (liesIn(name, record.name) ? (record.name ?? []) : []))
      .sort((one, other) => other.length - one.length)[0] ?? "@";
  // What the zone above has is decided there.
  const names = Object.values(dns?.certificates ?? {})
    .flatMap((certificate) => certificate?.names ?? [])
    .filter((name) => name !== undefined && !(name in (dns?.publicNames ?? {})));
  for (const [index, { name, values }] of records) {
    const concerned = names.filter((one) => one !== undefined && deciding(one) === name);
    const issuers = (tag: string): readonly string[] =>
      [...entriesOf(values)].flatMap(([, value]) => {
        const [, found, issuer = ""] = /^\d+ (\w+) "?([^";]*)/.exec(value) ?? [];
        return found === tag ? [issuer.trim()] : [];
      });
    const wild = issuers("issuewild");
    const shut = concerned.filter((one) => {
      const listed = one?.startsWith("*.") === true && wild.length > 0 ? wild : issuers("issue");
      return listed.length > 0 && !listed.some((issuer) => amazonsNames.has(issuer));
    });
    if (shut.length > 0) {
      yield finding("dns", ["records", index, "values"], {
        message: `lets no Amazon issue, and certificates are for ${shut.join(", ")}`,
        allowed: "0 issue amazon.com among the values: ACM looks before it issues or renews",
      });
    }
  }
};

export const certificateRules: readonly Rule[] = [
  certificatesAreThere,
  certificatesAreListedOnce,
  certificateNamesAreOurs,
  amazonMayIssue,
];
