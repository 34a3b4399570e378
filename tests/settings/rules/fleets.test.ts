import { expect } from "chai";
import { fourRoles } from "../../support/fleet-settings";
import { changed, existingNetwork, problemsOf, settingsOf, type Config } from "../support";

const right: Config = { instanceTypes: ["t4g.small"], amazonLinuxRelease: "2023.9.20251117.1" };
const window: Config = { start: "02:00", durationMinutes: 120 };
const volume: Config = { size: 100, mountPoint: "/srv/git" };
const single: Config = {
  availabilityZone: "eu-west-1a",
  volumes: { data: volume },
  maintenanceWindow: window,
};
const certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

function config(change: Config, others: Readonly<Record<string, Config | undefined>> = {}): Config {
  const role = Object.fromEntries(
    Object.entries({ ...right, ...change }).filter(([, value]) => value !== undefined),
  );
  return changed({ ...others, "groundwork:fleets": { role } });
}

/** Path below the role, what is said of it, and what is allowed. */
function problems(
  change: Config,
  others: Readonly<Record<string, Config | undefined>> = {},
): readonly (readonly [string, string, string])[] {
  return problemsOf(config(change, others)).map(({ path, message, allowed }) => [
    path.replace(/^groundwork:fleets\.?(role\.?)?/, ""),
    message,
    allowed,
  ]);
}

/** A setting that is refused at one place, with the beginning of its message. */
type Refusal = readonly [title: string, change: Config, path: string, message: RegExp];

const check = { cloudWatch: { namespace: "Devices", metricName: "Online" } };

const refusals: readonly Refusal[] = [
  [
    "no image",
    { amazonLinuxRelease: undefined },
    "amazonLinuxRelease",
    /^neither amazonLinuxRelease nor amiId/,
  ],
  ["two images", { amiId: "ami-0a1b2c3d4e5f60718" }, "amiId", /^stands beside amazonLinuxRelease/],
  [
    "types of two architectures",
    { instanceTypes: ["m7g.large", "m7i.large"] },
    "instanceTypes[1]",
    /is x86_64, and the types before it are arm64/,
  ],
  ["a type twice", { instanceTypes: ["m7g.large", "m7g.large"] }, "instanceTypes[1]", /is listed twice/],
  ["a Mac", { instanceTypes: ["mac2.metal"] }, "instanceTypes[0]", /runs no Linux/],
  [
    "a count with scaling",
    { count: 2, scaling: { min: 1, max: 2, cpuPercent: 50 } },
    "count",
    /^stands beside scaling/,
  ],
  [
    "scaling upside down",
    { scaling: { min: 3, max: 2, cpuPercent: 50 } },
    "scaling.min",
    /^3 is more than max, 2/,
  ],
  ["scaling by nothing", { scaling: { min: 1, max: 2 } }, "scaling", /^does not say by what/],
  [
    "scaling by requests that nobody counts",
    { scaling: { min: 1, max: 2, requestsPerMachinePerMinute: 100 } },
    "scaling.requestsPerMachinePerMinute",
    /there is no loadBalancer.http/,
  ],
  [
    "several machines with a volume",
    { ...single, count: 2 },
    "count",
    /^2 machines, and the role has a volume/,
  ],
  [
    "several machines with an address",
    { address: true, maintenanceWindow: window, count: 2 },
    "count",
    /has an address/,
  ],
  [
    "scaling with a volume",
    { ...single, scaling: { min: 1, max: 2, cpuPercent: 50 } },
    "scaling",
    /only one machine can have/,
  ],
  [
    "a volume without a zone",
    { ...single, availabilityZone: undefined },
    "availabilityZone",
    /^is missing, and volumes are in one zone/,
  ],
  [
    "a zone without a subnet",
    { ...single, availabilityZone: "eu-west-1c" },
    "availabilityZone",
    /no private subnet in eu-west-1c/,
  ],
  [
    "a volume without a window",
    { ...single, maintenanceWindow: undefined },
    "maintenanceWindow",
    /^is missing, and while its volume or address moves/,
  ],
  ["an address without a window", { address: true }, "maintenanceWindow", /^is missing/],
  [
    "a private address",
    { address: true, subnets: "private", maintenanceWindow: window },
    "subnets",
    /^"private", with an address/,
  ],
  [
    "a window too short for one machine",
    { ...single, maintenanceWindow: { start: "02:00", durationMinutes: 15 } },
    "maintenanceWindow.durationMinutes",
    /^15 minutes, and one machine may take 20/,
  ],
  [
    "a day twice",
    { maintenanceWindow: { ...window, days: ["sun", "sun"] } },
    "maintenanceWindow.days[1]",
    /is listed twice/,
  ],
  [
    "a boot longer than AWS waits",
    {
      ...single,
      boot: { timeoutSeconds: 3600 },
      roll: { drainSeconds: 3600 },
      maintenanceWindow: { start: "00:00", durationMinutes: 1440 },
    },
    "boot.timeoutSeconds",
    /are more than AWS waits \(7200\)/,
  ],
  [
    "a majority at once",
    { count: 3, roll: { surge: 2 } },
    "roll.surge",
    /^2 of 3 machines \(count\) at a time are a majority/,
  ],
  [
    "a majority of the fewest",
    { scaling: { min: 3, max: 9, cpuPercent: 50 }, roll: { surge: 2 } },
    "roll.surge",
    /\(scaling.min\)/,
  ],
  ["a surge of a single", { ...single, roll: { surge: 2 } }, "roll.surge", /only one machine can have/],
  ["a check of nothing", { roll: { check: {} } }, "roll.check", /^does not say where the number is/],
  [
    "a check of two",
    { roll: { check: { ...check, command: ["online"] } } },
    "roll.check",
    /^has cloudWatch and command/,
  ],
  ["a load balancer without work", { loadBalancer: {} }, "loadBalancer", /^passes nothing on/],
  [
    "a load balancer's word without one",
    { healthCheck: { type: "ELB" } },
    "healthCheck.type",
    /no load balancer that could say so/,
  ],
  [
    "too many hosts and paths",
    {
      loadBalancer: {
        http: {
          targetPort: 80,
          hosts: ["a.example.com", "b.example.com", "c.example.com"],
          paths: ["/a", "/b", "/c"],
        },
      },
    },
    "loadBalancer.http.paths",
    /^6 hosts and paths/,
  ],
  [
    "a certificate from elsewhere",
    {
      loadBalancer: {
        http: { targetPort: 80, certificateArn: certificate.replace("eu-west-1", "us-east-1") },
      },
    },
    "loadBalancer.http.certificateArn",
    /is not in eu-west-1/,
  ],
  [
    "a port twice",
    { loadBalancer: { tcp: [{ port: 443 }, { port: 443 }] } },
    "loadBalancer.tcp[1].port",
    /^443 is listed twice/,
  ],
  [
    "two targets of one listener",
    { loadBalancer: { tcp: [{ port: 53 }], udp: [{ port: 53, targetPort: 5353 }] } },
    "loadBalancer.udp[0].targetPort",
    /^5353, and over TCP port 53 goes to 53/,
  ],
  [
    "a probe that UDP cannot answer",
    { loadBalancer: { udp: [{ port: 1194 }] } },
    "loadBalancer.probe.port",
    /^is missing: port 1194 is UDP alone/,
  ],
  [
    "a path over TCP",
    { loadBalancer: { tcp: [{ port: 443 }], probe: { path: "/" } } },
    "loadBalancer.probe.path",
    /which asks no path/,
  ],
  [
    "ssh for the world",
    { loadBalancer: { tcp: [{ port: 22 }] } },
    "loadBalancer.tcp[0].port",
    /^0\.0\.0\.0\/0 lets the world to SSH \(22\)/,
  ],
  [
    "ports with a database's for the world",
    { ingress: [{ port: 5000, toPort: 6000, cidrBlocks: ["0.0.0.0/0"] }] },
    "ingress[0].cidrBlocks[0]",
    /PostgreSQL \(5432\)/,
  ],
  [
    "a block twice",
    { loadBalancer: { tcp: [{ port: 443 }], allowedCidrBlocks: ["10.0.0.0/16", "10.0.0.0/16"] } },
    "loadBalancer.allowedCidrBlocks[1]",
    /is listed twice/,
  ],
  ["a way in for nobody", { ingress: [{ port: 80 }] }, "ingress[0]", /^says what is open, and not for whom/],
  [
    "ports upside down",
    { ingress: [{ port: 80, toPort: 79, cidrBlocks: ["10.0.0.0/16"] }] },
    "ingress[0].toPort",
    /^79 is before port 80/,
  ],
  [
    "a role that is none",
    { ingress: [{ port: 80, roles: ["other"] }] },
    "ingress[0].roles[0]",
    /^there is no role "other"/,
  ],
  [
    "a source twice",
    {
      ingress: [
        { port: 80, cidrBlocks: ["10.0.0.0/16"] },
        { port: 80, cidrBlocks: ["10.0.0.0/16"] },
      ],
    },
    "ingress[1].cidrBlocks[0]",
    /is let in to the same ports twice/,
  ],
  [
    "a secret in the environment",
    { boot: { environment: { DB_PASSWORD: "x" } } },
    "boot.environment.DB_PASSWORD",
    /^sounds like a secret/,
  ],
  [
    "a variable twice",
    {
      boot: {
        environment: { KEY: "x" },
        secrets: { KEY: { arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/key" } },
      },
    },
    "boot.secrets.KEY",
    /^stands at environment, too/,
  ],
  [
    "a secret in a file",
    { boot: { files: { "/etc/api.conf": { content: "password = hunter2hunter2" } } } },
    'boot.files["/etc/api.conf"].content',
    /^holds something called a password/,
  ],
  [
    "a secret in setup",
    { boot: { setup: ["aws configure set aws_access_key_id AKIAABCDEFGHIJKLMNOP"] } },
    "boot.setup[0]",
    /^holds an AWS access key/,
  ],
  [
    "a file under a volume",
    { ...single, boot: { files: { "/srv/git/config": { content: "" } } } },
    'boot.files["/srv/git/config"]',
    /^would be hidden by the volume data/,
  ],
  [
    "volumes one in the other",
    { ...single, volumes: { a: { ...volume, mountPoint: "/srv" }, b: volume } },
    "volumes.b.mountPoint",
    /are one in the other/,
  ],
  [
    "too small a disk of a kind",
    { ...single, volumes: { data: { ...volume, type: "st1" } } },
    "volumes.data.size",
    /^100 GiB, and a volume of type st1 has 125/,
  ],
  [
    "no operations for io2",
    { ...single, volumes: { data: { ...volume, type: "io2" } } },
    "volumes.data.iops",
    /^is missing/,
  ],
  [
    "too many operations",
    { ...single, volumes: { data: { ...volume, size: 10, iops: 6000 } } },
    "volumes.data.iops",
    /^6000 for 10 GiB of type gp3/,
  ],
  [
    "operations of what has none",
    { ...single, volumes: { data: { ...volume, size: 500, type: "sc1", iops: 3000 } } },
    "volumes.data.iops",
    /no operations that could be ordered/,
  ],
  [
    "too much throughput",
    { ...single, volumes: { data: { ...volume, throughput: 1000 } } },
    "volumes.data.throughput",
    /^1000 MiB a second with 3000 operations/,
  ],
  [
    "throughput of another kind",
    { ...single, volumes: { data: { ...volume, type: "io2", iops: 1000, throughput: 200 } } },
    "volumes.data.throughput",
    /^cannot be ordered for type io2/,
  ],
  ["a tag of the program", { tags: { role: "x" } }, "tags.role", /is a tag that the program or AWS sets/],
];

describe("settings: fleets", () => {
  it("take the short form, with a default for everything else", () => {
    const { sections } = settingsOf(config({}));
    expect(sections.fleets?.["role"]).to.deep.equal({
      ...right,
      volumes: {},
      address: false,
      healthCheck: { graceSeconds: 120 },
      ingress: [],
      securityGroups: [],
      permissions: [],
      metadataHopLimit: 1,
      rootVolumeSize: 16,
      boot: { packages: [], files: {}, environment: {}, secrets: {}, setup: [], timeoutSeconds: 900 },
      roll: { surge: 1, drainSeconds: 300, pauseSeconds: 0 },
      access: { enabled: true, longestHours: 12 },
      tags: {},
    });
  });

  it("take four roles that have everything", () => {
    const roles = JSON.stringify(fourRoles()).replaceAll("482913067251", "123456789012");
    expect(problemsOf(changed({ "groundwork:fleets": JSON.parse(roles) as Config }))).to.deep.equal([]);
  });

  for (const [title, change, path, message] of refusals) {
    it(`refuse ${title}, and nothing else with it`, () => {
      const found = problems(change);
      expect(found.map(([place]) => place)).to.deep.equal([path]);
      expect(found[0]?.[1]).to.match(message);
      expect(found[0]?.[2]).not.to.equal("");
    });
  }

  for (const [key, takes, refuses] of [
    [
      "maintenanceWindow",
      [window, { ...window, timeZone: "America/New_York" }],
      [
        { ...window, timeZone: "Mars/Olympus" },
        { ...window, timeZone: "+02:00" },
        { ...window, start: "24:00" },
        { ...window, start: "2:00" },
        { ...window, days: [] },
        { ...window, days: ["someday"] },
      ],
    ],
    [
      "permissions",
      [[{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::builds/*"] }]],
      [
        [{ actions: ["*"], resources: ["arn:aws:s3:::builds/*"] }],
        [{ actions: ["s3:*"], resources: ["arn:aws:s3:::builds/*"] }],
        [{ actions: ["s3:GetObject"], resources: ["*"] }],
      ],
    ],
    [
      "boot",
      [{ files: { "/etc/a.conf": { content: "a" } } }],
      [
        { files: { "/etc/groundwork/role.json": { content: "a" } } },
        { files: { "/opt/../etc/passwd": { content: "a" } } },
        { files: { "etc/a": { content: "a" } } },
        { environment: { "A-B": "x" } },
        { service: [] },
      ],
    ],
    ["access", [{ enabled: false }, { longestHours: 168 }], [{ longestHours: 0 }, { longestHours: 169 }]],
  ] as const) {
    it(`take of ${key} what is right, and nothing else`, () => {
      for (const value of takes) {
        expect(problems({ [key]: value }), JSON.stringify(value)).to.deep.equal([]);
      }
      for (const value of refuses) {
        expect(problems({ [key]: value }), JSON.stringify(value)).not.to.deep.equal([]);
      }
    });
  }

  for (const mountPoint of ["/", "/etc", "/usr/local", "/var", "srv", "/srv/../etc", "/opt/groundwork/x"]) {
    it(`refuse to mount a volume at ${mountPoint}`, () => {
      expect(problems({ ...single, volumes: { data: { ...volume, mountPoint } } })).to.have.length(1);
    });
  }

  it("want a network, with subnets for load balancers in two zones", () => {
    const without = { "groundwork:network": undefined, "groundwork:database": undefined };
    expect(problems({}, without)).to.deep.equal([
      ["", "needs a network for its machines, and the stack has none", "groundwork:network beside it"],
    ]);
    const one = { "groundwork:network": { ...cleared(), ...existingNetwork() } };
    expect(problems({ loadBalancer: { tcp: [{ port: 443 }] } }, one).map(([path]) => path)).to.deep.equal([
      "loadBalancer",
    ]);
  });

  it("want names that no part of another role has", () => {
    const http = { loadBalancer: { http: { targetPort: 80 } } };
    const volumes = (...names: string[]): Config => ({
      ...single,
      volumes: Object.fromEntries(names.map((name) => [name, volume])),
    });
    const of = (roles: Record<string, Config>): readonly string[] =>
      problemsOf(
        changed({
          "groundwork:fleets": Object.fromEntries(
            Object.entries(roles).map(([role, fleet]) => [role, { ...right, ...fleet }]),
          ),
        }),
      ).map(({ message }) => message);
    expect(of({ api: http, "api-http": {} })).to.deep.equal([
      'api-http of this role and of "api" would be called the same',
    ]);
    expect(of({ git: volumes("data-x"), "git-data": volumes("x") })).to.deep.equal([
      'volume git-data-x of this role and of "git" would be called the same',
    ]);
    expect(of({ api: {}, "api-http": {}, "api-internal": http })).to.deep.equal([]);
  });

  it("want a way out for private machines", () => {
    const none = { "groundwork:network": { natGateways: "none" } };
    expect(problems({}, none).map(([path]) => path)).to.deep.equal(["subnets"]);
    expect(problems({ subnets: "public" }, none)).to.deep.equal([]);
  });

  it("have volumes under a key of one's own where there is one, which is of the stack's region", () => {
    const told = (encryption?: Config): readonly string[] =>
      problemsOf(
        changed({
          ...(encryption !== undefined && { "groundwork:encryption": encryption }),
          "groundwork:fleets": {
            git: {
              instanceTypes: ["t4g.small"],
              amazonLinuxRelease: "2023.9.20251117.1",
              ...single,
              volumes: { data: { ...volume, ownKey: true } },
            },
          },
        }),
      ).map(({ path, message }) => `${path}: ${message}`);
    const key = "arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
    expect(told({ disks: "own" })).to.deep.equal([]);
    expect(told({ disks: key.replace("us-east-1", "eu-west-1") })).to.deep.equal([]);
    expect(told()).to.deep.equal(told({}));
    expect(told({})).to.deep.equal([
      "groundwork:fleets.git.volumes.data.ownKey: found true, and there is no key of one's own for disks",
    ]);
    expect(told({ disks: key })).to.deep.equal([`groundwork:encryption.disks: "${key}" is not in eu-west-1`]);
  });
});

/** Takes the keys of a new network away. */
function cleared(): Config {
  const keys = ["cidrBlock", "availabilityZones", "publicSubnets", "privateSubnets", "databaseSubnets"];
  return Object.fromEntries(keys.map((key) => [key, undefined]));
}
