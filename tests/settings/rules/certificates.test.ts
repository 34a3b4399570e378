import { expect } from "chai";
import { changed, problemsOf, type Config } from "../support";

const domain = "dev.example.com";
const certificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const fleet = { instanceTypes: ["t4g.small"], amazonLinuxRelease: "2023.9.20251117.1" };

/** What is wrong with a zone, and with fleets and workloads beside it: place and message. */
function told({
  dns = {},
  fleets,
  workloads,
}: Partial<Record<"dns" | "fleets" | "workloads", Config>>): readonly string[] {
  return problemsOf(
    changed({
      "groundwork:dns": { domain, ...dns },
      ...(fleets !== undefined && { "groundwork:fleets": fleets }),
      ...(workloads !== undefined && { "groundwork:workloads": workloads }),
    }),
  ).map(({ path, message }) => `${path}: ${message}`);
}

const web = (http: Config): Config => ({
  web: { ...fleet, loadBalancer: { http: { targetPort: 80, ...http } } },
});

describe("settings rules: certificates", () => {
  const certificates = { api: { names: ["api", "*.preview"] } };

  it("take names of the zone, wildcards and the zone's own among them, and public names of the zone above", () => {
    expect(
      told({
        dns: {
          parentZoneId: "Z0PARENT",
          cnames: { www: "www.example.net" },
          publicNames: { "app.example.com": "www" },
          certificates: { all: { names: ["@", "*", "api.v1", "app.example.com"] } },
        },
      }),
    ).to.deep.equal([]);
  });

  it("are several for one load balancer, each once, there, of the region, and beside a default one", () => {
    const two = { api: { names: ["api"] }, shop: { names: ["shop"] } };
    const ofRegion = (region: string): string => certificateArn.replace("eu-west-1", region);
    const of = (http: Config): readonly string[] => told({ dns: { certificates: two }, fleets: web(http) });
    const place = "groundwork:fleets.web.loadBalancer.http.moreCertificates";
    const hosts = ["api.dev.example.com", "shop.dev.example.com"];
    expect(of({ certificate: "api", moreCertificates: ["shop"], hosts })).to.deep.equal([]);
    expect(of({ certificate: "api", moreCertificates: [certificateArn], hosts })).to.deep.equal([]);
    expect(
      of({ certificate: "api", moreCertificates: ["shop"], hosts: ["www.dev.example.com"] }),
    ).to.deep.equal([
      "groundwork:fleets.web.loadBalancer.http.certificate: its certificates are not for www.dev.example.com: clients would refuse it",
    ]);
    expect(of({ moreCertificates: ["shop"] })).to.deep.equal([
      `${place}: stands without certificate or certificateArn, which clients get that name no host`,
    ]);
    expect(of({ certificate: "api", moreCertificates: ["shop", "api", "none"] })).to.have.members([
      `${place}[1]: "api" is there already`,
      `${place}[2]: there is no certificate "none"`,
    ]);
    expect(of({ certificateArn, moreCertificates: [ofRegion("us-east-1")] })).to.deep.equal([
      `${place}[0]: "${ofRegion("us-east-1")}" is not in eu-west-1`,
    ]);
  });

  it("refuse a whole name, one of another zone, and one that is on two certificates", () => {
    expect(
      told({
        dns: {
          certificates: {
            one: { names: ["api.dev.example.com", "www.example.com", "api"] },
            two: { names: ["api"] },
          },
        },
      }),
    ).to.deep.equal([
      'groundwork:dns.certificates.one.names[0]: "api.dev.example.com" is a whole name: it would become api.dev.example.com.dev.example.com',
      'groundwork:dns.certificates.one.names[1]: "www.example.com" lies in another zone, where the program makes no records',
      "groundwork:dns.certificates.two.names[0]: api.dev.example.com is on a certificate already, at groundwork:dns.certificates.one.names[2]",
    ]);
  });

  it("refuse what the CAA records of the zone shut out: ACM would not issue", () => {
    const caa = (values: readonly string[], name = "@"): readonly string[] =>
      told({ dns: { certificates, records: [{ name, type: "CAA", values }] } });
    expect(caa(["0 issue letsencrypt.org"])).to.deep.equal([
      "groundwork:dns.records[0].values: lets no Amazon issue, and certificates are for api, *.preview",
    ]);
    expect(caa(["0 issue amazon.com", "0 issuewild ;"])).to.deep.equal([
      "groundwork:dns.records[0].values: lets no Amazon issue, and certificates are for *.preview",
    ]);
    expect(caa(["0 issue amazon.com", "0 issue letsencrypt.org"])).to.deep.equal([]);
    expect(caa(["0 issue letsencrypt.org"], "elsewhere")).to.deep.equal([]);
  });

  it("are issued by the nearest CAA records alone, and by the zone above for its own names", () => {
    expect(
      told({
        dns: {
          parentZoneId: "Z0PARENT",
          cnames: { www: "www.example.net" },
          publicNames: { "app.example.com": "www" },
          certificates: { api: { names: ["v1.api", "*.api", "app.example.com", "*"] } },
          records: [
            { name: "@", type: "CAA", values: ["0 issue letsencrypt.org"] },
            { name: "api", type: "CAA", values: ["0 issue amazon.com"] },
          ],
        },
      }),
    ).to.deep.equal(["groundwork:dns.records[0].values: lets no Amazon issue, and certificates are for *"]);
  });

  it("refuse what ACM could not prove or would not take: a name on other servers, an underscore, a long first one", () => {
    const long = `${"a".repeat(30)}.${"b".repeat(30)}`;
    expect(
      told({
        dns: {
          certificates: {
            api: { names: [long, "www.shop", "*.shop", "_dmarc"] },
            web: { names: ["web", `x.${long}`] },
          },
          records: [{ name: "shop", type: "NS", values: ["ns1.example.net"] }],
        },
      }),
    ).to.deep.equal([
      `groundwork:dns.certificates.api.names[0]: ${long}.dev.example.com has 77 characters, and is the certificate's own name`,
      'groundwork:dns.certificates.api.names[1]: "www.shop" lies in "shop", which groundwork:dns.records[0] hands to other servers: nobody would find its proof',
      'groundwork:dns.certificates.api.names[2]: "*.shop" lies in "shop", which groundwork:dns.records[0] hands to other servers: nobody would find its proof',
      'groundwork:dns.certificates.api.names[3]: "_dmarc" has an underscore, and certificates are for hosts',
    ]);
  });

  it("are given by name to load balancers: one that there is, in place of an ARN, with every name of its hosts", () => {
    const at = "groundwork:fleets.web.loadBalancer.http.certificate";
    const fleets = (http: Config): readonly string[] => told({ dns: { certificates }, fleets: web(http) });
    expect(
      fleets({ certificate: "api", hosts: ["api.dev.example.com", "one.preview.dev.example.com"] }),
    ).to.deep.equal([]);
    expect(fleets({ certificate: "other" })).to.deep.equal([`${at}: there is no certificate "other"`]);
    expect(fleets({ certificate: "api", certificateArn })).to.deep.equal([
      `${at}: there is a certificateArn besides`,
    ]);
    expect(
      fleets({ certificate: "api", hosts: ["www.dev.example.com", "a.b.preview.dev.example.com"] }),
    ).to.deep.equal([
      `${at}: the certificate "api" is not for www.dev.example.com, a.b.preview.dev.example.com: clients would refuse it`,
    ]);
  });

  it("serve listeners of workloads with TLS, and nobody else", () => {
    const workloads = (loadBalancer: Config): Config => ({
      frontend: {
        image: `ghcr.io/example/frontend@sha256:${"0".repeat(64)}`,
        port: 80,
        resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
        loadBalancer,
      },
    });
    const balanced = (loadBalancer: Config): readonly string[] =>
      told({ dns: { certificates }, workloads: workloads(loadBalancer) }).filter((one) =>
        one.includes("loadBalancer"),
      );
    expect(balanced({ certificate: "api" })).to.deep.equal([]);
    expect(balanced({ certificate: "api", listeners: [{ port: 80 }] })).to.deep.equal([
      "groundwork:workloads.frontend.loadBalancer.certificate: no listener uses it",
    ]);
  });
});

describe("settings rules: names for fleets and static services", () => {
  const targets = (aliases: Config, web: Config): readonly string[] =>
    told({ dns: { aliases }, fleets: { web: { ...fleet, ...web } } });
  const http = { http: { targetPort: 80 } };

  it("take a fleet's only load balancer or address by the role alone, at the zone's own name too", () => {
    expect(targets({ "@": "fleet:web", www: "fleet:web:http" }, { loadBalancer: http })).to.deep.equal([]);
    expect(
      targets(
        { vpn: "fleet:web" },
        { address: true, maintenanceWindow: { start: "00:00", durationMinutes: 1440 } },
      ),
    ).to.deep.equal([]);
  });

  it("refuse a role that is not there, that nothing is reached by, and one of several ways that is not named", () => {
    expect(targets({ www: "fleet:wed" }, { loadBalancer: http })).to.deep.equal([
      'groundwork:dns.aliases.www: "fleet:wed" is nothing that this stack has',
    ]);
    expect(targets({ www: "fleet:web" }, {})).to.deep.equal([
      'groundwork:dns.aliases.www: "fleet:web" has neither a loadBalancer nor an address',
    ]);
    const both = { ...http, tcp: [{ port: 9000 }] };
    expect(targets({ www: "fleet:web", raw: "fleet:web:network" }, { loadBalancer: both })).to.deep.equal([
      'groundwork:dns.aliases.www: "fleet:web" has several: say fleet:web:http or fleet:web:network',
    ]);
  });
});
