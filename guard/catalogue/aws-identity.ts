import { deletionProtection, type StatefulType } from "../stateful-type";

function key(type: string, noun: string): StatefulType {
  return {
    type,
    noun,
    holds: "everything that is encrypted with it: databases, volumes, secrets, and every snapshot of them",
    locks: [],
    life: [
      {
        kind: "least",
        path: "deletionWindowInDays",
        unit: "days",
        absent: 30,
        floor: "keyDeletion",
        otherwise: "A deletion by mistake can be taken back for a shorter time.",
      },
    ],
    copyFirst:
      "See that nothing is encrypted with it any more, snapshots included: CloudTrail shows its last use.",
  };
}

/** Keys, secrets, names and users: without them the data is there and of no use. */
export const awsIdentity: readonly StatefulType[] = [
  {
    ...key("aws:kms/key:Key", "KMS key"),
    life: [
      ...key("aws:kms/key:Key", "KMS key").life,
      {
        kind: "switch",
        path: "isEnabled",
        safe: true,
        absent: true,
        otherwise: "Whatever is encrypted with it cannot be read until it is enabled again.",
        demanded: true,
      },
    ],
  },
  key("aws:kms/replicaKey:ReplicaKey", "replica of a KMS key"),
  key("aws:kms/externalKey:ExternalKey", "KMS key with material of one's own"),
  key("aws:kms/replicaExternalKey:ReplicaExternalKey", "replica of a KMS key with material of one's own"),
  {
    type: "aws:kms/customKeyStore:CustomKeyStore",
    noun: "custom key store",
    holds: "everything that is encrypted with its keys",
    name: "customKeyStoreName",
    locks: [],
    life: [],
    copyFirst: "See that it has no keys left.",
  },
  {
    type: "aws:secretsmanager/secret:Secret",
    noun: "secret",
    holds: "its value and all versions of it",
    name: "name",
    locks: [],
    life: [
      {
        kind: "least",
        path: "recoveryWindowInDays",
        unit: "days",
        absent: 30,
        floor: "secretRecovery",
        otherwise: "A deletion by mistake can be taken back for a shorter time, or not at all.",
      },
    ],
    copyFirst: "See that nothing reads it any more: CloudTrail shows its last use.",
  },
  {
    type: "aws:route53/zone:Zone",
    noun: "Route 53 zone",
    holds:
      "its records and its name servers (a new zone of the same name gets others, and nothing in it resolves until " +
      "the parent delegates to them)",
    name: "name",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Export its records with `aws route53 list-resource-record-sets` first.",
  },
  {
    type: "aws:cognito/userPool:UserPool",
    noun: "Cognito user pool",
    holds: "every user in it; their passwords cannot be exported",
    name: "name",
    locks: [{ path: "deletionProtection", on: "ACTIVE", absent: "off" }],
    life: [],
    copyFirst: "Export its users first.",
  },
  {
    type: "aws:eks/cluster:Cluster",
    noun: "EKS cluster",
    holds: "every object in it; volumes that its claims made may go with them",
    name: "name",
    size: [{ path: "version", label: "Kubernetes " }],
    locks: [deletionProtection()],
    life: [],
    copyFirst: "Back up its objects and volumes first.",
  },
];
