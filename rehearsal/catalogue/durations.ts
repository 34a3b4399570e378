/**
 * How long clouds take, in seconds: the one place for it. The rehearsal plays it when it has a speed, and a run's timeline is made of
 * it. No cloud promises a time. A figure is what the documents say it takes "usually", or what published logs of runs show; `source`
 * says which.
 */
interface Duration {
  /** Until the provider says that it is there. A function where that depends on what it is made with. Default: 1. */
  readonly create?: number | ((inputs: Readonly<Record<string, unknown>>) => number);
  /** Default: 1. */
  readonly update?: number;
  /** Default: 1. */
  readonly delete?: number;
  /** Where the figures are from. */
  readonly source: string;
}

type Method = "create" | "update" | "delete";

/** What most calls come down to: one request, or two. */
const usual = 1;

const eksLogs =
  "logs in terraform-aws-modules/terraform-aws-eks #3218 and DevopsArtFactory/terraform-provisioning #46 and #47: clusters 8.5 to 10 min, node groups 1.8 to 2 min, add-ons 15 to 45 s";
const rdsGuide =
  'Amazon RDS User Guide, Creating a DB instance: "Depending on the DB instance class and storage allocated, it can take several minutes"; published logs of small instances: 4 to 7 min';
const natGuide =
  "Amazon VPC User Guide, NAT gateways: pending for some minutes; published logs of terraform-aws-modules/vpc: 1.4 to 2.1 min";
const ec2Provider =
  "provider terraform-provider-aws, internal/service/ec2: waits until EC2 shows the change, polling";
const elbGuide =
  "Elastic Load Balancing, Load balancer state: provisioning until it can route; published logs: 2 to 3 min";
const sqsGuide =
  "Amazon SQS, DeleteQueue and SetQueueAttributes: up to 60 seconds; provider internal/service/sqs waits until attributes are read back 25 times";
const route53Guide =
  "Amazon Route 53 FAQ: changes reach all servers within 60 seconds; the provider waits for INSYNC, published logs: 30 to 40 s";
const acmGuide =
  "AWS Certificate Manager User Guide, DNS validation: up to 30 minutes, mostly two to five; published logs of the provider: 1 to 3 min";
const autoScaling =
  "provider internal/service/autoscaling: waits for machines that are healthy (waitForCapacityTimeout), and until all are terminated";
const ebsGuide =
  "Amazon EBS User Guide: a new volume is available in seconds; a modification takes a minute at least until it is optimizing";
const kubernetes =
  "pulumi-kubernetes, provider/pkg/await: a workload until its pods are ready (an image of some 100 MB), a namespace until it is empty";
const azureGuide = "Azure Resource Manager, long-running operations: polled each few seconds";
const ownProgram = "computed on the machine that runs the program";
const oneRequest = "one request";

const balancer: Duration = { create: 150, update: 10, delete: 20, source: elbGuide };
const pods: Duration = { create: 10, update: 20, delete: 5, source: kubernetes };
const random: Duration = { create: 0, update: 0, delete: 0, source: ownProgram };

/** By Pulumi token. A type that is not here takes a second. */
const durations: Readonly<Record<string, Duration>> = {
  "aws:acm/certificate:Certificate": { create: 10, delete: 5, source: acmGuide },
  "aws:acm/certificateValidation:CertificateValidation": { create: 180, source: acmGuide },
  "aws:alb/loadBalancer:LoadBalancer": balancer,
  "aws:lb/loadBalancer:LoadBalancer": balancer,
  "aws:autoscaling/group:Group": {
    create: ({ waitForCapacityTimeout }) => (waitForCapacityTimeout === "0" ? 2 : 60),
    update: 10,
    delete: 120,
    source: autoScaling,
  },
  "aws:backup/plan:Plan": { create: 2, delete: 1, source: oneRequest },
  "aws:backup/selection:Selection": { create: 2, delete: 1, source: oneRequest },
  "aws:backup/vault:Vault": { create: 2, delete: 1, source: oneRequest },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": { create: 2, delete: 1, source: oneRequest },
  "aws:dynamodb/table:Table": {
    create: 10,
    update: 10,
    delete: 5,
    source: "Amazon DynamoDB, CreateTable: asynchronous, CREATING until ACTIVE; the provider polls",
  },
  "aws:ebs/snapshot:Snapshot": { create: 60, delete: 5, source: ebsGuide },
  "aws:ebs/volume:Volume": { create: 10, update: 60, delete: 10, source: ebsGuide },
  "aws:ec2/volumeAttachment:VolumeAttachment": { create: 10, delete: 10, source: ebsGuide },
  "aws:ec2/eipAssociation:EipAssociation": { create: 5, delete: 5, source: ec2Provider },
  "aws:ec2/instance:Instance": { create: 15, update: 30, delete: 40, source: ec2Provider },
  "aws:ec2/internetGateway:InternetGateway": { create: 1, delete: 10, source: ec2Provider },
  "aws:ec2/natGateway:NatGateway": { create: 105, delete: 60, source: natGuide },
  "aws:ec2/securityGroup:SecurityGroup": { create: 3, delete: 1, source: ec2Provider },
  "aws:ec2/vpc:Vpc": { create: 12, delete: 1, source: ec2Provider },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { create: 5, delete: 10, source: ec2Provider },
  "aws:eks/addon:Addon": { create: 30, update: 30, delete: 15, source: eksLogs },
  "aws:eks/cluster:Cluster": { create: 540, update: 600, delete: 180, source: eksLogs },
  "aws:eks/nodeGroup:NodeGroup": { create: 120, update: 120, delete: 180, source: eksLogs },
  "aws:kms/key:Key": {
    create: 8,
    delete: 1,
    source: "provider internal/service/kms: waits until rotation and policy are read back five times",
  },
  "aws:rds/cluster:Cluster": { create: 60, update: 60, delete: 120, source: rdsGuide },
  "aws:rds/clusterInstance:ClusterInstance": { create: 480, update: 180, delete: 300, source: rdsGuide },
  "aws:rds/instance:Instance": { create: 420, update: 180, delete: 360, source: rdsGuide },
  "aws:rds/parameterGroup:ParameterGroup": { create: 2, delete: 1, source: oneRequest },
  "aws:rds/snapshot:Snapshot": { create: 180, delete: 10, source: rdsGuide },
  "aws:rds/subnetGroup:SubnetGroup": { create: 2, delete: 1, source: oneRequest },
  "aws:route53/record:Record": { create: 35, update: 35, delete: 35, source: route53Guide },
  "aws:route53/zone:Zone": { create: 35, delete: 30, source: route53Guide },
  "aws:s3/bucket:Bucket": { create: 2, delete: 1, source: oneRequest },
  "aws:sqs/queue:Queue": { create: 25, update: 60, delete: 60, source: sqsGuide },
  "azure-native:authorization:RoleAssignment": { create: 5, source: azureGuide },
  "azure-native:resources:ResourceGroup": { create: 2, delete: 30, source: azureGuide },
  "azure-native:storage:StorageAccount": { create: 25, update: 5, delete: 5, source: azureGuide },
  // A second to connect: how long a script takes its author knows.
  "command:local:Command": { source: ownProgram },
  "command:remote:Command": { source: ownProgram },
  "command:remote:CopyFile": { delete: 0, source: ownProgram },
  "command:remote:CopyToRemote": { delete: 0, source: ownProgram },
  "equinix-metal:index/device:Device": {
    create: 480,
    update: 5,
    delete: 5,
    source: "Equinix Metal, Server provisioning: five to ten minutes",
  },
  "kubernetes:apps/v1:DaemonSet": pods,
  "kubernetes:apps/v1:Deployment": pods,
  "kubernetes:apps/v1:ReplicaSet": pods,
  "kubernetes:apps/v1:StatefulSet": pods,
  "kubernetes:batch/v1:Job": { create: 15, delete: 2, source: kubernetes },
  "kubernetes:core/v1:Namespace": { create: 1, delete: 10, source: kubernetes },
  "kubernetes:core/v1:PersistentVolumeClaim": { create: 5, delete: 5, source: kubernetes },
  "kubernetes:core/v1:Pod": { create: 5, delete: 5, source: kubernetes },
  "kubernetes:core/v1:Service": { create: 10, update: 2, delete: 10, source: kubernetes },
  "kubernetes:networking.k8s.io/v1:Ingress": { create: 30, update: 2, delete: 10, source: kubernetes },
  "random:index/randomBytes:RandomBytes": random,
  "random:index/randomId:RandomId": random,
  "random:index/randomInteger:RandomInteger": random,
  "random:index/randomPassword:RandomPassword": random,
  "random:index/randomPet:RandomPet": random,
  "random:index/randomShuffle:RandomShuffle": random,
  "random:index/randomString:RandomString": random,
  "random:index/randomUuid4:RandomUuid4": random,
  "random:index/randomUuid7:RandomUuid7": random,
  "random:index/randomUuid:RandomUuid": random,
};

/** How long one call for a resource takes in its cloud, in seconds. */
export function durationOf(
  type: string,
  method: Method,
  inputs: Readonly<Record<string, unknown>> = {},
): number {
  const seconds = durations[type]?.[method] ?? usual;
  return typeof seconds === "function" ? seconds(inputs) : seconds;
}
