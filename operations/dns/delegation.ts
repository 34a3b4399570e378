import { FailedError } from "../terminal/errors";
import type { Response, ServerAddress } from "./ask";
import { reasonOf, serversIn, type Network } from "./network";

/** What the zone above says of a domain. */
export interface Delegation {
  /** The zone above: `weave.works`; the empty text is the root. */
  readonly parent: string;
  /** Name servers for the domain, by at least one of the parent's servers. Empty: not delegated. */
  readonly servers: readonly string[];
  /** Whether the parent's servers say that there is no such name at all. */
  readonly nameMissing: boolean;
  /** What is remarkable beside that: servers that do not answer, or that answer differently. */
  readonly notes: readonly string[];
  /** The parent's servers that list different name servers than the others. */
  readonly disagree: boolean;
}

/** Whether a server answers for a zone. */
export interface Liveness {
  readonly state: "answers" | "lame" | "silent" | "not asked";
  /** What it did instead. */
  readonly detail: string;
}

/**
 * Finds the zone above a domain and asks its own servers where the domain is delegated to: a resolver would tell what
 * the domain's servers say of themselves, or what it remembers.
 *
 * @throws FailedError when nobody answers.
 */
export async function delegationOf(network: Network, domain: string): Promise<Delegation> {
  const { parent, servers } = await parentOf(network, domain);
  const asked = await askable(network, servers);
  if (asked.length === 0) {
    throw new FailedError(
      `No server of ${zoneText(parent)} (${servers.join(", ")}) has an address. Nothing is known of the delegation of ${domain}.`,
    );
  }
  const replies = await Promise.all(asked.map((server) => replyOf(network, server, domain)));
  const told = replies.filter((reply) => reply.servers !== undefined);
  if (told.length === 0) {
    throw new FailedError(
      `No server of ${zoneText(parent)} tells where ${domain} is delegated to: ` +
        `${replies.map(({ note }) => note).join("; ")}. Nothing is known of the delegation; ask again later.`,
    );
  }
  const lists = new Set(told.map(({ servers: list = [] }) => [...list].sort().join(" ")));
  const disagree = lists.size > 1;
  return {
    parent,
    servers: [...new Set(told.flatMap(({ servers: list = [] }) => list))].sort(),
    nameMissing: told.every(({ missing }) => missing),
    notes: [
      ...replies.flatMap(({ note }) => note ?? []),
      ...(disagree
        ? told.map(({ name, servers: list = [] }) => `${name} lists ${[...list].sort().join(", ") || "none"}`)
        : []),
    ],
    disagree,
  };
}

/** The nearest name above that is a zone, with its servers. */
async function parentOf(
  network: Network,
  domain: string,
): Promise<{ readonly parent: string; readonly servers: readonly string[] }> {
  const labels = domain.split(".");
  for (let i = 1; i <= labels.length; i++) {
    const parent = labels.slice(i).join(".");
    const servers = serversIn((await network.resolve(parent, "NS")).answers, parent);
    if (servers.length > 0) {
      return { parent, servers };
    }
  }
  throw new FailedError(
    `The resolver knows no zone above ${domain}, not even the root, so nothing is known of its delegation. ` +
      "Ask another resolver with --resolver.",
  );
}

interface NamedAddress extends ServerAddress {
  readonly name: string;
}

async function askable(network: Network, servers: readonly string[]): Promise<readonly NamedAddress[]> {
  const found = await Promise.all(
    servers.map(async (name) => {
      const [address] = await network.addressesOf(name);
      return address === undefined ? undefined : { ...address, name };
    }),
  );
  const known = found.filter((each) => each !== undefined);
  const { standIn } = network;
  return known.length > 0 || standIn === undefined ? known : [{ ...standIn, name: servers[0] ?? "" }];
}

interface Reply {
  readonly name: string;
  /** Undefined when it does not tell. */
  readonly servers?: readonly string[];
  readonly missing: boolean;
  readonly note?: string;
}

async function replyOf(network: Network, server: NamedAddress, domain: string): Promise<Reply> {
  const { name } = server;
  let response: Response;
  try {
    response = await network.askServer(server, domain, "NS");
  } catch (error) {
    return { name, missing: false, note: `${name} does not answer (${reasonOf(error)})` };
  }
  if (response.rcode !== "NOERROR" && response.rcode !== "NXDOMAIN") {
    return { name, missing: false, note: `${name} answers ${response.rcode}` };
  }
  // A delegation stands in the authority section. Where one server holds both zones it answers from the lower one.
  const servers = [
    ...new Set([...serversIn(response.authorities, domain), ...serversIn(response.answers, domain)]),
  ];
  return { name, servers, missing: response.rcode === "NXDOMAIN" };
}

/** Asks one of a domain's servers for the zone's beginning: whoever holds the zone answers it with authority. */
export async function livenessOf(network: Network, server: string, domain: string): Promise<Liveness> {
  const addresses = await network.addressesOf(server);
  if (addresses.length === 0) {
    return network.closed
      ? { state: "not asked", detail: "it has no address on this machine" }
      : { state: "silent", detail: "its name has no address that can be found out" };
  }
  const reasons: string[] = [];
  for (const address of addresses) {
    try {
      const { rcode, authoritative, answers } = await network.askServer(address, domain, "SOA");
      if (rcode !== "NOERROR") {
        return { state: "lame", detail: `it answers ${rcode}` };
      }
      return authoritative && answers.some(({ type }) => type === "SOA")
        ? { state: "answers", detail: "" }
        : { state: "lame", detail: "it does not hold the zone" };
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  return { state: "silent", detail: reasons.join("; ") };
}

function zoneText(zone: string): string {
  return zone === "" ? "the root" : zone;
}
