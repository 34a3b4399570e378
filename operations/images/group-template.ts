import type {
  AutoScalingGroup,
  DesiredConfiguration,
  LaunchTemplateSpecification,
} from "@aws-sdk/client-auto-scaling";
import { FailedError } from "../terminal/errors";
import { autoscaling, ec2, type ImageClients, type ImageGroup } from "./clients";
import { templateVersions } from "./inventory";

/** What a group starts its machines from now. */
export interface GroupTemplate {
  readonly group: AutoScalingGroup;
  readonly templateId: string;
  readonly version: string;
  readonly imageId: string;
}

/** @returns undefined when the group is not there. @throws FailedError for one that has no template of a version. */
export async function groupTemplate(
  clients: ImageClients,
  { autoScalingGroup }: ImageGroup,
): Promise<GroupTemplate | undefined> {
  const { AutoScalingGroups: groups = [] } = await clients.autoscaling.send(
    new (autoscaling().DescribeAutoScalingGroupsCommand)({ AutoScalingGroupNames: [autoScalingGroup] }),
  );
  const [group] = groups;
  if (group === undefined) {
    return undefined;
  }
  const specified =
    group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? group.LaunchTemplate;
  const { LaunchTemplateId: templateId, Version: version } = specified ?? {};
  if (templateId === undefined || version === undefined || version.startsWith("$")) {
    throw new FailedError(
      `${autoScalingGroup} starts from ${templateId ?? "no launch template"}${version === undefined ? "" : `, version ${version}`}: ` +
        "Auto Scaling takes nothing back there. `./groundwork up STACK` sets a version. Nothing was touched.",
    );
  }
  const imageId = await imageOf(clients, templateId, version);
  if (imageId === undefined) {
    throw new FailedError(
      `Version ${version} of ${templateId}, which ${autoScalingGroup} starts from, is not there or names no image. Nothing was touched.`,
    );
  }
  return { group, templateId, version, imageId };
}

/** The image of a template in a version. */
export async function imageOf(
  clients: ImageClients,
  templateId: string,
  version: string,
): Promise<string | undefined> {
  const [found] = await templateVersions(clients, { LaunchTemplateId: templateId, Versions: [version] });
  return found?.LaunchTemplateData?.ImageId;
}

/** A version of the group's template more, as the present one but for its image. */
export async function versionWithImage(
  clients: ImageClients,
  { templateId, version }: GroupTemplate,
  imageId: string,
): Promise<string> {
  const made = await clients.ec2.send(
    new (ec2().CreateLaunchTemplateVersionCommand)({
      LaunchTemplateId: templateId,
      SourceVersion: version,
      VersionDescription: `Image ${imageId}`,
      LaunchTemplateData: { ImageId: imageId },
    }),
  );
  const number = made.LaunchTemplateVersion?.VersionNumber;
  if (number === undefined) {
    throw new FailedError(`EC2 did not say which version of ${templateId} it has made.`);
  }
  return String(number);
}

/** The version that the template's own page calls the default, as the program sets it. */
export async function makeDefault(clients: ImageClients, templateId: string, version: string): Promise<void> {
  await clients.ec2.send(
    new (ec2().ModifyLaunchTemplateCommand)({ LaunchTemplateId: templateId, DefaultVersion: version }),
  );
}

/** Takes a version away that nothing starts from. */
export async function dropVersion(clients: ImageClients, templateId: string, version: string): Promise<void> {
  const { UnsuccessfullyDeletedLaunchTemplateVersions: failed = [] } = await clients.ec2.send(
    new (ec2().DeleteLaunchTemplateVersionsCommand)({ LaunchTemplateId: templateId, Versions: [version] }),
  );
  const problem = failed[0]?.ResponseError?.Message;
  if (problem !== undefined) {
    throw new Error(problem);
  }
}

/** The group's present configuration, with its template in another version. */
export function configurationOf({ group, templateId }: GroupTemplate, version: string): DesiredConfiguration {
  const wanted: LaunchTemplateSpecification = { LaunchTemplateId: templateId, Version: version };
  const mixed = group.MixedInstancesPolicy;
  if (mixed === undefined) {
    return { LaunchTemplate: wanted };
  }
  return {
    MixedInstancesPolicy: {
      ...mixed,
      LaunchTemplate: { ...mixed.LaunchTemplate, LaunchTemplateSpecification: wanted },
    },
  };
}

/** The version that a refresh is to bring a group to. */
export function versionOf(configuration: DesiredConfiguration | undefined): string | undefined {
  const mixed = configuration?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return (mixed ?? configuration?.LaunchTemplate)?.Version;
}
