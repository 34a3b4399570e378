import type { Entries, InputRule, Rule } from "../../../interpreter/entry";
import { numberOf, textOf } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";

// AWS Backup: vaults, their locks, plans and what these select. Sources, where a rule names none: the AWS Backup API reference.

const vaultType = "aws:backup/vault:Vault";
const lockType = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const planType = "aws:backup/plan:Plan";
const selectionType = "aws:backup/selection:Selection";

const toVault = (property: string): NonNullable<Entries[string]["references"]>[number] => ({
  property,
  type: vaultType,
  code: "ResourceNotFoundException",
  message: (name) => `Cannot find Backup vault with name ${name}`,
});

/** Source: the provider's backup/vault_lock_configuration.go, IntAtLeast(3). */
const coolsOff: InputRule = (inputs) => {
  const days = numberOf(inputs, "changeableForDays");
  return days !== undefined && days < 3
    ? {
        code: "OutOfRange",
        message: `expected changeable_for_days to be at least (3), got ${String(days)}`,
        byProvider: true,
      }
    : undefined;
};

/** "After the cooling-off period the lock cannot be changed or deleted": AWS Backup Vault Lock, compliance mode. */
const locksStay: Rule = ({ outputs }, cloud) => {
  const standing = cloud.find(lockType, textOf(outputs, "backupVaultName"));
  const until = textOf(standing?.outputs ?? {}, "lockDate");
  return until !== "" && Date.parse(until) < Date.now()
    ? {
        code: "InvalidRequestException",
        message:
          "Backup vault lock configuration cannot be deleted: it is in compliance mode and its grace time is over.",
      }
    : undefined;
};

export const entries: Entries = {
  [vaultType]: {
    api: {
      service: "Backup",
      title: "Backup Vault",
      create: "CreateBackupVault",
      delete: "DeleteBackupVault",
    },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: ({ id, place }) => ({
      arn: `arn:aws:backup:${place.region}:${place.account}:backup-vault:${id}`,
      recoveryPoints: 0,
    }),
    references: [
      {
        property: "kmsKeyArn",
        type: "aws:kms/key:Key",
        by: "arn",
        only: /:key\//,
        code: "InvalidParameterValueException",
        message: (id) => `The provided key ${id} is not valid or not in this region.`,
      },
    ],
    unique: [
      nameIsFree("name", {
        code: "AlreadyExistsException",
        message: (name) => `Backup vault with the same name already exists: ${name}`,
      }),
    ],
  },

  [lockType]: {
    api: {
      service: "Backup",
      title: "Backup Vault Lock Configuration",
      create: "PutBackupVaultLockConfiguration",
      delete: "DeleteBackupVaultLockConfiguration",
    },
    id: ({ inputs }) => textOf(inputs, "backupVaultName"),
    outputs: ({ inputs, now, place, id }) => {
      const days = numberOf(inputs, "changeableForDays");
      return {
        backupVaultArn: `arn:aws:backup:${place.region}:${place.account}:backup-vault:${id}`,
        ...(days !== undefined && {
          lockDate: new Date(Date.parse(now) + days * 86_400_000).toISOString(),
        }),
      };
    },
    references: [toVault("backupVaultName")],
    refuseInputs: [coolsOff],
    refuseDelete: [locksStay],
  },

  [planType]: {
    api: {
      service: "Backup",
      title: "Backup Plan",
      create: "CreateBackupPlan",
      update: "UpdateBackupPlan",
      delete: "DeleteBackupPlan",
    },
    id: ({ random }) => random.uuid(),
    references: [toVault("rules.targetVaultName")],
    dependants: [
      {
        type: selectionType,
        property: "planId",
        code: "InvalidRequestException",
        message: () => "Related backup plan selections must be deleted prior to backup plan deletion",
      },
    ],
  },

  [selectionType]: {
    api: {
      service: "Backup",
      title: "Backup Selection",
      create: "CreateBackupSelection",
      delete: "DeleteBackupSelection",
    },
    id: ({ random }) => random.uuid(),
    references: [
      {
        property: "planId",
        type: planType,
        code: "ResourceNotFoundException",
        message: (id) => `Cannot find Backup plan with ID ${id}`,
      },
    ],
  },
};
