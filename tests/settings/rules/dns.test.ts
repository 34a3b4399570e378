import { expect } from "chai";
import { changed, problemsOf, settingsOf, type Config } from "../support";

const domain = "dev.example.com";
const dns = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:dns": { domain, ...change } }));
const record = (change: Config): ReturnType<typeof problemsOf> => dns({ records: [change] });
const parsed = (change: Config): unknown =>
  settingsOf(changed({ "groundwork:dns": { domain, ...change } })).sections.dns;

describe("settings: dns", () => {
  it("is a domain and nothing else at the least", () => {
    expect(parsed({})).to.deep.equal({
      domain,
      certificates: {},
      cnames: {},
      records: [],
      ttl: 300,
      delegationTtl: 3600,
      publicNames: {},
      privateZones: {},
    });
  });

  it("has private zones in a network, whose names and records are as right as the public one's", () => {
    const zone = (change: Config): readonly (readonly [string, string])[] =>
      dns({ privateZones: { "dev.internal": change } }).map(({ path, message }) => [path, message]);
    const place = 'groundwork:dns.privateZones["dev.internal"]';
    expect(zone({ aliases: { db: "database" } })).to.deep.equal([]);
    expect(dns({ privateZones: { [domain]: { aliases: { db: "database" } } } })).to.deep.equal([]);
    expect(zone({ aliases: { "@": "database", web: "fleet:web" } })).to.have.deep.members([
      [`${place}.aliases["@"]`, "the zone's own name cannot be a CNAME, which the database's name has to be"],
      [`${place}.aliases.web`, '"fleet:web" is nothing that this stack has'],
    ]);
    const ns = { name: "sub", type: "NS", values: ["ns1.example.net"] };
    expect(zone({ records: [ns] })).to.deep.equal([
      [
        `${place}.records[0].type`,
        "a private zone has no NS records: nobody delegates to it, and it hands on nothing",
      ],
    ]);
    const a = (name: string, value: string): Config => ({ name, type: "A", values: [value] });
    expect(
      zone({ records: [a("x", "10.0.0.1"), a("x", "10.0.0.2"), a("y", "nowhere")] }),
    ).to.have.deep.members([
      [`${place}.records[1].name`, `"x" has an A record already, at ${place}.records[0].name`],
      [`${place}.records[2].values[0]`, '"nowhere" is no value of an A record'],
    ]);
    expect(
      zone({ aliases: { db: "database" }, records: [{ name: "db", type: "TXT", values: ["x"] }] }),
    ).to.deep.equal([
      [`${place}.records[0].name`, '"db" is the database\'s name, which is a CNAME and stands alone'],
    ]);
    const alone = changed({
      "groundwork:dns": { domain, privateZones: { "dev.internal": {} } },
      "groundwork:network": undefined,
      "groundwork:database": undefined,
    });
    expect(problemsOf(alone).map(({ path, message }) => [path, message])).to.deep.include([
      place,
      "there is no network that would see it",
    ]);
  });

  for (const [what, wrong] of [
    ["capitals", "Dev.example.com"],
    ["a dot at the end", "dev.example.com."],
    ["one label", "example"],
    ["an empty label", "dev..example.com"],
    ["a hyphen at an end", "-dev.example.com"],
    ["an underscore", "dev_1.example.com"],
    ["a label of 64 characters", `${"d".repeat(64)}.example.com`],
    ["a wildcard", "*.example.com"],
    ["254 characters", `${"a.".repeat(122)}example.com`.slice(-254)],
  ] as const) {
    it(`refuses a domain with ${what}`, () => {
      const [problem, ...others] = dns({ domain: wrong });
      expect(others).to.deep.equal([]);
      expect(problem?.path).to.equal("groundwork:dns.domain");
      expect(problem?.message).to.equal(`found ${JSON.stringify(wrong)}`);
    });
  }

  for (const suffix of ["co.uk", "github.io"]) {
    it(`refuses ${suffix}, below which everybody registers names`, () => {
      expect(dns({ domain: suffix }).map(({ message }) => message)).to.deep.equal([
        `"${suffix}" is a public suffix: names are registered below it, by everybody`,
      ]);
    });
  }

  it("takes names with underscores, wildcards and the zone's own name", () => {
    const values = { A: ["192.0.2.1"], TXT: ["v=DMARC1; p=none"], SRV: ["10 5 5060 sip.example.com"] };
    expect(
      dns({
        records: [
          { name: "@", type: "A", values: values.A },
          { name: "*.preview", type: "A", values: values.A },
          { name: "*", type: "A", values: values.A },
          { name: "_dmarc", type: "TXT", values: values.TXT },
          { name: "_sip._tcp", type: "SRV", values: values.SRV },
        ],
      }),
    ).to.deep.equal([]);
  });

  for (const name of ["www.", "Www", "a..b", "www.*", "-www", "w".repeat(64), ""]) {
    it(`refuses the record name ${JSON.stringify(name)}`, () => {
      expect(record({ name, type: "A", values: ["192.0.2.1"] }).map(({ path }) => path)).to.deep.equal([
        "groundwork:dns.records[0].name",
      ]);
      expect(dns({ cnames: { [name]: "www.example.net" } })).to.have.length(1);
    });
  }

  it("refuses a whole name where a name within the zone is meant", () => {
    expect(dns({ cnames: { "www.dev.example.com": "www.example.net" } })).to.deep.equal([
      {
        path: 'groundwork:dns.cnames["www.dev.example.com"]',
        message: '"www.dev.example.com" is a whole name: it would become www.dev.example.com.dev.example.com',
        allowed: "a name relative to the zone",
        suggestion: "Write www.",
      },
    ]);
  });

  it("counts the zone's name in a name's length", () => {
    const label = "l".repeat(60);
    const name = `${label}.${label}.${label}.${label.slice(0, 54)}`;
    expect(record({ name: `${name}x`, type: "A", values: ["192.0.2.1"] })[0]?.message).to.equal(
      "the whole name has 254 characters",
    );
    expect(record({ name, type: "A", values: ["192.0.2.1"] })).to.deep.equal([]);
  });

  it("refuses times to live that nobody keeps", () => {
    expect(dns({ ttl: 604801 })[0]?.message).to.equal("found the number 604801");
    expect(dns({ ttl: -1 })[0]?.message).to.equal("found the number -1");
    expect(record({ name: "www", type: "A", ttl: 604801, values: ["192.0.2.1"] })).to.have.length(1);
    expect(record({ name: "www", type: "A", ttl: 0, values: ["192.0.2.1"] })).to.deep.equal([]);
  });
});

describe("settings: values of DNS records", () => {
  const long = "x".repeat(3968);
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["A", ["192.0.2.1"], ["192.0.2", "192.0.2.256", "2001:db8::1", "www.example.net", "192.0.2.01"]],
    ["AAAA", ["2001:db8::1"], ["192.0.2.1", "fe80::1%eth0", "2001:db8::g"]],
    [
      "CAA",
      [
        "0 issue letsencrypt.org",
        '0 issue "letsencrypt.org"',
        '128 iodef "mailto:a@example.com"',
        "0 issue ;",
      ],
      ["letsencrypt.org", "256 issue letsencrypt.org", "0 is-sue letsencrypt.org", '0 issue "a', "0 issue "],
    ],
    [
      "HTTPS",
      ['1 . alpn="h2,h3"', "0 www.example.net", "1 www.example.net port=8443 ipv4hint=192.0.2.1"],
      ["www.example.net", "0 .", "0 www.example.net port=1", "1 . ech=abc", "1 . port=1 port=2"],
    ],
    [
      "NAPTR",
      ['100 10 "s" "SIP+D2U" "" _sip._udp.example.net', '10 1 "u" "E2U+sip" "!^.*$!sip:a@b.net!" .'],
      ['100 10 s SIP+D2U "" .', '70000 10 "s" "" "" .', '100 10 "s" "" ""'],
    ],
    ["PTR", ["host.example.net"], ["host", "host.example.net."]],
    [
      "SSHFP",
      [`4 2 ${"ab".repeat(32)}`, `1 1 ${"ab".repeat(20)}`],
      [`5 2 ${"ab".repeat(32)}`, `4 2 ${"ab".repeat(20)}`, "4 2 xyz"],
    ],
    ["SVCB", ["1 svc.example.net no-default-alpn"], ["1", "1 svc"]],
    [
      "TLSA",
      [`3 1 1 ${"ab".repeat(32)}`, "2 0 0 abcd"],
      [`4 1 1 ${"ab".repeat(32)}`, `3 1 2 ${"ab".repeat(32)}`, "3 1 0 abc"],
    ],
    ["CNAME", ["www.example.net", "_acme.example.net"], ["www", "www.example.net.", "192.0.2.1 x"]],
    ["DS", [`12345 13 2 ${"ab".repeat(32)}`], ["12345 13 2 abc", `70000 13 2 ${"ab".repeat(32)}`]],
    [
      "MX",
      ["10 mx.example.net", "0 ."],
      ["mx.example.net", "65536 mx.example.net", "10 mx", "10 mx.example.net."],
    ],
    ["NS", ["ns1.example.net"], ["ns1", "192.0.2.1."]],
    [
      "SRV",
      ["10 5 5060 sip.example.net", "0 0 0 ."],
      ["5 5060 sip.example.net", "10 5 65536 sip.example.net", "10 5 5060 sip"],
    ],
    [
      "TXT",
      ["v=spf1 -all", 'a "b" c', "back\\slash", long],
      ['"v=spf1 -all"', "", "é", "line\nbreak", `${long}x`],
    ],
  ];
  for (const [type, right, wrong] of table) {
    const at = (value: string): ReturnType<typeof problemsOf> =>
      record({ name: "www", type, values: [value] });
    for (const value of right) {
      it(`takes the ${type} ${value.slice(0, 40)}`, () => {
        expect(at(value)).to.deep.equal([]);
      });
    }
    for (const value of wrong) {
      it(`refuses the ${type} ${JSON.stringify(value.slice(0, 40))}, and says what is allowed`, () => {
        const [problem, ...others] = at(value);
        expect(others).to.deep.equal([]);
        expect(problem?.path).to.equal("groundwork:dns.records[0].values[0]");
        expect(problem?.message).to.match(new RegExp(`^".*is no value of an? ${type} record$`));
        expect(problem?.allowed).to.have.length.greaterThan(10);
      });
    }
  }

  it("refuses the same value twice, a CNAME with two, and a record with none", () => {
    expect(record({ name: "www", type: "A", values: ["192.0.2.1", "192.0.2.1"] })[0]?.message).to.equal(
      '"192.0.2.1" is listed twice',
    );
    expect(
      record({ name: "www", type: "CNAME", values: ["a.example.net", "b.example.net"] }).map(
        ({ message }) => message,
      ),
    ).to.deep.equal(["a CNAME stands for one name, and has 2"]);
    expect(record({ name: "www", type: "A", values: [] })).to.have.length(1);
  });

  it("refuses types that Route 53 makes by itself or that are not known", () => {
    for (const type of ["SOA", "SPF", "a"]) {
      expect(record({ name: "www", type, values: ["x"] })[0]?.path).to.equal(
        "groundwork:dns.records[0].type",
      );
    }
  });
});

describe("settings rules: dns", () => {
  const balanced = { aliases: { www: "frontend" } };
  const A = ["192.0.2.1"];
  const messages = (change: Config): readonly string[] => dns(change).map(({ message }) => message);

  it("refuses an alias of what the stack does not have, or is not reached by", () => {
    expect(dns(balanced)).to.deep.equal([
      {
        path: "groundwork:dns.aliases.www",
        message: '"frontend" is nothing that this stack has',
        allowed: "of this stack: database",
      },
    ]);
    const image = `ghcr.io/example/frontend@sha256:${"0".repeat(64)}`;
    const resources = { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } };
    const withWorkloads = (frontend: Config): readonly string[] =>
      problemsOf(
        changed({
          "groundwork:dns": { domain, ...balanced },
          "groundwork:workloads": {
            frontend: { image, port: 80, resources, ...frontend },
            api: { image, port: 80, resources, loadBalancer: {} },
          },
        }),
      )
        .filter(({ path }) => path.startsWith("groundwork:dns"))
        .map(({ message, allowed }) => `${message}: ${allowed}`);
    expect(withWorkloads({})).to.deep.equal(['"frontend" has no loadBalancer: of this stack: api, database']);
    expect(withWorkloads({ loadBalancer: { type: "network" } })).to.deep.equal([]);
    // What is wrong with it is told where it stands.
    expect(withWorkloads({ loadBalancer: { type: "wrong" } })).to.deep.equal([]);
  });

  it("refuses one name and type twice, wherever they are said", () => {
    expect(
      dns({
        records: [
          { name: "www", type: "A", values: A },
          { name: "www", type: "A", values: ["192.0.2.2"] },
        ],
      }),
    ).to.deep.equal([
      {
        path: "groundwork:dns.records[1].name",
        message: '"www" has an A record already, at groundwork:dns.records[0].name',
        allowed: "each name and type once; several values stand in one record",
      },
    ]);
    expect(
      messages({
        records: [
          { name: "www", type: "A", values: A },
          { name: "www", type: "AAAA", values: ["2001:db8::1"] },
          { name: "www", type: "TXT", values: ["x"] },
        ],
      }),
    ).to.deep.equal([]);
  });

  it("refuses anything beside a CNAME", () => {
    const cnames = { www: "www.example.net" };
    expect(messages({ cnames, records: [{ name: "www", type: "TXT", values: ["x"] }] })).to.deep.equal([
      '"www" has a record already, at groundwork:dns.cnames.www',
    ]);
    expect(messages({ cnames, aliases: { www: "frontend" } })).to.include(
      '"www" has a record already, at groundwork:dns.aliases.www',
    );
    expect(
      messages({
        records: [
          { name: "www", type: "A", values: A },
          { name: "www", type: "CNAME", values: ["www.example.net"] },
        ],
      }),
    ).to.deep.equal(['"www" has a record already, at groundwork:dns.records[0].name']);
  });

  it("counts the alias that the frontend has when nothing is said of aliases", () => {
    const resources = { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } };
    const image = `ghcr.io/example/frontend@sha256:${"0".repeat(64)}`;
    const withFrontend = (change: Config): readonly string[] =>
      problemsOf(
        changed({
          "groundwork:dns": { domain, ...change },
          "groundwork:workloads": { frontend: { image, port: 80, resources, loadBalancer: {} } },
        }),
      )
        .filter(({ path }) => path.startsWith("groundwork:dns"))
        .map(({ message }) => message);
    const cnames = { frontend: "www.example.net" };
    expect(withFrontend({ cnames })).to.deep.equal([
      '"frontend" has a record already, at groundwork:dns.aliases.frontend',
    ]);
    expect(withFrontend({ cnames, aliases: {} })).to.deep.equal([]);
    const publicNames = { "app.example.com": "frontend" };
    expect(withFrontend({ parentZoneId: "Z0PARENT", publicNames })).to.deep.equal([]);
    expect(messages({ parentZoneId: "Z0PARENT", publicNames })).to.deep.equal([
      'the zone has no name "frontend"',
    ]);
  });

  it("refuses CNAME, NS and DS at the zone's own name", () => {
    for (const [type, value] of [
      ["CNAME", "www.example.net"],
      ["NS", "ns.example.net"],
      ["DS", `1 13 2 ${"ab".repeat(32)}`],
    ] as const) {
      expect(record({ name: "@", type, values: [value] }).map(({ path }) => path)).to.deep.equal([
        "groundwork:dns.records[0].type",
      ]);
    }
  });

  it("refuses what lies in a part of the zone that is handed to other servers", () => {
    const NS = { name: "lab", type: "NS", values: ["ns.example.net"] };
    expect(messages({ records: [NS, { name: "www.lab", type: "A", values: A }] })).to.deep.equal([
      '"www.lab" lies in "lab", which groundwork:dns.records[0] hands to other servers: nobody would see it',
    ]);
    expect(messages({ records: [NS, { name: "lab", type: "A", values: A }] })).to.have.length(1);
    expect(
      messages({ records: [NS, { name: "lab", type: "DS", values: [`1 13 2 ${"ab".repeat(32)}`] }] }),
    ).to.deep.equal([]);
    expect(messages({ records: [{ ...NS, name: "*.lab" }] })).to.deep.equal([
      "NS records cannot be of a wildcard",
    ]);
  });

  it("refuses public names without the zone above, outside it, within the own one, and for names that are not there", () => {
    const above = { parentZoneId: "Z0PARENT" };
    const cnames = { www: "www.example.net" };
    expect(messages({ cnames, publicNames: { "app.example.com": "www" } })).to.deep.equal([
      "there is no parentZoneId, so the program cannot make it",
    ]);
    expect(messages({ ...above, cnames, publicNames: { "app.example.com": "www" } })).to.deep.equal([]);
    expect(messages({ ...above, cnames, publicNames: { "app.example.net": "www" } })).to.deep.equal([
      '"app.example.net" does not lie in example.com beside dev.example.com',
    ]);
    expect(messages({ ...above, cnames, publicNames: { "app.dev.example.com": "www" } })).to.deep.equal([
      '"app.dev.example.com" does not lie in example.com beside dev.example.com',
    ]);
    expect(dns({ ...above, aliases: {}, cnames, publicNames: { "app.example.com": "wwww" } })).to.deep.equal([
      {
        path: 'groundwork:dns.publicNames["app.example.com"]',
        message: 'the zone has no name "wwww"',
        allowed: "a name of aliases, cnames or records: www",
      },
    ]);
  });

  it("refuses a zone above that is not above, and one that nobody uses", () => {
    expect(messages({ parentZoneId: "Z0PARENT", parentDomain: "example.net" })).to.deep.equal([
      '"dev.example.com" does not lie below "example.net"',
    ]);
    expect(messages({ parentDomain: "example.com" })).to.deep.equal([
      "there is no parentZoneId, so nothing is done in that zone",
    ]);
    expect(messages({ parentZoneId: "/hostedzone/Z0PARENT" })).to.deep.equal([
      'found "/hostedzone/Z0PARENT"',
    ]);
    expect(messages({ domain: "example.com", parentZoneId: "Z0PARENT" })).to.deep.equal([
      '"example.com" lies below a top-level domain, whose zone is the registry\'s',
    ]);
  });
});
