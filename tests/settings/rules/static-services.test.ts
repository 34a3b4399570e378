import { expect } from "chai";
import { changed, existingNetwork, problemsOf, settingsOf, type Config } from "../support";

const hash = "3b2ef1a2f1c3f24d1a4a9f6e1e6b1a9d7c58f2ab0b0e3f4e3a9f7c1d5e6b8a90";
const right: Config = {
  imageTag: "example/dns:1.4.0",
  imageHash: `sha256:${hash}`,
  instanceType: "t4g.small",
  amazonLinuxRelease: "2023.9.20251117.1",
};

function config(change: Config, others: Readonly<Record<string, Config | undefined>> = {}): Config {
  const dns = Object.fromEntries(
    Object.entries({ ...right, ...change }).filter(([, value]) => value !== undefined),
  );
  return changed({ ...others, "groundwork:staticServices": { dns } });
}

/** Path below the service, and what is said of it. */
function problems(
  change: Config,
  others: Readonly<Record<string, Config | undefined>> = {},
): readonly (readonly [string, string, string])[] {
  return problemsOf(config(change, others)).map(({ path, message, allowed }) => [
    path.replace("groundwork:staticServices.dns.", ""),
    message,
    allowed ?? "",
  ]);
}

const udp = { runtimePortMap: { udp: { "53": 53 } } };

describe("settings: static services", () => {
  it("take the short form, with a default for everything else", () => {
    const { sections } = settingsOf(config({}));
    expect(sections.staticServices?.["dns"]).to.deep.equal({
      ...right,
      instances: 1,
      serviceCopiesPerInstance: 1,
      securityGroups: [],
      runtimePortMap: { tcp: {}, udp: {} },
      allowedCidrBlocks: ["0.0.0.0/0"],
      runtimeCommand: [],
      environment: {},
      secrets: {},
      logRetentionDays: 30,
      healthCheck: { steadySeconds: 20, timeoutSeconds: 300 },
      limits: {
        user: "65532:65532",
        capabilities: [],
        readOnly: true,
        memoryPercent: 80,
        processes: 512,
      },
      rootVolumeSize: 16,
      tags: {},
    });
  });

  it("take a digest with and without sha256: in front", () => {
    expect(problems({ imageHash: hash })).to.deep.equal([]);
  });

  const digest = "64 hexadecimal digits, with or without sha256: in front";
  for (const [title, imageHash] of [
    ["none", undefined],
    ["a short one", "sha256:3b2ef1a2f1c3"],
    ["a tag", "latest"],
    ["one in capitals", hash.toUpperCase()],
    ["one of another algorithm", `sha512:${hash}`],
  ] as const) {
    it(`refuse as a digest: ${title}`, () => {
      const [problem, ...others] = problems({ imageHash });
      expect(others).to.deep.equal([]);
      expect(problem?.[0]).to.equal("imageHash");
      expect(problem?.[2]).to.equal(digest);
    });
  }

  it("refuse an image without a tag, with a digest in it, and with a tag that moves", () => {
    const allowed = "repository:tag, without a digest";
    expect(problems({ imageTag: "example/dns" })[0]).to.deep.include.members([allowed]);
    expect(problems({ imageTag: `example/dns:1@sha256:${hash}` })[0]).to.deep.include.members([allowed]);
    expect(problems({ imageTag: "example/dns:latest" })).to.deep.equal([
      [
        "imageTag",
        '"example/dns:latest" does not name a version',
        "a tag that stays with its image; what runs is the digest, and the tag tells people what that is",
      ],
    ]);
    expect(problems({ imageTag: "registry.example.com:5000/team/dns:v1" })).to.deep.equal([]);
  });

  it("want one machine image, for every region", () => {
    expect(problems({ amazonLinuxRelease: undefined })).to.deep.equal([
      [
        "amazonLinuxRelease",
        "neither amazonLinuxRelease nor amiIds says what the machines run",
        "a release of Amazon Linux 2023, best once for all machines: amazonLinux in groundwork:releases; or an image of your own",
      ],
    ]);
    expect(
      problems(
        { amazonLinuxRelease: undefined },
        { "groundwork:releases": { amazonLinux: "2023.12.20261021.0" } },
      ),
    ).to.deep.equal([]);
    const amiIds = { "eu-west-1": "ami-0123456789abcdef0" };
    expect(problems({ amiIds })).to.deep.equal([
      ["amiIds", "stands beside amazonLinuxRelease", "one of the two"],
    ]);
    expect(problems({ amiIds, amazonLinuxRelease: undefined })).to.deep.equal([]);
    expect(
      problems({ amiIds, amazonLinuxRelease: undefined, regions: { "eu-west-1": {}, "us-west-2": {} } }),
    ).to.deep.equal([
      ["amiIds", "has no image for us-west-2", "an image for each region that the service runs in"],
    ]);
  });

  it("refuse several copies where ports are mapped", () => {
    expect(problems({ ...udp, serviceCopiesPerInstance: 3 })).to.deep.equal([
      [
        "serviceCopiesPerInstance",
        "3 copies on a machine whose ports are mapped: only one of them can have a port",
        "1 with runtimePortMap; more machines (instances) for more copies",
      ],
    ]);
    expect(problems({ instances: 4, serviceCopiesPerInstance: 3 })).to.deep.equal([]);
  });

  it("refuse what is no port", () => {
    const paths = (runtimePortMap: Config): readonly string[] =>
      problems({ runtimePortMap }).map(([path]) => path);
    expect(paths({ tcp: { "0": 80 } })).to.have.length(1);
    expect(paths({ tcp: { "70000": 80 } })).to.have.length(1);
    expect(paths({ tcp: { "080": 80 } })).to.have.length(1);
    expect(paths({ tcp: { "80": 70000 } })).to.have.length(1);
    expect(paths({ sctp: { "80": 80 } })).to.have.length(1);
  });

  it("refuse a health check of a port that is not mapped, and one that nobody could pass", () => {
    expect(problems({ ...udp, healthCheck: { tcp: { port: 53 } } })).to.deep.equal([
      ["healthCheck.tcp.port", "53 is not mapped", "a port of runtimePortMap.tcp, which is empty"],
    ]);
    expect(
      problems({
        runtimePortMap: { tcp: { "443": 8443 } },
        healthCheck: { http: { port: 8443, path: "/health" } },
      }),
    ).to.deep.equal([["healthCheck.http.port", "8443 is not mapped", "a port of runtimePortMap.tcp: 443"]]);
    expect(problems({ healthCheck: { steadySeconds: 60, timeoutSeconds: 60 } })).to.deep.equal([
      [
        "healthCheck.steadySeconds",
        "found 60, with timeoutSeconds 60: no machine could become healthy in time",
        "less than 60",
      ],
    ]);
  });

  it("want a log host with its port, and the other way round", () => {
    const allowed = "both, for syslog over TLS, or neither, for CloudWatch";
    expect(problems({ logHost: "logs.example.com" })).to.deep.equal([
      ["logPort", "is missing, and logHost is there", allowed],
    ]);
    expect(problems({ logPort: 6514 })).to.deep.equal([
      ["logHost", "is missing, and logPort is there", allowed],
    ]);
  });

  it("refuse in the environment what sounds like a secret, and a name in both places", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1B2c3";
    expect(
      problems({ environment: { DB_PASSWORD: "x", TOKEN_TTL: "60", A: "1" }, secrets: { A: { arn } } }).map(
        ([path, message]) => [path, message],
      ),
    ).to.deep.equal([
      [
        "environment.DB_PASSWORD",
        "sounds like a secret, and everything at environment stands in clear in the machine's user data",
      ],
      ["secrets.A", "stands at environment, too"],
    ]);
  });

  it("refuse values of several lines", () => {
    expect(problems({ environment: { A: "one\ntwo" } })).to.have.length(1);
    expect(problems({ runtimeCommand: ["one\ntwo"] })).to.have.length(1);
  });

  it("want the VPC of a region with its subnets, and security groups with the VPC that they belong to", () => {
    const own = ["sg-0a1b2c3d4e5f60718"];
    expect(problems({ regions: {} }).map(([path]) => path)).to.deep.equal(["regions"]);
    expect(problems({ regions: { "us-west-2": { vpcId: "vpc-0a1b2c3d4e5f60718" } } })).to.deep.equal([
      ["regions.us-west-2.subnetIds", "is missing", "vpcId and subnetIds, or neither"],
    ]);
    expect(
      problems({ regions: { "us-west-2": { securityGroups: own } } }).map(([path, message]) => [
        path,
        message,
      ]),
    ).to.deep.equal([
      [
        "regions.us-west-2.securityGroups",
        "names groups of another VPC: that of us-west-2 is the static services' own",
      ],
    ]);
    expect(problems({ securityGroups: own })).to.deep.equal([]);
    expect(
      problems({ securityGroups: own, regions: { "eu-west-1": {}, "us-west-2": {} } }).map(([path]) => path),
    ).to.deep.equal(["securityGroups"]);
    expect(problems({ regions: { "mars-north-1": {} } })).to.have.length(1);
  });

  it("refuse machines that could reach nothing, and ports that nobody could reach", () => {
    expect(problems({}, { "groundwork:network": { natGateways: "none" } })).to.deep.equal([
      [
        "subnets",
        "the private subnets reach nothing outside (natGateways is none), so no machine could fetch its image",
        '"public" (no port is opened by it), or NAT gateways at groundwork:network',
      ],
    ]);
    expect(problems({ subnets: "public" }, { "groundwork:network": { natGateways: "none" } })).to.deep.equal(
      [],
    );
    expect(problems({ ...udp, subnets: "private" }).map(([path]) => path)).to.deep.equal(["subnets"]);
    const theirs = { ...config({}), "groundwork:network": { ...existingNetwork(), privateSubnetIds: [] } };
    expect(problemsOf(theirs).map(({ message }) => message)).to.deep.equal([
      "the stack's network has no private subnets for its machines",
    ]);
  });

  it("refuse tags of the program's own, and one service tag for two", () => {
    expect(problems({ tags: { slot: "1", owner: "me" } }).map(([path]) => path)).to.deep.equal(["tags.slot"]);
    const two = changed({
      "groundwork:staticServices": { dns: right, other: { ...right, serviceTag: "dns" } },
    });
    expect(problemsOf(two).map(({ path, message }) => [path, message])).to.deep.equal([
      ["groundwork:staticServices.other.serviceTag", '"dns" is another service\'s'],
    ]);
  });
});
