import type { Draft } from "../../interpreter/entry";

/** Service name in an ARN, where it is not the Pulumi module's name. */
const services: Readonly<Record<string, string>> = {
  alb: "elasticloadbalancing",
  amp: "aps",
  apigatewayv2: "apigateway",
  appautoscaling: "application-autoscaling",
  appmesh: "appmesh",
  cfg: "config",
  cloudhsmv2: "cloudhsm",
  cognito: "cognito-idp",
  costexplorer: "ce",
  directoryservice: "ds",
  docdb: "rds",
  ec2clientvpn: "ec2",
  ec2transitgateway: "ec2",
  ebs: "ec2",
  efs: "elasticfilesystem",
  elasticsearch: "es",
  elb: "elasticloadbalancing",
  emr: "elasticmapreduce",
  keyspaces: "cassandra",
  lb: "elasticloadbalancing",
  mskconnect: "kafkaconnect",
  msk: "kafka",
  mwaa: "airflow",
  neptune: "rds",
  opensearch: "es",
  sesv2: "ses",
  sfn: "states",
  timestreamwrite: "timestream",
  vpc: "ec2",
  vpn: "ec2",
};

/** Services whose ARNs carry no region. */
const global = new Set([
  "iam",
  "route53",
  "cloudfront",
  "s3",
  "globalaccelerator",
  "organizations",
  "waf",
  "shield",
]);
/** Services whose ARNs carry neither region nor account. */
const bare = new Set(["s3", "route53"]);

/**
 * The part behind the account, by token without package: `{id}` and `{name}` stand for the resource's own. Where a type
 * is not listed it is `<kind>/{id}`, which is what most services do.
 */
const resources: Readonly<Record<string, string>> = {
  "acm/certificate:Certificate": "certificate/{uuid}",
  "alb/loadBalancer:LoadBalancer": "loadbalancer/app/{name}/{hash}",
  "autoscaling/group:Group": "autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
  "cloudwatch/eventBus:EventBus": "event-bus/{name}",
  "cloudwatch/eventRule:EventRule": "rule/{name}",
  "cloudwatch/logGroup:LogGroup": "log-group:{name}",
  "cloudwatch/metricAlarm:MetricAlarm": "alarm:{name}",
  "codebuild/project:Project": "project/{name}",
  "docdb/cluster:Cluster": "cluster:{id}",
  "dynamodb/table:Table": "table/{name}",
  "ebs/snapshot:Snapshot": "snapshot/{id}",
  "ebs/volume:Volume": "volume/{id}",
  "ec2/ami:Ami": "image/{id}",
  "ec2/eip:Eip": "elastic-ip/{id}",
  "ec2/flowLog:FlowLog": "vpc-flow-log/{id}",
  "ec2/internetGateway:InternetGateway": "internet-gateway/{id}",
  "ec2/keyPair:KeyPair": "key-pair/{id}",
  "ec2/launchTemplate:LaunchTemplate": "launch-template/{id}",
  "ec2/natGateway:NatGateway": "natgateway/{id}",
  "ec2/networkAcl:NetworkAcl": "network-acl/{id}",
  "ec2/networkInterface:NetworkInterface": "network-interface/{id}",
  "ec2/routeTable:RouteTable": "route-table/{id}",
  "ec2/securityGroup:SecurityGroup": "security-group/{id}",
  "ec2/vpcEndpoint:VpcEndpoint": "vpc-endpoint/{id}",
  "ecr/repository:Repository": "repository/{name}",
  "ecs/cluster:Cluster": "cluster/{name}",
  "ecs/taskDefinition:TaskDefinition": "task-definition/{name}:{number}",
  "efs/fileSystem:FileSystem": "file-system/{id}",
  "eks/addon:Addon": "addon/{id}/{uuid}",
  "eks/cluster:Cluster": "cluster/{name}",
  "eks/nodeGroup:NodeGroup": "nodegroup/{id}/{uuid}",
  "elasticache/cluster:Cluster": "cluster:{id}",
  "elasticache/replicationGroup:ReplicationGroup": "replicationgroup:{id}",
  "elasticache/subnetGroup:SubnetGroup": "subnetgroup:{name}",
  "iam/instanceProfile:InstanceProfile": "instance-profile/{name}",
  "imagebuilder/component:Component": "component/{lowerName}/{version}/1",
  "imagebuilder/distributionConfiguration:DistributionConfiguration":
    "distribution-configuration/{lowerName}",
  "imagebuilder/imagePipeline:ImagePipeline": "image-pipeline/{lowerName}",
  "imagebuilder/imageRecipe:ImageRecipe": "image-recipe/{lowerName}/{version}",
  "imagebuilder/infrastructureConfiguration:InfrastructureConfiguration":
    "infrastructure-configuration/{lowerName}",
  "iot/thing:Thing": "thing/{name}",
  "kinesis/stream:Stream": "stream/{name}",
  "kms/alias:Alias": "{name}",
  "kms/key:Key": "key/{id}",
  "lambda/function:Function": "function:{name}",
  "lambda/layerVersion:LayerVersion": "layer:{name}:{number}",
  "lb/listener:Listener": "listener/app/{name}/{hash}/{hash}",
  "lb/loadBalancer:LoadBalancer": "loadbalancer/app/{name}/{hash}",
  "lb/targetGroup:TargetGroup": "targetgroup/{name}/{hash}",
  "rds/cluster:Cluster": "cluster:{id}",
  "rds/clusterInstance:ClusterInstance": "db:{id}",
  "rds/clusterParameterGroup:ClusterParameterGroup": "cluster-pg:{id}",
  "rds/eventSubscription:EventSubscription": "es:{name}",
  "rds/instance:Instance": "db:{name}",
  "rds/optionGroup:OptionGroup": "og:{id}",
  "rds/parameterGroup:ParameterGroup": "pg:{id}",
  "rds/snapshot:Snapshot": "snapshot:{id}",
  "rds/subnetGroup:SubnetGroup": "subgrp:{id}",
  "redshift/cluster:Cluster": "cluster:{id}",
  "route53/zone:Zone": "hostedzone/{id}",
  "s3/bucket:Bucket": "{id}",
  "s3/bucketObject:BucketObject": "{bucket}/{key}",
  "s3/bucketObjectv2:BucketObjectv2": "{bucket}/{key}",
  "secretsmanager/secret:Secret": "secret:{name}-{suffix}",
  "sfn/stateMachine:StateMachine": "stateMachine:{name}",
  "sns/topic:Topic": "{name}",
  "sns/topicSubscription:TopicSubscription": "{topic}:{uuid}",
  "sqs/queue:Queue": "{name}",
  "ssm/parameter:Parameter": "parameter{slashedName}",
  "vpc/securityGroupEgressRule:SecurityGroupEgressRule": "security-group-rule/{id}",
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": "security-group-rule/{id}",
};

/** Types whose service differs from their module's. */
const serviceOf: Readonly<Record<string, string>> = {
  "cloudwatch/eventBus:EventBus": "events",
  "cloudwatch/eventRule:EventRule": "events",
  "cloudwatch/logGroup:LogGroup": "logs",
};

/** Inputs that hold the name by which a service knows a resource, best first. */
const nameProperties = [
  "name",
  "bucket",
  "identifier",
  "family",
  "clusterIdentifier",
  "clusterId",
  "functionName",
  "repositoryName",
];

/** The name by which the service knows a resource: the one it was given, or else its id. */
export function nameOf(draft: Draft): string {
  for (const property of nameProperties) {
    const value = draft.inputs[property];
    if (typeof value === "string" && value !== "") return value;
  }
  return draft.id;
}

/** An ARN after the fashion of the resource's service. */
export function arnOf(draft: Draft): string {
  const local = draft.type.slice("aws:".length);
  const [module = "", kind = ""] = local.split(/[/:]/);
  const service = serviceOf[local] ?? services[module] ?? module;
  const region = global.has(service) ? "" : draft.place.region;
  const account = bare.has(service) ? "" : draft.place.account;
  const pattern =
    resources[local] ?? `${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}/{id}`;
  return `arn:${partitionOf(draft.place.region)}:${service}:${region}:${account}:${fill(pattern, draft)}`;
}

/** `aws`, or the partition of China or of the government's regions. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function fill(pattern: string, draft: Draft): string {
  const text = (property: string): string => {
    const value = draft.inputs[property];
    return typeof value === "string" ? value : "";
  };
  const parts: Readonly<Record<string, () => string>> = {
    id: () => draft.id,
    name: () => nameOf(draft),
    // As Image Builder makes ARNs of names.
    lowerName: () =>
      nameOf(draft)
        .toLowerCase()
        .replace(/[^a-z0-9-]/g, "-"),
    version: () => text("version"),
    slashedName: () => `/${nameOf(draft).replace(/^\//, "")}`,
    bucket: () => text("bucket"),
    key: () => text("key"),
    topic: () => text("topic").split(":").at(-1) ?? "",
    hash: () => draft.random.hex(16),
    uuid: () => draft.random.uuid(),
    suffix: () => draft.random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 6),
    number: () => "1",
  };
  return pattern.replace(/\{(\w+)\}/g, (_, part: string) => parts[part]?.() ?? "");
}
