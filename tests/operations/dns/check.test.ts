import { expect } from "chai";
import { ask, NoAnswerError } from "../../../operations/dns/ask";
import { compare, type Comparison } from "../../../operations/dns/compare";
import { delegationOf, livenessOf, type Delegation } from "../../../operations/dns/delegation";
import { Network } from "../../../operations/dns/network";
import { codes, DnsServer, ns, soa, type Asked, type Behaviour, type Reply } from "./dns-server";

const domain = "dev.example.com";
const parentServer = "a.parent.test";
const zoneServers = ["ns-1.zone.test", "ns-2.zone.test"];
const patience = { timeout: 150, attempts: 2 };

/**
 * Servers by address, all on one port: on 127.0.0.1 the resolver, which is also what names without an address of this
 * machine lead to.
 */
class World {
  readonly servers: DnsServer[] = [];

  static async of(
    addresses: Readonly<Record<string, string>>,
    behaviours: Readonly<Record<string, Behaviour>>,
    resolver: Behaviour = resolverOf(addresses),
  ): Promise<World> {
    const world = new World();
    const first = await DnsServer.start(resolver);
    world.servers.push(first);
    for (const [address, behaviour] of Object.entries(behaviours)) {
      world.servers.push(await DnsServer.start(behaviour, address, first.port));
    }
    return world;
  }

  get resolver(): DnsServer {
    return this.servers[0] as DnsServer;
  }

  get network(): Network {
    return Network.of(`127.0.0.1:${this.resolver.port}`, patience);
  }

  askedAt(address: string): readonly Asked[] {
    return this.servers.find((server) => server.address === address)?.asked ?? [];
  }

  async check(servers: readonly string[] = zoneServers): Promise<Comparison & { delegation: Delegation }> {
    const delegation = await delegationOf(this.network, domain);
    const all = [...new Set([...servers, ...delegation.servers])];
    const liveness = new Map(
      await Promise.all(
        all.map(async (server) => [server, await livenessOf(this.network, server, domain)] as const),
      ),
    );
    return { ...compare(servers, delegation, liveness), delegation };
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }
}

/** Knows the zone above and the servers' addresses. */
function resolverOf(addresses: Readonly<Record<string, string>>): Behaviour {
  return ({ name, type, recursive }) => {
    if (!recursive) return { rcode: codes.REFUSED };
    if (type === "NS" && name === "example.com") return { answers: ns(name, parentServer) };
    const address = addresses[name];
    if (address !== undefined)
      return { answers: type === "A" ? [{ type: "A", name, ttl: 60, data: address }] : [] };
    return { rcode: codes.NXDOMAIN };
  };
}

/** A server of the zone above: delegates to these. */
function delegating(...servers: readonly string[]): Behaviour {
  return ({ name, type, recursive }) =>
    recursive || type !== "NS"
      ? { rcode: codes.REFUSED }
      : { authorities: ns(name.toUpperCase(), ...servers.map((server) => `${server.toUpperCase()}.`)) };
}

/** A server that holds the zone. */
const serving: Behaviour = ({ name, type, recursive }) =>
  recursive || type !== "SOA" ? { rcode: codes.REFUSED } : { authoritative: true, answers: [soa(name)] };

const addresses = {
  [parentServer]: "127.0.0.2",
  "ns-1.zone.test": "127.0.0.3",
  "ns-2.zone.test": "127.0.0.4",
  "ns-old.zone.test": "127.0.0.5",
};

describe("the check of a delegation", () => {
  let world: World;
  afterEach(() => world.close());

  const found = async (
    parent: Behaviour,
    others: Readonly<Record<string, Behaviour>> = {},
  ): Promise<Comparison & { delegation: Delegation }> => {
    world = await World.of(addresses, {
      "127.0.0.2": parent,
      "127.0.0.3": serving,
      "127.0.0.4": serving,
      ...others,
    });
    return world.check();
  };

  it("finds nothing when the parent's servers and the zone's are the same, in whatever letters, and all answer", async () => {
    const { equal, missing, extra, stale, rows, delegation } = await found(delegating(...zoneServers));
    expect({ equal, missing, extra, stale }).to.deep.equal({
      equal: true,
      missing: [],
      extra: [],
      stale: [],
    });
    expect(rows).to.deep.equal(
      zoneServers.map((server) => ({
        server,
        inParent: true,
        inZone: true,
        liveness: { state: "answers", detail: "" },
      })),
    );
    expect(delegation).to.deep.equal({
      parent: "example.com",
      servers: zoneServers,
      nameMissing: false,
      notes: [],
      disagree: false,
    });
  });

  it("asks the parent's own server, and without recursion: a resolver would tell what the zone says of itself", async () => {
    await found(delegating(...zoneServers));
    expect(world.askedAt("127.0.0.2")).to.deep.equal([
      { name: domain, type: "NS", recursive: false, over: "udp" },
    ]);
    expect(world.resolver.asked.filter(({ name }) => name === domain)).to.deep.equal([]);
    expect(world.askedAt("127.0.0.3")).to.deep.equal([
      { name: domain, type: "SOA", recursive: false, over: "udp" },
    ]);
  });

  it("names what the parent lacks", async () => {
    const { equal, missing, extra, stale } = await found(delegating("ns-1.zone.test"));
    expect({ equal, missing, extra, stale }).to.deep.equal({
      equal: false,
      missing: ["ns-2.zone.test"],
      extra: [],
      stale: [],
    });
  });

  it("names what the parent has too much, and that it does not hold the zone", async () => {
    const { missing, extra, stale, rows } = await found(delegating(...zoneServers, "ns-old.zone.test"), {
      "127.0.0.5": () => ({ rcode: codes.REFUSED }),
    });
    expect({ missing, extra, stale }).to.deep.equal({
      missing: [],
      extra: ["ns-old.zone.test"],
      stale: ["ns-old.zone.test"],
    });
    expect(rows.at(-1)?.liveness).to.deep.equal({ state: "lame", detail: "it answers REFUSED" });
  });

  it("tells a server that is only extra from one that is stale", async () => {
    const { extra, stale } = await found(delegating(...zoneServers, "ns-old.zone.test"), {
      "127.0.0.5": serving,
    });
    expect({ extra, stale }).to.deep.equal({ extra: ["ns-old.zone.test"], stale: [] });
  });

  for (const [what, behaviour, detail] of [
    ["answers without authority", () => ({ answers: [soa(domain)] }), "it does not hold the zone"],
    ["refers to others", () => ({ authorities: ns("com", "a.gtld.test") }), "it does not hold the zone"],
    ["fails", () => ({ rcode: codes.SERVFAIL }), "it answers SERVFAIL"],
  ] as readonly (readonly [string, Behaviour, string])[]) {
    it(`calls a server lame that ${what}`, async () => {
      const { equal, stale, rows } = await found(delegating(...zoneServers), { "127.0.0.4": behaviour });
      expect(equal).to.equal(false);
      expect(stale).to.deep.equal(["ns-2.zone.test"]);
      expect(rows[1]?.liveness).to.deep.equal({ state: "lame", detail });
    });
  }

  it("calls a server stale that does not answer in time, after asking it again", async () => {
    const { equal, stale, rows } = await found(delegating(...zoneServers), { "127.0.0.4": () => undefined });
    expect(equal).to.equal(false);
    expect(stale).to.deep.equal(["ns-2.zone.test"]);
    expect(rows[1]?.liveness.state).to.equal("silent");
    expect(world.askedAt("127.0.0.4")).to.have.length(2);
  });

  it("finds a domain that is not delegated at all, and one whose name does not exist", async () => {
    const none = await found(() => ({ authoritative: true, authorities: [soa("example.com")] }));
    expect(none.equal).to.equal(false);
    expect(none.missing).to.deep.equal(zoneServers);
    expect(none.delegation).to.deep.include({ servers: [], nameMissing: false });
    await world.close();
    const missing = await found(() => ({ rcode: codes.NXDOMAIN, authoritative: true }));
    expect(missing.delegation).to.deep.include({ servers: [], nameMissing: true });
    expect(missing.equal).to.equal(false);
  });

  it("goes up to the nearest zone above, past names that are no zones or do not exist", async () => {
    world = await World.of(addresses, { "127.0.0.2": delegating(...zoneServers) }, (asked) => {
      if (asked.type === "NS" && asked.name === "") return { answers: ns("", parentServer) };
      if (asked.type === "NS") return asked.name === "com" ? {} : { rcode: codes.NXDOMAIN };
      return resolverOf(addresses)(asked);
    });
    const { parent, servers } = await delegationOf(world.network, domain);
    expect({ parent, servers }).to.deep.equal({ parent: "", servers: zoneServers });
    expect(world.resolver.asked.filter(({ type }) => type === "NS").map(({ name }) => name)).to.deep.equal([
      "example.com",
      "com",
      "",
    ]);
  });

  it("asks every server of the parent, and says when they do not agree", async () => {
    const two: Readonly<Record<string, string>> = { ...addresses, "b.parent.test": "127.0.0.6" };
    world = await World.of(
      two,
      {
        "127.0.0.2": delegating(...zoneServers),
        "127.0.0.6": delegating("ns-1.zone.test", "ns-old.zone.test"),
        "127.0.0.3": serving,
        "127.0.0.4": serving,
        "127.0.0.5": serving,
      },
      (asked) =>
        asked.type === "NS"
          ? { answers: ns(asked.name, parentServer, "b.parent.test") }
          : resolverOf(two)(asked),
    );
    const { equal, disagree, extra, delegation } = await world.check();
    expect({ equal, disagree, extra }).to.deep.equal({
      equal: false,
      disagree: true,
      extra: ["ns-old.zone.test"],
    });
    expect(delegation.notes).to.deep.equal([
      "a.parent.test lists ns-1.zone.test, ns-2.zone.test",
      "b.parent.test lists ns-1.zone.test, ns-old.zone.test",
    ]);
  });

  it("goes by the parent's servers that answer, and names the others", async () => {
    const two: Readonly<Record<string, string>> = { ...addresses, "b.parent.test": "127.0.0.6" };
    world = await World.of(
      two,
      {
        "127.0.0.2": delegating(...zoneServers),
        "127.0.0.6": () => undefined,
        "127.0.0.3": serving,
        "127.0.0.4": serving,
      },
      (asked) =>
        asked.type === "NS"
          ? { answers: ns(asked.name, parentServer, "b.parent.test") }
          : resolverOf(two)(asked),
    );
    const { equal, delegation } = await world.check();
    expect(equal).to.equal(true);
    expect(delegation.notes[0]).to.match(
      /^b\.parent\.test does not answer \(127\.0\.0\.6 port \d+: no answer in time\)$/,
    );
  });

  const failures: readonly (readonly [string, Behaviour, Behaviour, RegExp])[] = [
    [
      "the resolver does not answer",
      () => undefined,
      delegating(...zoneServers),
      /^No resolver could be asked for the NS records of example\.com: 127\.0\.0\.1 port \d+: no answer in time\./,
    ],
    [
      "the resolver fails",
      () => ({ rcode: codes.SERVFAIL }),
      delegating(...zoneServers),
      /^No resolver could be asked for the NS records of example\.com: 127\.0\.0\.1 answers SERVFAIL\./,
    ],
    [
      "the parent's servers do not answer",
      resolverOf(addresses),
      () => undefined,
      /^No server of example\.com tells where dev\.example\.com is delegated to: a\.parent\.test does not answer/,
    ],
    [
      "the parent's servers refuse",
      resolverOf(addresses),
      () => ({ rcode: codes.REFUSED }),
      /^No server of example\.com tells where dev\.example\.com is delegated to: a\.parent\.test answers REFUSED/,
    ],
  ];
  for (const [what, resolver, parent, message] of failures) {
    it(`fails, and never says that all is well, when ${what}`, async () => {
      world = await World.of(addresses, { "127.0.0.2": parent }, resolver);
      const error = await delegationOf(world.network, domain).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error).with.property("message").that.matches(message);
      expect(error).to.have.property("exitCode", 1);
    });
  }

  it("with a port asks nothing but that server for what has no address on this machine", async () => {
    world = await World.of({}, {}, ({ name, type, recursive }): Reply => {
      if (type === "NS" && recursive)
        return name === "example.com" ? { answers: ns(name, "ns.elsewhere.test") } : {};
      if (type === "NS") return { authorities: ns(name, ...zoneServers) };
      return type === "A" ? { answers: [{ type: "A", name, ttl: 60, data: "192.0.2.1" }] } : {};
    });
    const { equal, rows } = await world.check();
    expect(equal).to.equal(true);
    expect(rows.map(({ liveness }) => liveness.state)).to.deep.equal(["not asked", "not asked"]);
  });

  it("takes addresses with and without a port, and no names", () => {
    for (const text of [
      "192.0.2.53",
      "192.0.2.53:5353",
      "2001:db8::53",
      "[2001:db8::53]:5353",
      "[2001:db8::53]",
    ]) {
      expect(() => Network.of(text), text).to.not.throw();
    }
    expect(Network.of("192.0.2.53:53").closed).to.equal(false);
    expect(Network.of("192.0.2.53:5353").closed).to.equal(true);
    for (const text of [
      "",
      "resolver.example.com",
      "192.0.2.53:",
      "192.0.2.53:0",
      "192.0.2.53:70000",
      "192.0.2",
    ]) {
      expect(() => Network.of(text), text).to.throw(
        `--resolver ${text}: an IP address, with or without a port`,
      );
    }
    // The test above closes a world; there is none here.
    world = new World();
  });
});

describe("asking a DNS server", () => {
  let server: DnsServer;
  afterEach(() => server.stop());
  const question = { name: domain, type: "NS", recursive: false } as const;

  it("asks over TCP what is too long for UDP, and reads what comes in parts", async () => {
    const many = Array.from({ length: 40 }, (_, i) => `ns-${i}.a-rather-long-name-for-a-server.test`);
    server = await DnsServer.start(({ name }) => ({ truncated: true, authorities: ns(name, ...many) }));
    const { authorities } = await ask(server, question, patience);
    expect(authorities).to.have.length(40);
    expect(server.asked.map(({ over }) => over)).to.deep.equal(["udp", "tcp"]);
  });

  it("asks again when a packet is lost", async () => {
    let lost = false;
    server = await DnsServer.start(({ name }) => {
      if (lost) return { authorities: ns(name, "ns-1.zone.test") };
      lost = true;
      return undefined;
    });
    expect((await ask(server, question, patience)).authorities).to.have.length(1);
    expect(server.asked).to.have.length(2);
  });

  it("fails with the server's address when nobody listens there", async () => {
    server = await DnsServer.start(() => undefined);
    const { port } = server;
    await server.stop();
    const error = await ask({ address: "127.0.0.1", port }, question, patience).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(NoAnswerError);
    expect(String(error)).to.contain(`127.0.0.1 port ${port}: `);
    server = await DnsServer.start(() => undefined);
  });

  it("fails when the connection breaks over TCP", async () => {
    server = await DnsServer.start(({ over }) => (over === "udp" ? { truncated: true } : undefined));
    const error = await ask(server, question, patience).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(NoAnswerError);
    expect(String(error)).to.contain("before the answer was whole");
  });
});
