import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { Key } from "@pulumi/aws/kms/key";
import { Instance, type InstanceArgs as ServerInputs } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import type { DatabaseSettings } from "../../settings/sections/database";
import type { RestoredInstance } from "../../settings/sections/restored-database";
import type { StackContext } from "../../settings/stack-context";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import { monitoringInputs, type MonitoringRole } from "./monitoring";
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
  const plain = databaseName
    .toLowerCase()
    .replace(/^_+|_+$/g, "")
    .replace(/_+/g, "-");
  // What is lost with capitals and underscores would make one name of two.
  const isWhole = plain.replaceAll("-", "_") === databaseName;
  const hash = createHash("sha256").update(databaseName).digest("hex").slice(0, 8);
  const part = isWhole ? plain : [plain, hash].filter(Boolean).join("-");
  const name = physicalName(context, `${part}${own}-final`);
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

export interface ServerArgs extends PartArgs {
  readonly key: Key;
  readonly securityGroup: SecurityGroup;
  /** What RDS takes to write what the operating system measures. */
  readonly monitoringRole: MonitoringRole | undefined;
}

export interface InstanceArgs extends ServerArgs {
  readonly subnetGroup: SubnetGroup;
  readonly parameterGroup: ParameterGroup;
  /** The copy that it is made of. Default: none, an empty server. */
  readonly restored?: RestoredInstance & { readonly name: string };
}

/** What an instance of a copy has of it: RDS gives it the copy's key, databases and users, and takes no others. */
function sourceOf({
  snapshot,
  moment,
  of,
}: RestoredInstance): Pick<ServerInputs, "snapshotIdentifier" | "restoreToPointInTime"> {
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
  const { restored, key } = args;
  const { instanceClass = args.settings.instanceClass, allocatedStorage = args.settings.allocatedStorage } =
    restored ?? {};
  const settings = { ...args.settings, instanceClass, allocatedStorage };
  return createServer(
    name,
    { ...args, settings },
    {
      instanceClass,

      engine: "postgres",
      engineVersion: settings.engineVersion,
      allowMajorVersionUpgrade: settings.allowMajorVersionUpgrade,
      parameterGroupName: args.parameterGroup.name,
      kmsKeyId: restored?.kmsKeyArn ?? key.arn,

      ...(restored === undefined
        ? { dbName: settings.databaseName, username: settings.masterUsername }
        : sourceOf(restored)),
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,

      dbSubnetGroupName: args.subnetGroup.name,
      multiAz: settings.multiAz,

      backupRetentionPeriod: settings.backupRetentionDays,
      backupWindow: settings.backupWindow,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: lastSnapshotName(args),
      ...(restored !== undefined && { tags: { "restored-from": copyTag(restored) } }),
    },
    // A day of logs to replay.
    restored === undefined ? undefined : "6h",
  );
}

/** What RDS makes by itself otherwise, and keeps for ever. They outlive a server that is given up: so do its records, for their time. */
export function createLogGroups(
  name: string,
  { identifier, parent }: Pick<PartArgs, "identifier" | "parent">,
): readonly LogGroup[] {
  return LOGS.map(
    (log) =>
      new LogGroup(
        `${name}-${log}`,
        { name: `/aws/rds/instance/${identifier}/${log}`, retentionInDays: LOG_RETENTION_DAYS },
        { parent },
      ),
  );
}

/** What a server and its replicas have in common, and `own`. */
export function createServer(
  name: string,
  args: ServerArgs,
  own: Omit<ServerInputs, "tags"> & { readonly tags?: Readonly<Record<string, string>> },
  createTimeout = "90m",
): Instance {
  const { context, settings, identifier, key, monitoringRole, parent } = args;
  const logGroups = createLogGroups(name, args);
  return new Instance(
    name,
    {
      identifier,
      // "16" follows the minor versions as RDS brings them; "16.13" stays until the setting changes, or until RDS ends it and
      // moves it all the same: then the guard names the version to write.
      autoMinorVersionUpgrade: isMajorOnly(settings.engineVersion),
      applyImmediately: settings.applyImmediately,
      maintenanceWindow: settings.maintenanceWindow,

      storageType: settings.storageType,
      allocatedStorage: settings.allocatedStorage,
      maxAllocatedStorage: settings.maxAllocatedStorage,
      ...storagePerformance(settings),
      storageEncrypted: true,

      port: PORT,
      publiclyAccessible: false,
      vpcSecurityGroupIds: [args.securityGroup.id],
      caCertIdentifier: settings.caCertificate,
      iamDatabaseAuthenticationEnabled: settings.iamAuthentication,

      copyTagsToSnapshot: true,
      // The automated backups stay for their retention when the instance is gone.
      deleteAutomatedBackups: false,
      deletionProtection: isLocked(context),

      enabledCloudwatchLogsExports: [...LOGS],
      ...monitoringInputs(settings, key, monitoringRole),
      ...own,
      tags: { Name: identifier, ...own.tags },
    },
    guarded("aws:rds/instance:Instance", context, {
      parent,
      dependsOn: [...logGroups, ...(monitoringRole === undefined ? [] : [monitoringRole.permission])],
      // A standby to fill, a volume to grow, a last snapshot of terabytes: hours, and giving up half way helps nobody.
      customTimeouts: { create: createTimeout, update: "4h", delete: "3h" },
    }),
  );
}
