import { architectureOf, type Architecture } from "../instance-types";
import { isPrivate, parseBlock, privateRangesText } from "../ip-blocks";
import type { Draft } from "../draft";
import { minorsAhead } from "../eks-versions";
import type { Finding } from "../problem";
import type { NodeGroupSettings } from "../sections/cluster";
import { controlPlaneHasSubnets, servicesHaveARangeOfTheirOwn } from "./control-plane";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** A block wider than this is no group of known machines any more, but a share of the internet. */
const widestAllowed = 8;
/** EKS's limit for the name of a cluster. */
const longestClusterName = 100;
const mostMinorsBehind = 3;
/** Blocks that are no one's address on the internet, besides the private ones. */
const nobodysBlocks = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"].flatMap(
  (text) => parseBlock(text) ?? [],
);

const clusterHasANetwork: Rule = function* (input) {
  if (!input.declared.has("cluster")) {
    return;
  }
  if (!input.declared.has("network")) {
    yield finding("cluster", [], {
      message: "there is no network to place the cluster in",
      allowed: "a section groundwork:network with private subnets in two zones or more",
    });
    return;
  }
  const { newNetwork, existingNetwork } = input;
  const subnets = newNetwork?.privateSubnets ?? existingNetwork?.privateSubnetIds;
  if (subnets !== undefined && subnets.length < 2) {
    yield finding("network", [existingNetwork === undefined ? "privateSubnets" : "privateSubnetIds"], {
      message: `${subnets.length === 0 ? "no private subnet" : "1 private subnet"}, but there is a cluster`,
      allowed: "two or more, in different zones: EKS takes no fewer",
    });
  }
  if (newNetwork?.natGateways === "none") {
    yield finding("network", ["natGateways"], {
      message: '"none", but there is a cluster: its nodes would reach neither EKS nor any image',
      allowed: '"single" or "perZone" where there is a cluster',
    });
  }
};

const clusterNameFits: Rule = function* ({ declared, project, stack }) {
  const name = `${project}-${stack}-cluster`;
  if (declared.has("cluster") && name.length > longestClusterName) {
    yield finding("cluster", [], {
      message: `the cluster's name ${JSON.stringify(name)} would have ${name.length} characters`,
      allowed: `a stack's name with which <project>-<stack>-cluster has ${longestClusterName} at most`,
    });
  }
};

const apiIsNotOpenToTheWorld: Rule = function* ({ cluster }) {
  const blocks = cluster?.apiAccess?.publicCidrBlocks;
  for (const [index, text] of entriesOf(blocks)) {
    const block = parseBlock(text);
    if (block === undefined) {
      continue;
    }
    const report = (message: string, allowed: string): Finding =>
      finding("cluster", ["apiAccess", "publicCidrBlocks", index], {
        message: `${JSON.stringify(text)} ${message}`,
        allowed,
      });
    if (block.bitmask < widestAllowed) {
      yield report(
        block.bitmask === 0 ? "opens the API to the world" : `opens the API to ${block.size} addresses`,
        `a block no wider than /${widestAllowed}; best those of offices, VPNs and CI runners`,
      );
    } else if (isPrivate(block)) {
      yield report(
        "is a private block: nobody comes from there over the internet, and EKS refuses it",
        `a public block, none of ${privateRangesText}; who is in the VPC reaches the API anyway`,
      );
    } else if (nobodysBlocks.some((nobodys) => nobodys.contains(block))) {
      yield report("is a reserved block: nobody comes from there over the internet", "a public block");
    }
  }
  for (const [index, text] of repeated(blocks)) {
    yield finding("cluster", ["apiAccess", "publicCidrBlocks", index], {
      message: `${JSON.stringify(text)} is listed twice`,
      allowed: "each block once",
    });
  }
};

const somebodyIsClusterAdmin: Rule = function* ({ cluster }) {
  const entries = Object.values(cluster?.accessEntries ?? {});
  // An entry that is wrong by itself may be the one.
  if (cluster?.accessEntries === undefined || entries.some((entry) => entry?.policy === undefined)) {
    return;
  }
  if (!entries.some((entry) => entry?.policy === "clusterAdmin")) {
    yield finding("cluster", ["accessEntries"], {
      message: "nobody is clusterAdmin: everybody would be locked out, the program itself too",
      allowed: "one entry or more with policy clusterAdmin",
    });
  }
};

const accessEntriesFit: Rule = function* ({ cluster }) {
  const seen = new Map<string, string>();
  for (const [name, entry] of Object.entries(cluster?.accessEntries ?? {})) {
    if (entry?.principalArn !== undefined) {
      const first = seen.get(entry.principalArn);
      if (first !== undefined) {
        yield finding("cluster", ["accessEntries", name, "principalArn"], {
          message: `${JSON.stringify(entry.principalArn)} stands at accessEntries.${first} already`,
          allowed: "each principal in one entry: EKS takes no second one",
        });
      }
      seen.set(entry.principalArn, first ?? name);
    }
    if (entry?.policy === "clusterAdmin" && entry.namespaces !== undefined) {
      yield finding("cluster", ["accessEntries", name, "namespaces"], {
        message: "clusterAdmin is for the whole cluster",
        allowed: "namespaces with policy admin, edit or view only",
      });
    }
    for (const [index, namespace] of repeated(entry?.namespaces)) {
      yield finding("cluster", ["accessEntries", name, "namespaces", index], {
        message: `${JSON.stringify(namespace)} is listed twice`,
        allowed: "each namespace once",
      });
    }
  }
};

/** Source: https://kubernetes.io/releases/version-skew-policy/#kube-proxy, which EKS takes over. */
const kubeProxyFitsTheControlPlane: Rule = function* ({ cluster }) {
  const { version, addons } = cluster ?? {};
  const proxy = addons?.["kube-proxy"];
  if (version === undefined || proxy === undefined) return;
  const ahead = minorsAhead(version, proxy);
  if (ahead === undefined || (ahead >= 0 && ahead <= mostMinorsBehind)) return;
  yield finding("cluster", ["addons", "kube-proxy"], {
    message: `${JSON.stringify(proxy)} does not go with a control plane of ${version}: EKS refuses it`,
    allowed: `v${version}.… or up to ${mostMinorsBehind} minors older, never newer`,
  });
};

const nodeGroupSizesFit: Rule = function* (input) {
  for (const [name, group] of nodeGroups(input)) {
    const { minSize, desiredSize, maxSize } = group;
    if (minSize !== undefined && maxSize !== undefined && minSize > maxSize) {
      yield finding("cluster", ["nodeGroups", name, "minSize"], {
        message: `${minSize} is more than maxSize ${maxSize}`,
        allowed: "no more than maxSize",
      });
    } else if (desiredSize !== undefined && minSize !== undefined && desiredSize < minSize) {
      yield finding("cluster", ["nodeGroups", name, "desiredSize"], {
        message: `${desiredSize} is less than minSize ${minSize}`,
        allowed: "from minSize to maxSize",
      });
    } else if (desiredSize !== undefined && maxSize !== undefined && desiredSize > maxSize) {
      yield finding("cluster", ["nodeGroups", name, "desiredSize"], {
        message: `${desiredSize} is more than maxSize ${maxSize}`,
        allowed: "from minSize to maxSize",
      });
    }
  }
};

/** "Requested release version … is not valid for kubernetes version …" (eksctl-io/eksctl issue 7976). */
const nodesAreOfTheVersion: Rule = function* ({ cluster }) {
  const { version, nodeReleaseVersion } = cluster ?? {};
  const releases = [
    [["nodeReleaseVersion"], nodeReleaseVersion] as const,
    ...Object.entries(cluster?.nodeGroups ?? {}).map(
      ([name, group]) => [["nodeGroups", name, "releaseVersion"], group?.releaseVersion] as const,
    ),
  ];
  for (const [path, release] of releases) {
    if (version !== undefined && release !== undefined && !release.startsWith(`${version}.`)) {
      yield finding("cluster", path, {
        message: `${release} is an image for another version of Kubernetes than ${version}`,
        allowed:
          `a release that begins with ${version}., as the parameter /aws/service/eks/optimized-ami/${version}/amazon-linux-2023/x86_64/` +
          "standard/recommended/release_version has it; or none for this one run",
      });
    }
  }
};

/** EKS's own parts (DNS, the volume driver) tolerate no taint of ours, and a cluster without them never becomes ready. */
const someNodesAreForEverybody: Rule = function* ({ cluster }) {
  if (cluster?.nodeGroups === undefined) {
    return;
  }
  const groups = Object.values(cluster.nodeGroups);
  const mayServe = (group: Draft<NodeGroupSettings> | undefined): boolean =>
    group?.desiredSize !== 0 &&
    !(group?.taints ?? []).some((taint) => taint?.effect === "NO_SCHEDULE" || taint?.effect === "NO_EXECUTE");
  if (!groups.some(mayServe)) {
    yield finding("cluster", ["nodeGroups"], {
      message:
        groups.length === 0
          ? "there are no nodes"
          : "no group has a node that takes any pod: the cluster's DNS and its volume driver would run nowhere",
      allowed:
        "one group or more with desiredSize 1 or more and neither NO_SCHEDULE nor NO_EXECUTE among its taints",
    });
  }
};

const instanceTypesAreOfOneArchitecture: Rule = function* (input) {
  for (const [name, group] of nodeGroups(input)) {
    let first: { readonly type: string; readonly architecture: Architecture } | undefined;
    for (const [index, type] of entriesOf(group.instanceTypes)) {
      const path = ["nodeGroups", name, "instanceTypes", index];
      const architecture = architectureOf(type);
      if (architecture === undefined) {
        yield finding("cluster", path, {
          message: `${JSON.stringify(type)} needs another image than EKS's plain Amazon Linux`,
          allowed:
            "types without graphics or machine-learning chips, and no Macs: their drivers are not in the image",
        });
      } else if (first !== undefined && first.architecture !== architecture) {
        yield finding("cluster", path, {
          message: `${JSON.stringify(type)} is ${architecture}, and ${JSON.stringify(first.type)} is ${first.architecture}`,
          allowed: "types of one architecture: all nodes of a group run one image",
        });
      } else {
        first ??= { type, architecture };
      }
    }
    for (const [index, type] of repeated(group.instanceTypes)) {
      yield finding("cluster", ["nodeGroups", name, "instanceTypes", index], {
        message: `${JSON.stringify(type)} is listed twice`,
        allowed: "each type once",
      });
    }
  }
};

const updatesHaveOnePace: Rule = function* (input) {
  for (const [name, group] of nodeGroups(input)) {
    if (group.maxUnavailable !== undefined && group.maxUnavailablePercentage !== undefined) {
      yield finding("cluster", ["nodeGroups", name, "maxUnavailablePercentage"], {
        message: "stands beside maxUnavailable",
        allowed: "one of the two",
        aboutKey: true,
      });
    }
  }
};

const taintsAreDistinct: Rule = function* (input) {
  for (const [name, group] of nodeGroups(input)) {
    const taints = group.taints?.map((taint) =>
      taint?.key === undefined || taint.effect === undefined ? undefined : `${taint.key} ${taint.effect}`,
    );
    for (const [index, taint] of repeated(taints)) {
      yield finding("cluster", ["nodeGroups", name, "taints", index], {
        message: `a taint ${taint} is listed already`,
        allowed: "each key once an effect",
      });
    }
  }
};

const productionHasTwoNodes: Rule = function* ({ cluster, guardLevel }) {
  const sizes = Object.values(cluster?.nodeGroups ?? {}).map((group) => group?.desiredSize);
  if (guardLevel !== "production" || sizes.length === 0 || sizes.includes(undefined)) {
    return;
  }
  const nodes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (nodes < 2) {
    yield finding("cluster", ["nodeGroups"], {
      message: `${nodes === 1 ? "1 node" : "no node"} at guard level production`,
      allowed: "two nodes or more at guard level production: with one, its loss or update stops everything",
    });
  }
};

/** A load balancer that the internet reaches stands in public subnets, and Kubernetes waits for it for ever without. */
const publicLoadBalancersHaveAPlace: Rule = function* ({ workloads, newNetwork, existingNetwork }) {
  const subnets = newNetwork?.publicSubnets ?? existingNetwork?.publicSubnetIds;
  if (subnets?.length !== 0) {
    return;
  }
  for (const [name, workload] of Object.entries(workloads ?? {})) {
    if (workload?.loadBalancer !== undefined && workload.loadBalancer.internal === false) {
      yield finding("workloads", [name, "loadBalancer"], {
        message: "there is no public subnet for a load balancer that the internet reaches",
        allowed: "internal: true, or a public subnet in groundwork:network",
      });
    }
  }
};

export const clusterRules: readonly Rule[] = [
  clusterHasANetwork,
  controlPlaneHasSubnets,
  clusterNameFits,
  apiIsNotOpenToTheWorld,
  servicesHaveARangeOfTheirOwn,
  somebodyIsClusterAdmin,
  accessEntriesFit,
  kubeProxyFitsTheControlPlane,
  nodeGroupSizesFit,
  nodesAreOfTheVersion,
  someNodesAreForEverybody,
  instanceTypesAreOfOneArchitecture,
  updatesHaveOnePace,
  taintsAreDistinct,
  productionHasTwoNodes,
  publicLoadBalancersHaveAPlace,
];

function nodeGroups({ cluster }: RuleInput): (readonly [string, Draft<NodeGroupSettings>])[] {
  return Object.entries(cluster?.nodeGroups ?? {}).flatMap(([name, group]) =>
    group === undefined ? [] : [[name, group] as const],
  );
}
