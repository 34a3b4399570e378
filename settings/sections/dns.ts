import { createRequire } from "node:module";
import type * as tldts from "tldts";
import { z } from "zod";
import { format, setting } from "../describe";
import { recordTypes } from "../dns-values";

const load = createRequire(__filename);

/** Loaded when there is a domain to judge: the list of public suffixes takes a while. */
function publicSuffix(domain: string): string | null {
  return (load("tldts") as typeof tldts).getPublicSuffix(domain, { allowPrivateDomains: true });
}

/** RFC 1035: 255 bytes with the lengths of the labels, which leaves 253 characters. */
export const longestName = 253;

const hostLabel = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** Names that are no hosts may have underscores: `_dmarc`, `_sip._tcp`. */
const nameLabel = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";

const hostName = format(
  z
    .string()
    .regex(new RegExp(`^${nameLabel}(?:\\.${nameLabel})+$`))
    .max(longestName),
  {
    allowed: `a full name in lower case, of labels of up to 63 characters with dots between, at most ${longestName} in all, without a dot at the end`,
    examples: ["frontend.dev.example.com"],
  },
);

const domainName = format(
  z
    .string()
    .regex(new RegExp(`^${hostLabel}(?:\\.${hostLabel})+$`))
    .max(longestName)
    .refine((domain) => publicSuffix(domain) !== domain, {
      error: "is a public suffix: names are registered below it, by everybody",
    }),
  {
    allowed:
      "a domain in lower case, labels of up to 63 letters, digits and inner hyphens with dots between, without a dot at the end",
    examples: ["dev.example.com"],
  },
);

const nameAllowed =
  "a name within the zone, relative to it, in lower case: `www`, `_dmarc`, `*.preview`; not the whole name, no dot at the end";

/** Below the zone's own name, in a record's words: `www`, `_sip._tcp`, `*.preview`. */
const recordName = format(
  z
    .string()
    .regex(new RegExp(`^(?:\\*|${nameLabel})(?:\\.${nameLabel})*$`))
    .max(longestName),
  { allowed: nameAllowed, examples: ["www"] },
);

const apexOrName = format(z.union([z.literal("@"), recordName]), {
  allowed: `@ for the zone's own name, or ${nameAllowed}`,
});

/** What an alias stands for: `frontend`, `fleet:api`, `fleet:api:network`, `staticService:dns`. */
const aliasTarget = format(
  z
    .string()
    .regex(
      /^(?:[a-z][a-z0-9-]*|fleet:[a-z][a-z0-9-]*(?::(?:http|network|address))?|staticService:[a-z][a-z0-9-]*)$/,
    ),
  {
    allowed:
      "a workload's key, fleet:ROLE (with :http, :network or :address where the role has several), staticService:KEY, or database",
    examples: ["frontend"],
  },
);

/** Names on one certificate: ACM gives ten without being asked for more (ACM, "Quotas"). */
const mostCertificateNames = 10;

const certificate = z.strictObject({
  names: setting(
    z
      .array(z.union([apexOrName, hostName]))
      .min(1)
      .max(mostCertificateNames),
    {
      description:
        "Names that it is for, within the zone (`@`, `api`, `*.preview`), or full names of publicNames. A change makes another certificate, " +
        "and moves the load balancers to it before the old one goes.",
      why: `Up to ${mostCertificateNames}: ACM's quota for one certificate.`,
      allowed: `a list of 1 to ${mostCertificateNames} names of the zone, or full names of publicNames`,
      examples: [["api"]],
    },
  ),
});

/** Name of a certificate, by which load balancers have it. */
export const certificateName = format(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), {
  allowed: "1 to 40 lower-case letters, digits and hyphens, beginning with a letter",
  examples: ["api"],
});

/** Resolvers keep nothing longer than a week (RFC 8767). */
const timeToLive = z.number().int().min(0).max(604_800);

const record = z.strictObject({
  name: setting(apexOrName, { description: "The record's name within the zone; `@` for the zone's own." }),
  type: setting(z.enum(recordTypes), {
    description:
      "The record's type. NS hands a part of the zone to other servers; the zone's own NS and SOA are made by Route 53.",
  }),
  ttl: setting(timeToLive.optional(), {
    description: "How long resolvers may keep it.",
    unit: "seconds",
    defaultText: "the section's ttl",
  }),
  values: setting(z.array(z.string()).min(1).max(400), {
    description:
      "Its values: A and AAAA addresses; CNAME and NS full names; MX `10 mail.example.com`; SRV `priority weight port target`; " +
      "CAA `0 issue letsencrypt.org`; DS `tag algorithm digest-type digest`; TXT the text as it is, without quotation marks: the program " +
      "quotes it, and cuts what is longer than 255 characters.",
    why: "At most 400, as Route 53 has it.",
    allowed: "a list of 1 to 400 values of the record's type",
    examples: [["192.0.2.10"]],
  }),
});

const privateZone = z.strictObject({
  aliases: setting(z.record(apexOrName, aliasTarget).default({}), {
    description: "Names for what serves, as in the public zone.",
    examples: [{ db: "database", git: "fleet:git" }],
  }),
  records: setting(z.array(record).default([]), {
    description:
      "Any other record of the zone, but NS and DS: nobody delegates to it, and it hands on nothing.",
  }),
  ttl: setting(timeToLive.default(60), {
    description: "How long resolvers may keep records that say nothing else.",
    unit: "seconds",
    why: "A minute, as aliases have it: what is inside moves more often, and nobody pays for the questions.",
  }),
});

export const dnsSettings = setting(
  z.strictObject({
    domain: setting(domainName, {
      description:
        "Name of the zone, the environment's own. It takes a delegation in the zone above to be found: parentZoneId, or by hand. Fixed: another name is another zone.",
      examples: ["dev.example.com"],
    }),
    aliases: setting(z.record(apexOrName, aliasTarget).optional(), {
      description:
        "Names for what serves, each a name within the zone (`@` for its own). It leads to the key of a workload with a load balancer, to `fleet:ROLE` (its load balancer, or " +
        "its static address), to `staticService:KEY` (the addresses of all its machines) or to `database` (a CNAME of the server that serves). The record follows in the same run when what it " +
        "names is replaced. An internal load balancer's name has private addresses, which are reached from the VPC only.",
      defaultText: "{ frontend: frontend } where that workload has a load balancer, else none",
      examples: [{ frontend: "frontend", api: "fleet:api" }],
    }),
    certificates: setting(z.record(certificateName, certificate).default({}), {
      description:
        "Certificates of ACM, in the stack's own region: made, proven by records in the zone, and given to the load balancers that name them " +
        "(`certificate`) in the same run. ACM renews them by those records. The zone must be delegated: where that is done by hand, the first run says " +
        "which servers to name, and waits up to 75 minutes.",
      examples: [{ api: { names: ["api"] } }],
    }),
    cnames: setting(z.record(recordName, hostName).default({}), {
      description: "Other names: name within the zone to the full name that it stands for.",
      examples: [{ status: "example.statuspage.io" }],
    }),
    records: setting(z.array(record).default([]), { description: "Any other record of the zone." }),
    ttl: setting(timeToLive.default(300), {
      description:
        "How long resolvers may keep CNAMEs and records that say nothing else; aliases have Route 53's 60 seconds.",
      unit: "seconds",
      why: "Five minutes: a mistake is over soon, and queries cost next to nothing.",
    }),
    privateZones: setting(z.record(domainName, privateZone).default({}), {
      description:
        "Zones that only the stack's own network sees, by their names. One of the public zone's own name answers in its stead within the network, for all names of " +
        "it: what it does not have is not found there. A VPC that others made needs enableDnsSupport and enableDnsHostnames; one of groundwork:network has both.",
      examples: [{ "dev.internal": { aliases: { db: "database" } } }],
    }),
    parentZoneId: setting(
      z
        .string()
        .regex(/^Z[A-Z0-9]{1,31}$/)
        .optional(),
      {
        description:
          "Hosted zone of the domain above, where it lies in this account: the program then delegates the domain to the zone's name servers by itself. " +
          "Absent: copy the output nameServers into the zone above by hand; `./groundwork dns STACK check` compares the two.",
        allowed: "the id of a hosted zone: Z and up to 31 capitals and digits, without /hostedzone/",
        examples: ["Z0123456789ABCDEFGHIJ"],
      },
    ),
    parentDomain: setting(domainName.optional(), {
      description: "Name of the zone that parentZoneId is of.",
      defaultText: "domain without its first label",
      examples: ["example.com"],
    }),
    delegationTtl: setting(timeToLive.default(3600), {
      description: "How long resolvers may keep the delegation in the zone above.",
      unit: "seconds",
      why: "An hour, not the usual two days: that long, resolvers ask the old name servers after the zone was created again.",
    }),
    publicNames: setting(z.record(hostName, recordName).default({}), {
      description:
        "Names that the public uses, as CNAMEs in the zone above: full name to a name of this zone. Needs parentZoneId.",
      examples: [{ "app.example.com": "frontend" }],
    }),
  }),
  { description: "A Route 53 zone for the environment: names of load balancers, records, delegation." },
);
export type DnsSettings = z.infer<typeof dnsSettings>;
