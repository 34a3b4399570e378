import * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type { Instance } from "@pulumi/aws/rds/instance";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { DatabaseSettings } from "../../settings/sections/database";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { createBackupCopies } from "./backup-copies";
import { createInstance, createLogGroups, createParameterGroup, createSubnetGroup, PORT } from "./instance";
import { createMonitoringRole } from "./monitoring";
import { createReplicas, replicaIdentifier, type Replicas } from "./replicas";

/** How the settings call the cluster's nodes and pods. */
const CLUSTER = "cluster";

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
  /** Of the instance that serves, by the replica's name. */
  readonly replicas: Replicas;
  /** What RDS calls the first instance, and what key and groups are called; fixed, and known before it exists. */
  readonly identifier: string;
  /** What RDS calls the instance that serves; known before it exists. */
  readonly servingIdentifier: string;
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

    const { identifier, securityGroup } = this;
    const common = { context, settings, identifier, parent: this };
    const subnetGroup = createSubnetGroup(name, { ...common, subnetIds: args.subnetIds });
    const parameterGroup = createParameterGroup(name, common);
    const identifierOf = (own: string): string => (own === "first" ? identifier : `${identifier}-${own}`);
    const serving = identifierOf(settings.serving);
    const first = { state: settings.first };
    const copies = Object.entries({ first, ...settings.restored });
    const kept = copies.filter(([, { state }]) => state === "kept").map(([own]) => own);
    const replicas = kept.flatMap((own) =>
      Object.keys(settings.replicas).map((replica) => replicaIdentifier(identifierOf(own), replica)),
    );
    const monitoringRole = createMonitoringRole(name, {
      ...common,
      identifiers: [...kept.map(identifierOf), ...replicas],
    });
    const server = { ...common, key, securityGroup, monitoringRole };
    const instances = new Map<string, Instance>();
    let itsReplicas: Replicas = {};
    for (const [own, copy] of copies) {
      const [full, identifier] = [own === "first" ? name : `${name}-${own}`, identifierOf(own)];
      if (copy.state === "givenUp") {
        createLogGroups(full, { ...common, identifier });
        continue;
      }
      const restored = own === "first" ? undefined : { ...copy, name: own };
      const source = createInstance(full, { ...server, identifier, subnetGroup, parameterGroup, restored });
      instances.set(own, source);
      // Each has its own: a switch makes and deletes none.
      const made = createReplicas(full, { ...server, identifier, source });
      itsReplicas = own === settings.serving ? made : itsReplicas;
    }
    const instance = instances.get(settings.serving);
    if (instance === undefined) {
      throw new Error(`${name}: there is no instance ${settings.serving} to serve.`);
    }
    this.servingIdentifier = serving;
    this.replicas = itsReplicas;
    if (settings.backupCopies !== undefined) {
      createBackupCopies(name, { ...common, settings: settings.backupCopies, key, instances });
    }
    this.endpoint = instance.endpoint;
    this.address = instance.address;
    this.port = instance.port;
    this.secretArn = instance.masterUserSecrets.apply((secrets) => {
      const [secret] = secrets;
      if (secret === undefined) {
        throw new Error(`RDS made no secret for the master user of ${this.servingIdentifier}.`);
      }
      return secret.secretArn;
    });
    // An alarm needs no more than the name; what subscribes to events, the instance itself.
    this.watched = {
      database: this.servingIdentifier,
      "database:instance": instance.identifier,
      ...Object.fromEntries(
        Object.keys(settings.replicas).map((own) => [
          `replica:${own}`,
          replicaIdentifier(this.servingIdentifier, own),
        ]),
      ),
    };
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
      replicas: this.replicas,
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
}
