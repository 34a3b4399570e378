import type * as pulumi from "@pulumi/pulumi";
import { Plan } from "@pulumi/aws/backup/plan";
import { Selection } from "@pulumi/aws/backup/selection";
import { Vault } from "@pulumi/aws/backup/vault";
import { VaultLockConfiguration } from "@pulumi/aws/backup/vaultLockConfiguration";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { Key } from "@pulumi/aws/kms/key";
import type { Instance } from "@pulumi/aws/rds/instance";
import type { BackupCopiesSettings } from "../../settings/sections/database-backup-copies";
import type { StackContext } from "../../settings/stack-context";
import { backupVaultArn, managedPolicyArn } from "../arns";
import { guarded, isLocked } from "../guard/guarded";
import { iamBounds } from "../iam-place";
import { policyDocument } from "../policy-document";

/** Days that a backup stays in the stack's own region, where RDS has its own: time for its copy to be made, and made again. */
const LOCAL_DAYS = 7;
/** Minutes in which AWS Backup begins, the fewest that it takes, and in which it has to be done. */
const START_MINUTES = 60;
const COMPLETION_MINUTES = 24 * 60;

export interface BackupCopiesArgs {
  readonly context: StackContext;
  readonly settings: BackupCopiesSettings;
  /** What RDS calls the first instance; both vaults have this name. */
  readonly identifier: string;
  /** By the name that a person knows it by. */
  readonly instances: ReadonlyMap<string, Instance>;
  /** The database's own, which backups in its region are encrypted with. */
  readonly key: Key;
  readonly parent: pulumi.Resource;
}

/**
 * A plan of AWS Backup that takes snapshots of a database and copies each to a vault under lock in another region, under a key there. RDS's
 * own daily backups stay what they are: nothing here is a continuous backup, which would take the instance's retention over.
 *
 * At guarded levels everything is: without the plan or its selection no copy is made from then on, and without the vault, its lock or its
 * key the copies are gone, or can be.
 */
export function createBackupCopies(name: string, args: BackupCopiesArgs): void {
  const { context, settings, identifier, key, parent } = args;
  const { region } = settings;
  const there = { ...context, region };
  const forceDestroy = !isLocked(context);
  const vault = (
    suffix: string,
    place: { readonly region?: string; readonly kmsKeyArn: pulumi.Input<string> },
  ): Vault =>
    new Vault(
      `${name}-${suffix}`,
      { ...place, name: identifier, forceDestroy, tags: { Name: identifier } },
      guarded("aws:backup/vault:Vault", context, { parent }),
    );

  const local = vault("backups", { kmsKeyArn: key.arn });
  const copyKey = new Key(
    `${name}-copies`,
    {
      region,
      description: `Copies of backups of ${identifier}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { Name: identifier },
    },
    guarded("aws:kms/key:Key", context, { parent, retainOnDelete: isLocked(context) }),
  );
  const copies = vault("copies", { region, kmsKeyArn: copyKey.arn });
  const { minRetentionDays, changeableForDays } = settings.lock;
  const lock = new VaultLockConfiguration(
    `${name}-copies`,
    { region, backupVaultName: copies.name, minRetentionDays, changeableForDays },
    // A vault has one lock: another one takes the place of this one, and would go along when this one is deleted after it.
    guarded("aws:backup/vaultLockConfiguration:VaultLockConfiguration", context, {
      parent,
      retainOnDelete: isLocked(context),
    }),
  );

  const role = new Role(
    `${name}-backups`,
    {
      ...iamBounds(context),
      description: `AWS Backup takes backups of ${identifier} and copies them to ${region}.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "AwsBackup",
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
        },
      ]),
    },
    { parent },
  );
  const permission = new RolePolicyAttachment(
    `${name}-backups`,
    {
      role: role.name,
      policyArn: managedPolicyArn(context, "service-role/AWSBackupServiceRolePolicyForBackup"),
    },
    { parent },
  );
  const plan = new Plan(
    `${name}-backups`,
    {
      name: identifier,
      rules: [
        {
          ruleName: "copies",
          // By names: the guard compares both, and would not know them before a first run.
          targetVaultName: identifier,
          schedule: cronOf(settings),
          startWindow: START_MINUTES,
          completionWindow: COMPLETION_MINUTES,
          lifecycle: { deleteAfter: LOCAL_DAYS },
          copyActions: [
            {
              destinationVaultArn: backupVaultArn(there, identifier),
              lifecycle: { deleteAfter: settings.retentionDays },
            },
          ],
        },
      ],
      tags: { Name: identifier },
    },
    guarded("aws:backup/plan:Plan", context, { parent, dependsOn: [local, copies, lock] }),
  );
  for (const [own, { arn }] of args.instances) {
    // By its ARN, so that it is backed up whatever services the account has opted in to; one each, for none can be changed.
    new Selection(
      own === "first" ? `${name}-backups` : `${name}-${own}-backups`,
      { name: own, planId: plan.id, iamRoleArn: role.arn, resources: [arn] },
      guarded("aws:backup/selection:Selection", context, { parent, dependsOn: [permission] }),
    );
  }
}

/** As EventBridge writes schedules, UTC. */
function cronOf({ days, startTime }: BackupCopiesSettings): string {
  const [hours, minutes] = startTime.split(":").map(Number);
  return `cron(${minutes ?? 0} ${hours ?? 0} ? * ${days.length === 7 ? "*" : days.join(",").toUpperCase()} *)`;
}
