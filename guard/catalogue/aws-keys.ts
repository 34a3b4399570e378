import { endsNoSooner, keptKey, names, type StatefulType } from "../stateful-type";
import { lockoutCheck, policyLife } from "./store-policies";

function key(type: string, noun: string, enabled = "enabled"): StatefulType {
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
      {
        kind: "switch",
        path: enabled,
        safe: true,
        absent: true,
        otherwise: "Whatever is encrypted with it cannot be read until it is enabled again.",
        demanded: true,
      },
      lockoutCheck("KMS"),
      ...policyLife("key"),
    ],
    copyFirst:
      "See that nothing is encrypted with it any more, snapshots included: CloudTrail shows its last use.",
  };
}

/** A key whose material somebody brings: KMS deletes the material on a date, if one is given. */
function externalKey(type: string, noun: string): StatefulType {
  const plain = key(type, noun);
  return {
    ...plain,
    life: [
      ...plain.life,
      endsNoSooner(
        "validTo",
        "KMS deletes the key's material on that day, and nothing encrypted with it can be read.",
      ),
    ],
  };
}

/** Keys and secrets: without them the data is there and of no use. */
export const awsKeys: readonly StatefulType[] = [
  key("aws:kms/key:Key", "KMS key", "isEnabled"),
  key("aws:kms/replicaKey:ReplicaKey", "replica of a KMS key"),
  externalKey("aws:kms/externalKey:ExternalKey", "KMS key with material of one's own"),
  externalKey(
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
    "replica of a KMS key with material of one's own",
  ),
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
    type: "aws:cloudhsmv2/cluster:Cluster",
    noun: "CloudHSM cluster",
    holds: "every key in it",
    locks: [],
    life: [],
    copyFirst: "See that a backup of it is `READY`, with `aws cloudhsmv2 describe-backups`.",
  },
  {
    type: "aws:cloudhsmv2/hsm:Hsm",
    noun: "hardware security module",
    holds: "the keys of its cluster, if it is the last one",
    locks: [],
    life: [],
    copyFirst: "See that the cluster has another, or that a backup of it is `READY`.",
  },
  {
    type: "aws:acmpca/certificateAuthority:CertificateAuthority",
    noun: "private certificate authority",
    holds: "its private key, which nobody can export, and the trust in every certificate that it signed",
    locks: [],
    life: [
      {
        kind: "least",
        path: "permanentDeletionTimeInDays",
        unit: "days",
        absent: 30,
        floor: "keyDeletion",
        otherwise: "A deletion by mistake can be taken back for a shorter time.",
      },
    ],
    copyFirst: "See that none of its certificates is in use any more.",
  },
  {
    type: "aws:paymentcryptography/key:Key",
    noun: "key of Payment Cryptography",
    holds: "everything that is encrypted with it",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "enabled",
        safe: true,
        absent: true,
        otherwise: "Whatever is encrypted with it cannot be read until it is enabled again.",
        demanded: true,
      },
    ],
    copyFirst: "Export it, if it may be, and see that nothing is encrypted with it any more.",
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
      {
        kind: "parts",
        path: "replicas",
        parts: names("region"),
        otherwise: "The copy in that region is deleted.",
      },
      keptKey("kmsKeyId"),
      ...policyLife("secret"),
      {
        kind: "switch",
        path: "forceOverwriteReplicaSecret",
        safe: false,
        absent: false,
        otherwise: "Secrets of the same name in the other regions are overwritten.",
        demanded: false,
      },
    ],
    copyFirst: "See that nothing reads it any more: CloudTrail shows its last use.",
  },
];
