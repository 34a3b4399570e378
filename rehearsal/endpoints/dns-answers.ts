import { createHash } from "node:crypto";
import type { Answer } from "dns-packet";
import type { CloudRecord, CloudStore } from "../cloud/store";
import { isRecord, listOf, numberOf, textOf, textsAt } from "../interpreter/values";

/** What a server answers to one question. */
export interface DnsAnswer {
  readonly rcode: "NOERROR" | "NXDOMAIN";
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  /** Whether whoever asks wants the answer looked for, as of a resolver, and not what one server holds. */
  readonly recursive: boolean;
}

const zoneType = "aws:route53/zone:Zone";
const recordType = "aws:route53/record:Record";
/** The one server above all zones. A name that the world promises never to give to anybody (RFC 2606). */
const rootServer = "root-server.rehearsal.invalid";
const ttl = 60;

/**
 * Answers from the cloud's Route 53 zones, whoever owns them. There is one server for all: asked without recursion for
 * NS it speaks as a server of the zone above (which delegates, or does not), for anything else as one of the deepest
 * zone's own.
 */
export function answerOf(store: CloudStore, { name: asked, type, recursive }: DnsQuestion): DnsAnswer {
  const name = plain(asked);
  const zones = store
    .ofType(zoneType)
    .filter(({ inputs }) => listOf(inputs, "vpcs").length === 0)
    .map((zone) => ({ zone, apex: plain(textOf(zone.outputs, "name") || textOf(zone.inputs, "name")) }))
    .sort((a, b) => b.apex.length - a.apex.length);
  if (name === "" && type === "NS") {
    return found([{ type: "NS", name, ttl, data: rootServer }], recursive);
  }
  if (type === "A" && (name === rootServer || isNameServer(name, zones))) {
    return found([{ type: "A", name, ttl, data: "127.0.0.1" }], false);
  }
  const asParent = type === "NS" && !recursive;
  const holder = zones.find(({ apex }) => (asParent ? name !== apex : true) && isWithin(name, apex));
  if (holder === undefined) {
    return nothing("NXDOMAIN", soaOf("", rootServer));
  }
  const { zone, apex } = holder;
  const soa = soaOf(apex, textsAt(zone.outputs, "nameServers")[0] ?? rootServer);
  if (name === apex) {
    if (type === "SOA") return found([soa], true);
    if (type === "NS") return found(serversOf(apex, textsAt(zone.outputs, "nameServers")), true);
  }
  const records = store.ofType(recordType).filter(({ inputs }) => textOf(inputs, "zoneId") === zone.id);
  const cut = records.find(
    (record) => textOf(record.inputs, "type") === "NS" && isWithin(name, nameOf(record)),
  );
  if (cut !== undefined) {
    const authorities = serversOf(nameOf(cut), textsAt(cut.inputs, "records"));
    return { rcode: "NOERROR", authoritative: false, answers: [], authorities };
  }
  const here = recordsAt(name, apex, records);
  if (here.length === 0 && !records.some((record) => isWithin(nameOf(record), name)) && name !== apex) {
    return nothing("NXDOMAIN", soa);
  }
  const answers = here
    .filter((record) => [type, "CNAME"].includes(textOf(record.inputs, "type")))
    .flatMap((record) => dataOf(record, name));
  return answers.length === 0 ? nothing("NOERROR", soa) : found(answers, true);
}

/** Records of a name, or of the wildcard that stands for it. */
function recordsAt(name: string, apex: string, records: readonly CloudRecord[]): readonly CloudRecord[] {
  const exact = records.filter((record) => nameOf(record) === name);
  if (exact.length > 0 || name === apex || !isWithin(name, apex)) return exact;
  const above = name.split(".").slice(1).join(".");
  const wild = records.filter((record) => nameOf(record) === `*.${above}`);
  return wild.length > 0 ? wild : recordsAt(above, apex, []).length > 0 ? [] : wild;
}

function dataOf({ inputs }: CloudRecord, name: string): Answer[] {
  const type = textOf(inputs, "type");
  const lives = numberOf(inputs, "ttl") ?? ttl;
  const aliases = listOf(inputs, "aliases").filter(isRecord);
  if (aliases.length > 0) {
    return type === "A"
      ? aliases.map((alias) => ({ type: "A", name, ttl, data: addressOf(textOf(alias, "name")) }))
      : [];
  }
  return textsAt(inputs, "records").flatMap((text): Answer[] => {
    switch (type) {
      case "A":
      case "AAAA":
      case "CNAME":
      case "NS":
      case "PTR":
        return [{ type, name, ttl: lives, data: type === "A" || type === "AAAA" ? text : plain(text) }];
      case "TXT":
        return [
          { type, name, ttl: lives, data: text.split('""').map((part) => part.replace(/\\(.)/g, "$1")) },
        ];
      case "MX": {
        const [preference = "0", exchange = ""] = text.split(" ");
        return [
          { type, name, ttl: lives, data: { preference: Number(preference), exchange: plain(exchange) } },
        ];
      }
      default:
        return [];
    }
  });
}

/** What a load balancer's name would stand for: the same address each time, of those that documents use (RFC 5737). */
function addressOf(host: string): string {
  return `203.0.113.${String(createHash("sha256").update(plain(host)).digest().readUInt8(0))}`;
}

function isNameServer(name: string, zones: readonly { readonly zone: CloudRecord }[]): boolean {
  return zones.some(({ zone }) => textsAt(zone.outputs, "nameServers").map(plain).includes(name));
}

function serversOf(name: string, servers: readonly string[]): Answer[] {
  return servers.map((server) => ({ type: "NS", name, ttl, data: plain(server) }));
}

function soaOf(name: string, server: string): Answer {
  const data = {
    mname: server,
    rname: "awsdns-hostmaster.amazon.com",
    serial: 1,
    refresh: 7200,
    retry: 900,
    expire: 1_209_600,
    minimum: 86_400,
  };
  return { type: "SOA", name, ttl: 900, data };
}

function found(answers: readonly Answer[], authoritative: boolean): DnsAnswer {
  return { rcode: "NOERROR", authoritative, answers, authorities: [] };
}

function nothing(rcode: DnsAnswer["rcode"], soa: Answer): DnsAnswer {
  return { rcode, authoritative: true, answers: [], authorities: [soa] };
}

function nameOf(record: CloudRecord): string {
  return plain(textOf(record.outputs, "fqdn") || textOf(record.inputs, "name"));
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
