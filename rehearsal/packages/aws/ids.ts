import type { TypeFacts } from "../../catalogue/type-facts";
import type { Draft } from "../../interpreter/entry";
import { arnOf, nameOf } from "./arns";

/**
 * Ids by token without package. `{hex}` is 17 hex digits, as the newer ids of EC2 have; `{arn}` the ARN; `{upper13}`
 * thirteen capitals and digits; anything else an input of that name, or the resource's name.
 */
const patterns: Readonly<Record<string, string>> = {
  "acm/certificate:Certificate": "{arn}",
  "appautoscaling/policy:Policy": "{name}",
  "appautoscaling/target:Target": "{resourceId}",
  "cloudfront/distribution:Distribution": "E{upper13}",
  "cloudfront/originAccessControl:OriginAccessControl": "E{upper13}",
  "ec2/ami:Ami": "ami-{hex}",
  "ec2/customerGateway:CustomerGateway": "cgw-{hex}",
  "ec2/placementGroup:PlacementGroup": "{name}",
  "ec2/vpcDhcpOptions:VpcDhcpOptions": "dopt-{hex}",
  "ec2/vpcPeeringConnection:VpcPeeringConnection": "pcx-{hex}",
  "ec2transitgateway/transitGateway:TransitGateway": "tgw-{hex}",
  "ecs/capacityProvider:CapacityProvider": "{arn}",
  "ecs/cluster:Cluster": "{arn}",
  "ecs/service:Service": "{arn}",
  "ecs/taskDefinition:TaskDefinition": "{family}",
  "efs/accessPoint:AccessPoint": "fsap-{hex}",
  "efs/fileSystem:FileSystem": "fs-{hex}",
  "efs/mountTarget:MountTarget": "fsmt-{hex}",
  "elasticache/cluster:Cluster": "{clusterId}",
  "elasticache/replicationGroup:ReplicationGroup": "{replicationGroupId}",
  "elasticache/subnetGroup:SubnetGroup": "{name}",
  "imagebuilder/component:Component": "{arn}",
  "imagebuilder/distributionConfiguration:DistributionConfiguration": "{arn}",
  "imagebuilder/imagePipeline:ImagePipeline": "{arn}",
  "imagebuilder/imageRecipe:ImageRecipe": "{arn}",
  "imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": "{arn}",
  "iot/thing:Thing": "{name}",
  "kinesis/stream:Stream": "{arn}",
  "lambda/eventSourceMapping:EventSourceMapping": "{uuid}",
  "lambda/function:Function": "{name}",
  "lambda/layerVersion:LayerVersion": "{arn}",
  "lambda/permission:Permission": "{statementId}",
  "route53/healthCheck:HealthCheck": "{uuid}",
  "sfn/stateMachine:StateMachine": "{arn}",
  "sns/topic:Topic": "{arn}",
  "sns/topicPolicy:TopicPolicy": "{arn}",
  "sns/topicSubscription:TopicSubscription": "{arn}",
  "vpn/connection:Connection": "vpn-{hex}",
};

/** An id where no entry makes one. What is not listed takes its name for its id, or a random one where it has none. */
export function idOf(draft: Draft, facts: TypeFacts): string {
  const pattern = patterns[draft.type.slice("aws:".length)];
  if (pattern !== undefined) return fill(pattern, draft);
  const named = nameOf(draft);
  if (named !== "") return named;
  // A setting of something else (a bucket's versioning, a role's attachment) is known by what it belongs to.
  const owner = Object.keys(facts.inputs).find(
    (name) => facts.inputs[name]?.required && facts.replaces.includes(name),
  );
  const value = owner === undefined ? undefined : draft.inputs[owner];
  return typeof value === "string" && value !== "" && facts.computed.length === 0
    ? value
    : draft.random.hex(17);
}

function fill(pattern: string, draft: Draft): string {
  return pattern.replace(/\{(\w+)\}/g, (_, part: string) => {
    if (part === "hex") return draft.random.hex(17);
    if (part === "arn") return arnOf(draft);
    if (part === "uuid") return draft.random.uuid();
    if (part === "upper13") return draft.random.upper(13);
    const value = draft.inputs[part];
    return typeof value === "string" && value !== "" ? value : nameOf(draft) || draft.random.hex(17);
  });
}
