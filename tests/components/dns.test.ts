import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Dns } from "../../components/dns/dns";
import type { AliasTarget } from "../../components/dns/zone-records";
import type { GuardLevel } from "../../guard/level";
import { dnsSettings } from "../../settings/sections/dns";
import { record, type Recording, UNKNOWN } from "../support/mocks";
import { stackContext } from "../support/settings";

const ZONE = "aws:route53/zone:Zone";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const RECORD = "aws:route53/record:Record";
const servers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net", "ns-3.awsdns-03.org", "ns-4.awsdns-04.co.uk"];
const classic = "abc-42.eu-west-1.elb.amazonaws.com";
const network = "abc-0a1b2c3d4e5f6071.elb.us-east-2.amazonaws.com";

interface Options {
  readonly loadBalancers?: Readonly<Record<string, string>>;
  readonly guardLevel?: GuardLevel;
  readonly preview?: boolean;
  /** What aliases are for besides workloads. */
  readonly targets?: () => Readonly<Record<string, AliasTarget>>;
}

function recordDns(
  settings: Record<string, unknown>,
  { loadBalancers = {}, guardLevel = "development", preview = false, targets = () => ({}) }: Options = {},
): Promise<Recording<Dns>> {
  const parsed = dnsSettings.parse({ domain: "dev.example.com", ...settings });
  return record(
    () => {
      const reached = Object.keys(loadBalancers);
      const context = stackContext({ guardLevel });
      const dns = new Dns("dns", { context, settings: parsed, reached, vpcId: "vpc-1" });
      const workloads: Record<string, AliasTarget> = {};
      for (const [key, host] of Object.entries(loadBalancers)) workloads[key] = { host: pulumi.output(host) };
      dns.point({ ...workloads, ...targets() });
      return dns;
    },
    {
      preview,
      invokes: {
        "aws:elb/getHostedZoneId:getHostedZoneId": ({ region }) => ({ id: `classic in ${String(region)}` }),
        "aws:lb/getHostedZoneId:getHostedZoneId": ({ region, loadBalancerType }) => ({
          id: `${String(loadBalancerType)} in ${String(region)}`,
        }),
      },
    },
  );
}

describe("a private zone", () => {
  it("is seen by the stack's network, guarded, and has names for what serves and for the database", async () => {
    const privateZones = {
      "dev.internal": {
        aliases: { db: "database", git: "fleet:git", dns: "staticService:dns" },
        records: [{ name: "@", type: "TXT", values: ["hello"] }],
      },
      // Of the public zone's own name, which it stands in for within the network.
      "dev.example.com": { aliases: { "@": "fleet:git" }, ttl: 30 },
    };
    const targets = (): Readonly<Record<string, AliasTarget>> => ({
      database: { name: pulumi.output("db.abc.eu-west-1.rds.amazonaws.com") },
      "fleet:git": { dnsName: pulumi.output("internal-git.elb"), zoneId: pulumi.output("Z1") },
      "staticService:dns": { addresses: pulumi.output(["203.0.113.7"]) },
    });
    const recording = await recordDns({ aliases: { git: "fleet:git" }, privateZones }, { targets });
    const zones = recording.ofType(ZONE).filter(({ name }) => name !== "dns");
    expect(zones.map(({ name, inputs, options }) => [name, inputs["vpcs"], options.protect])).to.deep.equal([
      ["dns-private-dev.internal", [{ vpcId: "vpc-1" }], true],
      ["dns-private-dev.example.com", [{ vpcId: "vpc-1" }], true],
    ]);
    const idOf = (name: string): string => recording.idOf(recording.one(ZONE, name));
    const git = [{ name: "internal-git.elb", zoneId: "Z1", evaluateTargetHealth: false }];
    expect(
      recording
        .ofType(RECORD)
        .map(({ name, inputs }) => [
          name,
          inputs["zoneId"],
          inputs["type"],
          inputs["aliases"] ?? [inputs["ttl"], inputs["records"]],
        ]),
    ).to.have.deep.members([
      ["dns-git.dev.example.com", idOf("dns"), "A", git],
      ["dns-private-dev.example.com-dev.example.com", idOf("dns-private-dev.example.com"), "A", git],
      ["dns-private-dev.internal-dev.internal-TXT", idOf("dns-private-dev.internal"), "TXT", [60, ["hello"]]],
      [
        "dns-private-dev.internal-db.dev.internal",
        idOf("dns-private-dev.internal"),
        "CNAME",
        [60, ["db.abc.eu-west-1.rds.amazonaws.com"]],
      ],
      ["dns-private-dev.internal-git.dev.internal", idOf("dns-private-dev.internal"), "A", git],
      [
        "dns-private-dev.internal-dns.dev.internal",
        idOf("dns-private-dev.internal"),
        "A",
        [60, ["203.0.113.7"]],
      ],
    ]);
    expect(recording.result.names).to.deep.equal(["git.dev.example.com"]);
  });
});

describe("the zone", () => {
  it("is one protected zone of the domain, and nothing else where nothing else is said", async () => {
    const recording = await recordDns({});
    expect(recording.counts()).to.deep.equal({ [ZONE]: 1, "groundwork:dns:Dns": 1 });
    const zone = recording.one(ZONE, "dns");
    expect(zone.inputs).to.deep.equal({
      name: "dev.example.com",
      comment: "groundwork dev",
      forceDestroy: false,
      tags: { Name: "dev.example.com" },
    });
    expect(zone.options.protect).to.equal(true);
  });

  it("is not protected at level disposable", async () => {
    expect((await recordDns({}, { guardLevel: "disposable" })).one(ZONE, "dns").options.protect).to.equal(
      false,
    );
  });

  it("tells its id, its name servers and every name with an address", async () => {
    const recording = await recordDns(
      {
        cnames: { www: "frontend.dev.example.com" },
        records: [
          { name: "@", type: "A", values: ["192.0.2.1"] },
          { name: "@", type: "MX", values: ["10 mail.example.com"] },
        ],
        parentZoneId: "Z0PARENT",
        publicNames: { "app.example.com": "frontend" },
      },
      { loadBalancers: { frontend: classic } },
    );
    expect(recording.result.names).to.deep.equal([
      "app.example.com",
      "dev.example.com",
      "frontend.dev.example.com",
      "www.dev.example.com",
    ]);
    expect(recording.outputsOf(recording.one("groundwork:dns:Dns", "dns"))).to.deep.equal({
      zoneId: "Z0DEV",
      nameServers: servers,
      names: recording.result.names,
    });
  });
});

describe("an alias", () => {
  it("is there for the frontend's load balancer when nothing is said", async () => {
    const recording = await recordDns({}, { loadBalancers: { frontend: classic, api: network } });
    expect(recording.ofType(RECORD).map(({ name }) => name)).to.deep.equal(["dns-frontend.dev.example.com"]);
    expect(recording.one(RECORD, "dns-frontend.dev.example.com").inputs).to.deep.equal({
      zoneId: "Z0DEV",
      name: "frontend.dev.example.com",
      type: "A",
      aliases: [{ name: classic, zoneId: "classic in eu-west-1", evaluateTargetHealth: false }],
      allowOverwrite: false,
    });
  });

  it("takes the hosted zone of network load balancers, in the load balancer's own region", async () => {
    const recording = await recordDns(
      { aliases: { api: "api" } },
      { loadBalancers: { frontend: classic, api: `dualstack.${network.toUpperCase()}` } },
    );
    const [alias] = recording.ofType(RECORD);
    expect(recording.ofType(RECORD)).to.have.length(1);
    expect(alias?.inputs["aliases"]).to.deep.equal([
      { name: network, zoneId: "network in us-east-2", evaluateTargetHealth: false },
    ]);
  });

  it("is none where nobody wants one", async () => {
    const recording = await recordDns({ aliases: {} }, { loadBalancers: { frontend: classic } });
    expect(recording.ofType(RECORD)).to.deep.equal([]);
  });

  it("is an error for a workload without a load balancer", async () => {
    const error = await recordDns({ aliases: { www: "worker" } }).catch((reason: unknown) => reason);
    expect(String(error)).to.contain(
      "the alias www.dev.example.com is for worker, which nothing is reached by",
    );
  });

  it("is an error for a service whose load balancer has no such name", async () => {
    const error = await recordDns({}, { loadBalancers: { frontend: "203.0.113.7" } }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).to.contain('"203.0.113.7" is not the name of an AWS load balancer');
  });
});

describe("a name for what serves", () => {
  it("is an alias of a fleet's load balancer in the zone that it tells, and an A record of addresses", async () => {
    const recording = await recordDns(
      { aliases: { "@": "fleet:api", vpn: "fleet:vpn" }, ttl: 60 },
      {
        targets: () => ({
          "fleet:api": { dnsName: pulumi.output("alb.example"), zoneId: pulumi.output("ZALB") },
          "fleet:vpn": { addresses: pulumi.output(["192.0.2.1", "192.0.2.2"]) },
        }),
      },
    );
    expect(recording.result.names).to.deep.equal(["dev.example.com", "vpn.dev.example.com"]);
    const common = { zoneId: "Z0DEV", type: "A", allowOverwrite: false };
    expect(recording.ofType(RECORD).map(({ inputs }) => inputs)).to.deep.equal([
      {
        ...common,
        name: "dev.example.com",
        aliases: [{ name: "alb.example", zoneId: "ZALB", evaluateTargetHealth: false }],
      },
      { ...common, name: "vpn.dev.example.com", ttl: 60, records: ["192.0.2.1", "192.0.2.2"] },
    ]);
  });
});

describe("a certificate", () => {
  it("is proven by a record a name, a wildcard's with that of its base, each in its own zone", async () => {
    const names = ["api.dev.example.com", "*.api.dev.example.com", "app.example.com"];
    const recording = await recordDns({
      certificates: { api: { names: ["api", "*.api", "app.example.com"] } },
      cnames: { api: "elsewhere.example.net" },
      parentZoneId: "Z0PARENT",
      publicNames: { "app.example.com": "api" },
    });
    expect(recording.one(CERTIFICATE, "dns-api").inputs).to.deep.equal({
      domainName: "api.dev.example.com",
      subjectAlternativeNames: [...names].sort(),
      validationMethod: "DNS",
      tags: { Name: "api.dev.example.com" },
    });
    const proofs = recording
      .ofType(RECORD)
      .filter(({ name }) => name.includes("-proof-"))
      .sort((a, b) => a.name.localeCompare(b.name));
    expect(proofs.map(({ inputs }) => [inputs["zoneId"], inputs["name"], inputs["records"]])).to.deep.equal([
      ["Z0DEV", "_proof.api.dev.example.com.", ["_value.acm-validations.aws."]],
      ["Z0PARENT", "_proof.app.example.com.", ["_value.acm-validations.aws."]],
    ]);
    const validation = recording.one("aws:acm/certificateValidation:CertificateValidation", "dns-api");
    expect(validation.inputs["certificateArn"]).to.match(/^arn:aws:acm:/);
    expect(validation.inputs["validationRecordFqdns"]).to.have.length(2);
    expect(Object.keys(recording.result.certificates)).to.deep.equal(["api"]);
  });

  it("shares the proof of a name with the certificate that has the wildcard below it", async () => {
    const recording = await recordDns({ certificates: { own: { names: ["@"] }, below: { names: ["*"] } } });
    const proofs = recording.ofType(RECORD).filter(({ name }) => name.includes("-proof-"));
    expect(proofs.map(({ name }) => name)).to.deep.equal(["dns-proof-dev.example.com"]);
    const [one, other] = recording
      .ofType("aws:acm/certificateValidation:CertificateValidation")
      .map(({ inputs }) => inputs["validationRecordFqdns"]);
    expect(one).to.have.length(1);
    expect(other).to.deep.equal(one);
  });
});

describe("records", () => {
  it("are made as they are said, with the section's time to live unless they have their own", async () => {
    const recording = await recordDns({
      ttl: 60,
      cnames: { status: "example.statuspage.io" },
      records: [
        { name: "@", type: "MX", ttl: 3600, values: ["10 mx1.example.net", "20 mx2.example.net"] },
        { name: "*.preview", type: "A", values: ["192.0.2.10"] },
      ],
    });
    expect(
      recording
        .ofType(RECORD)
        .map(({ name, inputs: { name: full, type, ttl, records } }) => [name, full, type, ttl, records]),
    ).to.have.deep.members([
      ["dns-status.dev.example.com", "status.dev.example.com", "CNAME", 60, ["example.statuspage.io"]],
      ["dns-dev.example.com-MX", "dev.example.com", "MX", 3600, ["10 mx1.example.net", "20 mx2.example.net"]],
      ["dns-*.preview.dev.example.com", "*.preview.dev.example.com", "A", 60, ["192.0.2.10"]],
    ]);
  });

  it("of text are escaped and cut for the provider, which puts the outer quotation marks", async () => {
    const long = `v=DKIM1; p=${"k".repeat(300)}`;
    const recording = await recordDns({
      records: [{ name: "key._domainkey", type: "TXT", values: [long, 'a "b" \\c'] }],
    });
    expect(recording.one(RECORD, "dns-key._domainkey.dev.example.com-TXT").inputs["records"]).to.deep.equal([
      `${long.slice(0, 255)}""${long.slice(255)}`,
      'a \\"b\\" \\\\c',
    ]);
  });

  it("of CAA have their value quoted, whether it was or not", async () => {
    const recording = await recordDns({
      records: [
        { name: "@", type: "CAA", values: ["0 issue letsencrypt.org", '128 iodef "mailto:a@example.com"'] },
      ],
    });
    expect(recording.one(RECORD, "dns-dev.example.com-CAA").inputs["records"]).to.deep.equal([
      '0 issue "letsencrypt.org"',
      '128 iodef "mailto:a@example.com"',
    ]);
  });

  it("go before they come back, so that a CNAME can become an alias of the same name", async () => {
    const before = await recordDns({ aliases: {}, cnames: { frontend: "old.example.net" } });
    const after = await recordDns({}, { loadBalancers: { frontend: classic } });
    const [cname] = before.ofType(RECORD);
    const [alias] = after.ofType(RECORD);
    expect(cname?.name).to.equal(alias?.name);
    expect(alias?.options.deleteBeforeReplace).to.equal(true);
  });
});

describe("the delegation", () => {
  it("is made in the zone above with the zone's own servers, and public names beside it", async () => {
    const recording = await recordDns(
      { parentZoneId: "Z0PARENT", publicNames: { "app.example.com": "frontend" } },
      { loadBalancers: { frontend: classic } },
    );
    expect(recording.one(RECORD, "dns-dev.example.com-NS").inputs).to.deep.equal({
      zoneId: "Z0PARENT",
      name: "dev.example.com",
      type: "NS",
      ttl: 3600,
      records: servers,
      allowOverwrite: false,
    });
    expect(recording.one(RECORD, "dns-app.example.com").inputs).to.deep.equal({
      zoneId: "Z0PARENT",
      name: "app.example.com",
      type: "CNAME",
      ttl: 300,
      records: ["frontend.dev.example.com"],
      allowOverwrite: false,
    });
    // The public's name comes after what it stands for, and goes before it.
    expect(recording.dependencies(recording.one(RECORD, "dns-app.example.com"))).to.have.members([
      "dns-dev.example.com-NS",
      "dns-frontend.dev.example.com",
    ]);
  });

  it("waits for the zone in a first preview, when its servers are not known", async () => {
    const recording = await recordDns({ parentZoneId: "Z0PARENT" }, { preview: true });
    expect(recording.one(RECORD, "dns-dev.example.com-NS").inputs["records"]).to.equal(UNKNOWN);
  });

  it("is left to people where the zone above is not ours", async () => {
    expect((await recordDns({})).ofType(RECORD)).to.deep.equal([]);
  });
});
