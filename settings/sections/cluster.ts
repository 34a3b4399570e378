import { z } from "zod";
import { format, setting } from "../describe";
import { eksVersion, knownEksVersions, nearestEksVersion } from "../eks-versions";
import { availabilityZone, cidrBlock, imageReference } from "../formats";
import { dayOf } from "../release-days";
import { addonsSettings } from "./add-ons";
import { logRetentionDays } from "./network";
import { nodeKey, nodeValue } from "./node-labels";
import { pullThroughCache } from "./pull-through-cache";

const version = format(
  z
    .string()
    .regex(/^1\.\d{2}$/)
    .refine((text) => eksVersion(text) !== undefined, {
      error: (issue) =>
        `is not a version that this program knows EKS to offer; the nearest is ${String(nearestEksVersion(String(issue.input)))}`,
    }),
  {
    allowed: `one of ${knownEksVersions}, in quotes; what EKS has begun to offer since is added in settings/eks-versions.ts`,
    examples: ["1.34"],
  },
);

/** Policies for Kubernetes that EKS keeps, by the names of settings. */
const accessPolicies = ["clusterAdmin", "admin", "edit", "view"] as const;

/** No wildcards: an entry is for one principal. Paths are allowed, unlike in the aws-auth map of earlier clusters. */
const principalArn = format(
  z.string().regex(/^arn:aws:iam::\d{12}:(role|user)\/(?:[\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/),
  {
    allowed:
      "the ARN of one IAM role or user, without wildcards (of an assumed role the role: arn:aws:iam::ACCOUNT:role/NAME)",
    examples: ["arn:aws:iam::123456789012:role/platform-engineer"],
  },
);

const accessNamespace = format(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/), {
  allowed: "the name of a namespace: lower-case letters, digits and hyphens",
});

const accessEntrySettings = z.strictObject({
  principalArn: setting(principalArn, {
    description:
      "Who. A role that is deleted and created again under the same name is another role to EKS: its entry must be created again too.",
    examples: ["arn:aws:iam::123456789012:role/platform-engineer"],
  }),
  policy: setting(z.enum(accessPolicies), {
    description:
      "What they may: `clusterAdmin` everything; `admin` everything in namespaces but quotas and the namespaces themselves; " +
      "`edit` objects but no roles; `view` reading without secrets. These are AmazonEKSClusterAdminPolicy and so on.",
  }),
  namespaces: setting(z.array(accessNamespace).min(1).optional(), {
    description: "Where they may it, for admin, edit and view.",
    allowed: "a list of one or more namespaces, for admin, edit and view",
    defaultText: "the whole cluster",
    examples: [["workloads"]],
  }),
});

const instanceType = format(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/), {
  allowed: "an EC2 instance type",
  examples: ["m7g.large"],
});

const nodeRelease = format(
  z
    .string()
    .regex(/^1\.\d{2}\.\d+-\d{8}$/)
    .refine((text) => dayOf(text) !== undefined, { error: "names no day" }),
  {
    allowed: "a release of EKS's Amazon Linux images for the cluster's version, without a v in front",
    examples: ["1.35.8-20260930"],
  },
);

const nodeGroupSettings = z.strictObject({
  instanceTypes: setting(z.array(instanceType).min(1).max(20), {
    description:
      "Instance types, the preferred first, all for one architecture, which decides the nodes' image. A change makes new " +
      "nodes before the old ones are drained.",
    why: "Spot groups need several types: each is a pool of its own that may be empty.",
    allowed: "a list of 1 to 20 EC2 instance types",
    examples: [["m7g.large", "m6g.large"]],
  }),
  releaseVersion: setting(nodeRelease.optional(), {
    description: "Release of the nodes' image, if it differs from that of the other groups.",
    defaultText: "nodeReleaseVersion",
  }),
  desiredSize: setting(z.number().int().min(0).max(450), {
    description:
      "Nodes. `./groundwork nodes STACK GROUP CHANGE` changes it here, and the next `up` brings it. A number that somebody set in AWS the next " +
      "`up` sets back to this one; with `--no-refresh` it does not look, and the number stays.",
    unit: "nodes",
  }),
  minSize: setting(z.number().int().min(0).max(450), {
    description: "The smallest number of nodes, whoever sets the desired size.",
    unit: "nodes",
  }),
  maxSize: setting(z.number().int().min(1).max(450), {
    description: "The largest number of nodes. Updates may exceed it temporarily.",
    why: "450 is the quota of a group.",
    unit: "nodes",
  }),
  diskSize: setting(z.number().int().min(20).max(16384).default(50), {
    description:
      "Root volume of each node: images, logs, and what pods write outside of volumes. Encrypted gp3.",
    unit: "GiB",
    why: "EKS's default of 20 is full after a few images.",
  }),
  capacityType: setting(z.enum(["ON_DEMAND", "SPOT"]).default("ON_DEMAND"), {
    description: "`SPOT` costs a fraction and is interrupted with two minutes' notice.",
    why: "ON_DEMAND: the cluster's own parts run on these nodes.",
  }),
  labels: setting(z.record(nodeKey, nodeValue).default({}), {
    description: "Labels of the nodes, for node selectors and affinities.",
    examples: [{ purpose: "batch" }],
  }),
  taints: setting(
    z
      .array(
        z.strictObject({
          key: setting(nodeKey, { description: "Key of the taint." }),
          value: setting(nodeValue.default(""), { description: "Value of the taint.", defaultText: "empty" }),
          effect: setting(z.enum(["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"]), {
            description: "What it does to pods that do not tolerate it.",
          }),
        }),
      )
      .max(50)
      .default([]),
    {
      description:
        "Keeps pods without a toleration off these nodes. One group must be without NO_SCHEDULE and NO_EXECUTE: the " +
        "cluster's own parts run there.",
      allowed: "a list of up to 50 taints",
      examples: [[{ key: "purpose", value: "batch", effect: "NO_SCHEDULE" }]],
    },
  ),
  maxUnavailable: setting(z.number().int().min(1).max(100).optional(), {
    description:
      "How many nodes an update (of version, image, disk) replaces at once. Not with maxUnavailablePercentage.",
    unit: "nodes",
    defaultText: "1",
  }),
  maxUnavailablePercentage: setting(z.number().int().min(1).max(100).optional(), {
    description: "The same as a share of the group.",
    unit: "percent",
    defaultText: "none",
  }),
});
export type NodeGroupSettings = z.infer<typeof nodeGroupSettings>;

export const clusterSettings = setting(
  z.strictObject({
    version: setting(version, {
      description:
        "Minor version of Kubernetes, of control plane and nodes. Goes up one at a time, the control plane before the nodes, " +
        "and never down: anything else is refused in the preview.",
      why: "Pinned: an upgrade is a change that somebody has read. Versions and the ends of their support: settings/eks-versions.ts.",
      examples: ["1.34"],
    }),
    nodeReleaseVersion: setting(nodeRelease.optional(), {
      description:
        "Release of EKS's Amazon Linux image that all nodes run: their patches. A change replaces the nodes, maxUnavailable at a time. " +
        "`./groundwork releases STACK bump nodes` writes the newest; a bump of version changes it too.",
      why: "Without one a group keeps the image of the day it was made until the version of Kubernetes moves, and two groups differ.",
      defaultText: "what EKS takes when it makes a group or moves its version",
      examples: ["1.35.8-20260930"],
    }),
    supportType: setting(z.enum(["STANDARD", "EXTENDED"]).default("STANDARD"), {
      description:
        "What happens when standard support of the version ends: `STANDARD` has EKS upgrade the control plane by itself, on a " +
        "day that nobody chose; `EXTENDED` keeps it for up to a year more, at six times the price a cluster hour. After an " +
        "upgrade by EKS the version here is behind. Previews refuse to go back, and name what EKS has: set it to that.",
      why: "STANDARD: a forgotten cluster becomes neither expensive nor open to known holes. Production that cannot upgrade in time says EXTENDED.",
    }),
    controlPlaneZones: setting(z.array(availabilityZone).min(2).optional(), {
      description:
        "Zones of the control plane, for good: EKS takes other subnets for a cluster, but only in exactly the zones that it " +
        "was made in. Nodes may be in any zone of the network, also in those that it gets later.",
      allowed: "a list of two or more zones of groundwork:network in which there are private subnets",
      defaultText: "the first two zones with private subnets",
      why: "Two: EKS wants no more, and they stay the first two when the network gets a third.",
      examples: [["eu-west-1a", "eu-west-1b"]],
    }),
    serviceIpv4Cidr: setting(cidrBlock.optional(), {
      description:
        "Addresses of Kubernetes' services, for good: pods reach nothing else there. Outside of the VPC, and of every network that pods " +
        "are to reach, such as peers and offices behind a VPN.",
      allowed:
        "a block from /12 to /24 inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 that shares no address with the VPC",
      defaultText: "EKS's choice: 10.100.0.0/16 or 172.20.0.0/16, whichever the VPC does not overlap",
      why: "Source of the bounds: Amazon EKS API Reference, KubernetesNetworkConfigRequest.",
      examples: ["172.20.0.0/16"],
    }),
    apiAccess: setting(
      z
        .strictObject({
          publicCidrBlocks: setting(z.array(cidrBlock).max(40).default([]), {
            description:
              "Who reaches the API from the internet: public blocks of offices, VPNs, CI runners. Nodes and whoever is in the " +
              "VPC always reach it, privately.",
            why: "None: the API is then reachable from inside the VPC only, also by the program itself, which makes objects in the cluster.",
            allowed: "a list of up to 40 public IPv4 blocks, none wider than /8",
            examples: [["203.0.113.0/24"]],
          }),
        })
        .prefault({}),
      { description: "From where the Kubernetes API is reached." },
    ),
    accessEntries: setting(
      z.record(
        format(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/), {
          allowed: "up to 63 letters, digits, hyphens and underscores, beginning with a letter",
        }),
        accessEntrySettings,
      ),
      {
        description:
          "Who may use the cluster; nobody else may, not even who made it. One clusterAdmin at least, and whoever runs the " +
          "program must be one: it makes objects in the cluster.",
        examples: [
          {
            platform: {
              principalArn: "arn:aws:iam::123456789012:role/platform-engineer",
              policy: "clusterAdmin",
            },
          },
        ],
      },
    ),
    logRetentionDays: setting(z.literal([...logRetentionDays]).default(90), {
      description:
        "How long CloudWatch keeps the control plane's logs: all five kinds, the audit log among them.",
      unit: "days",
      why: "A quarter: who did what in the cluster is asked weeks later.",
    }),
    nodeGroups: setting(
      z.record(
        format(z.string().regex(/^[a-z]([a-z0-9-]{0,34}[a-z0-9])?$/), {
          allowed: "up to 36 lower-case letters, digits and hyphens, beginning with a letter",
        }),
        nodeGroupSettings,
      ),
      {
        description: "Managed node groups, all in the private subnets.",
        why: "At most 36 characters a name: EKS takes 63, and 27 tell a group from the one that replaces it.",
        examples: [{ default: { instanceTypes: ["m7g.large"], minSize: 2, desiredSize: 2, maxSize: 4 } }],
      },
    ),
    addons: addonsSettings,
    pullThroughCache,
    smoke: setting(
      z
        .strictObject({
          pauseSeconds: setting(z.number().int().min(0).max(600).default(10), {
            description: "Pause between one pod and the next of the rolling update.",
            unit: "seconds",
          }),
          port: setting(z.number().int().min(1024).max(65535).default(8080), {
            description: "Port that the images answer HTTP on.",
            why: "From 1024 on: pods run without privileges.",
          }),
          images: setting(
            z
              .strictObject({
                v1: setting(imageReference, { description: "What is deployed first." }),
                v2: setting(imageReference, { description: "What is rolled to." }),
              })
              .optional(),
            {
              description:
                "Two versions of a web server, by digest. `groundwork smoke` needs them, nothing else does.",
              defaultText: "none",
            },
          ),
        })
        .prefault({}),
      { description: "What `groundwork smoke` deploys beside the stack to see that the cluster serves." },
    ),
  }),
  {
    description:
      "An EKS cluster: private nodes, encrypted secrets, control-plane logs, access by explicit entries, workload identity, " +
      "and the add-ons that volumes, load balancers and autoscaling need.",
  },
);
export type ClusterSettings = z.infer<typeof clusterSettings>;
