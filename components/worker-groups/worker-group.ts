import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { createMachineTemplate } from "../machines/launch-template";
import { amazonLinuxImage, instanceArchitecture } from "../machines/machine-image";
import { createMachineRole, type MachineRole } from "../machines/machine-role";
import { userData } from "../machines/user-data";
import { tierTag, type WorkerPlaces } from "../network/worker-places";
import type { StackContext } from "../../settings/stack-context";
import { deployedImage } from "../worker-images/image-parameter";
import { workerImageContent } from "../worker-images/worker-image-content";
import { WorkerImagePipeline } from "../worker-images/worker-image-pipeline";
import { createErrorNotifications, createRefreshAlarm } from "./alarms";
import { createAutoScalingGroup } from "./auto-scaling-group";
import {
  bootParameterPath,
  dataDisk,
  workerData,
  workerInstallData,
  workerLogGroupName,
  workerTags,
} from "./group-data";
import { workerStatements } from "./machine-statements";
import { templatePurchase } from "./purchase";
import { createWorkerSecurityGroup } from "./security-group";
import { workerDataFile, workerScripts } from "./worker-files";

/** Where machines stand. A network that is a resource is waited for whole: subnets alone lead nowhere. */
export interface WorkerNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly workerPlaces: WorkerPlaces;
}

export interface WorkerGroupArgs {
  readonly context: StackContext;
  /** The group's key in the settings. */
  readonly key: string;
  readonly settings: WorkerGroupSettings;
  /** The stack's tags, for what takes none from the provider: machines and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: WorkerNetwork;
  /** Who hears of machines that could not be started or ended, where the group names nobody. Default: nobody. */
  readonly topics?: readonly string[];
}

/**
 * Machines that run a pipeline scheduler's jobs. One is in service when it is registered with the scheduler, and goes when its jobs
 * have ended; a change of image, scripts or template replaces them in a rolling refresh, new ones first.
 */
export class WorkerGroup extends pulumi.ComponentResource {
  readonly groupName: pulumi.Output<string>;
  /** Of the machines. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: WorkerGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:workerGroups:WorkerGroup", name, {}, opts);
    const { context, key, network, settings } = args;
    const role = createMachineRole(name, {
      context,
      description: `Workers of the group ${key} of ${context.project}-${context.stack}.`,
      statements: workerStatements(context, key, settings),
      parent: this,
    });
    const logGroup = new LogGroup(
      name,
      { name: workerLogGroupName(context, key), retentionInDays: settings.logRetentionDays },
      { parent: this },
    );
    const { group: securityGroup, rules } = createWorkerSecurityGroup(name, {
      context,
      key,
      settings,
      vpcId: network.vpcId,
      parent: this,
    });
    const template = this.createTemplate(role, securityGroup.id);
    const refreshAlarm = createRefreshAlarm(name, { context, group: key, settings, parent: this });
    const group = createAutoScalingGroup(name, {
      context,
      key,
      settings,
      tags: args.tags,
      template,
      subnetIds: network.workerPlaces[settings.subnets].subnetIds,
      dependsOn: [
        role.policy,
        logGroup,
        ...rules,
        ...this.createBootParameters(),
        refreshAlarm,
        // Its routes: without them machines boot in vain, and could not drain while all is destroyed.
        ...(pulumi.Resource.isInstance(network) ? [network] : []),
      ],
      parent: this,
    });
    const own = settings.alarmTopicArns;
    createErrorNotifications(name, group, own.length > 0 ? own : (args.topics ?? []), this);
    this.createImages();

    this.groupName = group.name;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({ groupName: this.groupName, securityGroupId: this.securityGroupId });
  }

  private createTemplate(role: MachineRole, securityGroupId: pulumi.Input<string>): LaunchTemplate {
    const { context, key, network, settings } = this.args;
    const { tier } = network.workerPlaces[settings.subnets];
    const machineTags = { ...workerTags(context, key), ...tierTag(tier) };
    const disk = dataDisk(settings);
    return createMachineTemplate(this.name, {
      description: `Workers of the group ${key}`,
      imageId: this.imageId(),
      instanceType: settings.instanceType,
      profileName: role.profileName,
      userData: userData(
        `worker group ${key}`,
        [...workerScripts(), workerDataFile(workerData(context, key, settings))],
        "worker/boot.sh",
      ),
      rootVolumeSize: settings.rootVolumeSize,
      blockDeviceMappings:
        disk === undefined
          ? []
          : [
              {
                deviceName: disk.deviceName,
                ebs: {
                  volumeType: "gp3",
                  volumeSize: disk.size,
                  ...(disk.iops !== undefined && { iops: disk.iops }),
                  ...(disk.throughput !== undefined && { throughput: disk.throughput }),
                  encrypted: "true",
                  deleteOnTermination: "true",
                },
              },
            ],
      securityGroupIds: [securityGroupId],
      associatePublicIpAddress: settings.subnets === "public",
      machineTags,
      tags: { ...settings.tags, ...machineTags },
      more: {
        ebsOptimized: String(settings.ebsOptimized),
        ...(settings.keyPairName !== undefined && { keyName: settings.keyPairName }),
        ...templatePurchase(settings),
      },
      parent: this,
    });
  }

  /** What was deployed, or what there is without that. */
  private imageId(): pulumi.Input<string> {
    const { context, key, settings } = this.args;
    if (settings.workerAmiId !== undefined) {
      return settings.workerAmiId;
    }
    return pulumi
      .all([deployedImage(context, key, this), this.plainImage()])
      .apply(([deployed, plain]) => deployed ?? plain);
  }

  private plainImage(): pulumi.Output<string> {
    const { context, settings } = this.args;
    return amazonLinuxImage(
      context.region,
      settings.amazonLinuxRelease ?? context.releases?.amazonLinux ?? "",
      instanceArchitecture(settings.instanceType),
      this,
    );
  }

  /** Where machines count their boots; the values are theirs. */
  private createBootParameters(): Parameter[] {
    const { context, key } = this.args;
    const first = { failures: "none", recovered: "1" };
    return Object.entries(first).map(
      ([parameter, insecureValue]) =>
        new Parameter(
          `${this.name}-${parameter}`,
          {
            name: `${bootParameterPath(context, key)}/${parameter}`,
            description:
              parameter === "failures"
                ? "The last boot that failed; its version counts them"
                : "The version of failures at the last good boot",
            type: "String",
            insecureValue,
          },
          { parent: this, ignoreChanges: ["insecureValue"] },
        ),
    );
  }

  private createImages(): void {
    const { context, key, network, settings, tags } = this.args;
    if (settings.imageBuild === undefined) {
      return;
    }
    new WorkerImagePipeline(
      `${this.name}-images`,
      {
        context,
        group: key,
        settings: settings.imageBuild,
        tags: { ...tags, ...settings.tags, ...workerTags(context, key) },
        parentImageId: this.plainImage(),
        architecture: instanceArchitecture(settings.instanceType),
        content: workerImageContent(workerInstallData(settings)),
        vpcId: network.vpcId,
        subnetId:
          settings.imageBuild.subnetId ??
          network.workerPlaces.private.subnetIds.apply(([first = ""]) => first),
      },
      { parent: this },
    );
  }
}
