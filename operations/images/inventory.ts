import type { Image, LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import type { AutoScalingGroup, LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import { autoscaling, ec2, ssm, type ImageClients, type ImageGroup } from "./clients";
import type { FoundImage, Use } from "./judge-images";

/** The tag by which Image Builder says what it calls an image. */
const buildArnTag = "Ec2ImageBuilderArn";

/** The tag that a snapshot gets before its image goes, so that it is found again when the clean-up is broken off. */
export const snapshotImageTag = "groundwork:image";

const machineStates = ["pending", "running", "shutting-down", "stopping", "stopped"];

/** The images of a group, with what needs them in the whole account and region, newest first or not. */
export async function findImages(clients: ImageClients, group: ImageGroup): Promise<readonly FoundImage[]> {
  const images: Image[] = [];
  let token: string | undefined;
  do {
    const page = await clients.ec2.send(
      new (ec2().DescribeImagesCommand)({ Owners: ["self"], Filters: tagFilters(group), NextToken: token }),
    );
    images.push(...(page.Images ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  // EC2 filters; the program does not take its word for what it may remove.
  const ours = images.filter((image) => hasTags(image.Tags, group.tags));
  const uses = await usesOf(
    clients,
    group,
    ours.map(({ ImageId: id = "" }) => id),
  );
  return ours.map((image) => found(image, uses.get(image.ImageId ?? "") ?? []));
}

/** Snapshots of images of the group that are gone: a clean-up was broken off between the two. */
export async function findLeftSnapshots(
  clients: ImageClients,
  group: ImageGroup,
): Promise<readonly string[]> {
  const left: { readonly id: string; readonly image: string }[] = [];
  let token: string | undefined;
  do {
    const page = await clients.ec2.send(
      new (ec2().DescribeSnapshotsCommand)({
        OwnerIds: ["self"],
        Filters: [...tagFilters(group), { Name: "tag-key", Values: [snapshotImageTag] }],
        NextToken: token,
      }),
    );
    for (const { SnapshotId: id, Tags: tags = [] } of page.Snapshots ?? []) {
      const image = tags.find(({ Key: key }) => key === snapshotImageTag)?.Value;
      if (id !== undefined && image !== undefined && hasTags(tags, group.tags)) {
        left.push({ id, image });
      }
    }
    token = page.NextToken;
  } while (token !== undefined);
  if (left.length === 0) {
    return [];
  }
  const { Images: images = [] } = await clients.ec2.send(
    new (ec2().DescribeImagesCommand)({
      Owners: ["self"],
      Filters: [{ Name: "image-id", Values: [...new Set(left.map(({ image }) => image))] }],
    }),
  );
  const there = new Set(images.map(({ ImageId: id }) => id));
  return left.filter(({ image }) => !there.has(image)).map(({ id }) => id);
}

/** What the parameter of a group says; undefined while no image was deployed. */
export async function deployedImageOf(clients: ImageClients, group: ImageGroup): Promise<string | undefined> {
  try {
    const { Parameter: parameter } = await clients.ssm.send(
      new (ssm().GetParameterCommand)({ Name: group.parameter }),
    );
    return parameter?.Value;
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") {
      return undefined;
    }
    throw error;
  }
}

/**
 * What needs each of some images: the group's parameter, every template that a group of the account starts from or that is
 * a template's newest or default version, and every machine, whoever started it.
 */
export async function usesOf(
  clients: ImageClients,
  group: ImageGroup,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Use[]>> {
  const uses = new Map<string, Use[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) {
    return uses;
  }
  const deployed = await deployedImageOf(clients, group);
  if (deployed !== undefined) {
    uses.get(deployed)?.push({ kind: "deployed", what: group.parameter });
  }
  for (const [image, what] of await templateUses(clients)) {
    uses.get(image)?.push({ kind: "template", what });
  }
  for (const [image, machine] of await machineUses(clients, ids)) {
    uses.get(image)?.push({ kind: "machine", what: machine });
  }
  return uses;
}

async function templateUses(clients: ImageClients): Promise<readonly (readonly [string, string])[]> {
  const named = new Map<string, string>();
  for (const group of await allGroups(clients)) {
    const specified = [
      ...templatesOf(group),
      ...(group.Instances ?? []).map((machine) => machine.LaunchTemplate),
    ];
    for (const template of specified) {
      const id = template?.LaunchTemplateId;
      if (id !== undefined) {
        named.set(`${id} ${template?.Version ?? "$Default"}`, group.AutoScalingGroupName ?? "");
      }
    }
  }
  const uses = new Map<string, string>();
  const add = (version: LaunchTemplateVersion, why: string): void => {
    const image = version.LaunchTemplateData?.ImageId;
    if (image !== undefined) {
      const key = `${image} ${version.LaunchTemplateId} ${version.VersionNumber}`;
      uses.set(key, `version ${version.VersionNumber} of ${version.LaunchTemplateId}${why}`);
    }
  };
  for (const version of await templateVersions(clients, { Versions: ["$Latest", "$Default"] })) {
    add(version, "");
  }
  for (const [template, group] of named) {
    const [id = "", version = ""] = template.split(" ");
    for (const found of await templateVersions(clients, { LaunchTemplateId: id, Versions: [version] })) {
      add(found, `, which ${group} has`);
    }
  }
  return [...uses].map(([key, what]) => [key.split(" ")[0] ?? "", what]);
}

function templatesOf(group: AutoScalingGroup): readonly (LaunchTemplateSpecification | undefined)[] {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  return [
    group.LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...(mixed?.Overrides ?? []).map((override) => override.LaunchTemplateSpecification),
  ];
}

async function allGroups(clients: ImageClients): Promise<readonly AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = [];
  let token: string | undefined;
  do {
    const page = await clients.autoscaling.send(
      new (autoscaling().DescribeAutoScalingGroupsCommand)({ NextToken: token, MaxRecords: 100 }),
    );
    groups.push(...(page.AutoScalingGroups ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return groups;
}

/** A template or a version that is gone needs nothing. */
export async function templateVersions(
  clients: ImageClients,
  asked: { readonly LaunchTemplateId?: string; readonly Versions: string[] },
): Promise<readonly LaunchTemplateVersion[]> {
  const versions: LaunchTemplateVersion[] = [];
  let token: string | undefined;
  do {
    try {
      const page = await clients.ec2.send(
        new (ec2().DescribeLaunchTemplateVersionsCommand)({ ...asked, ResolveAlias: true, NextToken: token }),
      );
      versions.push(...(page.LaunchTemplateVersions ?? []));
      token = page.NextToken;
    } catch (error) {
      if (error instanceof Error && /^InvalidLaunchTemplate.*\.(NotFound|VersionNotFound)/.test(error.name)) {
        return versions;
      }
      throw error;
    }
  } while (token !== undefined);
  return versions;
}

async function machineUses(
  clients: ImageClients,
  ids: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const uses: (readonly [string, string])[] = [];
  let token: string | undefined;
  do {
    const page = await clients.ec2.send(
      new (ec2().DescribeInstancesCommand)({
        Filters: [
          { Name: "image-id", Values: [...ids] },
          { Name: "instance-state-name", Values: machineStates },
        ],
        NextToken: token,
      }),
    );
    for (const { Instances: machines = [] } of page.Reservations ?? []) {
      uses.push(...machines.map(({ ImageId: image = "", InstanceId: id = "" }) => [image, id] as const));
    }
    token = page.NextToken;
  } while (token !== undefined);
  return uses;
}

function tagFilters(group: ImageGroup): { Name: string; Values: string[] }[] {
  return Object.entries(group.tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

function hasTags(
  tags: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const had = new Map((tags ?? []).map(({ Key: key, Value: value }) => [key, value]));
  return Object.entries(wanted).every(([key, value]) => had.get(key) === value);
}

function found(image: Image, uses: readonly Use[]): FoundImage {
  const disks = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: disk }) =>
    disk === undefined ? [] : [disk],
  );
  const buildArn = image.Tags?.find(({ Key: key }) => key === buildArnTag)?.Value;
  return {
    id: image.ImageId ?? "",
    name: image.Name ?? "",
    // One that does not say how old it is counts as new.
    created: image.CreationDate === undefined ? Date.now() : Date.parse(image.CreationDate),
    state: image.State ?? "pending",
    architecture: image.Architecture ?? "",
    size: disks.reduce((sum, { VolumeSize: size = 0 }) => sum + size, 0),
    snapshots: disks.flatMap(({ SnapshotId: id }) => (id === undefined ? [] : [id])),
    ...(buildArn !== undefined && { buildArn }),
    uses,
  };
}
