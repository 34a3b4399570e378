import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isUnknown, read } from "../../guard/unknown";
import type { StackSettings } from "../../settings/load";

/** Where something lies, as far as ids have it in them. */
export interface CloudPlace {
  readonly accountId: string;
  readonly region: string;
  /** Of Azure; absent where the stack has nothing there. */
  readonly subscriptionId?: string;
}

/** Where a stack's own things lie. */
export function placeOf({ context, sections }: PlacedSettings): CloudPlace {
  const { accountId, region } = context;
  const subscriptionId = sections?.state?.subscriptionId;
  return { accountId, region, ...(subscriptionId !== undefined && { subscriptionId }) };
}

/** The part of a stack's settings that says where it lies. */
export type PlacedSettings = Pick<StackSettings, "context"> & Partial<Pick<StackSettings, "sections">>;

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Ids that `pulumi import` takes, by AWS token without package, where they are not just the resource's name: `{a|b}` stands for the
 * first of these inputs that is set, `{account}` and `{region}` for the place, `{partition}` for what ARNs of the region begin with.
 * Source: "Import" in the documentation of each resource.
 */
const composed: Readonly<Record<string, string>> = {
  "appautoscaling/policy:Policy": "{serviceNamespace}/{resourceId}/{scalableDimension}/{name}",
  "appautoscaling/target:Target": "{serviceNamespace}/{resourceId}/{scalableDimension}",
  "autoscaling/lifecycleHook:LifecycleHook": "{autoscalingGroupName}/{name}",
  "autoscaling/policy:Policy": "{autoscalingGroupName}/{name}",
  "autoscaling/schedule:Schedule": "{autoscalingGroupName}/{scheduledActionName}",
  "ec2/route:Route": "{routeTableId}_{destinationCidrBlock|destinationIpv6CidrBlock|destinationPrefixListId}",
  "ec2/routeTableAssociation:RouteTableAssociation": "{subnetId|gatewayId}/{routeTableId}",
  "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "{vpcEndpointId}/{routeTableId}",
  "eks/accessEntry:AccessEntry": "{clusterName}:{principalArn}",
  "eks/accessPolicyAssociation:AccessPolicyAssociation": "{clusterName}#{principalArn}#{policyArn}",
  "eks/addon:Addon": "{clusterName}:{addonName}",
  "eks/nodeGroup:NodeGroup": "{clusterName}:{nodeGroupName}",
  "iam/policy:Policy": "arn:{partition}:iam::{account}:policy{path}{name}",
  "iam/rolePolicy:RolePolicy": "{role}:{name}",
  "iam/rolePolicyAttachment:RolePolicyAttachment": "{role}/{policyArn}",
  "iam/userPolicyAttachment:UserPolicyAttachment": "{user}/{policyArn}",
  "route53/record:Record": "{zoneId}_{name}_{type}",
  "sns/topic:Topic": "arn:{partition}:sns:{region}:{account}:{name}",
  "sqs/queue:Queue": "https://sqs.{region}.amazonaws.com{suffix}/{account}/{name}",
  "sqs/queuePolicy:QueuePolicy": "{queueUrl}",
};

const azureGroup = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}";
const azureAccount = `${azureGroup}/providers/Microsoft.Storage/storageAccounts/{accountName}`;

/** The same for Azure, by token without package, of what the state's own storage is made of. Source: the URIs of Azure's REST API. */
const azurePaths: Readonly<Record<string, string>> = {
  "authorization:ManagementLockByScope": "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  "authorization:RoleAssignment":
    "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  "resources:ResourceGroup": azureGroup,
  "storage:BlobContainer": `${azureAccount}/blobServices/default/containers/{containerName}`,
  "storage:BlobServiceProperties": `${azureAccount}/blobServices/{blobServicesName}`,
  "storage:ManagementPolicy": `${azureAccount}/managementPolicies/{managementPolicyName}`,
  "storage:StorageAccount": azureAccount,
};

/** Inputs that hold the name by which a service knows a resource, best first. */
const nameProperties = [
  "name",
  "bucket",
  "identifier",
  "clusterIdentifier",
  "replicationGroupId",
  "clusterId",
  "keyName",
  "functionName",
  "repositoryName",
  "userName",
] as const;

/**
 * The ids under which a cloud would have what was made of these inputs, the likeliest first; none where the cloud gives ids of its
 * own. They are guesses: only the provider knows whether there is such a thing. `ID@REGION` is one of another region than the
 * provider's.
 *
 * @param inputs checked ones, in which a name that the engine has drawn stands too.
 */
export function physicalIds(type: string, inputs: Inputs, place: CloudPlace): readonly string[] {
  const [packageName] = type.split(":");
  if (packageName === "kubernetes") {
    return kubernetesIds(inputs);
  }
  if (packageName === "azure-native") {
    const path = azurePaths[type.slice("azure-native:".length)];
    const id = path === undefined ? undefined : filled(path, inputs, place);
    return id === undefined ? [] : [id];
  }
  if (packageName !== "aws") {
    return [];
  }
  const template = composed[type.slice("aws:".length)];
  if (template !== undefined) {
    const id = filled(template, inputs, { ...place, region: text(inputs, "region") ?? place.region });
    return id === undefined ? [] : [placed(id, inputs, place)];
  }
  if (takesOwnId(type)) {
    return [];
  }
  const name = nameProperties.map((property) => text(inputs, property)).find((value) => value !== undefined);
  return name === undefined ? [] : [placed(name, inputs, place)];
}

/** An id of AWS as `pulumi import` takes it: with its region, where that is not the provider's. */
export function placed(id: string, inputs: Inputs, place: Pick<CloudPlace, "region">): string {
  const region = text(inputs, "region") ?? place.region;
  return region === place.region ? id : `${id}@${region}`;
}

/** `namespace/name`, or the name alone of what is in no namespace: which of both, without a namespace, only the cluster knows. */
function kubernetesIds(inputs: Inputs): readonly string[] {
  const [name, namespace] = [text(inputs, "metadata.name"), text(inputs, "metadata.namespace")];
  if (name === undefined) {
    return [];
  }
  return namespace === undefined ? [name, `default/${name}`] : [`${namespace}/${name}`];
}

function text(inputs: Inputs, property: string): string | undefined {
  const value = read(inputs, property);
  return typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined;
}

function filled(
  template: string,
  inputs: Inputs,
  { accountId, region, subscriptionId }: CloudPlace,
): string | undefined {
  const isChina = region.startsWith("cn-");
  const given: Readonly<Record<string, string | undefined>> = {
    account: accountId,
    region,
    subscription: subscriptionId,
    partition: isChina ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
    suffix: isChina ? ".cn" : "",
    path: text(inputs, "path") ?? "/",
  };
  let isWhole = true;
  const id = template.replace(/\{([\w|]+)\}/g, (_, names: string) => {
    const value =
      given[names] ??
      names
        .split("|")
        .map((name) => text(inputs, name))
        .find((one) => one !== undefined);
    // "" stands for something too: the suffix that most regions do not have.
    isWhole &&= value !== undefined;
    return value ?? "";
  });
  return isWhole ? id : undefined;
}

/** Whether a service gives ids that have nothing of a name in them: `sg-903004f8`, a zone's, an ARN that ends in letters and digits. */
function takesOwnId(type: string): boolean {
  const example = importExample(type);
  return (
    example === undefined ||
    example.startsWith("arn:") ||
    /^[a-z]{1,14}-[0-9a-f]{8,}$/.test(example) ||
    /^(Z|AKIA)[0-9A-Z]{8,}$/.test(example) ||
    /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(example)
  );
}

/** An id as the documentation of the type has it, from the provider's own package; undefined where it has none. */
export function importExample(type: string): string | undefined {
  const [packageName = "", module = ""] = type.split(":");
  const file = path.join(
    __dirname,
    "../../node_modules/@pulumi",
    packageName,
    `${module.replace(/^index\//, "")}.d.ts`,
  );
  if (!/^[\w-]+$/.test(packageName) || !/^[\w./-]+$/.test(module) || !existsSync(file)) {
    return undefined;
  }
  const [, example] =
    new RegExp(`pulumi import ${type.replace(/[./-]/g, "\\$&")} \\S+ (\\S+)`).exec(
      readFileSync(file, "utf8"),
    ) ?? [];
  return example?.replace(/^'|'$/g, "");
}
