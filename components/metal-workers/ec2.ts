import * as pulumi from "@pulumi/pulumi";
import { Instance } from "@pulumi/aws/ec2/instance";
import { KeyPair } from "@pulumi/aws/ec2/keyPair";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { slotNumbers, type MetalWorkersSettings } from "../../settings/sections/metal-workers";
import { ubuntuImage } from "../machines/machine-image";
import { physicalName } from "../names";
import type { WorkerPlaces } from "../network/worker-places";
import type { StackContext } from "../../settings/stack-context";
import { keyOf } from "./hosts";
import { placesOf, type Standing } from "./known-machines";
import type { Machine, MachineSource } from "./machine-source";
import { slotTags } from "./slot-identity";

type Ec2Settings = NonNullable<MetalWorkersSettings["source"]["ec2"]>;

/** The stack's network, where machines stand by default. */
export interface WorkerNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly workerPlaces: Pick<WorkerPlaces, "public">;
  /** Zone of subnet i; undefined for a VPC that existed. */
  readonly availabilityZones?: readonly string[];
}

/** Who makes EC2 instances for this stack. */
export interface Ec2Args {
  readonly context: StackContext;
  readonly settings: MetalWorkersSettings;
  /** The stack's tags: disks take none from the provider. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network?: WorkerNetwork;
  /** Where machines stand already. */
  readonly standing: Standing;
}

/**
 * EC2 instances, on demand. No user data, no role, metadata only for tokens and not for containers.
 */
export class Ec2 implements MachineSource {
  private readonly ec2: Ec2Settings;
  private readonly keyName: pulumi.Output<string>;
  private readonly securityGroupIds: pulumi.Input<string>[];
  private readonly subnetOf: (slot: number) => pulumi.Input<string>;
  private readonly ami: pulumi.Input<string>;

  /** @param name Of the pool, whose key and security group are of no slot. */
  constructor(
    name: string,
    private readonly args: Ec2Args,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { context, settings, network } = args;
    const { ec2 } = settings.source;
    const { publicKey, port, allowedCidrBlocks = [] } = settings.ssh;
    const vpcId = ec2?.vpcId ?? network?.vpcId;
    const subnetIds = ec2?.subnetIds ?? network?.workerPlaces.public.subnets;
    if (ec2 === undefined || publicKey === undefined || vpcId === undefined || subnetIds === undefined) {
      throw new Error(
        `${name}: the source ec2 needs source.ec2, ssh.publicKey, and a network or vpcId and subnetIds.`,
      );
    }
    this.ec2 = ec2;
    const { parent, provider } = opts;
    this.ami =
      ec2.amiId ??
      ubuntuImage(context.region, context.releases?.ubuntu ?? "", {
        ...(parent && { parent }),
        ...(provider && { provider }),
      });
    // By its zone, or by its own id where the settings have that: what a subnet is called before it is there.
    const names = ec2.subnetIds ?? network?.availabilityZones;
    const subnets = new Map(
      subnetIds.map((subnet, index) => [
        names?.[index] ?? (typeof subnet === "string" ? subnet : String(index)),
        subnet,
      ]),
    );
    const places = placesOf(slotNumbers(settings.slots), [...subnets.keys()], args.standing);
    this.subnetOf = (slot) => subnets.get(places.get(slot) ?? "") ?? "";
    this.keyName = new KeyPair(
      name,
      { keyNamePrefix: physicalName(context, `${name}-`), publicKey: keyOf(publicKey) },
      opts,
    ).keyName;
    const group = new SecurityGroup(
      name,
      {
        vpcId,
        description: `Docker workers of ${context.project}-${context.stack}: SSH from where they are built`,
        tags: { Name: physicalName(context, name) },
      },
      opts,
    );
    for (const cidrIpv4 of allowedCidrBlocks) {
      new SecurityGroupIngressRule(
        // Not by its place: when the first of two is taken out, EC2 refuses the second one's block while that still has it.
        `${name}-ssh-${cidrIpv4.replace("/", "-")}`,
        { securityGroupId: group.id, ipProtocol: "tcp", fromPort: port, toPort: port, cidrIpv4 },
        opts,
      );
    }
    const out = new SecurityGroupEgressRule(
      `${name}-out`,
      { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      opts,
    );
    // Without a way out the first step would fail.
    this.securityGroupIds = [pulumi.all([group.id, out.id]).apply(([id]) => id), ...ec2.securityGroups];
  }

  machine(name: string, slot: number, opts: pulumi.CustomResourceOptions): Machine {
    const { context, settings, tags } = this.args;
    const { instanceType, nestedVirtualization, rootVolumeSize } = this.ec2;
    const ownTags = slotTags(context, slot);
    const instance = new Instance(
      name,
      {
        ami: this.ami,
        instanceType,
        keyName: this.keyName,
        subnetId: this.subnetOf(slot),
        vpcSecurityGroupIds: this.securityGroupIds,
        associatePublicIpAddress: true,
        // Halting is the worker's way to say that it is done; the machine is to be there again.
        instanceInitiatedShutdownBehavior: "stop",
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        ...(nestedVirtualization && { cpuOptions: { nestedVirtualization: "enabled" } }),
        rootBlockDevice: {
          volumeType: "gp3",
          volumeSize: rootVolumeSize,
          encrypted: true,
          deleteOnTermination: true,
          tags: { ...tags, ...ownTags },
        },
        tags: ownTags,
      },
      {
        ...opts,
        // Two machines of one name would take each other's tasks for their own.
        deleteBeforeReplace: true,
        // Bare metal takes its time, also to go.
        customTimeouts: { create: "30m", delete: "40m" },
      },
    );
    const pinned = settings.ssh.hostKeys[String(slot)];
    return {
      id: instance.id,
      address: instance.publicIp,
      port: settings.ssh.port,
      user: settings.ssh.user ?? "ubuntu",
      ...(pinned !== undefined && { hostKey: keyOf(pinned) }),
      stays: false,
    };
  }
}
