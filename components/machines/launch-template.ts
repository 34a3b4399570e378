import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type { types } from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

type Texts = Readonly<Record<string, string>>;
type BlockDevice = types.input.ec2.LaunchTemplateBlockDeviceMapping;

export interface MachineTemplateArgs {
  /** Region of the machines; the provider's where it is left out. */
  readonly region?: string;
  readonly description: string;
  readonly imageId: pulumi.Input<string>;
  readonly instanceType: string;
  readonly profileName: pulumi.Input<string>;
  /** From `userData()`. */
  readonly userData: pulumi.Input<string>;
  /**
   * How far answers of the metadata service go. 1 (the default) keeps containers from the machine's credentials; 2 lets them
   * have them.
   */
  readonly metadataHopLimit?: 1 | 2;
  /** GiB. */
  readonly rootVolumeSize: number;
  /** Further disks. */
  readonly blockDeviceMappings?: readonly BlockDevice[];
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly associatePublicIpAddress: boolean;
  /** On machine, disks and network interface, for good: another value is another version. What may change: `groupTags`. */
  readonly machineTags: Texts;
  /** Of the template itself. */
  readonly tags: Texts;
  /** Anything else that a launch template takes. */
  readonly more?: Partial<ConstructorParameters<typeof LaunchTemplate>[1]>;
  readonly parent: pulumi.Resource;
}

/**
 * What every machine of this program is started from: metadata by token only, an encrypted disk that goes with the machine, no
 * key pair. Refer to `latestVersion`, never to `$Latest`: what runs is then what was previewed.
 */
export function createMachineTemplate(name: string, args: MachineTemplateArgs): LaunchTemplate {
  return new LaunchTemplate(
    name,
    {
      ...(args.region !== undefined && { region: args.region }),
      description: args.description,
      imageId: args.imageId,
      instanceType: args.instanceType,
      iamInstanceProfile: { name: args.profileName },
      userData: args.userData,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: args.metadataHopLimit ?? 1,
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: args.rootVolumeSize,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
        ...(args.blockDeviceMappings ?? []),
      ],
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: String(args.associatePublicIpAddress),
          securityGroups: [...args.securityGroupIds],
          deleteOnTermination: "true",
        },
      ],
      instanceInitiatedShutdownBehavior: "terminate",
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: args.machineTags,
      })),
      updateDefaultVersion: true,
      tags: args.tags,
      ...args.more,
    },
    { parent: args.parent },
  );
}
