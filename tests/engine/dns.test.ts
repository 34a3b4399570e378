import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import { Zone } from "@pulumi/aws/route53/zone";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { output, type Output } from "@pulumi/pulumi";
import { expect } from "chai";
import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Dns } from "../../components/dns/dns";
import { dnsSettings } from "../../settings/sections/dns";
import { RehearsedStack } from "../support/engine";
import { stackContext } from "../support/settings";
import { codes, DnsServer, ns, soa, type Behaviour } from "../operations/dns/dns-server";
import { documentOf, Walk, type Result } from "./support/walk";

const RECORD = "aws:route53/record:Record";

/** A cluster of no cloud in particular: its services have load balancers at once. */
const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "try",
  clusters: [{ name: "try", cluster: { server: "https://abc.us-east-2.example.com" } }],
  contexts: [{ name: "try", context: { cluster: "try", user: "try" } }],
  users: [{ name: "try", user: {} }],
});

interface World {
  readonly settings?: Record<string, unknown>;
}

function program({ settings = {} }: World): () => Record<string, unknown> {
  return () => {
    const aws = new AwsProvider("aws", { region: "eu-west-1", allowedAccountIds: ["111122223333"] });
    const cluster = new KubernetesProvider("cluster", { kubeconfig, clusterIdentifier: "try" });
    const dns = new Dns(
      "dns",
      {
        context: stackContext({ guardLevel: "disposable" }),
        settings: dnsSettings.parse({ domain: "dev.example.com", ...settings }),
        reached: ["frontend"],
        vpcId: new Vpc("inside", { cidrBlock: "10.0.0.0/16" }, { provider: aws }).id,
      },
      { providers: { aws } },
    );
    dns.point({
      frontend: { host: serviceHost(cluster) },
      database: { name: output("db.abc.eu-west-1.rds.amazonaws.com") },
    });
    return { names: dns.names, nameServers: dns.nameServers };
  };
}

function serviceHost(provider: KubernetesProvider): Output<string> {
  const service = new Service(
    "frontend",
    {
      metadata: { name: "frontend" },
      spec: { type: "LoadBalancer", selector: { app: "frontend" }, ports: [{ port: 80 }] },
    },
    { provider },
  );
  return service.status.apply(({ loadBalancer }) => loadBalancer.ingress[0]?.hostname ?? "");
}

describe("the environment's names", () => {
  let stack: RehearsedStack;
  beforeEach(async () => {
    stack = await RehearsedStack.open();
  });
  afterEach(() => stack.close());

  function aliasInCloud(): Record<string, unknown> | undefined {
    const [record] = stack.records(RECORD).filter(({ inputs }) => inputs["type"] === "A");
    return (record?.outputs["aliases"] as readonly Record<string, unknown>[] | undefined)?.[0];
  }

  function hostInCloud(): unknown {
    const [service] = stack.records("kubernetes:core/v1:Service");
    const { loadBalancer } = service?.outputs["status"] as {
      loadBalancer: { ingress: { hostname: string }[] };
    };
    return loadBalancer.ingress[0]?.hostname;
  }

  it("point to the load balancer that the service got, in one run, with the hosted zone of its region", async () => {
    // Within the network the same name is answered by a zone of its own.
    const inside = { aliases: { frontend: "frontend", db: "database" } };
    const world = { settings: { privateZones: { "dev.example.com": inside } } };
    const run = await stack.up(program(world));
    expect(run.failure).to.equal(undefined);
    const [, within] = stack.records("aws:route53/zone:Zone").sort((a) => (a.inputs["vpcs"] ? 1 : -1));
    expect(
      stack
        .records(RECORD)
        .filter(({ inputs }) => inputs["zoneId"] === within?.id)
        .map(({ outputs: { fqdn, type } }) => [fqdn, type]),
    ).to.have.deep.members([
      ["frontend.dev.example.com", "A"],
      ["db.dev.example.com", "CNAME"],
    ]);
    expect(aliasInCloud()).to.deep.equal({
      name: hostInCloud(),
      // us-east-2, where the load balancer is; the stack itself lives in eu-west-1.
      zoneId: "Z3AADJGX6KTTL2",
      evaluateTargetHealth: false,
    });
    expect((await stack.preview(program(world))).steps).to.deep.equal([]);
  });

  it("can go from a CNAME to an alias, which cannot stand side by side", async () => {
    await stack.up(program({ settings: { aliases: {}, cnames: { frontend: "old.example.net" } } }));
    const run = await stack.up(program({}));
    expect(run.failure).to.equal(undefined);
    expect(stack.records(RECORD).map(({ inputs }) => inputs["type"])).to.deep.equal(["A"]);
  });

  it("are delegated in the zone above, and go before the load balancer and the zone on the way down", async () => {
    const world = { settings: { parentZoneId: "Z0PARENT", publicNames: { "app.example.com": "frontend" } } };
    writeFileSync(
      path.join(stack.directory, "cloud", "parent.json"),
      JSON.stringify({ type: "aws:route53/zone:Zone", id: "Z0PARENT", inputs: { name: "example.com" } }),
    );
    expect((await stack.up(program(world))).failure).to.equal(undefined);
    const [zone] = stack.records("aws:route53/zone:Zone").filter(({ id }) => id !== "Z0PARENT");
    const records = stack.records(RECORD).filter(({ inputs }) => inputs["zoneId"] === "Z0PARENT");
    expect(
      records.map(({ outputs: { fqdn, type, records: values } }) => [fqdn, type, values]),
    ).to.have.deep.members([
      ["dev.example.com", "NS", zone?.outputs["nameServers"]],
      ["app.example.com", "CNAME", ["frontend.dev.example.com"]],
    ]);
    expect((await stack.destroy()).failure).to.equal(undefined);
    expect(stack.records().map(({ id }) => id)).to.deep.equal(["Z0PARENT"]);
    const gone = stack.log().filter(({ method }) => method === "delete");
    expect(gone.every(({ ok }) => ok)).to.equal(true);
    const at = (end: string): number => gone.findIndex(({ urn }) => urn?.endsWith(end) === true);
    expect(at("::dns-app.example.com")).to.be.within(0, at("::dns-frontend.dev.example.com"));
    expect(at("::dns-frontend.dev.example.com")).to.be.lessThan(at("Service::frontend"));
    expect(at("zone:Zone::dns")).to.be.greaterThan(gone.map(({ type }) => type).lastIndexOf(RECORD));
  });

  it("are refused by the rehearsal as Route 53 refuses them", async () => {
    const records = {
      "a foreign zone": {
        args: {
          aliases: [
            {
              name: "a-1.eu-west-1.elb.amazonaws.com",
              zoneId: "Z3AADJGX6KTTL2",
              evaluateTargetHealth: false,
            },
          ],
          type: "A",
        },
        says: "but the alias target name does not lie within the target zone",
      },
      "a CNAME at the apex": {
        args: { name: "example.com", type: "CNAME", ttl: 60, records: ["www.example.net"] },
        says: "is not permitted at apex in zone example.com.",
      },
      "the zone's own NS": {
        args: { name: "example.com", type: "NS", ttl: 60, records: ["ns.example.net"] },
        says: "Tried to create resource record set [name='example.com.', type='NS'] but it already exists",
      },
      "a TXT with a string too long": {
        args: { type: "TXT", ttl: 60, records: ["x".repeat(256)] },
        says: "CharacterStringTooLong",
      },
      "a TXT that is quoted twice": {
        args: { type: "TXT", ttl: 60, records: ['"x"'] },
        says: "InvalidCharacterString",
      },
    };
    for (const [what, { args, says }] of Object.entries(records)) {
      const { failure } = await stack.up(() => {
        const provider = new AwsProvider("aws", { region: "eu-west-1" });
        const zone = new Zone("zone", { name: "example.com" }, { provider });
        new DnsRecord("record", { zoneId: zone.zoneId, name: "www.example.com", ...args }, { provider });
        return {};
      });
      expect(failure, what).to.contain(says);
    }
  });
});

/** The program's part that this is about, with the real engine, settings, policies and commands. */
const index = `
import { Dns } from "./components/dns/dns";
import { registerGuard } from "./components/guard/guarded";
import { createProvider } from "./components/provider";
import { loadSettings } from "./settings/from-pulumi";
const { context, sections } = loadSettings();
registerGuard(context);
const dns = sections.dns && new Dns("dns", { context, settings: sections.dns, loadBalancers: {} },
  { providers: [createProvider(context, sections.tags)] });
export = { ...(dns && { nameServers: dns.nameServers, names: dns.names }) };
`;

function walkWithDns(settings: Record<string, unknown>): Walk {
  const walk = Walk.create();
  rmSync(path.join(walk.project, "index.ts"));
  writeFileSync(path.join(walk.project, "index.ts"), index);
  for (const section of [
    ...["network", "cluster", "database", "reports", "messaging"],
    ...["users", "workloads", "mail"],
  ]) {
    walk.edit("dev", (config) => config.remove(section));
  }
  walk.edit("dev", (config) =>
    config.set("dns", [], { domain: "dev.example.com", aliases: {}, ...settings }),
  );
  return walk;
}

function putParent(walk: Walk): void {
  writeFileSync(
    path.join(walk.rehearsal, "cloud", "parent.json"),
    JSON.stringify({
      type: "aws:route53/zone:Zone",
      id: "Z0PARENT",
      inputs: { name: "example.com" },
      outputs: {
        name: "example.com",
        zoneId: "Z0PARENT",
        nameServers: ["ns-1.awsdns-99.com", "ns-2.awsdns-99.net"],
      },
    }),
  );
}

/** One server for everything: the zone above delegates to these, and each of them holds the zone. */
function world(servers: readonly string[]): Behaviour {
  return ({ name, type, recursive }) => {
    if (type === "A") return { answers: [{ type: "A", name, ttl: 60, data: "127.0.0.1" }] };
    if (type === "SOA") return { authoritative: true, answers: [soa(name)] };
    if (!recursive) return { authorities: ns(name, ...servers) };
    return name === "example.com" ? { answers: ns(name, "ns.example.com") } : { rcode: codes.NXDOMAIN };
  };
}

async function checkedBy(walk: Walk, behaviour: Behaviour): Promise<Result> {
  const server = await DnsServer.start(behaviour);
  try {
    return await walk.groundwork(
      ...["dns", "check", "dev", "--rehearse", "--resolver", `127.0.0.1:${server.port}`],
    );
  } finally {
    await server.stop();
  }
}

describe("groundwork dns check --rehearse", () => {
  it("finds the zone delegated that the program has delegated, and each server that the parent has wrong", async function () {
    this.timeout(300_000);
    const walk = walkWithDns({ parentZoneId: "Z0PARENT" });
    // The rehearsal's folder is there once something has run.
    await walk.groundwork("preview", "dev", "--rehearse");
    putParent(walk);
    await walk.done("rehearse", "dev");
    const { stdout } = await walk.done("dns", "check", "dev", "--rehearse");
    expect(stdout).to.contain(
      "example.com delegates dev.example.com to the zone's own servers, and they answer.",
    );

    const record = walk.cloud().find(({ type }) => type === RECORD);
    const servers = record?.inputs["records"] as string[];
    const [first = "", ...others] = servers;
    const wrong = ["ns-9.awsdns-09.org", ...others];
    const changed = { ...record, inputs: { ...record?.inputs, records: wrong } };
    writeFileSync(
      path.join(walk.rehearsal, "cloud", `aws.route53.Record.${record?.id ?? ""}@482913067251.json`),
      JSON.stringify({ ...changed, outputs: { ...record?.outputs, records: wrong } }),
    );
    const found = await walk.groundwork("dns", "dev", "check", "--rehearse", "--json");
    expect(found.exitCode).to.equal(4);
    expect(documentOf(found)).to.deep.include({
      domain: "dev.example.com",
      parent: "example.com",
      delegated: true,
      equal: false,
      missing: [first],
      extra: ["ns-9.awsdns-09.org"],
    });
  });

  it("says that the zone is not delegated where the zone above is not ours", async function () {
    this.timeout(300_000);
    const walk = walkWithDns({});
    const early = await walk.groundwork("dns", "check", "dev", "--rehearse");
    expect(early.exitCode).to.equal(1);
    expect(early.stderr).to.contain(
      "dev has no zone yet. Stand it up first: `./groundwork up dev --rehearse`.",
    );
    await walk.done("rehearse", "dev");
    const { exitCode, stdout } = await walk.groundwork("dns", "check", "dev", "--rehearse");
    expect(exitCode).to.equal(4);
    expect(stdout).to.contain(
      "dev.example.com is not delegated: the nearest zone above it, the root, says that there is no such name.",
    );
    const zone = walk.cloud().find(({ type }) => type === "aws:route53/zone:Zone");
    const servers = zone?.outputs["nameServers"] as string[];
    const { equal, silent, mute } = {
      equal: await checkedBy(walk, world(servers)),
      silent: await checkedBy(walk, (asked) => (asked.type === "SOA" ? undefined : world(servers)(asked))),
      mute: await checkedBy(walk, () => undefined),
    };
    expect(equal.exitCode, equal.stderr).to.equal(0);
    expect(silent.exitCode).to.equal(1);
    expect(silent.stderr).to.contain("example.com lists the zone's own servers, but none of them answers");
    expect(mute.exitCode).to.equal(1);
    expect(mute.stderr).to.contain(
      "No resolver could be asked for the NS records of example.com: 127.0.0.1 port",
    );
    expect(equal.stdout).to.contain(
      "example.com delegates dev.example.com to the zone's own servers, and they answer.",
    );
    const refused = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(refused.exitCode).to.equal(3);
    expect(refused.stdout + refused.stderr).to.contain("Route 53 zone");
  });

  it("needs a section dns", async () => {
    const walk = walkWithDns({});
    walk.edit("dev", (config) => config.remove("dns"));
    const { exitCode, stderr } = await walk.groundwork("dns", "check", "dev", "--rehearse");
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain("dev has no zone: Pulumi.dev.yaml has no section groundwork:dns.");
  });
});
