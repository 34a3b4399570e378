import type { Autoname } from "../autonames";
import type { TypeLine } from "../fact-files";
import type { TypeRules } from "./type-rules";

/** The Terraform bridge's rule for inputs called `name`. */
const named: Autoname = { property: "name", randomLength: 7, maxLength: 255 };

/** For services that allow letters and single underscores only. */
const letters: Autoname = {
  property: "name",
  separator: "_",
  randomLength: 8,
  alphabet: "abcdefghijklmnopqrstuvwxyz",
  unique: false,
};

const fifo = { ...named, maxLength: 80 };

// Source of both tables: pulumi/pulumi-aws, provider/resource_overrides.go and provider/autonaming.go; what the bridge makes
// of them: pulumi/pulumi-terraform-bridge, pkg/tfbridge/schema.go (nameRequiresDeleteBeforeReplace).

/** Names that the AWS provider makes in another way, by type. */
const autonames: Readonly<Record<string, Autoname>> = {
  "aws:appsync/dataSource:DataSource": { ...named, separator: "_", unique: false },
  "aws:appsync/function:Function": { ...named, separator: "_", unique: false },
  "aws:athena/database:Database": { ...named, separator: "_", unique: false },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": { ...named, separator: "_" },
  "aws:cloudwatch/eventRule:EventRule": { ...named, maxLength: 64 },
  "aws:cloudwatch/eventTarget:EventTarget": { ...named, property: "targetId" },
  "aws:codedeploy/deploymentConfig:DeploymentConfig": {
    property: "deploymentConfigName",
    separator: "_",
    randomLength: 7,
    maxLength: 100,
    unique: false,
  },
  "aws:ec2/keyPair:KeyPair": { ...named, property: "keyName" },
  "aws:efs/fileSystem:FileSystem": { ...named, property: "creationToken" },
  "aws:eks/fargateProfile:FargateProfile": { ...named, property: "fargateProfileName" },
  "aws:eks/nodeGroup:NodeGroup": { ...named, property: "nodeGroupName" },
  "aws:elasticache/cluster:Cluster": { ...named, property: "clusterId", maxLength: 50, lowerCase: true },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    ...named,
    property: "replicationGroupId",
    maxLength: 40,
    lowerCase: true,
  },
  "aws:elasticbeanstalk/environment:Environment": { ...named, maxLength: 40 },
  "aws:elasticsearch/domain:Domain": { ...named, property: "domainName", maxLength: 28, lowerCase: true },
  "aws:glue/catalogDatabase:CatalogDatabase": { ...letters, lowerCase: true },
  "aws:glue/catalogTable:CatalogTable": { ...letters, lowerCase: true },
  "aws:iam/role:Role": { ...named, maxLength: 64 },
  "aws:iot/topicRule:TopicRule": { ...named, kind: "copy" },
  "aws:kms/alias:Alias": { ...named, maxLength: 238, prefix: "alias/" },
  "aws:lambda/function:Function": { ...named, maxLength: 64 },
  "aws:lambda/permission:Permission": { ...named, property: "statementId", maxLength: 100 },
  "aws:lb/targetGroup:TargetGroup": { ...named, maxLength: 32 },
  "aws:lex/bot:Bot": letters,
  "aws:lex/botAlias:BotAlias": letters,
  "aws:lex/intent:Intent": letters,
  "aws:lex/slotType:SlotType": letters,
  "aws:mq/broker:Broker": { ...named, property: "brokerName", maxLength: 55 },
  "aws:msk/cluster:Cluster": { ...named, property: "clusterName" },
  "aws:msk/serverlessCluster:ServerlessCluster": { ...named, property: "clusterName" },
  "aws:opensearch/domain:Domain": { ...named, property: "domainName" },
  "aws:rds/instance:Instance": {
    ...named,
    property: "identifier",
    separator: "",
    shorter: { property: "engine", containing: "sqlserver", randomLength: 3, maxLength: 15 },
  },
  "aws:s3/bucket:Bucket": { ...named, property: "bucket", maxLength: 63, lowerCase: true },
  "aws:s3/bucketV2:BucketV2": { ...named, property: "bucket", maxLength: 63, lowerCase: true },
  "aws:s3/bucketObject:BucketObject": { property: "key", kind: "copy", randomLength: 0, unique: false },
  "aws:s3/bucketObjectv2:BucketObjectv2": { property: "key", kind: "copy", randomLength: 0, unique: false },
  "aws:sns/topic:Topic": { ...fifo, fifoProperty: "fifoTopic" },
  "aws:sqs/queue:Queue": { ...fifo, fifoProperty: "fifoQueue" },
};

/** Where one name, or one of a kind, can exist at a time: the provider deletes before it replaces. */
const deletedFirst: ReadonlySet<string> = new Set([
  "aws:apigateway/integration:Integration",
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:efs/mountTarget:MountTarget",
  "aws:iam/accountAlias:AccountAlias",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
]);

/** What the AWS provider does beyond its schema. */
export function awsRules(token: string, line: TypeLine): TypeRules {
  const autonaming = autonames[token] ?? (line.in["name"] === "s" ? named : undefined);
  const inputs = Object.keys(line.in).map((key) => key.replace(/!$/, ""));
  const known = line.schema !== undefined;
  return {
    ...(autonaming !== undefined && { autonaming }),
    // A resource lives in one region; where no schema is known, its name is taken to be its identity.
    replaces: inputs.filter(
      (name) => name === "region" || (!known && /^(name|namePrefix|accountId)$/.test(name)),
    ),
    ...(deletedFirst.has(token) && { deleteBeforeReplace: true }),
    // The default tags of the provider and the resource's own, merged at Check.
    providerInputs: line.out?.["tagsAll"] === undefined ? [] : ["tagsAll"],
  };
}
