import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { DatabaseSettings } from "../../settings/sections/database";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { storagePerformance } from "./storage";
import { databaseParameters, isMajorOnly, parameterGroupFamily } from "./parameters";

/** How the settings call the cluster's nodes and pods. */
const CLUSTER = "cluster";

/** PostgreSQL's port. */
const PORT = 5432;

/** Days that the server's log is kept in CloudWatch: long enough to look back over a quarter. */
const LOG_RETENTION_DAYS = 90;

/**
 * The name of the last snapshot: a fixed one while the guard holds the database, for policies want to know it before anything is made.
 * Where the stack may be destroyed it has a part of the key's id, which each life of the database has anew: a stack that is destroyed,
 * stood up and destroyed again leaves two, and RDS takes no name twice.
 */
function lastSnapshotName(
  context: StackContext,
  { databaseName }: DatabaseSettings,
  key: Key,
): pulumi.Input<string> {
  const name = physicalName(context, `${databaseName.replaceAll("_", "-")}-final`);
  return isLocked(context) ? name : pulumi.interpolate`${name}-${key.keyId.apply((id) => id.slice(0, 8))}`;
}

/** What RDS can export of PostgreSQL: the server's log, and that of a major upgrade. */
const LOGS = ["postgresql", "upgrade"] as const;

export interface DatabaseArgs {
  readonly context: StackContext;
  readonly settings: DatabaseSettings;
  readonly vpcId: pulumi.Input<string>;
  /** In at least two zones, also for an instance in one: RDS takes no subnet group with fewer. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A PostgreSQL server on RDS: encrypted with a key of its own, reachable by whom the settings allow and nobody else,
 * its master password made and kept by the cloud and known to no one else.
 */
export class Database extends pulumi.ComponentResource {
  /** `address:port`. */
  readonly endpoint: pulumi.Output<string>;
  readonly address: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** The secret in Secrets Manager that holds master user name and password; the ARN itself is no secret. */
  readonly secretArn: pulumi.Output<string>;
  /** Encrypts storage, snapshots and the secret: who reads the secret needs to decrypt with it. */
  readonly keyArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  /** What RDS calls the instance; fixed, and known before it exists. */
  readonly identifier: string;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;

  private readonly name: string;
  private readonly securityGroup: SecurityGroup;
  private readonly allowedFrom: readonly string[];

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:database:Database", name, {}, opts);
    this.name = name;
    const { context, settings } = args;
    this.allowedFrom = settings.allowedFrom ?? [CLUSTER];

    // Of project, stack and the component's name, which never change, and of nothing that a person may set. While the
    // instance exists, the name is taken: a second one beside it, as a replacement would make first, is refused by RDS.
    this.identifier = physicalName(context, name);

    const key = this.createKey(context);
    this.securityGroup = new SecurityGroup(
      name,
      {
        description: "PostgreSQL, from whom its own rules allow",
        vpcId: args.vpcId,
        tags: { Name: this.identifier },
      },
      { parent: this },
    );
    for (const cidrIpv4 of settings.allowedCidrBlocks) {
      this.allow(cidrIpv4, { cidrIpv4 });
    }
    for (const securityGroupId of settings.allowedSecurityGroupIds) {
      this.allowFrom(securityGroupId, securityGroupId);
    }

    const instance = this.createInstance(args, key);
    this.endpoint = instance.endpoint;
    this.address = instance.address;
    this.port = instance.port;
    this.secretArn = instance.masterUserSecrets.apply((secrets) => {
      const [secret] = secrets;
      if (secret === undefined) {
        throw new Error(`RDS made no secret for the master user of ${this.identifier}.`);
      }
      return secret.secretArn;
    });
    // An alarm needs no more than the name; what subscribes to events, the instance itself.
    this.watched = { database: this.identifier, "database:instance": instance.identifier };
    this.keyArn = key.arn;
    this.securityGroupId = this.securityGroup.id;
    this.registerOutputs({
      endpoint: this.endpoint,
      address: this.address,
      port: this.port,
      secretArn: this.secretArn,
      keyArn: this.keyArn,
      securityGroupId: this.securityGroupId,
      identifier: this.identifier,
    });
  }

  /**
   * Lets in whom the settings name, by the security group of each; without names the cluster.
   *
   * @param groups What the stack has, by name: `cluster`, `fleet:api`.
   */
  allowByName(groups: Readonly<Record<string, pulumi.Input<string> | undefined>>): void {
    for (const name of this.allowedFrom) {
      const group = groups[name];
      if (group !== undefined) {
        this.allowFrom(name === CLUSTER ? "cluster-nodes" : name.replace(":", "-"), group);
      } else if (name !== CLUSTER) {
        throw new Error(`${this.name}: allowedFrom names ${name}, and the stack has no such thing.`);
      }
    }
  }

  /** Lets the members of a security group connect. The rule's name has who they are, so that no two may be called the same. */
  private allowFrom(peer: string, securityGroupId: pulumi.Input<string>): void {
    this.allow(peer, { referencedSecurityGroupId: securityGroupId });
  }

  /** One rule a resource, never inline: a group with both loses the ones that it does not know. */
  private allow(
    peer: string,
    source: { cidrIpv4: string } | { referencedSecurityGroupId: pulumi.Input<string> },
  ): void {
    new SecurityGroupIngressRule(
      `${this.name}-from-${peer.replaceAll("/", "-")}`,
      {
        securityGroupId: this.securityGroup.id,
        description: `PostgreSQL from ${peer}`,
        ipProtocol: "tcp",
        fromPort: PORT,
        toPort: PORT,
        ...source,
      },
      { parent: this },
    );
  }

  /**
   * A key lost is a database lost, and each of its snapshots with it. So the key outlives the stack wherever the data
   * is worth something: the final snapshot can be restored only as long as there is the key. Where it is not, the key
   * goes after the longest wait that KMS knows.
   */
  private createKey(context: StackContext): Key {
    const key = new Key(
      `${this.name}-key`,
      {
        description: `Storage, snapshots and master secret of ${this.identifier}`,
        enableKeyRotation: true,
        // Days in which a deletion can be taken back.
        deletionWindowInDays: 30,
        tags: { Name: this.identifier },
      },
      guarded("aws:kms/key:Key", context, {
        parent: this,
        retainOnDelete: isLocked(context),
      }),
    );
    new Alias(
      `${this.name}-key`,
      { name: `alias/${this.identifier}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key;
  }

  private createInstance({ context, settings, subnetIds }: DatabaseArgs, key: Key): Instance {
    const child = { parent: this };
    const subnetGroup = new SubnetGroup(
      this.name,
      {
        // Fixed: an instance cannot move to another group within its VPC, so a second one would never do.
        name: this.identifier,
        description: `Subnets of ${this.identifier}`,
        subnetIds,
        tags: { Name: this.identifier },
      },
      child,
    );
    const parameterGroup = new ParameterGroup(
      this.name,
      {
        // No name, so that two can be there at once: a new major version needs a new family, which replaces the group,
        // and RDS lets go of the old one only when it has the new one.
        family: parameterGroupFamily(settings.engineVersion),
        description: `Parameters of ${this.identifier}`,
        parameters: databaseParameters(settings.parameters),
        // When changes wait for the maintenance window, the old group is still in use at the end of the run that
        // replaced it, and RDS would refuse to delete it. It is left behind then; it costs nothing.
        skipDestroy: !settings.applyImmediately,
        tags: { Name: this.identifier },
      },
      { ...child, deleteBeforeReplace: false },
    );
    // RDS makes these by itself otherwise, and keeps their records for ever.
    const logGroups = LOGS.map(
      (log) =>
        new LogGroup(
          `${this.name}-${log}`,
          { name: `/aws/rds/instance/${this.identifier}/${log}`, retentionInDays: LOG_RETENTION_DAYS },
          child,
        ),
    );

    return new Instance(
      this.name,
      {
        identifier: this.identifier,
        instanceClass: settings.instanceClass,

        engine: "postgres",
        engineVersion: settings.engineVersion,
        // "16" follows the minor versions as RDS brings them; "16.13" stays until the setting changes, or until RDS ends it and
        // moves it all the same: then the guard names the version to write.
        autoMinorVersionUpgrade: isMajorOnly(settings.engineVersion),
        allowMajorVersionUpgrade: settings.allowMajorVersionUpgrade,
        parameterGroupName: parameterGroup.name,
        applyImmediately: settings.applyImmediately,

        storageType: settings.storageType,
        allocatedStorage: settings.allocatedStorage,
        maxAllocatedStorage: settings.maxAllocatedStorage,
        ...storagePerformance(settings),
        storageEncrypted: true,
        kmsKeyId: key.arn,

        dbName: settings.databaseName,
        username: settings.masterUsername,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: key.arn,

        port: PORT,
        publiclyAccessible: false,
        dbSubnetGroupName: subnetGroup.name,
        vpcSecurityGroupIds: [this.securityGroup.id],
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
        finalSnapshotIdentifier: settings.finalSnapshotIdentifier ?? lastSnapshotName(context, settings, key),
        deletionProtection: isLocked(context),

        enabledCloudwatchLogsExports: [...LOGS],
        performanceInsightsEnabled: settings.performanceInsights,
        ...(settings.performanceInsights
          ? // Days; the free tier. The key can never be changed afterwards, as the storage's cannot.
            { performanceInsightsKmsKeyId: key.arn, performanceInsightsRetentionPeriod: 7 }
          : {}),
        tags: { Name: this.identifier },
      },
      guarded("aws:rds/instance:Instance", context, {
        parent: this,
        dependsOn: logGroups,
        // A standby to fill, a volume to grow, a last snapshot of terabytes: hours, and giving up half way helps nobody.
        customTimeouts: { create: "90m", update: "4h", delete: "3h" },
      }),
    );
  }
}
