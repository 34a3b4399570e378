import { functionFacts } from "../../catalogue/facts";
import { CloudError } from "../../interpreter/cloud-error";
import type { CloudView } from "../../interpreter/entry";
import { Random } from "../../interpreter/random";
import { numberOf, textOf, textsAt, type Values } from "../../interpreter/values";
import { unknownFunction } from "../plain";
import { partitionOf } from "./arns";
import { images, publicParameter } from "./images";
import { findAll, findOne, lookUp } from "./lookups";
import { policyDocument } from "./policy-document";
import type { AwsConfig } from "./config";
import { hostedZoneOf, zoneIdOf, zonesOf } from "./regions";
import { addonVersion } from "../../catalogue/entries/aws/eks-versions";
import { engineFamily } from "../../catalogue/entries/aws/rds-engines";

type Invoke = (args: Values, config: AwsConfig, cloud: CloudView) => Values;

const subnetType = "aws:ec2/subnet:Subnet";
const vpcType = "aws:ec2/vpc:Vpc";

/** Functions that answer by themselves; those that look a resource up need no line here (see lookups.ts). */
const invokes: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, { accountId }) => ({
    accountId,
    arn: `arn:aws:iam::${accountId}:user/rehearsal`,
    id: accountId,
    userId: "AIDAREHEARSAL2345XYZA",
  }),
  "aws:index/getRegion:getRegion": (_args, { region }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.amazonaws.com`,
    description: region,
  }),
  "aws:index/getPartition:getPartition": (_args, { region }) => {
    const partition = partitionOf(region);
    const china = partition === "aws-cn";
    return {
      id: partition,
      partition,
      dnsSuffix: china ? "amazonaws.com.cn" : "amazonaws.com",
      reverseDnsPrefix: china ? "cn.com.amazonaws" : "com.amazonaws",
    };
  },
  "aws:index/getDefaultTags:getDefaultTags": (_args, { defaultTags }) => ({ id: "aws", tags: defaultTags }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, { region }) => {
    const excluded = textsAt(args, "excludeNames");
    const names = zonesOf(region).filter((name) => !excluded.includes(name));
    return { ...args, id: region, region, names, zoneIds: names.map(zoneIdOf), groupNames: [region] };
  },
  "aws:index/getServicePrincipal:getServicePrincipal": (args, { region }) => {
    const name = `${textOf(args, "serviceName")}.amazonaws.com`;
    return { id: name, name, serviceName: textOf(args, "serviceName"), suffix: "amazonaws.com", region };
  },
  "aws:index/getArn:getArn": (args) => {
    const arn = textOf(args, "arn");
    const [, partition = "", service = "", region = "", account = "", ...resource] = arn.split(":");
    return { id: arn, arn, partition, service, region, account, resource: resource.join(":") };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
  "aws:ec2/getSubnets:getSubnets": (args, { region }, cloud) => {
    const ids = findAll(subnetType, args, cloud).map(({ id }) => id);
    return { ...args, id: region, region, ids };
  },
  "aws:ec2/getVpcs:getVpcs": (args, { region }, cloud) => {
    const ids = findAll(vpcType, args, cloud).map(({ id }) => id);
    return { ...args, id: region, region, ids };
  },
  // Of those that run, unless other states are asked for; ids and addresses in one order.
  "aws:ec2/getInstances:getInstances": (args, { region }, cloud) => {
    const { instanceTags, instanceStateNames, ...rest } = args;
    const states = textsAt({ instanceStateNames: instanceStateNames ?? ["running"] }, "instanceStateNames");
    const found = findAll("aws:ec2/instance:Instance", { ...rest, tags: instanceTags ?? {} }, cloud).filter(
      ({ outputs }) => states.includes(textOf(outputs, "instanceState") || "running"),
    );
    return {
      ...args,
      id: region,
      region,
      instanceTags: instanceTags ?? {},
      ids: found.map(({ id }) => id),
      privateIps: found.map(({ outputs }) => textOf(outputs, "privateIp")),
      publicIps: found.map(({ outputs }) => textOf(outputs, "publicIp")).filter((address) => address !== ""),
      ipv6Addresses: [],
    };
  },
  "aws:ec2/getVpc:getVpc": (args, _config, cloud) => {
    const { default: isDefault, ...rest } = args;
    const { id, outputs } = findOne("aws:ec2/getVpc:getVpc", vpcType, rest, cloud);
    const cidrBlockAssociations = [
      {
        associationId: `vpc-cidr-assoc-${id.slice(4)}`,
        cidrBlock: textOf(outputs, "cidrBlock"),
        state: "associated",
      },
    ];
    return { ...outputs, cidrBlockAssociations, default: isDefault ?? false, id, state: "available" };
  },
  "aws:ec2/getAmi:getAmi": images,
  "aws:ssm/getParameter:getParameter": (args, config, cloud) => {
    const name = textOf(args, "name");
    const published = publicParameter(name, config);
    if (published !== undefined) return published;
    return (
      lookUp("aws:ssm/getParameter:getParameter", args, config, cloud) ?? notFound("SSM Parameter", name)
    );
  },
  "aws:ssm/getParametersByPath:getParametersByPath": (args, { region }, cloud) => {
    const path = textOf(args, "path");
    const below = `${path.replace(/\/$/, "")}/`;
    const found = cloud
      .ofType("aws:ssm/parameter:Parameter")
      .filter(
        ({ id }) =>
          id.startsWith(below) && (args["recursive"] === true || !id.slice(below.length).includes("/")),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      ...args,
      id: path,
      region,
      arns: found.map(({ outputs }) => textOf(outputs, "arn")),
      names: found.map(({ id }) => id),
      types: found.map(({ outputs }) => textOf(outputs, "type") || "String"),
      values: found.map(({ outputs }) => textOf(outputs, "value")),
    };
  },
  "aws:eks/getClusterAuth:getClusterAuth": (args, { region }) => {
    const name = textOf(args, "name");
    return {
      id: name,
      name,
      region,
      token: `k8s-aws-v1.${Buffer.from(`rehearsal of ${name}`).toString("base64url")}`,
    };
  },
  "aws:eks/getAddonVersion:getAddonVersion": (args, _config, cloud) => {
    const addon = textOf(args, "addonName");
    const version =
      addonVersion(addon, textOf(args, "kubernetesVersion"), cloud) ?? notFound("EKS Add-On", addon);
    return { ...args, id: addon, version };
  },
  "aws:lb/getHostedZoneId:getHostedZoneId": (args, { region }) => {
    const kind =
      textOf(args, "loadBalancerType") === "network" ? "networkLoadBalancer" : "applicationLoadBalancer";
    const id = hostedZoneOf(region, kind) ?? notFound("hosted zone of load balancers in", region);
    return { ...args, id, region };
  },
  // The same zones as those of application load balancers.
  "aws:elb/getHostedZoneId:getHostedZoneId": (args, { region }) => {
    const id = hostedZoneOf(region, "applicationLoadBalancer");
    return { ...args, id: id ?? notFound("hosted zone of load balancers in", region), region };
  },
  "aws:rds/getEngineVersion:getEngineVersion": (args) => {
    const engine = textOf(args, "engine");
    const [preferred] = textsAt(args, "preferredVersions");
    const version = textOf(args, "version") || (preferred ?? "");
    if (version === "")
      return notFound("RDS engine version (say which: version or preferredVersions) of", engine);
    return {
      ...args,
      id: version,
      version,
      versionActual: version,
      parameterGroupFamily: engineFamily(engine, version) ?? "",
    };
  },
  "aws:secretsmanager/getSecretVersion:getSecretVersion": (args, _config, cloud) => {
    const secretId = textOf(args, "secretId");
    // A name is as good as an ARN.
    const named = cloud
      .ofType("aws:secretsmanager/secret:Secret")
      .filter(({ outputs }) => textOf(outputs, "name") === secretId)
      .map(({ id }) => id);
    const versions = cloud
      .ofType("aws:secretsmanager/secretVersion:SecretVersion")
      .filter(({ outputs }) =>
        [secretId, ...named].some((id) => [textOf(outputs, "secretId"), textOf(outputs, "arn")].includes(id)),
      );
    const newest = versions.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
    if (!newest) return notFound("Secrets Manager Secret Version", secretId);
    const stage = textOf(args, "versionStage") || "AWSCURRENT";
    return { ...newest.outputs, id: newest.id, secretId, versionStage: stage, createdDate: newest.createdAt };
  },
  "aws:secretsmanager/getRandomPassword:getRandomPassword": (args, { region }) => {
    const kinds: readonly (readonly [string, string])[] = [
      ["excludeLowercase", "abcdefghijklmnopqrstuvwxyz"],
      ["excludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
      ["excludeNumbers", "0123456789"],
      ["excludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"],
    ];
    const excluded = textOf(args, "excludeCharacters");
    const alphabet = kinds
      .filter(([name]) => args[name] !== true)
      .flatMap(([, characters]) => [...characters])
      .filter((character) => !excluded.includes(character));
    const randomPassword = new Random().text(alphabet.join(""), numberOf(args, "passwordLength") ?? 32);
    return { ...args, id: region, region, randomPassword };
  },
};

/** Functions whose answer is secret, as the provider marks it. */
export const secretAnswers: Readonly<Record<string, readonly string[]>> = {
  "aws:eks/getClusterAuth:getClusterAuth": ["token"],
  "aws:secretsmanager/getSecretVersion:getSecretVersion": ["secretString", "secretBinary"],
  "aws:secretsmanager/getRandomPassword:getRandomPassword": ["randomPassword"],
  "aws:ssm/getParameter:getParameter": ["value"],
  "aws:ssm/getParametersByPath:getParametersByPath": ["values"],
};

/** @throws CloudError for what is not there, and for a function that nothing is known of. */
export function invokeAws(token: string, args: Values, config: AwsConfig, cloud: CloudView): Values {
  const region = textOf(args, "region") || config.region;
  const here = { ...config, region };
  const invoke = invokes[token];
  if (invoke) return invoke(args, here, cloud);
  const found = functionFacts(token) && lookUp(token, args, here, cloud);
  return found ?? unknownFunction(token);
}

function notFound(what: string, name: string): never {
  throw new CloudError("NotFound", `reading ${what} (${name}): couldn't find resource`);
}
