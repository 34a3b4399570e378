import { expect } from "chai";
import { architectureOf } from "../../../settings/instance-types";
import { eksVersions } from "../../../settings/eks-versions";
import {
  changed,
  existingNetwork,
  identity,
  problemsOf,
  production,
  settingsOf,
  type Config,
} from "../support";

const admin = { principalArn: "arn:aws:iam::123456789012:role/platform-engineer", policy: "clusterAdmin" };
const group = { instanceTypes: ["m7g.large"], minSize: 1, desiredSize: 2, maxSize: 4 };
const small: Config = {
  version: "1.34",
  accessEntries: { platform: admin },
  nodeGroups: { default: group },
};

const withCluster = (change: Config, rest: Readonly<Record<string, Config | undefined>> = {}): Config =>
  changed({ ...rest, "groundwork:cluster": { ...small, ...change } });
const problems = (change: Config): ReturnType<typeof problemsOf> => problemsOf(withCluster(change));
const groupProblems = (change: Config): ReturnType<typeof problemsOf> =>
  problems({ nodeGroups: { default: { ...group, ...change } } });
const said = (list: ReturnType<typeof problemsOf>): readonly (readonly [string, string])[] =>
  list.map(({ path, message }) => [path.replace("groundwork:cluster.", ""), message]);

describe("settings rules: cluster", () => {
  it("refuse a cache of a registry without the login that it wants, with one that it does not take, and twice", () => {
    const arn = (region: string): string =>
      `arn:aws:secretsmanager:${region}:123456789012:secret:ecr-pullthroughcache/hub-a1B2c3`;
    const caches = {
      hub: { upstream: "registry-1.docker.io" },
      quay: { upstream: "quay.io", credentialArn: arn("eu-west-1") },
      ghcr: { upstream: "ghcr.io", credentialArn: arn("eu-west-2") },
      again: { upstream: "quay.io" },
    };
    expect(said(problems({ pullThroughCache: caches }))).to.deep.equal([
      ["pullThroughCache.again.upstream", "quay.io has a prefix already"],
      ["pullThroughCache.ghcr.credentialArn", `"${arn("eu-west-2")}" is not in eu-west-1`],
      ["pullThroughCache.hub", "registry-1.docker.io wants a login of ECR"],
      ["pullThroughCache.quay.credentialArn", "quay.io takes no login of ECR"],
    ]);
    const right = { hub: { upstream: "registry-1.docker.io", credentialArn: arn("eu-west-1") } };
    expect(problems({ pullThroughCache: right })).to.deep.equal([]);
  });

  it("fills in what a small cluster does not say", () => {
    const { cluster } = settingsOf(withCluster({})).sections;
    expect(cluster).to.deep.include({
      supportType: "STANDARD",
      apiAccess: { publicCidrBlocks: [] },
      logRetentionDays: 90,
      addons: {},
      smoke: { pauseSeconds: 10, port: 8080 },
    });
    expect(cluster?.nodeGroups["default"]).to.deep.include({
      diskSize: 50,
      capacityType: "ON_DEMAND",
      labels: {},
      taints: [],
    });
  });

  it("refuses addresses of services that EKS does not take, or that the VPC has", () => {
    const found = (serviceIpv4Cidr: string): unknown => said(problems({ serviceIpv4Cidr }));
    expect(found("172.20.0.0/16")).to.deep.equal([]);
    expect(found("10.0.128.0/20")).to.deep.equal([
      [
        "serviceIpv4Cidr",
        '"10.0.128.0/20" shares addresses with the VPC\'s 10.0.0.0/16, which pods could not reach',
      ],
    ]);
    for (const block of ["100.64.0.0/16", "10.0.0.0/8", "192.168.0.0/25"]) {
      expect(found(block), block).to.deep.equal([
        ["serviceIpv4Cidr", `${JSON.stringify(block)} is none that EKS takes`],
      ]);
    }
  });

  it("takes people of IAM Identity Center by the role of their permission set, with its path", () => {
    const principalArn =
      "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Operators_0123456789abcdef";
    expect(
      problems({ accessEntries: { platform: admin, operators: { principalArn, policy: "view" } } }),
    ).to.deep.equal([]);
  });

  describe("version", () => {
    it("refuses one that is not in the table, with what is, the nearest, and where to add one", () => {
      const [problem] = problems({ version: "1.41" });
      expect(problem?.message).to.equal(
        '"1.41" is not a version that this program knows EKS to offer; the nearest is 1.35',
      );
      expect(problem?.allowed)
        .to.contain("1.31, 1.32, 1.33, 1.34, 1.35")
        .and.to.contain("settings/eks-versions.ts");
      expect(said(problems({ version: "1.22" }))[0]?.[1]).to.contain("the nearest is 1.31");
    });

    it("refuses a number: without quotes 1.30 would be 1.3", () => {
      const [problem] = problems({ version: 1.34 });
      expect(problem?.message).to.equal("found the number 1.34");
      expect(problem?.suggestion).to.contain("quotes");
    });

    it("takes a proxy of the control plane's minor and up to three older, and none that is newer", () => {
      const proxy = (pin: string): readonly (readonly [string, string])[] =>
        said(problems({ version: "1.34", addons: { "kube-proxy": pin } }));
      expect(proxy("v1.34.1-eksbuild.2")).to.deep.equal([]);
      expect(proxy("v1.31.10-eksbuild.8")).to.deep.equal([]);
      for (const pin of ["v1.35.0-eksbuild.2", "v1.30.14-eksbuild.8"])
        expect(proxy(pin)).to.deep.equal([
          ["addons.kube-proxy", `"${pin}" does not go with a control plane of 1.34: EKS refuses it`],
        ]);
    });

    it("knows how long each is supported, in order and without gaps", () => {
      const minors = eksVersions.map(({ version }) => Number(version.split(".")[1]));
      expect(minors).to.deep.equal(minors.map((_, index) => (minors[0] ?? 0) + index));
      for (const { version, released, endOfStandardSupport, endOfExtendedSupport } of eksVersions) {
        expect([released, endOfStandardSupport, endOfExtendedSupport], version).to.deep.equal(
          [released, endOfStandardSupport, endOfExtendedSupport].sort(),
        );
      }
    });
  });

  describe("where it stands", () => {
    it("needs a network", () => {
      expect(
        said(
          problemsOf(withCluster({}, { "groundwork:network": undefined, "groundwork:database": undefined })),
        ),
      ).to.deep.equal([["groundwork:cluster", "there is no network to place the cluster in"]]);
    });

    it("needs private subnets in two zones, in a new network and in an existing one", () => {
      const one = { privateSubnets: ["10.0.2.0/24"] };
      expect(said(problemsOf(withCluster({}, { "groundwork:network": one })))).to.deep.equal([
        ["groundwork:network.privateSubnets", "1 private subnet, but there is a cluster"],
      ]);
      const config = withCluster({});
      config["groundwork:network"] = existingNetwork();
      expect(said(problemsOf(config))).to.deep.equal([
        ["groundwork:network.privateSubnetIds", "1 private subnet, but there is a cluster"],
      ]);
    });

    it("needs a way out for the nodes", () => {
      expect(
        said(problemsOf(withCluster({}, { "groundwork:network": { natGateways: "none" } }))),
      ).to.deep.equal([
        [
          "groundwork:network.natGateways",
          '"none", but there is a cluster: its nodes would reach neither EKS nor any image',
        ],
      ]);
    });

    it("refuses a stack whose name makes the cluster's too long", () => {
      const name = (length: number): ReturnType<typeof problemsOf> => {
        const stack = "s".repeat(length);
        return problemsOf(
          changed({
            "groundwork:cluster": small,
            "groundwork:messaging": undefined,
            "groundwork:reports": undefined,
            "groundwork:users": undefined,
          }),
          { ...identity, stack },
        ).filter(({ path }) => path === "groundwork:cluster");
      };
      expect(name(82)).to.have.length(1);
      expect(name(81)).to.deep.equal([]);
    });
  });

  describe("who reaches the API", () => {
    const access = (...publicCidrBlocks: string[]): readonly (readonly [string, string])[] =>
      said(problems({ apiAccess: { publicCidrBlocks } }));
    const at = (index: number): string => `apiAccess.publicCidrBlocks[${index}]`;

    it("is never the world, whole or in halves", () => {
      expect(access("0.0.0.0/0")).to.deep.equal([[at(0), '"0.0.0.0/0" opens the API to the world']]);
      expect(access("0.0.0.0/1", "128.0.0.0/1").map(([path]) => path)).to.deep.equal([at(0), at(1)]);
    });

    it("has an address on the internet", () => {
      for (const block of ["10.0.0.0/8", "172.16.4.0/24", "192.168.0.0/16", "100.64.0.0/10"]) {
        expect(access(block)[0]?.[1], block).to.contain("private block");
      }
      for (const block of ["127.0.0.1/32", "169.254.0.0/16", "224.0.0.0/8"]) {
        expect(access(block)[0]?.[1], block).to.contain("reserved block");
      }
      expect(access("203.0.113.0/24", "198.51.100.7/32")).to.deep.equal([]);
    });

    it("is listed once", () => {
      expect(access("203.0.113.0/24", "203.0.113.0/24")).to.deep.equal([
        [at(1), '"203.0.113.0/24" is listed twice'],
      ]);
    });
  });

  describe("access entries", () => {
    it("have one clusterAdmin at least", () => {
      expect(said(problems({ accessEntries: { platform: { ...admin, policy: "admin" } } }))).to.deep.equal([
        ["accessEntries", "nobody is clusterAdmin: everybody would be locked out, the program itself too"],
      ]);
      expect(said(problems({ accessEntries: {} })).map(([path]) => path)).to.deep.equal(["accessEntries"]);
    });

    it("name one role or user each, of any path, and no wildcard", () => {
      const principal = (principalArn: string): number =>
        problems({ accessEntries: { platform: { ...admin, principalArn } } }).length;
      for (const right of [
        "arn:aws:iam::123456789012:role/platform-engineer",
        "arn:aws:iam::123456789012:role/ci/deploy/runner",
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0a1b2c3d4e5f6071",
        "arn:aws:iam::123456789012:user/somebody@example.com",
      ]) {
        expect(principal(right), right).to.equal(0);
      }
      for (const wrong of [
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::*:role/admin",
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/platform-engineer/me",
        "platform-engineer",
      ]) {
        expect(principal(wrong), wrong).to.equal(1);
      }
    });

    it("are one a principal", () => {
      expect(said(problems({ accessEntries: { a: admin, b: { ...admin, policy: "view" } } }))).to.deep.equal([
        [
          "accessEntries.b.principalArn",
          '"arn:aws:iam::123456789012:role/platform-engineer" stands at accessEntries.a already',
        ],
      ]);
    });

    it("have namespaces for what can be had in namespaces only", () => {
      const other = {
        principalArn: "arn:aws:iam::123456789012:role/dev",
        policy: "edit",
        namespaces: ["workloads"],
      };
      expect(problems({ accessEntries: { platform: admin, other } })).to.deep.equal([]);
      expect(
        said(problems({ accessEntries: { platform: { ...admin, namespaces: ["workloads"] } } })),
      ).to.deep.equal([["accessEntries.platform.namespaces", "clusterAdmin is for the whole cluster"]]);
    });
  });

  describe("node groups", () => {
    it("have a size between their bounds", () => {
      expect(said(groupProblems({ desiredSize: 5 }))).to.deep.equal([
        ["nodeGroups.default.desiredSize", "5 is more than maxSize 4"],
      ]);
      expect(said(groupProblems({ minSize: 3 }))).to.deep.equal([
        ["nodeGroups.default.desiredSize", "2 is less than minSize 3"],
      ]);
      expect(said(groupProblems({ minSize: 5 }))).to.deep.equal([
        ["nodeGroups.default.minSize", "5 is more than maxSize 4"],
      ]);
      expect(said(groupProblems({ maxSize: 0 })).map(([path]) => path)).to.deep.equal([
        "nodeGroups.default.maxSize",
      ]);
    });

    it("have images that were made for the cluster's version", () => {
      const version = "1.34";
      const message = "1.35.8-20260930 is an image for another version of Kubernetes than 1.34";
      expect(said(problems({ version, nodeReleaseVersion: "1.35.8-20260930" }))).to.deep.equal([
        ["nodeReleaseVersion", message],
      ]);
      expect(said(problems({ version, nodeReleaseVersion: "1.34.9-20261023" }))).to.deep.equal([]);
      expect(said(groupProblems({ releaseVersion: "1.35.8-20260930" }))).to.deep.equal([
        ["nodeGroups.default.releaseVersion", message],
      ]);
      for (const release of ["v20260930", "1.34.8-20261399", "1.34"]) {
        expect(said(problems({ version, nodeReleaseVersion: release })).map(([path]) => path)).to.deep.equal([
          "nodeReleaseVersion",
        ]);
      }
    });

    it("are of one architecture, told by the types' names", () => {
      expect(said(groupProblems({ instanceTypes: ["m7g.large", "m7i.large"] }))).to.deep.equal([
        ["nodeGroups.default.instanceTypes[1]", '"m7i.large" is x86_64, and "m7g.large" is arm64'],
      ]);
      expect(said(groupProblems({ instanceTypes: [] })).map(([path]) => path)).to.deep.equal([
        "nodeGroups.default.instanceTypes",
      ]);
      expect(said(groupProblems({ instanceTypes: ["g6.xlarge"] }))[0]?.[1]).to.contain("needs another image");
    });

    it("have one that takes any pod, with a node", () => {
      const taints = [{ key: "purpose", effect: "NO_EXECUTE" }];
      for (const change of [{ taints }, { minSize: 0, desiredSize: 0 }]) {
        expect(said(groupProblems(change))).to.deep.equal([
          [
            "nodeGroups",
            "no group has a node that takes any pod: the cluster's DNS and its volume driver would run nowhere",
          ],
        ]);
      }
      expect(problems({ nodeGroups: { default: group, batch: { ...group, taints } } })).to.deep.equal([]);
      expect(said(problems({ nodeGroups: {} }))).to.deep.equal([["nodeGroups", "there are no nodes"]]);
    });

    it("have labels and taints that Kubernetes takes from them", () => {
      const label = (key: string, value = "x"): number => groupProblems({ labels: { [key]: value } }).length;
      for (const right of ["purpose", "example.com/purpose", "a.b_c-d"]) {
        expect(label(right), right).to.equal(0);
      }
      for (const wrong of [
        "kubernetes.io/role",
        "node.kubernetes.io/purpose",
        "k8s.io/purpose",
        "eks.amazonaws.com/nodegroup",
        "-purpose",
        "Example.com/purpose",
        "a/b/c",
        "x".repeat(64),
      ]) {
        expect(label(wrong), wrong).to.equal(1);
      }
      expect(label("purpose", "with space")).to.equal(1);
      expect(label("purpose", "")).to.equal(0);
      const taint = { key: "kubernetes.io/x", value: "", effect: "PREFER_NO_SCHEDULE" };
      expect(said(groupProblems({ taints: [taint] })).map(([path]) => path)).to.deep.equal([
        "nodeGroups.default.taints[0].key",
      ]);
      const twice = { key: "a", effect: "PREFER_NO_SCHEDULE" };
      expect(said(groupProblems({ taints: [twice, { ...twice, value: "b" }] }))[0]?.[0]).to.equal(
        "nodeGroups.default.taints[1]",
      );
    });

    it("have one pace of updates", () => {
      expect(said(groupProblems({ maxUnavailable: 1, maxUnavailablePercentage: 10 }))).to.deep.equal([
        ["nodeGroups.default.maxUnavailablePercentage", "stands beside maxUnavailable"],
      ]);
    });

    it("have names that leave EKS its 27 characters", () => {
      expect(problems({ nodeGroups: { ["n".repeat(36)]: group } })).to.deep.equal([]);
      expect(problems({ nodeGroups: { ["n".repeat(37)]: group } })).to.have.length(1);
      expect(problems({ nodeGroups: { "batch-": group } })).to.have.length(1);
    });

    it("have two nodes in production", () => {
      const one = { ...small, nodeGroups: { default: { ...group, desiredSize: 1 } } };
      expect(said(problemsOf(production({ "groundwork:cluster": one })))).to.deep.equal([
        ["nodeGroups", "1 node at guard level production"],
      ]);
      expect(problemsOf(production({ "groundwork:cluster": small }))).to.deep.equal([]);
    });
  });

  it("has public subnets for load balancers that the internet reaches", () => {
    const workload = (loadBalancer: Config): Config => ({
      image: `example/web@sha256:${"a".repeat(64)}`,
      port: 8080,
      resources: { cpu: "100m", memory: "128Mi" },
      loadBalancer,
    });
    const config = withCluster({});
    config["groundwork:network"] = {
      ...existingNetwork(),
      publicSubnetIds: [],
      privateSubnetIds: ["subnet-0000000000000000a", "subnet-0000000000000000b"],
    };
    config["groundwork:workloads"] = { web: workload({}), inner: workload({ internal: true }) };
    const found = problemsOf(config).filter(({ message }) => message.includes("public subnet"));
    expect(found.map(({ path }) => path)).to.deep.equal(["groundwork:workloads.web.loadBalancer"]);
  });

  it("takes smoke images by digest only", () => {
    const digest = `@sha256:${"a".repeat(64)}`;
    const images = { v1: `example/hello:v1${digest}`, v2: `example/hello:v2${digest}` };
    expect(problems({ smoke: { images } })).to.deep.equal([]);
    expect(said(problems({ smoke: { images: { ...images, v2: "example/hello:v2" } } }))[0]?.[0]).to.equal(
      "smoke.images.v2",
    );
  });

  it("takes add-on versions as EKS writes them", () => {
    expect(problems({ addons: { "vpc-cni": "v1.20.4-eksbuild.1" } })).to.deep.equal([]);
    expect(said(problems({ addons: { "vpc-cni": "1.20.4" } })).map(([path]) => path)).to.deep.equal([
      "addons.vpc-cni",
    ]);
  });

  it("has a control plane where there are private subnets, in each zone once", () => {
    const zones = (...controlPlaneZones: string[]): unknown => said(problems({ controlPlaneZones }));
    expect(zones("eu-west-1a", "eu-west-1b")).to.deep.equal([]);
    expect(zones("eu-west-1a", "eu-west-1c")).to.deep.equal([
      ["controlPlaneZones[1]", "the stack's network has no private subnet in eu-west-1c"],
    ]);
    expect(zones("eu-west-1a", "eu-west-1a")).to.deep.equal([
      ["controlPlaneZones[1]", '"eu-west-1a" is listed twice'],
    ]);
    const config = withCluster({ controlPlaneZones: ["eu-west-1a", "us-east-1b"] });
    config["groundwork:network"] = existingNetwork();
    expect(said(problemsOf(config).filter(({ path }) => path.includes("Zones")))).to.deep.equal([
      ["controlPlaneZones[1]", "us-east-1b is not in eu-west-1"],
    ]);
  });
});

describe("instance types", () => {
  it("tell their architecture", () => {
    const types = {
      arm64: [
        "m7g.large",
        "c7gn.xlarge",
        "t4g.small",
        "a1.large",
        "im4gn.large",
        "is4gen.medium",
        "r8gd.large",
        "hpc7g.4xlarge",
        "x2gd.medium",
      ],
      x86_64: [
        "m7i.large",
        "t3.medium",
        "c6in.large",
        "m8i-flex.large",
        "i7ie.large",
        "u-6tb1.metal",
        "u7i-12tb.224xlarge",
        "m5zn.metal",
      ],
    } as const;
    for (const [architecture, names] of Object.entries(types)) {
      for (const name of names) {
        expect(architectureOf(name), name).to.equal(architecture);
      }
    }
  });

  it("are not served where plain images lack the drivers", () => {
    for (const name of [
      "g6.xlarge",
      "g5g.xlarge",
      "p5.48xlarge",
      "inf2.xlarge",
      "trn1.2xlarge",
      "mac2-m2.metal",
      "f2.6xlarge",
    ]) {
      expect(architectureOf(name), name).to.equal(undefined);
    }
  });
});
