import { isWorld } from "./exposure";
import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isUnknown, read } from "../unknown";

export const clusterTypes: readonly string[] = ["aws:eks/cluster:Cluster"];

/** Logs without which nobody can tell afterwards who did what in a cluster. */
const neededLogs = ["api", "audit", "authenticator"];

/** The Kubernetes API is reached privately, or from a list of networks, never from everywhere. */
export function checkApiNotOpen({ inputs }: Wanted): Finding[] {
  const open = read(inputs, "vpcConfig.endpointPublicAccess");
  if (open === false) {
    return [];
  }
  if (isUnknown(open)) {
    return [notKnown("vpcConfig.endpointPublicAccess")];
  }
  const property = "vpcConfig.publicAccessCidrs";
  const blocks = read(inputs, property);
  if (isUnknown(blocks)) {
    return [notKnown(property)];
  }
  if (!Array.isArray(blocks) || blocks.length === 0) {
    return [
      {
        property,
        message: `${property} is not set, and the API is public: EKS then takes 0.0.0.0/0. Name the networks that need it, or set vpcConfig.endpointPublicAccess to false.`,
      },
    ];
  }
  return blocks.flatMap((block: unknown): Finding[] => {
    if (typeof block !== "string" || isUnknown(block)) {
      return [notKnown(property)];
    }
    return isWorld(block)
      ? [
          {
            property,
            message: `${property} has ${block}, which lets the world to the Kubernetes API. Name the networks that need it.`,
          },
        ]
      : [];
  });
}

/** Secrets are encrypted with a key of one's own, which can be refused to whoever holds a copy of them. */
export function checkSecretsEncrypted({ inputs }: Wanted): Finding[] {
  const key = read(inputs, "encryptionConfig.provider.keyArn");
  const resources = read(inputs, "encryptionConfig.resources");
  if (isUnknown(resources)) {
    return [notKnown("encryptionConfig.resources")];
  }
  // A key that is not known yet is a key.
  return key !== undefined && Array.isArray(resources) && resources.includes("secrets")
    ? []
    : [
        {
          property: "encryptionConfig",
          message:
            'encryptionConfig names no key for secrets. Set provider.keyArn to a key of KMS and resources to ["secrets"].',
        },
      ];
}

/** Access comes from entries that the program keeps, not from a map inside the cluster that anybody may edit. */
export function checkAuthenticationByApi({ inputs }: Wanted): Finding[] {
  const property = "accessConfig.authenticationMode";
  const mode = read(inputs, property);
  if (isUnknown(mode)) {
    return [notKnown(property)];
  }
  return mode === "API"
    ? []
    : [
        {
          property,
          message: `${property} is ${shown(mode)}. Set it to API, and give access by access entries.`,
        },
      ];
}

/** Whoever happens to make a cluster is not its administrator for ever, by an entry that nobody wrote. */
export function checkCreatorNotAdmin({ inputs }: Wanted): Finding[] {
  const property = "accessConfig.bootstrapClusterCreatorAdminPermissions";
  const creator = read(inputs, property);
  if (isUnknown(creator)) {
    return [notKnown(property)];
  }
  return creator === false
    ? []
    : [
        {
          property,
          message: `${property} is ${shown(creator)}. Set it to false (it is fixed at creation), and give administrators an access entry.`,
        },
      ];
}

/** The control plane's log says who did what. */
export function checkControlPlaneLogs({ inputs }: Wanted): Finding[] {
  const property = "enabledClusterLogTypes";
  const types = read(inputs, property);
  if (isUnknown(types)) {
    return [notKnown(property)];
  }
  const missing = neededLogs.filter((type) => !Array.isArray(types) || !types.includes(type));
  return missing.length === 0
    ? []
    : [
        {
          property,
          message: `${property} lacks ${missing.join(", ")}. Add ${missing.length === 1 ? "it" : "them"}.`,
        },
      ];
}

export const nodeGroupTypes: readonly string[] = ["aws:eks/nodeGroup:NodeGroup"];

/** SSH to nodes is open to security groups that are named: where none is, EKS opens it to the world. */
export function checkNodeSshNotOpen({ inputs }: Wanted): Finding[] {
  const property = "remoteAccess.sourceSecurityGroupIds";
  // A key that is not known yet is a key.
  if (read(inputs, "remoteAccess.ec2SshKey") === undefined) {
    return [];
  }
  const groups = read(inputs, property);
  if (isUnknown(groups)) {
    return [notKnown(property)];
  }
  return Array.isArray(groups) && groups.length > 0
    ? []
    : [
        {
          property,
          message: `${property} is not set, and remoteAccess.ec2SshKey is: EKS then opens port 22 to the world. Name the groups, or use Session Manager and no key.`,
        },
      ];
}
