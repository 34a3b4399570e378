import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Component } from "@pulumi/aws/imagebuilder/component";
import { DistributionConfiguration } from "@pulumi/aws/imagebuilder/distributionConfiguration";
import { ImagePipeline } from "@pulumi/aws/imagebuilder/imagePipeline";
import { ImageRecipe } from "@pulumi/aws/imagebuilder/imageRecipe";
import { InfrastructureConfiguration } from "@pulumi/aws/imagebuilder/infrastructureConfiguration";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import type { ImageBuildSettings } from "../../settings/sections/worker-images";
import type { Architecture } from "../machines/machine-image";
import { createMachineRole } from "../machines/machine-role";
import type { Statement } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import { buildDocuments, type BuildDocument, type ImageContent } from "./build-document";
import { buildLogGroup, buildStatements } from "./build-statements";
import { contentVersion } from "./content-version";
import { imageResourceName, imageTags } from "./image-names";

/** Days for which the logs of builds are kept: longer than anybody looks for why an image failed. */
const LOG_DAYS = 30;

const SMALL_MACHINE: Readonly<Record<Architecture, string>> = { arm64: "t4g.medium", x86_64: "t3.medium" };

export interface WorkerImagePipelineArgs {
  readonly context: StackContext;
  /** The group's key in the settings. */
  readonly group: string;
  readonly settings: ImageBuildSettings;
  /** The stack's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The plain image that is built upon; the one that machines of the group start from while there is none of theirs. */
  readonly parentImageId: pulumi.Input<string>;
  readonly architecture: Architecture;
  readonly content: ImageContent;
  /** What the installation needs of AWS besides what every build needs. Default: nothing. */
  readonly statements?: readonly Statement[];
  readonly vpcId: pulumi.Input<string>;
  /**
   * Where images are built. It must have a way out: private with a NAT gateway, or public and giving addresses to what
   * starts in it, for Image Builder asks for none.
   */
  readonly subnetId: pulumi.Input<string>;
}

/**
 * The pipeline that builds images of a worker group from the files that its machines boot with. It builds when it is told to
 * (`groundwork image STACK GROUP build`), or by its schedule; it deploys nothing.
 *
 * Components and recipe never change in Image Builder: their versions are made from their content, so that another
 * content comes up beside the old, the pipeline is turned to it, and the old goes.
 */
export class WorkerImagePipeline extends pulumi.ComponentResource {
  readonly pipelineArn: pulumi.Output<string>;

  constructor(name: string, args: WorkerImagePipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workerImages:WorkerImagePipeline", name, {}, opts);
    const { context, group, settings } = args;
    const child = { parent: this };
    const physical = imageResourceName(context, group);
    const tags = { ...args.tags, ...imageTags(context, group) };

    const logs = new LogGroup(
      name,
      { name: buildLogGroup(context, group), retentionInDays: LOG_DAYS },
      child,
    );
    const infrastructure = this.createInfrastructure(name, args, tags);
    const recipe = this.createRecipe(name, args);
    const distribution = new DistributionConfiguration(
      name,
      {
        description: `Images of the worker group ${group}`,
        distributions: [
          {
            region: context.region,
            amiDistributionConfiguration: {
              name: `${physical} {{ imagebuilder:buildDate }}`,
              description: `Worker group ${group} of ${context.project}-${context.stack}`,
              amiTags: { ...tags, Name: physical },
            },
          },
        ],
        tags: imageTags(context, group),
      },
      child,
    );
    const pipeline = new ImagePipeline(
      name,
      {
        name: physical,
        description: `Images of the worker group ${group}`,
        imageRecipeArn: recipe.arn,
        infrastructureConfigurationArn: infrastructure.arn,
        distributionConfigurationArn: distribution.arn,
        imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: settings.testTimeoutMinutes },
        // It would run an inventory on the machine, which must then be allowed to read more than it needs.
        enhancedImageMetadataEnabled: false,
        ...(settings.schedule !== undefined && {
          schedule: {
            scheduleExpression: `cron(${settings.schedule.cron})`,
            timezone: settings.schedule.timeZone,
            // Nothing that an image depends on changes by itself: everything is pinned.
            pipelineExecutionStartCondition: "EXPRESSION_MATCH_ONLY",
          },
        }),
        status: "ENABLED",
        tags: imageTags(context, group),
      },
      { ...child, dependsOn: [logs] },
    );
    this.pipelineArn = pipeline.arn;
    this.registerOutputs({ pipelineArn: this.pipelineArn });
  }

  private createInfrastructure(
    name: string,
    { context, group, settings, architecture, vpcId, subnetId, statements = [] }: WorkerImagePipelineArgs,
    tags: Readonly<Record<string, string>>,
  ): InfrastructureConfiguration {
    const child = { parent: this };
    const role = createMachineRole(name, {
      context,
      description: `Machines that build images of the worker group ${group} of ${context.project}-${context.stack}.`,
      statements: [...buildStatements(context, group), ...statements],
      parent: this,
    });
    const securityGroup = new SecurityGroup(
      name,
      {
        vpcId,
        description: `Builds images of the worker group ${group}: nothing comes in`,
        tags: { Name: `${imageResourceName(context, group)}-image` },
      },
      child,
    );
    const out = new SecurityGroupEgressRule(
      `${name}-out`,
      {
        securityGroupId: securityGroup.id,
        description: "Packages, downloads, Systems Manager",
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
      },
      child,
    );
    return new InfrastructureConfiguration(
      name,
      {
        description: `Builds images of the worker group ${group}`,
        instanceProfileName: role.profileName,
        instanceTypes: [settings.instanceType ?? SMALL_MACHINE[architecture]],
        instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        subnetId,
        securityGroupIds: [securityGroup.id],
        // A build that failed tells why in its log; its machine would only cost.
        terminateInstanceOnFailure: true,
        resourceTags: tags,
        tags: imageTags(context, group),
      },
      { ...child, dependsOn: [role.policy, out] },
    );
  }

  private createRecipe(name: string, args: WorkerImagePipelineArgs): ImageRecipe {
    const { context, group, settings } = args;
    const physical = imageResourceName(context, group);
    const documents = buildDocuments(`worker group ${group}`, args.content);
    const components = documents.map((document) => this.createComponent(name, physical, document, args));
    const disk = {
      deviceName: "/dev/xvda",
      ebs: {
        volumeType: "gp3",
        volumeSize: settings.volumeSize,
        encrypted: "true",
        deleteOnTermination: "true",
      },
    };
    const description = `Worker group ${group} of ${context.project}-${context.stack}`;
    return new ImageRecipe(
      name,
      {
        name: physical,
        description,
        parentImage: args.parentImageId,
        components: components.map(({ arn }) => ({ componentArn: arn })),
        blockDeviceMappings: [disk],
        // Amazon Linux has it, and machines are reached through it.
        systemsManagerAgent: { uninstallAfterBuild: false },
        workingDirectory: "/tmp",
        version: pulumi
          .output(args.parentImageId)
          .apply((parent) =>
            contentVersion(
              parent,
              description,
              JSON.stringify(disk),
              ...documents.map((document) => componentVersion(document)),
            ),
          ),
        tags: imageTags(context, group),
      },
      this.besideTheOld(),
    );
  }

  /**
   * The provider would delete first what has a name of its own, and Image Builder refuses that while a recipe or the
   * pipeline needs it. The version tells the two apart.
   */
  private besideTheOld(): pulumi.CustomResourceOptions {
    return { parent: this, deleteBeforeReplace: false };
  }

  private createComponent(
    name: string,
    physical: string,
    document: BuildDocument,
    { context, group }: WorkerImagePipelineArgs,
  ): Component {
    return new Component(
      `${name}-${document.suffix}`,
      {
        name: `${physical}-${document.suffix}`,
        platform: "Linux",
        description: document.description,
        data: document.data,
        version: componentVersion(document),
        tags: imageTags(context, group),
      },
      this.besideTheOld(),
    );
  }
}

function componentVersion({ description, data }: BuildDocument): string {
  return contentVersion(description, data);
}
