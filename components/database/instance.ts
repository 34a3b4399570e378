import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { Key } from "@pulumi/aws/kms/key";
import { Instance, type InstanceArgs as RdsInstanceArgs } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import type { DatabaseSettings } from "../../settings/sections/database";
import type { RestoredInstance } from "../../settings/sections/restored-database";
import type { StackContext } from "../../settings/stack-context";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import { databaseParameters, isMajorOnly, parameterGroupFamily } from "./parameters";
import { storagePerformance } from "./storage";

/** PostgreSQL's port. */
export const PORT = 5432;

/** Days that the server's log is kept in CloudWatch: long enough to look back over a quarter. */
const LOG_RETENTION_DAYS = 90;

/**
 * The name of the last snapshot: a fixed one while the guard holds the database, for policies want to know it before anything is made.
 * Where the stack may be destroyed it has a part of the key's id, which each life of the database has anew: a stack that is destroyed,
 * stood up and destroyed again leaves two, and RDS takes no name twice.
 */
function lastSnapshotName({ context, settings, key, restored }: InstanceArgs): pulumi.Input<string> {
  const { databaseName, finalSnapshotIdentifier } = settings;
  const own = restored === undefined ? "" : `-${restored.name}`;
  if (finalSnapshotIdentifier !== undefined) {
    return `${finalSnapshotIdentifier}${own}`;
  }
  const name = physicalName(context, `${databaseName.replaceAll("_", "-")}${own}-final`);
  return isLocked(context) ? name : pulumi.interpolate`${name}-${key.keyId.apply((id) => id.slice(0, 8))}`;
}

/** What RDS can export of PostgreSQL: the server's log, and that of a major upgrade. */
const LOGS = ["postgresql", "upgrade"] as const;

interface PartArgs {
  readonly context: StackContext;
  readonly settings: DatabaseSettings;
  /** What RDS calls the instance, and what its parts are called after. */
  readonly identifier: string;
  readonly parent: pulumi.Resource;
}

export function createSubnetGroup(
  name: string,
  { identifier, parent, subnetIds }: PartArgs & { readonly subnetIds: pulumi.Input<pulumi.Input<string>[]> },
): SubnetGroup {
  return new SubnetGroup(
    name,
    {
      // Fixed: an instance cannot move to another group within its VPC, so a second one would never do.
      name: identifier,
      description: `Subnets of ${identifier}`,
      subnetIds,
      tags: { Name: identifier },
    },
    { parent },
  );
}

export function createParameterGroup(
  name: string,
  { settings, identifier, parent }: PartArgs,
): ParameterGroup {
  return new ParameterGroup(
    name,
    {
      // No name, so that two can be there at once: a new major version needs a new family, which replaces the group,
      // and RDS lets go of the old one only when it has the new one.
      family: parameterGroupFamily(settings.engineVersion),
      description: `Parameters of ${identifier}`,
      parameters: databaseParameters(settings.parameters),
      // When changes wait for the maintenance window, the old group is still in use at the end of the run that
      // replaced it, and RDS would refuse to delete it. It is left behind then; it costs nothing.
      skipDestroy: !settings.applyImmediately,
      tags: { Name: identifier },
    },
    { parent, deleteBeforeReplace: false },
  );
}

export interface InstanceArgs extends PartArgs {
  readonly key: Key;
  readonly subnetGroup: SubnetGroup;
  readonly parameterGroup: ParameterGroup;
  readonly securityGroup: SecurityGroup;
  /** The copy that it is made of. Default: none, an empty server. */
  readonly restored?: RestoredInstance & { readonly name: string };
}

/** What an instance of a copy has of it: RDS gives it the copy's key, databases and users, and takes no others. */
function sourceOf({
  snapshot,
  moment,
  of,
}: RestoredInstance): Pick<RdsInstanceArgs, "snapshotIdentifier" | "restoreToPointInTime"> {
  return snapshot === undefined
    ? { restoreToPointInTime: { restoreTime: moment, sourceDbiResourceId: of } }
    : { snapshotIdentifier: snapshot };
}

/** RDS does not tell of what an instance was made: this does, where one is found that a run has left. */
function copyTag({ snapshot, moment, of }: RestoredInstance): string {
  return snapshot ?? `${of ?? ""} at ${moment ?? ""}`;
}

/** The server itself, guarded, and the groups that its log goes to. */
export function createInstance(name: string, args: InstanceArgs): Instance {
  const { context, identifier, key, parent, restored } = args;
  const { instanceClass = args.settings.instanceClass, allocatedStorage = args.settings.allocatedStorage } =
    restored ?? {};
  const settings = { ...args.settings, instanceClass, allocatedStorage };
  // RDS makes these by itself otherwise, and keeps their records for ever.
  const logGroups = LOGS.map(
    (log) =>
      new LogGroup(
        `${name}-${log}`,
        { name: `/aws/rds/instance/${identifier}/${log}`, retentionInDays: LOG_RETENTION_DAYS },
        { parent },
      ),
  );

  return new Instance(
    name,
    {
      identifier,
      instanceClass: settings.instanceClass,

      engine: "postgres",
      engineVersion: settings.engineVersion,
      // "16" follows the minor versions as RDS brings them; "16.13" stays until the setting changes, or until RDS ends it and
      // moves it all the same: then the guard names the version to write.
      autoMinorVersionUpgrade: isMajorOnly(settings.engineVersion),
      allowMajorVersionUpgrade: settings.allowMajorVersionUpgrade,
      parameterGroupName: args.parameterGroup.name,
      applyImmediately: settings.applyImmediately,

      storageType: settings.storageType,
      allocatedStorage: settings.allocatedStorage,
      maxAllocatedStorage: settings.maxAllocatedStorage,
      ...storagePerformance(settings),
      storageEncrypted: true,
      kmsKeyId: restored?.kmsKeyArn ?? key.arn,

      ...(restored === undefined
        ? { dbName: settings.databaseName, username: settings.masterUsername }
        : sourceOf(restored)),
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,

      port: PORT,
      publiclyAccessible: false,
      dbSubnetGroupName: args.subnetGroup.name,
      vpcSecurityGroupIds: [args.securityGroup.id],
      multiAz: settings.multiAz,
      // RDS's default for new instances, named so that a changed default of the account restarts nothing. To 2061.
      caCertIdentifier: "rds-ca-rsa2048-g1",

      backupRetentionPeriod: settings.backupRetentionDays,
      backupWindow: settings.backupWindow,
      maintenanceWindow: settings.maintenanceWindow,
      copyTagsToSnapshot: true,
      // The automated backups stay for their retention when the instance is gone.
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: lastSnapshotName(args),
      deletionProtection: isLocked(context),

      enabledCloudwatchLogsExports: [...LOGS],
      performanceInsightsEnabled: settings.performanceInsights,
      ...(settings.performanceInsights
        ? // Days; the free tier. The key can never be changed afterwards, as the storage's cannot.
          { performanceInsightsKmsKeyId: key.arn, performanceInsightsRetentionPeriod: 7 }
        : {}),
      tags: { Name: identifier, ...(restored !== undefined && { "restored-from": copyTag(restored) }) },
    },
    guarded("aws:rds/instance:Instance", context, {
      parent,
      dependsOn: logGroups,
      // A standby to fill, a volume to grow, a last snapshot of terabytes, a day of logs to replay: hours, and giving up half way helps
      // nobody.
      customTimeouts: { create: restored === undefined ? "90m" : "6h", update: "4h", delete: "3h" },
    }),
  );
}
