import { accessEntries } from "../../policies/rules/eks/access-entries";
import { apiNotOpen } from "../../policies/rules/eks/api-not-open";
import { controlPlaneLogs } from "../../policies/rules/eks/control-plane-logs";
import { creatorNotAdmin } from "../../policies/rules/eks/creator-not-admin";
import { secretsEncrypted } from "../../policies/rules/eks/secrets-encrypted";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const type = "aws:eks/cluster:Cluster";
const ignores = [{ title: "a node group", type: "aws:eks/nodeGroup:NodeGroup", props: {} }];

describeRule(apiNotOpen, {
  passes: [
    {
      title: "a private API",
      type,
      props: { vpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true } },
    },
    {
      title: "one for an office",
      type,
      props: { vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] } },
    },
  ],
  refuses: [
    {
      title: "one for the world, at every level",
      type,
      level: "disposable",
      props: { vpcConfig: { publicAccessCidrs: ["203.0.113.0/24", "0.0.0.0/0"] } },
      says: [
        "vpcConfig.publicAccessCidrs has 0.0.0.0/0, which lets the world to the Kubernetes API. Name the networks that need it.",
      ],
    },
    {
      title: "one that says nothing, which EKS opens",
      type,
      props: { vpcConfig: {} },
      says: [
        "vpcConfig.publicAccessCidrs is not set, and the API is public: EKS then takes 0.0.0.0/0. Name the networks that need it, or set vpcConfig.endpointPublicAccess to false.",
      ],
    },
  ],
  unknown: [
    {
      title: "for whom",
      type,
      props: { vpcConfig: { publicAccessCidrs: [UNKNOWN] } },
      says: [notKnown("vpcConfig.publicAccessCidrs")],
    },
    {
      title: "whether",
      type,
      props: { vpcConfig: { endpointPublicAccess: UNKNOWN } },
      says: [notKnown("vpcConfig.endpointPublicAccess")],
    },
  ],
  ignores,
});

const noKey =
  'encryptionConfig names no key for secrets. Set provider.keyArn to a key of KMS and resources to ["secrets"].';
describeRule(secretsEncrypted, {
  passes: [
    {
      title: "a key that is still to be made",
      type,
      props: { encryptionConfig: { provider: { keyArn: UNKNOWN }, resources: ["secrets"] } },
    },
  ],
  refuses: [
    { title: "a cluster without a key", type, props: {}, says: [noKey] },
    {
      title: "a key for nothing",
      type,
      props: { encryptionConfig: { provider: { keyArn: "arn" }, resources: [] } },
      says: [noKey],
    },
  ],
  unknown: [
    {
      title: "of what",
      type,
      props: { encryptionConfig: { provider: { keyArn: "arn" }, resources: UNKNOWN } },
      says: [notKnown("encryptionConfig.resources")],
    },
  ],
  ignores,
});

describeRule(accessEntries, {
  passes: [{ title: "entries", type, props: { accessConfig: { authenticationMode: "API" } } }],
  refuses: [
    {
      title: "the map beside them",
      type,
      props: { accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" } },
      says: [
        "accessConfig.authenticationMode is something else. Set it to API, and give access by access entries.",
      ],
    },
    {
      title: "a cluster that does not say",
      type,
      props: {},
      says: ["accessConfig.authenticationMode is not set. Set it to API, and give access by access entries."],
    },
  ],
  unknown: [
    {
      title: "how",
      type,
      props: { accessConfig: { authenticationMode: UNKNOWN } },
      says: [notKnown("accessConfig.authenticationMode")],
    },
  ],
  ignores,
});

const creator = "accessConfig.bootstrapClusterCreatorAdminPermissions";
describeRule(creatorNotAdmin, {
  passes: [
    { title: "no", type, props: { accessConfig: { bootstrapClusterCreatorAdminPermissions: false } } },
  ],
  refuses: [
    {
      title: "a cluster that does not say, of which EKS makes the creator administrator",
      type,
      props: {},
      says: [
        `${creator} is not set. Set it to false (it is fixed at creation), and give administrators an access entry.`,
      ],
    },
  ],
  unknown: [
    {
      title: "whether",
      type,
      props: { accessConfig: { bootstrapClusterCreatorAdminPermissions: UNKNOWN } },
      says: [notKnown(creator)],
    },
  ],
  ignores,
});

describeRule(controlPlaneLogs, {
  passes: [
    {
      title: "all that are needed",
      type,
      props: { enabledClusterLogTypes: ["authenticator", "audit", "api"] },
    },
  ],
  refuses: [
    {
      title: "a log without what was done",
      type,
      props: { enabledClusterLogTypes: ["api", "authenticator"] },
      says: ["enabledClusterLogTypes lacks audit. Add it."],
    },
    {
      title: "no log",
      type,
      props: {},
      says: ["enabledClusterLogTypes lacks api, audit, authenticator. Add them."],
    },
  ],
  unknown: [
    {
      title: "which",
      type,
      props: { enabledClusterLogTypes: UNKNOWN },
      says: [notKnown("enabledClusterLogTypes")],
    },
  ],
  ignores,
});
