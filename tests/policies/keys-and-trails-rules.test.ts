import { whole } from "../../policies/rules/cloudtrail/whole";
import { defaultGroupClosed } from "../../policies/rules/ec2/default-group-closed";
import { noOpenNodeSsh } from "../../policies/rules/eks/no-open-node-ssh";
import { rotated } from "../../policies/rules/kms/rotated";
import { noDefaultNamespace } from "../../policies/rules/kubernetes/no-default-namespace";
import { invalidHeadersDropped } from "../../policies/rules/lb/invalid-headers-dropped";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const queue = { title: "a queue", type: "aws:sqs/queue:Queue", props: {} };

const KEY = "aws:kms/key:Key";
describeRule(rotated, {
  passes: [
    { title: "a key that is", type: KEY, props: { enableKeyRotation: true } },
    { title: "a key pair, which cannot be", type: KEY, props: { customerMasterKeySpec: "ECC_NIST_P256" } },
    {
      title: "a key for codes, which cannot be",
      type: KEY,
      props: { keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" },
    },
    {
      title: "a key in another store, which cannot be",
      type: KEY,
      props: { customKeyStoreId: "cks-1" },
    },
  ],
  refuses: [
    {
      title: "a key that is not",
      type: KEY,
      props: {},
      says: ["enableKeyRotation is not set. Set it to true."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: KEY,
      props: { enableKeyRotation: UNKNOWN, keyUsage: UNKNOWN },
      says: [notKnown("enableKeyRotation")],
    },
  ],
  ignores: [queue],
});

const TRAIL = "aws:cloudtrail/trail:Trail";
describeRule(whole, {
  passes: [
    {
      title: "a trail of all regions that shows alterations",
      type: TRAIL,
      props: { isMultiRegionTrail: true, enableLogFileValidation: true },
    },
  ],
  refuses: [
    {
      title: "one of a single region that is switched off",
      type: TRAIL,
      props: { enableLogging: false },
      says: [
        "isMultiRegionTrail is not set. Set it to true.",
        "enableLogFileValidation is not set. Set it to true.",
        "enableLogging is false. Set it to true.",
      ],
    },
  ],
  unknown: [
    {
      title: "whether it logs",
      type: TRAIL,
      props: { isMultiRegionTrail: true, enableLogFileValidation: true, enableLogging: UNKNOWN },
      says: [notKnown("enableLogging")],
    },
  ],
  ignores: [queue],
});

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
describeRule(invalidHeadersDropped, {
  passes: [
    { title: "one that drops them", type: BALANCER, props: { dropInvalidHeaderFields: true } },
    {
      title: "a network load balancer, which sees none",
      type: BALANCER,
      props: { loadBalancerType: "network" },
    },
  ],
  refuses: [
    {
      title: "one that does not",
      type: "aws:alb/loadBalancer:LoadBalancer",
      props: { loadBalancerType: "application" },
      says: ["dropInvalidHeaderFields is not set. Set it to true."],
    },
  ],
  unknown: [
    {
      title: "what it is",
      type: BALANCER,
      props: { loadBalancerType: UNKNOWN },
      says: [notKnown("loadBalancerType")],
    },
  ],
  ignores: [queue],
});

const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
describeRule(defaultGroupClosed, {
  passes: [{ title: "an empty one", type: DEFAULT_GROUP, props: { ingress: [], egress: [] } }],
  refuses: [
    {
      title: "one that lets out",
      type: DEFAULT_GROUP,
      props: { egress: [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }] },
      says: ["egress has rules. Leave it empty: what needs some gets a security group of its own."],
    },
  ],
  unknown: [
    {
      title: "what it lets in",
      type: DEFAULT_GROUP,
      props: { ingress: UNKNOWN },
      says: [notKnown("ingress")],
    },
  ],
  ignores: [
    {
      title: "another group",
      type: "aws:ec2/securityGroup:SecurityGroup",
      props: { egress: [{ protocol: "-1" }] },
    },
  ],
});

const NODES = "aws:eks/nodeGroup:NodeGroup";
describeRule(noOpenNodeSsh, {
  passes: [
    { title: "nodes without a key", type: NODES, props: {} },
    {
      title: "a key for those from one group",
      type: NODES,
      props: { remoteAccess: { ec2SshKey: "k", sourceSecurityGroupIds: ["sg-1"] } },
    },
  ],
  refuses: [
    {
      title: "a key for the world",
      type: NODES,
      props: { remoteAccess: { ec2SshKey: "k" } },
      says: [
        "remoteAccess.sourceSecurityGroupIds is not set, and remoteAccess.ec2SshKey is: EKS then opens port 22 to the world. Name the groups, or use Session Manager and no key.",
      ],
    },
  ],
  unknown: [
    {
      title: "for whom",
      type: NODES,
      props: { remoteAccess: UNKNOWN },
      says: [notKnown("remoteAccess.sourceSecurityGroupIds")],
    },
  ],
  ignores: [queue],
});

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const inDefault = ["metadata.namespace is default. Name one that was made for it."];
describeRule(noDefaultNamespace, {
  passes: [
    { title: "a namespace of its own", type: DEPLOYMENT, props: { metadata: { namespace: "workloads" } } },
    { title: "one that is still to be made", type: DEPLOYMENT, props: { metadata: { namespace: UNKNOWN } } },
    {
      title: "the one of its provider",
      type: "kubernetes:core/v1:Secret",
      props: { metadata: { name: "a" } },
      provider: { namespace: "workloads" },
    },
  ],
  refuses: [
    {
      title: "the default one",
      type: DEPLOYMENT,
      props: { metadata: { namespace: "default" } },
      says: inDefault,
    },
    {
      title: "none, which is the default one",
      type: "kubernetes:core/v1:Service",
      props: {},
      says: inDefault,
    },
  ],
  unknown: [{ title: "which", type: DEPLOYMENT, props: { metadata: UNKNOWN }, says: [notKnown("metadata")] }],
  ignores: [
    {
      title: "a class of storage, which is in none",
      type: "kubernetes:storage.k8s.io/v1:StorageClass",
      props: {},
    },
  ],
});
